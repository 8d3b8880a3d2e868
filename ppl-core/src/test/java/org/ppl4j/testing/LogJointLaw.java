package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The law of vectorised particles: the log-joint of seven particles at once equals the seven
 * log-joints one by one. A program that indexes a latent from the left, or loses a batch dim,
 * breaks it.
 */
public final class LogJointLaw {

  private static final int PARTICLES = 7;
  private static final double TOLERANCE = 1e-12; // relative: sums in another order, nothing else

  private LogJointLaw() {}

  /** Checks a program with its data; throws an assertion error with the particle that differs. */
  public static <D extends @Nullable Object> void check(Program<D> program, D data) {
    RunConfig config = RunConfig.defaults().withSeed(11);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config);
        BoundData<D> bound = BoundData.of(data, config);
        Run run = Run.open(config, 3)) {
      D inRun = bound.in(run);
      Trace plain = Execution.record(run, params, Rng.Purpose.MODEL, program, inRun);
      Particles particles = new Particles(PARTICLES, plain.plateNesting());
      Trace together = Execution.record(run, params, Rng.Purpose.MODEL, program, inRun, particles);
      double[] joint = Tensors.values(together.logJoints(particles.dim()));

      double sum = 0;
      for (int i = 0; i < PARTICLES; i++) {
        Map<String, NDArray> values = new HashMap<>();
        for (SampleSite site : together.latents()) {
          values.put(site.name(), particle(run, site, plain.site(site.name()), i, particles.dim()));
        }
        Trace alone =
            Execution.record(
                run, params, Rng.Purpose.MODEL, program, inRun, new Substitute(values));
        double expected = Tensors.values(alone.logJoint())[0];
        assertThat(joint[i])
            .as("log-joint of particle %s", i)
            .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
        sum += expected;
      }
      assertThat(Tensors.values(together.logJoint())[0])
          .as("log-joint of all particles")
          .isCloseTo(sum, within(PARTICLES * TOLERANCE * Math.max(1, Math.abs(sum))));
    }
  }

  /** One particle's value, in the shape that the site has without particles. */
  private static NDArray particle(
      Run run, SampleSite site, SampleSite plain, int particle, int dim) {
    int axis = dim - site.distribution().eventShape().dimension();
    NDArray index = run.create(new long[] {particle}, new Shape(1));
    return Tensors.reshape(Tensors.select(site.value(), index, axis), plain.value().getShape());
  }
}
