package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.mcmc.ChainReport;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.testing.AcceptancePoint;

/** The time of a leapfrog step of the no-U-turn sampler, all that chains do included. */
@Tag("acceptance")
@Tag("alone")
@Tag("sampler.5")
class LeapfrogAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.5");
  private static final int ROUNDS = 5;

  @Test
  void eightSchools() {
    try (NDManager manager = NDManager.newBaseManager()) {
      atMost("eight_schools", PeerModels.EIGHT_SCHOOLS, PeerModels.schools(manager), 2);
    }
  }

  @Test
  void hierarchicalRegression() {
    try (NDManager manager = NDManager.newBaseManager()) {
      atMost("hier", PeerModels.HIERARCHICAL, PeerData.hierarchical(manager), 12);
    }
  }

  private static <D> void atMost(String name, Program<D> model, D data, double most) {
    Nuts<D> nuts = Nuts.of(model).asWritten().progress(Progress.silent()).threads(1);
    double first = microseconds(nuts, data);
    List<Double> times = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      times.add(microseconds(nuts, data));
    }
    POINT.shown(name + " in the first run, microseconds a leapfrog step", first);
    POINT.atMost(name + ", microseconds a leapfrog step", Speed.middle(times), most);
  }

  private static <D> double microseconds(Nuts<D> nuts, D data) {
    try (McmcRun<D> run = nuts.run(data)) {
      double seconds = run.report().chains().stream().mapToDouble(ChainReport::seconds).sum();
      return 1e6 * seconds / run.report().gradients();
    }
  }
}
