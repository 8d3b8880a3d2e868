package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.RecordedLoss.Estimate;
import org.ppl4j.testing.LeakCheck;

/** Steps of a loss with noise: what they allocate, and on threads. */
@ExtendWith(LeakCheck.class)
class RecordedStepsTest {

  private static final int DIM = 10;
  private static final int THREADS = 8;
  private static final int BEFORE = 3000;
  private static final int WINDOWS = 10;
  private static final int WINDOW = 500;

  private static RunConfig config(long seed) {
    return RunConfig.defaults().withSeed(seed).withRecording(Recording.REQUIRED);
  }

  /** The negative bound of a normal guide for a correlated target. */
  private static RecordedLoss loss(RunConfig config, FlatVector parameters) {
    return new RecordedLoss(
        "bound",
        config,
        0,
        List.of(parameters),
        false,
        run -> {
          NDArray all = parameters.variable(run);
          NDArray scale = Tensors.range(all, -1, DIM, 2 * DIM);
          NDArray noise = run.rng(Rng.Purpose.GUIDE, "z").normal(run, new Shape(DIM));
          NDArray z = Tensors.range(all, -1, 0, DIM).add(scale.exp().mul(noise));
          NDArray beside = Tensors.range(z, -1, 1, DIM).sub(Tensors.range(z, -1, 0, DIM - 1));
          NDArray energy = z.square().sum().add(Special.softplus(beside).sum());
          NDArray bound = energy.mul(0.5).sub(scale.sum());
          return new Estimate(bound, bound);
        });
  }

  /**
   * When the virtual machine first gives a method of a class to its best compiler, on the thread
   * that runs it, it makes all texts of that class: once each, whatever the number of steps.
   */
  @Test
  void aStepThatIsNoCheckAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RunConfig config = config(1);
    try (FlatVector parameters = FlatVector.zeros(config, 2 * DIM)) {
      RecordedLoss loss = loss(config, parameters);
      double sum = 0;
      for (long step = 1; step <= BEFORE; step++) {
        sum += loss.step(step);
      }
      int judged = 0;
      List<String> allocating = new ArrayList<>();
      long[] windows = new long[WINDOWS];
      for (int i = 0; i < WINDOWS * WINDOW; i++) {
        long step = BEFORE + 1L + i;
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += loss.step(step);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        if (!loss.hasAgreed()) {
          windows[i / WINDOW] += bytes;
          judged++;
          if (bytes > 0) {
            allocating.add(bytes + " bytes at step " + step);
          }
        }
      }
      assertThat(judged).isGreaterThan(WINDOWS * (WINDOW - 50));
      assertThat(allocating).hasSizeLessThanOrEqualTo(WINDOWS / 2);
      assertThat(Arrays.stream(windows).min()).hasValue(0);
      assertThat(sum).isFinite();
    }
  }

  /** Ten times a tenth is one in single precision, and more than one in double precision. */
  @Test
  void aKinkThatRoundingDecidesIsNoDifference() {
    RunConfig config = config(1).withFloatType(FloatType.FLOAT32);
    try (FlatVector parameters = FlatVector.zeros(config, 1)) {
      RecordedLoss loss =
          new RecordedLoss(
              "kink",
              config,
              0,
              List.of(parameters),
              false,
              run -> {
                NDArray y = Tensors.total(parameters.variable(run).mul(10).sub(1).maximum(0));
                return new Estimate(y, y);
              });
      parameters.assign(0, new double[] {0.1f});
      assertThat(loss.step(1)).isBetween(0.0, 1e-7);
      assertThat(loss.gradient()[0]).isEqualTo(10);
      assertThat(loss.isRecorded()).isTrue();
      assertThat(parameters.values()).containsExactly(0.1f);
    }
  }

  /** Losses of steps that move down the gradient; each fit has a seed of its own. */
  private static double[] losses(long seed) {
    RunConfig config = config(seed);
    try (FlatVector parameters = FlatVector.zeros(config, 2 * DIM)) {
      RecordedLoss loss = loss(config, parameters);
      double[] losses = new double[2500];
      double[] now = new double[2 * DIM];
      for (int step = 0; step < losses.length; step++) {
        losses[step] = loss.step(step + 1);
        for (int i = 0; i < now.length; i++) {
          now[i] -= 0.01 * loss.gradient()[i];
        }
        parameters.assign(0, now);
      }
      return losses;
    }
  }

  @Test
  void eightOnEightThreadsHaveTheBitsOfOneAfterTheOther()
      throws ExecutionException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<double[]>> together = new ArrayList<>();
      for (long seed = 0; seed < THREADS; seed++) {
        long own = seed;
        together.add(pool.submit(() -> losses(own)));
      }
      for (int seed = 0; seed < THREADS; seed++) {
        assertThat(together.get(seed).get()).as("seed %s", seed).containsExactly(losses(seed));
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
