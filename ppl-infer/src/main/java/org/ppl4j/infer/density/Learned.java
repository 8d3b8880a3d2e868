package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;

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
}
