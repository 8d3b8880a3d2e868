package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.constraints.StackConstraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.TransformCheck.Finding;
import org.ppl4j.transforms.TransformCheck.Inversion;

/** What {@link TransformCheck} measures of one transform, at n events of D numbers. */
final class TransformMeasure {

  private static final double JACOBIAN = 1e-8;
  private static final double EXACT = 1e-13;
  private static final double ITERATIVE = 1e-9;
  private static final double SINGLE = 1e-5;

  /** Of an entry of a Jacobian, relative to it: a sum of products in float64. */
  private static final double ROUNDING = 64 * Math.ulp(1.0);

  /** The log-determinant below which a map is flat. */
  private static final double FLAT = Math.log(1e-6);

  /** The transform, its tensors replaced by variables. */
  private final Transform transform;

  private final List<NDArray> variables = new ArrayList<>();
  private final boolean single;
  private final NDArray x;
  private final Mapped forward;

  /** {@code (n)}. */
  private final NDArray logDet;

  /** Directions along the domain, {@code (n, D, K)}; null where it is of D dimensions. */
  private final @Nullable NDArray tangents;

  /** {@code (n, M, D)}, or along the K directions {@code (n, M, K)}. */
  private final NDArray jacobian;

  private final ImmutableList.Builder<Finding> findings = ImmutableList.builder();

  TransformMeasure(Transform transform, NDArray inputs) {
    this.transform = transform.withParameters(this::variable);
    this.single = inputs.getDataType() == DataType.FLOAT32;
    this.x = Autograd.variable(broadcast(inputs));
    this.forward = bound(this.transform.forward(x));
    this.logDet = flat(forward.logDet());
    this.tangents = JacobianVolume.tangents(transform.domain(), x, events());
    this.jacobian = JacobianVolume.jacobian(this.transform, forward.value(), x, tangents, events());
  }

  /** A variable of the tensor's values; plain numbers and integers are themselves. */
  private NDArray variable(NDArray tensor) {
    if (Tensors.constant(tensor).isPresent() || !tensor.getDataType().isFloating()) {
      return tensor;
    }
    NDArray variable = Autograd.variable(tensor);
    variables.add(variable);
    return variable;
  }

  /** Inputs of their own for each place of a batch that the transform itself has. */
  private NDArray broadcast(NDArray inputs) {
    Shape shape = inputs.getShape();
    Shape image = transform.forwardShape(shape);
    return inputs.broadcast(
        Shapes.concat(
            Shapes.dropRight(image, transform.codomainEventDims()),
            Shapes.takeRight(shape, transform.domainEventDims())));
  }

  /** Of a batch of one, the log-determinant may be a plain number. */
  private static Mapped bound(Mapped mapped) {
    NDArray value = mapped.value();
    return new Mapped(value, Tensors.run(value).bind(mapped.logDet()));
  }

  TransformCheck check() {
    if (!single) {
      JacobianVolume volume = volume(transform, x, () -> jacobian);
      againstJacobian("log-det against the Jacobian", volume, logDet, null, null);
    }
    Inversion inversion =
        transform.invertibility() == Invertibility.NONE
            ? new Inversion(Invertibility.NONE, 0, 0, 0, events())
            : inverse();
    finite("", forward, x);
    if (tangents != null) {
      add("images outside the codomain", outside(), 0);
    }
    add("extra dims on the left", batches(), single ? 1e-3 : 1e-9);
    if (transform.domainEventDims() == 0) {
      add("slopes of another sign", signs(), 0);
    }
    return new TransformCheck(transform.toString(), inversion, findings.build());
  }

  private void add(String law, double worst, double bound) {
    findings.add(new Finding(law, worst, bound, events()));
  }

  /** Judges errors of (n) inputs where the map is not flat. */
  private void add(String law, NDArray judged, NDArray errors, double bound) {
    findings.add(new Finding(law, largest(judged, errors), bound, count(judged)));
  }

  private static int count(NDArray judged) {
    return (int) Arrays.stream(Tensors.values(judged)).sum();
  }

