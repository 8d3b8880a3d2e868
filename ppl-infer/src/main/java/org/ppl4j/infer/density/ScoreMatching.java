package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.DiffusionTransform;

/** Rows to which noise came, and the noise that a diffusion expects in them. */
record ScoreMatching(NDArray noise, NDArray expected) {

  /** With noise of a run, at times of its own between 0 and 1. */
  static ScoreMatching of(DiffusionTransform transform, NDArray y) {
    Run run = Tensors.run(y);
    Rng rng = run.rng(Rng.Purpose.MODEL, "score matching");
    NDArray noise = rng.split("noise").normal(run, y.getShape());
    Shape times = Shapes.concat(Shapes.dropRight(y.getShape(), 1), new Shape(1));
    return of(transform, y, noise, rng.split("time").uniform(run, times));
  }

  /**
   * With a noise, at times.
   *
   * @param y {@code (*, D)}, as the noise
   * @param time {@code (*, 1)}
   */
  static ScoreMatching of(DiffusionTransform transform, NDArray y, NDArray noise, NDArray time) {
    NDArray there = transform.sde().diffused(y, noise, time);
    return new ScoreMatching(noise, transform.noise(time, there));
  }

  /** |ε̂ − ε|², {@code (*)}: that of the score times σ². */
  NDArray missed() {
    return expected.sub(noise).square().sum(new int[] {-1});
  }
}
