package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

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

  /** The same with further notes in its report. */
  LearnedFlow with(ImmutableList<String> notes) {
    if (report == null) {
      return this;
    }
    ImmutableList<String> all =
        ImmutableList.<String>builder().addAll(report.notes()).addAll(notes).build();
    return new LearnedFlow(model, units, report.with(report.alternatives(), all));
  }

  /** Draws of rows in another way than its own. */
  Table draws(int count, @Nullable Table contexts, long stream, FlowModel.Drawing drawing) {
    Table given = contexts == null ? null : units.contexts(contexts);
    return units.y().original(model.sample(count, given, stream, drawing), given);
  }

  /** Whether its log-density can be differentiated with respect to contexts. */
  boolean isSmooth() {
    Units contexts = units.x();
    return contexts != null && contexts.isAsTheyAre() && units.y().spikes().isEmpty();
  }

  /**
   * The log-density of each row given each context, in a run (N, K).
   *
   * @param y K rows
   * @param x (N, C)
   */
  NDArray logProb(Table y, NDArray x) {
    Run run = Tensors.run(x);
    long contexts = x.getShape().get(0);
    Units.Standard rows = units.y().standard(y, null);
    Shape each = new Shape(contexts, y.rows());
    NDArray standard = run.create(rows.rows().values(), new Shape(y.rows(), model.dim()));
    NDArray all =
        Tensors.reshape(
            standard.broadcast(new Shape(contexts, y.rows(), model.dim())),
            new Shape(each.size(), model.dim()));
    long width = x.getShape().get(1);
    NDArray given =
        Tensors.reshape(
            x.expandDims(1).broadcast(new Shape(contexts, y.rows(), width)),
            new Shape(each.size(), width));
    NDArray gain = run.create(rows.gain().values(), new Shape(y.rows()));
    return Tensors.reshape(model.logProb(run, all, given), each).add(gain);
  }
}