  private Inversion inverse() {
    NDArray y = Autograd.variable(forward.value());
    Mapped inverse = bound(transform.inverse(y));
    NDArray image = transform.forward(inverse.value()).value();
    NDArray judged = logDet.gt(FLAT);
    NDArray sum = flat(inverse.logDet()).add(logDet).abs();
    NDArray allowed = logDet.abs().add(1);
    NDArray sizeOfX = largestEntry(x).add(1);
    NDArray sizeOfY = largestEntry(y).add(1);
    NDArray tripOfX = largestEntry(apart(transform.domain(), inverse.value(), x));
    NDArray tripOfY = largestEntry(apart(transform.codomain(), image, y));
    if (width(x) != width(y)) {
      add("round trip of images", largest(off(image, forward.value())), 1e-10);
      add("sum of the log-dets", largest(sum.div(allowed)), jacobianBound());
    } else {
      double bound = bound();
      NDArray ofX = sizeOfX.add(sizeOfY.mul(norm(inverted())));
      NDArray ofY = sizeOfY.add(sizeOfX.mul(norm(jacobian)));
      add("round trip of inputs", judged, tripOfX.div(ofX), bound);
      add("round trip of images", judged, tripOfY.div(ofY), bound);
      if (!single) {
        Transform inverted = transform.inverted();
        double[] moved = moved(inverse.logDet(), y);
        NDArray rounding = Tensors.run(y).create(moved, sum.getShape()).div(JACOBIAN);
        NDArray error = sum.div(allowed.add(ofX.mul(bound * 100)).add(rounding));
        add("sum of the log-dets", judged, error, jacobianBound());
        againstJacobian(
            "log-det of the inverse against the Jacobian",
            volume(inverted, y, () -> jacobian(inverted, inverse.value(), y)),
            flat(inverse.logDet()),
            judged,
            moved);
      }
    }
    finite(" of the inverse", inverse, y);
    return new Inversion(
        transform.invertibility(),
        transform.iterations(),
        largest(judged, tripOfY.div(sizeOfY)),
        count(judged),
        events());
  }

  /**
   * That of a map at a variable.
   *
   * @param whole gives the Jacobian of the whole, which of a map of one part is all there is
   */
  private JacobianVolume volume(Transform map, NDArray at, Supplier<NDArray> whole) {
    return map.parts().size() == 1
        ? JacobianVolume.of(whole.get(), events())
        : JacobianVolume.of(map, at, events());
  }

  private NDArray jacobian(Transform map, NDArray image, NDArray at) {
    NDArray along = JacobianVolume.tangents(map.domain(), at, events());
    return JacobianVolume.jacobian(map, image, at, along, events());
  }

  /** How many images are no members of the codomain. */
  private double outside() {
    NDArray isOutside = transform.codomain().check(forward.value()).logicalNot();
    return Arrays.stream(Tensors.values(Tensors.cast(isOutside, x.getDataType()))).sum();
  }

  /** a − b; of angles the shorter way round, −π and π being one. */
  private static NDArray apart(Constraint constraint, NDArray a, NDArray b) {
    NDArray difference = a.sub(b);
    NDArray turned = difference.sub(difference.div(2 * Math.PI).round().mul(2 * Math.PI));
    if (constraint instanceof StackConstraint stack && stack.eventDims() == 1) {
      boolean[] isAngle = new boolean[stack.parts().size()];
      for (int i = 0; i < isAngle.length; i++) {
        isAngle[i] = stack.parts().get(i).equals(Constraint.CIRCULAR);
      }
      NDArray angles = Tensors.run(a).create(isAngle, new Shape(isAngle.length));
      return Tensors.where(angles, turned, difference);
    }
    return constraint.elementwise().equals(Constraint.CIRCULAR) ? turned : difference;
  }

  private double bound() {
    int layers = Math.max(transform.parts().size(), transform.inverted().parts().size());
    boolean exact = transform.invertibility() == Invertibility.EXACT;
    return layers * (single ? SINGLE : exact ? EXACT : ITERATIVE) + transform.accuracy();
  }

  /** Of log-determinants against the Jacobian, or against each other. */
  private double jacobianBound() {
    return JACOBIAN + transform.accuracy();
  }

  /** Values, log-determinants, and their gradients in all that they depend on. */
  private void finite(String which, Mapped mapped, NDArray at) {
    add(
        "values" + which + " that are not finite",
        notFinite(List.of(mapped.value(), mapped.logDet())),
        0);
    List<NDArray> inputs = new ArrayList<>(variables);
    inputs.add(at);
    NDArray ofLogDet = mapped.logDet().sum().add(at.sum().mul(0));
    NDArray ofValue = mapped.value().sum().add(at.sum().mul(0));
    double count = notFinite(Autograd.grad(ofValue, inputs));
    add(
        "gradients" + which + " that are not finite",
        count + notFinite(Autograd.grad(ofLogDet, inputs)),
        0);
  }

  private static double notFinite(List<NDArray> tensors) {
    double count = 0;
    for (NDArray tensor : tensors) {
      for (double entry : Tensors.values(tensor)) {
        count += Double.isFinite(entry) ? 0 : 1;
      }
    }
    return count;
  }

  private int events() {
    return Math.toIntExact(logDet.size());
  }

  private int width(NDArray x) {
    return Math.toIntExact(x.size() / events());
  }

  private static NDArray flat(NDArray x) {
    return Tensors.reshape(x, new Shape(x.size()));
  }

  /** {@code (n, width)}. */
  private NDArray rows(NDArray x) {
    return Tensors.reshape(x, new Shape(events(), width(x)));
  }

