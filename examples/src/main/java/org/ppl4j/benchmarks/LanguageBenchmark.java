package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/** The cost of one sample statement in a trace of 50, and of one operation in a chain of 50. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1"})
public class LanguageBenchmark {

  private static final int COUNT = 50;

  private static final Program<Integer> STATEMENTS =
      (p, count) -> {
        for (int unused : p.loop("n", count)) {
          p.sample("x", Normal.of(0, 1));
        }
      };

  private final RunConfig config = RunConfig.defaults();
  private NDManager manager;
  private ParamStore params;
  private long counter;

  /** Makes the store. */
  @Setup(Level.Trial)
  public void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager, config);
  }

  /** Frees the store. */
  @TearDown(Level.Trial)
  public void close() {
    params.close();
    manager.close();
  }

  /** A sample statement, drawn and recorded. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public int sampleStatement() {
    try (Run run = Run.open(config, counter++)) {
      return Execution.record(run, params, Rng.Purpose.MODEL, STATEMENTS, COUNT).sites().size();
    }
  }

  /** An operation on ten numbers, forward. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public long operation() {
    try (Run run = Run.open(config, counter++)) {
      NDArray a = run.ones(new Shape(10));
      NDArray x = a;
      for (int i = 0; i < COUNT / 2; i++) {
        x = x.mul(a).add(a);
      }
      return x.size();
    }
  }
}
