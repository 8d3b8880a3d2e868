package org.ppl4j.infer.stochastic;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** A log density of vectors, up to a constant, in differentiable operations of their run. */
@FunctionalInterface
public interface Target {

  /**
   * The log density, row by row.
   *
   * @param x {@code (*, D)}
   * @return {@code (*)}
   */
  NDArray logDensity(NDArray x);

  /**
   * The log density with its gradient, which can be differentiated again unless the run records no
   * gradients.
   *
   * @param x {@code (*, D)}
   */
  default Slope slope(NDArray x) {
    Run run = Tensors.run(x);
    boolean isRecording = run.isRecording();
    return run.withGradients(
        () -> {
          NDArray shift = Autograd.variable(x.mul(0));
          NDArray density = logDensity(x.add(shift));
          // So that a density which is the same everywhere depends on it too.
          NDArray total = Tensors.total(density).add(Tensors.total(shift).mul(0));
          NDArray gradient = Autograd.grad(total, List.of(shift), isRecording).get(0);
          return isRecording
              ? new Slope(density, gradient)
              : new Slope(density.stopGradient(), gradient.stopGradient());
        });
  }
}
