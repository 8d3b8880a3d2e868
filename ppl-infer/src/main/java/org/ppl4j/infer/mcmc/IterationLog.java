package org.ppl4j.infer.mcmc;

/** What a chain notes of its draws: a row for each, of the columns of {@link Iterations}. */
final class IterationLog {

  private static final int WIDTH = Iterations.NAMES.size();

  private final double[] rows;

  /** Of so many draws, which have room from the start. */
  IterationLog(int draws) {
    rows = new double[Math.multiplyExact(draws, WIDTH)];
  }

  /** Of the iteration that made a draw, counted from 0, and left the chain in a state. */
  void add(int draw, PhasePoint state, Transition transition, double stepSize) {
    int at = draw * WIDTH; // in the order of the names
    rows[at] = state.logDensity;
    rows[at + 1] = transition.acceptance();
    rows[at + 2] = stepSize;
    rows[at + 3] = transition.depth();
    rows[at + 4] = transition.steps();
    rows[at + 5] = transition.isDivergent() ? 1 : 0;
    rows[at + 6] = state.energy;
  }

  /** A column of the first of the draws. */
  double[] column(String name, int draws) {
    int place = Iterations.NAMES.indexOf(name);
    double[] column = new double[draws];
    for (int i = 0; i < draws; i++) {
      column[i] = rows[i * WIDTH + place];
    }
    return column;
  }
}