  /** The largest absolute entry of each event. */
  private NDArray largestEntry(NDArray x) {
    return rows(x).abs().max(new int[] {-1});
  }

  /** The largest absolute row sum of each matrix. */
  private static NDArray norm(NDArray matrix) {
    return matrix.abs().sum(new int[] {-1}).max(new int[] {-1});
  }

  /** J⁻¹, of directions along the domain alone; infinite where too large for the float type. */
  private NDArray inverted() {
    Linalg.Qr qr = Linalg.qr(jacobian);
    NDArray along = Linalg.solveTriangular(qr.r(), qr.q().swapAxes(-1, -2), true);
    NDArray inverted = tangents == null ? along : Tensors.matMul(tangents, along);
    return Tensors.where(inverted.eq(inverted), inverted, Double.POSITIVE_INFINITY);
  }

  /** By how much a rounding of inputs moves log-determinants, (n). */
  private double[] moved(NDArray logDets, NDArray at) {
    NDArray sizes = rows(at).abs().add(1);
    NDArray all = rows(slope(logDets, at)).abs().mul(sizes).sum(new int[] {-1});
    return Tensors.values(all.mul(ROUNDING));
  }

  private static NDArray slope(NDArray logDets, NDArray at) {
    return Autograd.grad(logDets.sum().add(at.sum().mul(0)), List.of(at)).get(0);
  }

  /**
   * Compares log-determinants where the map is judged and roundings leave the Jacobian its digits.
   *
   * @param judged null: everywhere
   * @param moved what roundings of the inputs explain; null: nothing
   */
  private void againstJacobian(
      String law,
      JacobianVolume volume,
      NDArray actual,
      @Nullable NDArray judged,
      double @Nullable [] moved) {
    double[] logDets = Tensors.values(actual);
    double[] isJudged = judged == null ? null : Tensors.values(judged);
    double largest = 0;
    int count = 0;
    for (int i = 0; i < logDets.length; i++) {
      boolean isComparable = volume.condition(i) * ROUNDING < JACOBIAN;
      if (isComparable && (isJudged == null || isJudged[i] != 0)) {
        double expected = volume.log(i);
        double rounding = moved == null ? 0 : moved[i] / JACOBIAN;
        double error = Math.abs(logDets[i] - expected) / (1 + Math.abs(expected) + rounding);
        largest = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(largest, error);
        count++;
      }
    }
    findings.add(new Finding(law, largest, jacobianBound(), count));
  }

  private static NDArray off(NDArray actual, NDArray expected) {
    return actual.sub(expected).abs().div(expected.abs().add(1));
  }

  private static double largest(NDArray judged, NDArray errors) {
    return largest(Tensors.where(judged, errors, 0));
  }

  private static double largest(NDArray errors) {
    double largest = 0;
    for (double error : Tensors.values(errors)) {
      largest = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(largest, error);
    }
    return largest;
  }

  /**
   * Matrix products round otherwise in larger batches, which a map magnifies: in its inputs by what
   * is divided by here, in its parameters by what the bound leaves room for. A batch that is mixed
   * up is off by far more.
   */
  private double batches() {
    Shape extra = new Shape(2, 3);
    Shape all = Shapes.concat(extra, x.getShape());
    Mapped mapped = transform.forward(x.add(Tensors.run(x).zeros(all)));
    Shape values = Shapes.concat(extra, forward.value().getShape());
    Shape logDets = Shapes.concat(extra, forward.logDet().getShape());
    if (!mapped.value().getShape().equals(values) || !mapped.logDet().getShape().equals(logDets)) {
      return Double.POSITIVE_INFINITY;
    }
    NDArray slope = largestEntry(slope(forward.logDet(), x));
    NDArray sizeOfX = largestEntry(x).add(1);
    NDArray moved = sizeOfX.mul(norm(jacobian).add(slope.add(1)));
    Shape apart = new Shape(extra.size(), events(), width(forward.value()));
    NDArray offValue = mapped.value().sub(forward.value()).abs();
    NDArray ofValue =
        Tensors.reshape(offValue, apart)
            .max(new int[] {-1})
            .div(largestEntry(forward.value()).add(1).add(moved));
    NDArray offLogDet = mapped.logDet().sub(forward.logDet()).abs();
    NDArray ofLogDet =
        Tensors.reshape(offLogDet, new Shape(extra.size(), events()))
            .div(logDet.abs().add(1).add(moved));
    return Math.max(largest(ofValue), largest(ofLogDet));
  }

  private double signs() {
    double positive = 0;
    double negative = 0;
    for (double slope : Tensors.values(jacobian)) {
      positive += slope > 0 ? 1 : 0;
      negative += slope < 0 ? 1 : 0;
    }
    return Math.min(positive, negative);
  }
}
