package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;

/** What a chain notes of its draws: a row for each, of the columns of {@link Iterations}. */
final class IterationLog {

  private final ImmutableList<String> names;
  private final ImmutableList<String> others;
  private final double[] rows;

  /**
   * Of so many draws, which have room from the start.
   *
   * @param others columns of the kernel's own, after those of all
   */
  IterationLog(int draws, ImmutableList<String> others) {
    this.others = others;
    this.names = ImmutableList.<String>builder().addAll(Iterations.NAMES).addAll(others).build();
    this.rows = new double[Math.multiplyExact(draws, names.size())];
  }

  /** Of its columns. */
  ImmutableList<String> names() {
    return names;
  }

  /** Of the iteration that made a draw, counted from 0, and left the chain in a state. */
  void add(int draw, ChainState state, Transition transition, double stepSize) {
    checkState(
        transition.others().length() == others.size(),
        "kernel has statistics %s, but its transition %s numbers of them; pass one for each",
        others,
        transition.others().length());
    int at = draw * names.size(); // in the order of the names
    rows[at] = state.logDensity;
    rows[at + 1] = transition.acceptance();
    rows[at + 2] = stepSize;
    rows[at + 3] = transition.depth();
    rows[at + 4] = transition.steps();
    rows[at + 5] = transition.isDivergent() ? 1 : 0;
    rows[at + 6] = transition.energy();
    for (int i = 0; i < others.size(); i++) {
      rows[at + Iterations.NAMES.size() + i] = transition.others().get(i);
    }
  }

  /** The first of the draws, row by row. */
  double[] rows(int draws) {
    return Arrays.copyOf(rows, draws * names.size());
  }

  /** Those of the same chain elsewhere. */
  void take(double[] others) {
    System.arraycopy(others, 0, rows, 0, others.length);
  }

  /** A column of the first of the draws. */
  double[] column(String name, int draws) {
    int place = names.indexOf(name);
    double[] column = new double[draws];
    for (int i = 0; i < draws; i++) {
      column[i] = rows[i * names.size() + place];
    }
    return column;
  }
}
