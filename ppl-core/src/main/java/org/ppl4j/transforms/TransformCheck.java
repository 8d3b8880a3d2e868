package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;

/**
 * The laws of a transform, checked at inputs of the caller's choice: what a test of an own
 * transform calls. Choose inputs away from 0 and in the tails too, parameters away from their first
 * values, and try vectors of one coordinate.
 *
 * <pre>{@code
 * TransformCheck.check(transform, inputs).orThrow();
 * }</pre>
 *
 * <p>The laws: the log-determinants of both directions are those of the Jacobian by automatic
 * differentiation, they cancel, the inverse undoes the map as exactly as rounding lets it,
 * gradients of value and log-determinant are finite, extra dimensions on the left change nothing,
 * and a map of numbers is monotone. Costs D gradients a direction.
 *
 * <p>A round trip x → y → x may be off by 1e-13 for each layer (1e-9 if a root is searched, 1e-5 in
 * float32) of 1 + |x| + (1 + |y|) ‖J⁻¹‖: what the rounding of the image moves the input by. Rows
 * where the map is flat, |det J| below 1e-6, are not judged by it. In float32 log-determinants are
 * not compared with the Jacobian, which is not exact there.
 *
 * @param name the transform
 * @param findings one for each law, in that order
 */
public record TransformCheck(String name, ImmutableList<Finding> findings) {

  private static final double JACOBIAN = 1e-8;
  private static final double EXACT = 1e-13;
  private static final double ITERATIVE = 1e-9;
  private static final double SINGLE = 1e-5;

  /** The log-determinant below which a map is flat. */
  private static final double FLAT = Math.log(1e-6);

  /**
   * The worst violation of a law.
   *
   * @param law in words
   * @param worst the largest error, relative to what rounding explains
   * @param bound what it may be
   */
  public record Finding(String law, double worst, double bound) {

    /** Whether the law holds; a NaN breaks it. */
    public boolean holds() {
      return worst <= bound;
    }

    @Override
    public String toString() {
      return "%s: %.3g, bound %.3g".formatted(law, worst, bound);
    }
  }

  /**
   * Checks every law.
   *
   * @param inputs {@code (n, domain event)}
   * @throws IllegalArgumentException if the inputs have no rows
   */
  public static TransformCheck check(Transform transform, NDArray inputs) {
    int rank = transform.domainEventDims() + 1;
    checkArgument(
        inputs.getShape().dimension() == rank,
        "inputs of the check of '%s' must have %s dims, but are of shape %s; pass rows of events",
        transform,
        rank,
        inputs.getShape());
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    NDArray x = Autograd.variable(inputs);
    Mapped forward = transform.forward(x);
    NDArray jacobian = jacobian(transform, forward.value(), x);
    if (!isSingle(x)) {
      findings.add(
          new Finding(
              "log-det against the Jacobian",
              worst(forward.logDet(), logVolume(jacobian)),
              JACOBIAN));
    }
    if (transform.invertibility() != Invertibility.NONE) {
      inverse(transform, x, forward, jacobian, findings);
    }
    findings.add(new Finding("gradients that are not finite", notFinite(forward, x), 0));
    findings.add(
        new Finding(
            "extra dims on the left",
            batches(transform, x, forward, jacobian),
            isSingle(x) ? 1e-3 : 1e-9));
    if (transform.domainEventDims() == 0) {
      findings.add(new Finding("slopes of another sign", signs(jacobian), 0));
    }
    return new TransformCheck(transform.toString(), findings.build());
  }

