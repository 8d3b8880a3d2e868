package org.ppl4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;

/** One step of SVI on a peer's case: guide, model, gradient, update, loss read back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1"})
public class StepBenchmark {

  /** The case. */
  @Param({"coin", "coin_plate", "eight_schools", "linreg", "logreg", "logreg_sub", "hier"})
  public String name = "eight_schools";

  /** The float type of its runs. */
  @Param({"FLOAT32", "FLOAT64"})
  public FloatType floatType = FloatType.FLOAT64;

  /** Whether steps are computed from a record, or by the engine. */
  @Param({"WHERE_POSSIBLE", "OFF"})
  public Recording recording = Recording.WHERE_POSSIBLE;

  private Fit fit;

  /** Makes the fit. */
  @Setup(Level.Trial)
  public void open() {
    fit = PeerCases.fit(name, floatType, recording);
  }

  /** Frees the fit. */
  @TearDown(Level.Trial)
  public void close() {
    fit.close();
  }

  /** A step of the framework. */
  @Benchmark
  public double step() {
    return fit.step();
  }
}
