package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;

/**
 * The gradient of an inverse that was found without one, by the implicit function theorem: of x
 * with f(x; θ) = y it is dx = J⁻¹ (dy − ∂f/∂θ dθ).
 *
 * <p>One recorded pass of f and one derivative a coordinate; the result is also one Newton step
 * closer to the solution. First derivatives only.
 */
final class ImplicitInverse {

  private ImplicitInverse() {}

  /**
   * @param found the solution, {@code (*, D)}
   * @param y what f maps it to, {@code (*, D)}
   * @param f the map, in tensors that gradients are wanted of
   */
  static NDArray of(NDArray found, NDArray y, UnaryOperator<NDArray> f) {
    if (!Tensors.run(y).isRecording()) {
      return found;
    }
    NDArray z = Autograd.variable(found);
    NDArray jacobian = jacobian(f.apply(z), z);
    NDArray fixed = found.stopGradient();
    NDArray rest = y.sub(f.apply(fixed));
    NDArray step = Linalg.solve(jacobian, rest.expandDims(-1)).squeeze(-1);
    return fixed.add(step);
  }

  /** {@code (*, D, D)} without gradients; entry (i, j) is that of output i in input j. */
  private static NDArray jacobian(NDArray image, NDArray x) {
    long dim = x.getShape().get(x.getShape().dimension() - 1);
    List<NDArray> rows = new ArrayList<>();
    for (long i = 0; i < dim; i++) {
      NDArray total = Tensors.total(Tensors.range(image, -1, i, i + 1));
      rows.add(Autograd.grad(total, List.of(x)).get(0).stopGradient());
    }
    return Tensors.stack(rows, -2);
  }
}
