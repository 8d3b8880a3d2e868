package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * A flow that was trained, and the units of what it makes.
 *
 * @param report of its training; null for one from a file
 */
record LearnedFlow(FlowModel model, DataUnits units, @Nullable DensityReport report) {

  /** What it answers with. */
  InUnits rows() {
    return new InUnits(model, units);
  }

  /** The same with notes in its report. */
  LearnedFlow with(ImmutableList<String> notes) {
    return report == null
        ? this
        : new LearnedFlow(model, units, report.with(report.alternatives(), notes));
  }

  /** Draws of rows in another way than its own. */
  Table draws(int count, @Nullable Table contexts, long stream, FlowModel.Drawing drawing) {
    Table given = contexts == null ? null : units.contexts(contexts);
    return units.y().original(model.sample(count, given, stream, drawing), given);
  }
}
