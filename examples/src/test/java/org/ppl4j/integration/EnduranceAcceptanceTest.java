package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.EightSchools.Schools;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** Memory stays flat over many steps, and threads do not disturb each other. */
@Tag("acceptance")
class EnduranceAcceptanceTest {

  private static final AcceptancePoint FLOOR = new AcceptancePoint("floor.6");
  private static final AcceptancePoint CHAINS = new AcceptancePoint("sampler.4");
  private static final AcceptancePoint BATCHES = new AcceptancePoint("distributions.7");
  private static final AcceptancePoint CONTINUOUS = new AcceptancePoint("ode.2");
  private static final long MOST_BYTES = 4 << 20;
  private static final int FITS = 4;
  private static final int STEPS = 500;

  @Test
  @Tag("floor.6")
  void aHundredThousandStepsLeaveMemoryFlat() throws Exception {
    Soak.Growth growth = Soak.fork(Soak.Subject.EIGHT_SCHOOLS, 100_000, false);

    FLOOR.below("soak growth in bytes, 10% to 100% of 100000 steps", growth.bytes(), MOST_BYTES);
    FLOOR.between("soak growth in tensors", growth.tensors(), 0, 0);
  }

  @Test
  @Tag("floor.6")
  void aPlantedLeakIsCaught() throws Exception {
    Soak.Growth growth = Soak.fork(Soak.Subject.EIGHT_SCHOOLS, 20_000, true);

    assertThat(growth.tensors()).isEqualTo(18_000);
    FLOOR.above(
        "planted leak of a tensor a step in bytes, 20000 steps", growth.bytes(), MOST_BYTES);
  }

  @Test
  @Tag("distributions.7")
  void twentyThousandStepsOnBatchesLeaveMemoryFlat() throws Exception {
    Soak.Growth growth = Soak.fork(Soak.Subject.RADON_BY_BATCHES, 20_000, false);

    String what = "soak of radon by batches, growth in ";
    BATCHES.below(what + "bytes, 10% to 100% of 20000 steps", growth.bytes(), MOST_BYTES);
    BATCHES.between(what + "tensors", growth.tensors(), 0, 0);
  }

  @Test
  @Tag("distributions.7")
  void aLeakPlantedInStepsOnBatchesIsCaught() throws Exception {
    Soak.Growth growth = Soak.fork(Soak.Subject.RADON_BY_BATCHES, 20_000, true);

    assertThat(growth.tensors()).isEqualTo(18_000);
    String what = "planted leak of a tensor a step of radon in bytes, 20000 steps";
    BATCHES.above(what, growth.bytes(), MOST_BYTES);
  }

  @ParameterizedTest
  @EnumSource(names = {"ODE_FLOW", "ODE_FLOW_BY_ADJOINT"})
  @Tag("ode.2")
  void fiveThousandStepsOfContinuousFlowsLeaveMemoryFlat(Soak.Subject flow) throws Exception {
    Soak.Growth growth = Soak.fork(flow, 5000, false);

    String what = "soak of " + flow + ", growth in ";
    CONTINUOUS.below(what + "bytes, 10% to 100% of 5000 steps", growth.bytes(), MOST_BYTES);
    CONTINUOUS.between(what + "tensors", growth.tensors(), 0, 0);
  }

  @Test
  @Tag("ode.2")
  void aLeakPlantedInStepsOfContinuousFlowsIsCaught() throws Exception {
    Soak.Growth growth = Soak.fork(Soak.Subject.ODE_FLOW_BY_ADJOINT, 5000, true);

    CONTINUOUS.between("planted leak of a tensor a step, tensors", growth.tensors(), 4500, 4500);
  }

  @Test
  @Tag("sampler.4")
  void fiftyThousandIterationsLeaveMemoryFlat() throws Exception {
    Soak.Growth growth = Soak.fork(Soak.Subject.CHAINS, 50_000, false);

    CHAINS.below(
        "soak of chains, growth in bytes, 10% to 100% of 50000 iterations",
        growth.bytes(), MOST_BYTES);
    CHAINS.between("soak of chains, growth in tensors", growth.tensors(), 0, 0);
  }

  @Test
  @Tag("sampler.4")
  void drawsThatAreLeftOpenAreCaught() throws Exception {
    Soak.Growth growth = Soak.fork(Soak.Subject.CHAINS, 50_000, true);

    CHAINS.above(
        "planted: draws of chains that are left open, in bytes", growth.bytes(), MOST_BYTES);
  }

  @Test
  @Tag("floor.6")
  void fitsOnFourThreadsHaveTheBitsOfOneAfterTheOther() throws Exception {
    List<double[]> alone = new ArrayList<>();
    for (int seed = 0; seed < FITS; seed++) {
      alone.add(fit(seed));
    }
    ExecutorService threads = Executors.newFixedThreadPool(FITS);
    try {
      List<Future<double[]>> together = new ArrayList<>();
      for (int seed = 0; seed < FITS; seed++) {
        int own = seed;
        together.add(threads.submit(() -> fit(own)));
      }
      for (int seed = 0; seed < FITS; seed++) {
        assertThat(together.get(seed).get()).containsExactly(alone.get(seed));
      }
    } finally {
      threads.shutdownNow();
    }
    FLOOR.none("fits of four threads that differ in a bit");
  }

  private static double[] fit(long seed) {
    RunConfig config = RunConfig.defaults().withSeed(seed);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      Schools data = EightSchools.schools(manager);
      EightSchools.fit(params)
          .stopping(StoppingRule.never())
          .progress(Progress.silent())
          .build()
          .run(data, STEPS);
      return params.value("auto.loc");
    }
  }
}
