package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import java.util.stream.IntStream;

/**
 * What a member of an ensemble learned.
 *
 * @param rows what it answers with
 * @param flows those in it, the first of which makes rows of noise; none where all columns are
 *     categories
 */
record Learned(RowDistribution rows, ImmutableList<LearnedFlow> flows) {

  /** A flow alone. */
  static Learned of(LearnedFlow flow) {
    return new Learned(flow.rows(), ImmutableList.of(flow));
  }

  /** The same with notes in the report of its first flow. */
  Learned with(ImmutableList<String> notes) {
    return new Learned(
        rows,
        IntStream.range(0, flows.size())
            .mapToObj(k -> k == 0 ? flows.get(k).with(notes) : flows.get(k))
            .collect(ImmutableList.toImmutableList()));
  }
}
