package org.ppl4j.infer.annealing;

import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/** What sequential Monte Carlo is told. */
record SmcSettings(
    int particles,
    int moves,
    int steps,
    int threads,
    Progress progress,
    @Nullable ParamStore params,
    @Nullable RunConfig config) {

  private static final int PARTICLES = 1000;
  private static final int MOVES = 3;
  private static final int STEPS = 4;

  static SmcSettings usual() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new SmcSettings(PARTICLES, MOVES, STEPS, processors, Progress.console(), null, null);
  }

  SmcSettings particles(int changed) {
    return new SmcSettings(changed, moves, steps, threads, progress, params, config);
  }

  SmcSettings moves(int changed) {
    return new SmcSettings(particles, changed, steps, threads, progress, params, config);
  }

  SmcSettings steps(int changed) {
    return new SmcSettings(particles, moves, changed, threads, progress, params, config);
  }

  SmcSettings threads(int changed) {
    return new SmcSettings(particles, moves, steps, changed, progress, params, config);
  }

  SmcSettings progress(Progress changed) {
    return new SmcSettings(particles, moves, steps, threads, changed, params, config);
  }

  SmcSettings params(ParamStore changed) {
    return new SmcSettings(particles, moves, steps, threads, progress, changed, config);
  }

  SmcSettings config(RunConfig changed) {
    return new SmcSettings(particles, moves, steps, threads, progress, params, changed);
  }

  /** The configuration that is set, else that of the store, else the defaults. */
  RunConfig runConfig() {
    return ParamStore.chosen(config, params);
  }
}
