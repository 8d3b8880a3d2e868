package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/** A model with every kind of latent site, and the first execution of guides. */
final class SiteZoo {

  /** Every kind of site: an event, two intervals, a plate, nested plates. */
  static final Program<Void> ZOO =
      (p, none) -> {
        NDArray w = p.sample("w", Normal.standard(3).toEvent(1));
        NDArray u = p.sample("u", Uniform.of(-1, 3));
        NDArray b = p.sample("b", Beta.of(2, 3));
        try (Plate columns = p.plate("columns", 4)) {
          NDArray s = p.sample("s", HalfNormal.of(2));
          try (Plate rows = p.plate("rows", 2)) {
            NDArray t = p.sample("t", Normal.of(u, s));
            p.observe("y", Normal.of(t.add(b).add(w.sum(new int[] {-1}).mul(0)), 1), 0.5);
          }
        }
      };

  private SiteZoo() {}

  /** Executes a guide for the first time with a store. */
  static void begin(Program<Void> guide, ParamStore params, long seed) {
    try (Run run = Run.open(RunConfig.defaults().withSeed(seed), 0)) {
      Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);
      assertThat(trace.sites()).isNotEmpty();
    }
  }
}
