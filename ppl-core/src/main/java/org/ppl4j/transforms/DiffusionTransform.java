package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * What a transform is that follows the probability flow of a diffusion from noise back to rows: its
 * score can be learned without following it, by score matching, and rows are drawn by the diffusion
 * backwards too.
 *
 * <p>Times of this interface are those of the {@link VariancePreserving}, from 0 for rows to 1 for
 * noise; those of {@link ContinuousTransform} go the other way.
 */
public interface DiffusionTransform extends ContinuousTransform {

  /** The diffusion. */
  VariancePreserving sde();

  /**
   * The noise that is expected in what is at a time: E[ε | α x₀ + σ ε = x], which is −σ times the
   * score.
   *
   * @param time from 0 to 1, {@code (*, 1)}
   * @param x {@code (*, D)}
   * @return {@code (*, D)}
   */
  NDArray noise(NDArray time, NDArray x);

  /**
   * ∇ log p_t(x). Where a network has learned it, infinite at time 0 as a rule.
   *
   * @param time from 0 to 1, {@code (*, 1)}
   * @param x {@code (*, D)}
   * @return {@code (*, D)}
   */
  default NDArray score(NDArray time, NDArray x) {
    return noise(time, x).div(sde().noise(time)).neg();
  }

  /**
   * Rows of noise, by the diffusion backwards: dx = −β / 2 · (x + 2 ∇ log p_t) dt + √β dW from time
   * 1 to 0, in steps of equal angles, each of which draws from N((α′ / α) (x − v ε̂ / σ), v σ′² /
   * σ²), v = 1 − α² / α′², with α′ and σ′ after the step. Source: Ho, Jain and Abbeel, "Denoising
   * diffusion probabilistic models" (2020), equations 7 and 11.
   *
   * @param x noise of N(0, 1), {@code (*, D)}
   * @param steps at least 1; what they leave out falls with their number
   * @param rng of the noise on the way
   * @return {@code (*, D)}
   * @throws IllegalArgumentException if {@code steps} is below 1
   */
  default NDArray drawn(NDArray x, int steps, Rng rng) {
    checkArgument(steps >= 1, "diffusion is drawn in %s steps, but needs at least 1", steps);
    Run run = Tensors.run(x);
    double step = sde().lastAngle() / steps;
    NDArray row = x;
    for (int i = steps; i > 0; i--) {
      double before = step * i;
      double after = step * (i - 1);
      double gain = Math.cos(after) / Math.cos(before);
      // 1 − cos² before / cos² after, without cancellation.
      double variance =
          Math.sin(step) * Math.sin(before + after) / (Math.cos(after) * Math.cos(after));
      NDArray time = sde().time(run.full(before, new Shape(1)));
      NDArray expected = noise(time, row).mul(variance / Math.sin(before));
      row = row.sub(expected).mul(gain);
      if (i > 1) {
        double sd = Math.sqrt(variance) * Math.sin(after) / Math.sin(before);
        row = row.add(rng.split(i).normal(run, row.getShape()).mul(sd));
      }
    }
    return row;
  }
}
