package org.ppl4j.benchmarks;

import ai.djl.ndarray.types.DataType;
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

/** The eight-schools step written by hand on DJL. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1"})
public class HandWrittenBenchmark {

  /** The float type of its tensors. */
  @Param({"FLOAT32", "FLOAT64"})
  public DataType type = DataType.FLOAT64;

  private HandWrittenEightSchools loop;

  /** Makes the loop. */
  @Setup(Level.Trial)
  public void open() {
    loop = new HandWrittenEightSchools(type);
  }

  /** Frees the loop. */
  @TearDown(Level.Trial)
  public void close() {
    loop.close();
  }

  /** A step by hand. */
  @Benchmark
  public double eightSchools() {
    return loop.step();
  }
}
