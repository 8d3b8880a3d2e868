package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;

/**
 * The gradient of an inverse that was found without one, by the implicit function theorem: of x
 * with f(x; θ) = y it is dx = J⁻¹ (dy − ∂f/∂θ dθ).
 *
 * <p>Where a row's J is singular, that row is NaN and so is its gradient; others are not touched.
 * One recorded pass of f, and one derivative for each coordinate and one for the log-determinant of
 * that pass; the result is also one Newton step closer to the solution. First derivatives only.
 */
final class ImplicitInverse {

  private ImplicitInverse() {}

  /**
   * The solution and the log-determinant of the inverse, with their derivatives in y and in what f
   * holds.
   *
   * @param found both without them, {@code (*, D)} and {@code (*)}
   * @param y what f maps the solution to, {@code (*, D)}
   * @param f the map, in tensors that gradients are wanted of
   * @param domain where each coordinate lives, before and after
   */
  static Mapped of(Mapped found, NDArray y, Function<NDArray, Mapped> f, Constraint domain) {
    if (!Tensors.run(y).isRecording()) {
      return found;
    }
    NDArray z = Autograd.variable(found.value());
    Mapped mapped = f.apply(z);
    NDArray rest = Features.difference(domain, y, mapped.value());
    NDArray step = solved(jacobian(mapped.value(), z), rest);
    NDArray slope = derivative(mapped.logDet().add(z.sum(new int[] {-1}).mul(0)), z);
    NDArray logDet = mapped.logDet().add(VectorMap.dot(slope, step));
    return new Mapped(Features.clamp(domain, found.value().add(step)), logDet.neg());
  }

  /** J⁻¹ b, NaN where J is singular, with NaN for a gradient. */
  private static NDArray solved(NDArray jacobian, NDArray b) {
    long dim = b.getShape().get(b.getShape().dimension() - 1);
    NDArray isRegular = Linalg.logDeterminant(jacobian).gt(Double.NEGATIVE_INFINITY);
    NDArray ofRow = isRegular.expandDims(-1);
    NDArray regular = Tensors.where(ofRow.expandDims(-1), jacobian, Tensors.run(b).eye(dim));
    NDArray sides = b.mul(Tensors.where(ofRow, Tensors.run(b).scalar(1), Double.NaN));
    return Linalg.solve(regular, sides.expandDims(-1)).squeeze(-1);
  }

  /** {@code (*, D, D)} without gradients; entry (i, j) is that of output i in input j. */
  private static NDArray jacobian(NDArray image, NDArray x) {
    return Autograd.jacobians(image, List.of(x), false).get(0).stopGradient();
  }

  private static NDArray derivative(NDArray values, NDArray x) {
    return Autograd.grad(Tensors.total(values), List.of(x)).get(0).stopGradient();
  }
}
