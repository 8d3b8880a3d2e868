package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Batch normalisation as blocks of DJL ask for it: y = γ (x − m) / √(v + ε) + β for each channel.
 *
 * <p>Where it learns, m and v are mean and variance of the batch, all dims but that of the
 * channels, and the running ones move towards them by a share of the way, that of the variance
 * towards the unbiased one. Elsewhere, and of a batch that has one number in a channel, they are
 * the running ones. Source: Ioffe and Szegedy, "Batch normalization" (2015).
 *
 * @param x {@code (N, C, …)}, or the channels at another axis
 * @param axis of the channels
 * @param epsilon ε
 */
record BatchStatistics(NDArray x, int axis, double epsilon) {

  static BatchStatistics of(RunArray x, int axis, double epsilon) {
    return new BatchStatistics(x, Shapes.axis(x.getShape(), axis), epsilon);
  }

  private int[] others() {
    return IntStream.range(0, x.getShape().dimension()).filter(i -> i != axis).toArray();
  }

  private long count() {
    Shape shape = x.getShape();
    return shape.size() / Math.max(1, shape.get(axis));
  }

  /** A number for each channel, along its axis. */
  private NDArray along(NDArray channels) {
    long[] sizes = new long[x.getShape().dimension()];
    Arrays.fill(sizes, 1);
    sizes[axis] = x.getShape().get(axis);
    return Tensors.reshape(channels, new Shape(sizes));
  }

  /**
   * The result.
   *
   * @param share of the way that the running mean and variance go
   */
  NDArray normalized(
      BlockMode mode,
      NDArray runningMean,
      NDArray runningVariance,
      @Nullable NDArray gamma,
      @Nullable NDArray beta,
      double share) {
    NDArray mean = runningMean;
    NDArray variance = runningVariance;
    long count = count();
    if (mode.isTraining() && count > 1) {
      mean = x.mean(others());
      variance = x.sub(along(mean)).square().mean(others());
      NDArray unbiased = variance.mul((double) count / (count - 1));
      mode.update(runningMean, moved(runningMean, mean, share));
      mode.update(runningVariance, moved(runningVariance, unbiased, share));
    }
    NDArray y = x.sub(along(mean)).div(along(variance.add(epsilon).sqrt()));
    NDArray scaled = gamma == null ? y : y.mul(along(gamma));
    return beta == null ? scaled : scaled.add(along(beta));
  }

  private static NDArray moved(NDArray running, NDArray found, double share) {
    NDArray value = Tensors.detached(found);
    return running.add(value.sub(running).mul(share));
  }
}
