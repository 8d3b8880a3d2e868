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
 * @param name the transform
 * @param findings one for each law, in that order
 */
public record TransformCheck(String name, ImmutableList<Finding> findings) {

  private static final double JACOBIAN = 1e-7;
  private static final double ROUND_TRIP = 1e-10;

  /** What a rounding of an image that moves the input by 1 may add, in units of the bound. */
  private static final double ROUNDING = 1e-8;

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
   * @param inputs {@code (n, domain event)}, of a run with float64
   * @throws IllegalArgumentException if the inputs are not float64 or have no rows
   */
  public static TransformCheck check(Transform transform, NDArray inputs) {
    int rank = transform.domainEventDims() + 1;
    checkArgument(
        inputs.getDataType() == DataType.FLOAT64 && inputs.getShape().dimension() == rank,
        "inputs of the check of '%s' must be float64 of %s dims, but are %s of shape %s",
        transform,
        rank,
        inputs.getDataType(),
        inputs.getShape());
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    NDArray x = Autograd.variable(inputs);
    Mapped forward = transform.forward(x);
    NDArray jacobian = jacobian(transform, forward.value(), x);
    findings.add(
        new Finding(
            "log-det against the Jacobian",
            worst(forward.logDet(), logVolume(jacobian)),
            JACOBIAN));
    if (transform.invertibility() != Invertibility.NONE) {
      inverse(transform, x, forward, jacobian, findings);
    }
    findings.add(new Finding("gradients that are not finite", notFinite(forward, x), 0));
    findings.add(new Finding("extra dims on the left", batches(transform, inputs, forward), 1e-12));
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
    findings.add(new Finding("round trip of images", worst(image, forward.value()), ROUND_TRIP));
    NDArray sum = inverse.logDet().add(forward.logDet()).abs();
    NDArray size = forward.logDet().abs().add(1);
    if (width(x) != width(y)) {
      findings.add(new Finding("sum of the log-dets", largest(sum.div(size)), JACOBIAN));
      return;
    }
    NDArray flat = Tensors.reshape(y, new Shape(rows(y), 1, width(y)));
    NDArray moves = Linalg.inverse(jacobian).mul(flat).abs().sum(new int[] {-1});
    NDArray most = moves.max(new int[] {-1});
    findings.add(
        new Finding(
            "sum of the log-dets", largest(sum.div(size.add(most.mul(ROUNDING)))), JACOBIAN));
    NDArray scale = Tensors.reshape(moves, x.getShape()).add(x.abs()).add(1);
    findings.add(
        new Finding(
            "round trip of inputs", largest(inverse.value().sub(x).abs().div(scale)), ROUND_TRIP));
    findings.add(
        new Finding(
            "log-det of the inverse against the Jacobian",
            worst(inverse.logDet(), logVolume(jacobian(transform.inverted(), inverse.value(), y))),
            JACOBIAN));
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
      largest = Math.max(largest, error);
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

  private static double batches(Transform transform, NDArray inputs, Mapped forward) {
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
    return Math.max(
        worst(mapped.value(), forward.value().broadcast(values)),
        worst(mapped.logDet(), forward.logDet().broadcast(logDets)));
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