  private static void inverse(
      Transform transform,
      NDArray x,
      Mapped forward,
      NDArray jacobian,
      ImmutableList.Builder<Finding> findings) {
    NDArray y = Autograd.variable(forward.value());
    Mapped inverse = transform.inverse(y);
    NDArray image = transform.forward(inverse.value()).value();
    double bound = bound(transform, x);
    NDArray judged = forward.logDet().gt(FLAT);
    NDArray sum = inverse.logDet().add(forward.logDet()).abs();
    NDArray size = forward.logDet().abs().add(1);
    if (width(x) != width(y)) {
      findings.add(new Finding("round trip of images", worst(image, forward.value()), 1e-10));
      findings.add(new Finding("sum of the log-dets", largest(sum.div(size)), JACOBIAN));
      return;
    }
    NDArray inverted = Linalg.inverse(jacobian);
    NDArray ofX = size(x).add(size(y).mul(norm(inverted)));
    NDArray ofY = size(y).add(size(x).mul(norm(jacobian)));
    NDArray tripOfX = size(apart(transform.domain(), inverse.value(), x)).sub(1).div(ofX);
    NDArray tripOfY = size(apart(transform.codomain(), image, y)).sub(1).div(ofY);
    findings.add(new Finding("round trip of inputs", largest(judged, tripOfX), bound));
    findings.add(new Finding("round trip of images", largest(judged, tripOfY), bound));
    if (!isSingle(x)) {
      NDArray moved = ofX.mul(bound * 100);
      findings.add(
          new Finding("sum of the log-dets", largest(judged, sum.div(size.add(moved))), JACOBIAN));
      NDArray expected = logVolume(jacobian(transform.inverted(), inverse.value(), y));
      NDArray error = inverse.logDet().sub(expected).abs().div(expected.abs().add(1));
      findings.add(
          new Finding(
              "log-det of the inverse against the Jacobian", largest(judged, error), JACOBIAN));
    }
  }

  /** a − b; of angles the shorter way round, −π and π being one. */
  private static NDArray apart(Constraint constraint, NDArray a, NDArray b) {
    NDArray difference = a.sub(b);
    return constraint.elementwise().equals(Constraint.CIRCULAR)
        ? difference.sub(difference.div(2 * Math.PI).round().mul(2 * Math.PI))
        : difference;
  }

  private static boolean isSingle(NDArray x) {
    return x.getDataType() == DataType.FLOAT32;
  }

  private static double bound(Transform transform, NDArray x) {
    int layers = transform instanceof ComposedTransform composed ? composed.parts().size() : 1;
    boolean exact = transform.invertibility() == Invertibility.EXACT;
    return layers * (isSingle(x) ? SINGLE : exact ? EXACT : ITERATIVE);
  }

  /** 1 and the largest absolute entry of each row. */
  private static NDArray size(NDArray x) {
    return Tensors.reshape(x, new Shape(rows(x), width(x))).abs().max(new int[] {-1}).add(1);
  }

  /** The largest absolute row sum of each matrix. */
  private static NDArray norm(NDArray matrix) {
    return matrix.abs().sum(new int[] {-1}).max(new int[] {-1});
  }

  private static double largest(NDArray judged, NDArray errors) {
    return largest(Tensors.where(judged, errors, 0));
  }

  /** {@code (n, M, D)}: of the M coordinates of the image that densities are with respect to. */
  private static NDArray jacobian(Transform transform, NDArray image, NDArray x) {
    int inputs = width(x);
    long[] coordinates =
        transform
            .codomain()
            .coordinates(Shapes.takeRight(image.getShape(), transform.codomainEventDims()));
    checkArgument(
        coordinates.length >= inputs,
        "images of shape %s have fewer coordinates than inputs of shape %s; check the inverted"
            + " transform",
        image.getShape(),
        x.getShape());
    NDArray columns = Tensors.reshape(image, new Shape(rows(x), width(image)));
    List<NDArray> lines = new ArrayList<>();
    for (long at : coordinates) {
      NDArray sum = Tensors.range(columns, -1, at, at + 1).sum();
      NDArray line = Autograd.grad(sum, List.of(x), true).get(0);
      lines.add(Tensors.reshape(line, new Shape(rows(x), inputs)));
    }
    return Tensors.stack(lines, -2);
  }

  /** log √det(JᵀJ), of surfaces too, where M exceeds D. */
  private static NDArray logVolume(NDArray jacobian) {
    int rank = jacobian.getShape().dimension();
    return jacobian.getShape().get(rank - 2) == jacobian.getShape().get(rank - 1)
        ? Linalg.logDeterminant(jacobian)
        : Linalg.diagonal(Linalg.qr(jacobian).r()).abs().log().sum(new int[] {-1});
  }

