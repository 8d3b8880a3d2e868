package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.ScanCase.Latent;

/**
 * A scan is the loop of Java: it has its log joint, gradient and second derivatives along a
 * direction, by the engine and recorded.
 */
public final class ScanLaw {

  /** Of values and gradients, relative to numbers beyond 1. */
  public static final double EXACT = 1e-12;

  /** Of second derivatives. */
  public static final double SECOND = 1e-8;

  private final ScanCase program;
  private final List<Latent> latents;
  private final int size;
  private final @Nullable Fault fault;

  /** What is planted in a scan, for this law to see. */
  public enum Fault {
    /** A step is given the row of the one before. */
    ROW_OF_ANOTHER_STEP,
    /** Each step is given the start. */
    FORGOTTEN_CARRY
  }

  private ScanLaw(ScanCase program, List<Latent> latents, @Nullable Fault fault) {
    this.program = program;
    this.latents = latents;
    this.size = ScanCase.size(latents);
    this.fault = fault;
  }

  /** With a fault. */
  public ScanLaw with(Fault planted) {
    return new ScanLaw(program, latents, planted);
  }

  private Program<Void> scan() {
    return fault == null ? program.scan() : program.program().apply(faulty(fault));
  }

  private static ScanCase.Steps faulty(Fault fault) {
    return new ScanCase.Steps() {
      @Override
      public <C> C of(Ppl p, String name, int times, C start, ScanCase.Body<C> body) {
        return ScanCase.SCAN.of(
            p,
            name,
            times,
            start,
            (q, t, carry) ->
                fault == Fault.FORGOTTEN_CARRY
                    ? body.step(q, t, start)
                    : body.step(q, shifted(q, t, times), carry));
      }
    };
  }

  /** A step that is given the row of the one before, and the first one its own. */
  private static ScanCase.At shifted(Ppl p, ScanCase.At step, int times) {
    return new ScanCase.At() {
      @Override
      public NDArray number() {
        return step.number();
      }

      @Override
      public NDArray take(NDArray x) {
        long[] before = new long[times];
        Arrays.setAll(before, i -> Math.max(0, i - 1));
        NDArray all = p.constant(x);
        return step.take(Tensors.select(all, p.constant(before), -all.getShape().dimension()));
      }
    };
  }

  /** The law of a program. */
  public static ScanLaw of(ScanCase program) {
    try (Sandbox sandbox = Sandbox.open()) {
      return new ScanLaw(
          program, ScanCase.latents(sandbox.record(program.scan()), Set.of("t", "s")), null);
    }
  }

  /** How many numbers it is of. */
  public int size() {
    return size;
  }

  /** Holds at a vector of a seed. */
  public void check(long seed) {
    assertThat(apart(seed, Recording.OFF)).as("%s by the engine", program).isLessThan(EXACT);
    assertThat(apart(seed, Recording.REQUIRED)).as("%s recorded", program).isLessThan(EXACT);
    assertThat(secondApart(seed)).as("second derivatives of %s", program).isLessThan(SECOND);
  }

  /** How far value and gradient are from those of the loop by the engine. */
  public double apart(long seed, Recording recording) {
    return apart(seed, recording, FloatType.FLOAT64);
  }

  /** The same of a scan in a float type; the loop is in double precision. */
  public double apart(long seed, Recording recording, FloatType type) {
    return apart(seed, recording, type, false);
  }

  /** The same of a sum of slopes, and its gradient. */
  public double secondApart(long seed) {
    return apart(seed, Recording.REQUIRED, FloatType.FLOAT64, true);
  }

  private double apart(long seed, Recording recording, FloatType type, boolean isSlope) {
    double[] at = new SplittableRandom(seed).doubles(size, -1, 1).toArray();
    double[] loop = new double[size];
    double[] scan = new double[size];
    double wanted =
        function(program.loop(), true, Recording.OFF, FloatType.FLOAT64, isSlope, at)
            .evaluate(at, loop);
    double own = function(scan(), false, recording, type, isSlope, at).evaluate(at, scan);
    double apart = relative(own, wanted);
    for (int i = 0; i < size; i++) {
      apart = Math.max(apart, relative(scan[i], loop[i]));
    }
    return apart;
  }

  private static double relative(double x, double y) {
    double apart = Math.abs(x - y) / Math.max(1, Math.abs(y));
    return Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart;
  }

  private VectorFunction function(
      Program<Void> of,
      boolean isLoop,
      Recording recording,
      FloatType type,
      boolean isSlope,
      double[] at) {
    RunConfig config =
        RunConfig.defaults()
            .withRecording(recording)
            .withFloatType(type)
            .withValidation(Validation.OFF);
    return new VectorFunction(
        "log joint",
        config,
        (run, u) -> isSlope ? slope(run, of, isLoop, u) : logJoint(run, of, isLoop, u),
        at,
        List.of(of));
  }

  /** The log joint of a scan as a function of a vector. */
  public BiFunction<Run, NDArray, NDArray> logJoint() {
    return (run, u) -> logJoint(run, scan(), false, u);
  }

  /** A sum of its slopes. */
  public BiFunction<Run, NDArray, NDArray> slope() {
    return (run, u) -> slope(run, scan(), false, u);
  }

  /** The derivative along a direction that is not the same for any two numbers. */
  private NDArray slope(Run run, Program<Void> of, boolean isLoop, NDArray u) {
    NDArray gradient = Autograd.grad(logJoint(run, of, isLoop, u), List.of(u), true).get(0);
    return Tensors.total(gradient.mul(run.arange(size).add(1).sin()));
  }

  private NDArray logJoint(Run run, Program<Void> of, boolean isLoop, NDArray u) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      Substitute values = new Substitute(ScanCase.values(latents, u, isLoop));
      return Execution.record(run, params, Rng.Purpose.MODEL, of, null, values).logJoint();
    }
  }
}
