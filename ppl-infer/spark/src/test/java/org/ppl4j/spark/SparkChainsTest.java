package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** Chains on executors make the bits of one machine. */
@Tag("spread.4")
class SparkChainsTest {

  /** Effects of coaching in eight schools, and how sure each is. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Schools(NDArray effects, double[] errors) {}

  private static final Program<Schools> MODEL =
      (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate schools = p.plate("schools", 8)) {
          NDArray theta = p.sample("theta", Normal.of(mu, tau));
          p.observe("y", Normal.of(theta, schools.take(data.errors())), data.effects());
        }
      };

  private static final Schools DATA =
      new Schools(
          Tensors.vector(28, 8, -3, 7, -1, 1, 18, 12),
          new double[] {15, 10, 16, 11, 9, 11, 10, 18});

  private final SparkSession spark = LocalSpark.ofTests();

  private static Nuts<Schools> sampler(Program<Schools> model) {
    return Nuts.of(model)
        .chains(3)
        .warmup(60)
        .draws(20)
        .progress(Progress.silent())
        .config(RunConfig.defaults().withSeed(3));
  }

  private static final AtomicInteger LOST = new AtomicInteger();

  /** What each task's first attempt dies of. */
  private static final Program<Schools> DYING =
      (p, data) -> {
        TaskContext task = TaskContext.get();
        if (task != null && task.attemptNumber() == 0) {
          LOST.incrementAndGet();
          throw new AssertionError("an attempt that dies");
        }
        MODEL.run(p, data);
      };

  @Test
  void theyMakeTheBitsOfOneMachine() {
    try (McmcRun<Schools> here = sampler(MODEL).run(DATA);
        McmcRun<Schools> there = SparkChains.on(spark).run(sampler(MODEL), DATA);
        McmcRun<Schools> next = sampler(MODEL).resume(DATA, here.ends());
        McmcRun<Schools> nextThere =
            SparkChains.on(spark).resume(sampler(MODEL), DATA, there.ends())) {
      checkSame(there, here);
      checkSame(nextThere, next);
    }
  }

  private static void checkSame(McmcRun<Schools> there, McmcRun<Schools> here) {
    for (String site : here.samples().names()) {
      assertThat(there.samples().values(site)).containsExactly(here.samples().values(site));
    }
    assertThat(there.summary()).hasToString(here.summary().toString());
  }

  @Test
  void attemptsThatDieChangeNoBit() {
    try (McmcRun<Schools> here = sampler(MODEL).run(DATA);
        McmcRun<Schools> there = SparkChains.on(spark).run(sampler(DYING), DATA)) {
      checkSame(there, here);
    }
    assertThat(LOST).hasValueGreaterThanOrEqualTo(3);
  }

  @Test
  void whatCannotTravelIsNamedBeforeTheJobBegins() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray errors = manager.create(new double[] {15, 10, 16, 11, 9, 11, 10, 18});
      Program<Schools> captured = (p, data) -> p.observe("y", Normal.of(0, errors), data.effects());

      assertThatIllegalArgumentException()
          .isThrownBy(() -> closed(captured))
          .withMessage(
              "'errors', which a function of class org.ppl4j.spark.SparkChainsTest has captured, in"
                  + " field 'model' of org.ppl4j.infer.mcmc.Mcmc cannot travel to another JVM,"
                  + " since it is a tensor of shape (8); pass it with the data, or capture its"
                  + " numbers and call p.constant on them");
    }
  }

  private void closed(Program<Schools> model) {
    try (McmcRun<Schools> run = SparkChains.on(spark).run(sampler(model), DATA)) {
      assertThat(run.samples().draws()).isNegative();
    }
  }
}
