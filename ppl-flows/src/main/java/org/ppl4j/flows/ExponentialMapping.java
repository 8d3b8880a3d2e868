package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Iteration;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The map of {@link ExponentialMap}, and its search backwards. */
final class ExponentialMapping extends SphereMap {

  /**
   * More than ten were never needed to the last digit, with bumps of any sharpness; five are as a
   * rule.
   */
  static final int STEPS = 12;

  /** What Σ |α| stays below: from 1 on the map may be flat. */
  private static final double MOST = 0.99;

  /** Of sin √q / √q, q at most 1. */
  private static final double[] SINE = new double[9];

  /** Of its derivative. */
  private static final double[] SLOPE = new double[SINE.length - 1];

  static {
    SINE[0] = 1;
    for (int n = 1; n < SINE.length; n++) {
      SINE[n] = -SINE[n - 1] / (2 * n * (2 * n + 1));
      SLOPE[n - 1] = n * SINE[n];
    }
  }

  /** The least square of a length that has a root with a derivative. */
  private static final double TINY = 1e-30;

  private final NDArray centers;
  private final NDArray sharpness;
  private final NDArray weights;

  /** μ, {@code (*, K, D)}. */
  private final NDArray directions;

  /** β and α, {@code (*, K)}. */
  private final NDArray beta;

  private final NDArray alpha;

  ExponentialMapping(NDArray centers, NDArray sharpness, NDArray weights) {
    super(
        Shapes.broadcast(
            Shapes.dropRight(centers.getShape(), 2),
            Shapes.broadcast(
                Shapes.dropRight(sharpness.getShape(), 1),
                Shapes.dropRight(weights.getShape(), 1))));
    this.centers = centers;
    this.sharpness = sharpness;
    this.weights = weights;
    this.directions = unit(centers);
    this.beta = sharpness.exp();
    NDArray size = weights.abs().sum(new int[] {-1}, true).add(1);
    this.alpha = weights.mul(MOST).div(size);
  }

  /**
   * The image of unit vectors, and the matrix that is the derivative along the sphere there and
   * takes x to the image: J (I − x xᵀ) + y xᵀ.
   */
  private record Image(NDArray value, NDArray matrix) {

    NDArray logDet() {
      return Linalg.logDeterminant(matrix);
    }
  }

  /**
   * With g = Σ e_k μ_k, e_k = α_k exp(β_k (μ_k·x − 1)), and H = Σ e_k β_k μ_k μ_kᵀ: v = g − (g·x)
   * x, ∂v = H − x (H x + g)ᵀ − (g·x) I. With q = |v|², c = cos √q and s = sin √q / √q: y = c x + s
   * v, ∂y = c I + s ∂v + (s′ v − ½ s x) ∂qᵀ, ∂q = 2 (H v − (g·x) v).
   */
  private Image image(NDArray x) {
    NDArray transposed = directions.swapAxes(-1, -2);
    NDArray cosines = Linalg.times(directions, x);
    NDArray e = alpha.mul(beta.mul(cosines.sub(1)).exp());
    NDArray g = Linalg.times(transposed, e);
    NDArray along = dot(e, cosines).expandDims(-1);
    NDArray v = g.sub(along.mul(x));
    NDArray q = dot(v, v).expandDims(-1);
    NDArray c = q.maximum(TINY).sqrt().cos();
    NDArray s = polynomial(SINE, q);
    NDArray y = c.mul(x).add(s.mul(v));
    NDArray h = Tensors.matMul(transposed.mul(e.mul(beta).expandDims(-2)), directions);
    NDArray ofQ = Linalg.times(h, v).sub(along.mul(v)).mul(2);
    NDArray ofV = s.expandDims(-1).mul(h.sub(outer(x, Linalg.times(h, x).add(g))));
    NDArray ofX = outer(polynomial(SLOPE, q).mul(v).sub(s.mul(x).mul(0.5)), ofQ);
    NDArray unit = Tensors.run(x).eye(x.getShape().get(x.getShape().dimension() - 1));
    NDArray derivative = ofV.add(ofX).add(unit.mul(c.sub(s.mul(along)).expandDims(-1)));
    return new Image(y, derivative.add(outer(y.sub(Linalg.times(derivative, x)), x)));
  }

  private static NDArray outer(NDArray a, NDArray b) {
    return a.expandDims(-1).mul(b.expandDims(-2));
  }

  private static NDArray polynomial(double[] coefficients, NDArray x) {
    int last = coefficients.length - 1;
    NDArray sum = x.mul(coefficients[last]).add(coefficients[last - 1]);
    for (int n = last - 2; n >= 0; n--) {
      sum = sum.mul(x).add(coefficients[n]);
    }
    return sum;
  }

  @Override
  Mapped ofUnit(NDArray x) {
    Image image = image(x);
    return new Mapped(image.value(), image.logDet());
  }

  @Override
  Mapped inverseOfUnit(NDArray y) {
    Run run = Tensors.run(y);
    NDArray whole = y.broadcast(forwardShape(y.getShape()));
    NDArray found =
        run.withoutGradients(
            () ->
                Iteration.of(
                        STEPS,
                        List.of(whole),
                        state -> List.of(nearer(state.get(0), image(state.get(0)), whole)))
                    .get(0));
    NDArray x = run.isRecording() ? implicit(found.stopGradient(), whole) : found;
    return new Mapped(x, image(x).logDet().neg());
  }

  /** A step of Newton's method. */
  private static NDArray nearer(NDArray x, Image image, NDArray y) {
    NDArray rest = y.sub(image.value()).expandDims(-1);
    NDArray step = Linalg.solve(image.matrix(), rest).squeeze(-1);
    return unit(x.add(step.sub(x.mul(dot(step, x).expandDims(-1)))));
  }

  /** The solution with its first derivatives, those of such a step from it. */
  private NDArray implicit(NDArray found, NDArray y) {
    Image image = image(found);
    return nearer(found, new Image(image.value(), image.matrix().stopGradient()), y);
  }

  @Override
  public Invertibility invertibility() {
    return Invertibility.ITERATIVE;
  }

  @Override
  public int iterations() {
    return STEPS;
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new ExponentialMapping(
        operator.apply(centers), operator.apply(sharpness), operator.apply(weights));
  }

  @Override
  public String toString() {
    return "exponential map";
  }
}