  private static int rows(NDArray x) {
    return Math.toIntExact(x.getShape().get(0));
  }

  private static int width(NDArray x) {
    return Math.toIntExact(x.size() / rows(x));
  }

  private static double worst(NDArray actual, NDArray expected) {
    return largest(actual.sub(expected).abs().div(expected.abs().add(1)));
  }

  private static double largest(NDArray errors) {
    double largest = 0;
    for (double error : Tensors.values(errors)) {
      largest = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(largest, error);
    }
    return largest;
  }

  private static double notFinite(Mapped mapped, NDArray x) {
    double count = 0;
    NDArray dependent = mapped.logDet().sum().add(x.sum().mul(0));
    for (NDArray total : List.of(mapped.value().sum(), dependent)) {
      for (double entry : Tensors.values(Autograd.grad(total, List.of(x), true).get(0))) {
        count += Double.isFinite(entry) ? 0 : 1;
      }
    }
    return count;
  }

  /**
   * Matrix products round otherwise in larger batches, which a map magnifies: in its inputs by what
   * is divided by here, in its parameters by what the bound leaves room for. A batch that is mixed
   * up is off by far more.
   */
  private static double batches(
      Transform transform, NDArray inputs, Mapped forward, NDArray jacobian) {
    Run run = Tensors.run(inputs);
    Shape extra = new Shape(2, 3);
    Mapped mapped =
        transform.forward(
            inputs.add(run.zeros(Shapes.concat(extra, ones(inputs.getShape().dimension())))));
    Shape values = Shapes.concat(extra, forward.value().getShape());
    Shape logDets = Shapes.concat(extra, forward.logDet().getShape());
    if (!mapped.value().getShape().equals(values) || !mapped.logDet().getShape().equals(logDets)) {
      return Double.POSITIVE_INFINITY;
    }
    NDArray dependent = forward.logDet().sum().add(inputs.sum().mul(0));
    NDArray slope = Autograd.grad(dependent, List.of(inputs), true).get(0);
    NDArray moved = size(inputs).mul(norm(jacobian).add(size(slope)));
    NDArray apart = mapped.value().sub(forward.value()).abs();
    NDArray most =
        Tensors.reshape(apart, Shapes.concat(logDets, new Shape(width(forward.value()))));
    NDArray ofValue = most.max(new int[] {-1}).div(size(forward.value()).add(moved));
    NDArray ofLogDet = mapped.logDet().sub(forward.logDet()).abs();
    NDArray size = forward.logDet().abs().add(1).add(moved);
    return Math.max(largest(ofValue), largest(ofLogDet.div(size)));
  }

  private static Shape ones(int dims) {
    long[] sizes = new long[dims];
    Arrays.fill(sizes, 1);
    return new Shape(sizes);
  }

  private static double signs(NDArray jacobian) {
    double positive = 0;
    double negative = 0;
    for (double slope : Tensors.values(jacobian)) {
      positive += slope > 0 ? 1 : 0;
      negative += slope < 0 ? 1 : 0;
    }
    return Math.min(positive, negative);
  }

  /** The name and what was measured of each law. */
  @Override
  public String toString() {
    return name + "\n  " + findings.stream().map(Finding::toString).collect(joining("\n  "));
  }

  /** Whether every law holds. */
  public boolean isPassed() {
    return findings.stream().allMatch(Finding::holds);
  }

  /**
   * This check, if every law holds.
   *
   * @throws IllegalStateException with the figures of the laws that are broken
   */
  @CanIgnoreReturnValue
  public TransformCheck orThrow() {
    if (!isPassed()) {
      throw new IllegalStateException(
          "transform '%s' breaks laws: %s"
              .formatted(
                  name,
                  findings.stream()
                      .filter(finding -> !finding.holds())
                      .map(Finding::toString)
                      .collect(joining("; "))));
    }
    return this;
  }
}
