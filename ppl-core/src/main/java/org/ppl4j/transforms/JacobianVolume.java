package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What a transform does to volume at n events, by automatic differentiation: the sum over its
 * parts, since a product of Jacobians loses the determinant's digits where a part takes back what
 * another stretched. Of events on a surface it is the volume there: Jacobians are restricted to the
 * {@linkplain #tangents directions along it}.
 */
final class JacobianVolume {

  private final double[] log;
  private final double[] condition;

  private JacobianVolume(int events) {
    this.log = new double[events];
    this.condition = new double[events];
  }

  /** log √det JᵀJ of an event. */
  double log(int event) {
    return log[event];
  }

  /** How far it moves if what entries are sums of is off by ε, by ε; 0 for surfaces. */
  double condition(int event) {
    return condition[event];
  }

  /** Of a map of one part, by its {@linkplain #jacobian Jacobian} of so many events. */
  static JacobianVolume of(NDArray jacobian, int events) {
    JacobianVolume volume = new JacobianVolume(events);
    volume.add(jacobian);
    return volume;
  }

  /** Of a transform at a variable that holds so many events. */
  static JacobianVolume of(Transform transform, NDArray x, int events) {
    JacobianVolume volume = new JacobianVolume(events);
    NDArray input = x;
    NDArray image = x;
    NDArray tangents = tangents(transform.domain(), x, events);
    int eventDims = transform.domainEventDims();
    List<Transform> parts = new ArrayList<>();
    addTo(parts, transform);
    int left = parts.size();
    for (Transform part : parts) {
      Transform map = part.independent(eventDims - part.domainEventDims());
      image = map.forward(image).value();
      eventDims = map.codomainEventDims();
      left--;
      // On a surface, such as that of triangular matrices, the next part has no determinant.
      if (left == 0 || coordinates(map, image).length == image.size() / events) {
        NDArray jacobian = jacobian(map, image, input, tangents, events);
        volume.add(jacobian);
        tangents = isSquare(jacobian) ? null : Linalg.qr(jacobian).q();
        input = Autograd.variable(image);
        image = input;
      }
    }
    return volume;
  }

  /** Parts of parts too. */
  private static void addTo(List<Transform> all, Transform transform) {
    List<Transform> parts = transform.parts();
    if (parts.size() == 1) {
      all.add(transform);
    } else {
      parts.forEach(part -> addTo(all, part));
    }
  }

  private static long[] coordinates(Transform map, NDArray image) {
    return map.codomain().coordinates(Shapes.takeRight(image.getShape(), map.codomainEventDims()));
  }

  private static boolean isSquare(NDArray matrices) {
    return matrices.getShape().get(1) == matrices.getShape().get(2);
  }

  private void add(NDArray jacobian) {
    int size = (int) jacobian.getShape().get(2);
    if (!isSquare(jacobian)) {
      NDArray root = Linalg.diagonal(Linalg.qr(jacobian).r()).abs().log().sum(new int[] {-1});
      double[] logs = Tensors.values(root);
      Arrays.setAll(log, i -> log[i] + logs[i]);
      return;
    }
    double[] entries = Tensors.values(jacobian);
    for (int i = 0; i < log.length; i++) {
      double[] own = Arrays.copyOfRange(entries, i * size * size, (i + 1) * size * size);
      PreciseMatrix matrix = PreciseMatrix.of(own, size);
      log[i] += matrix.logDeterminant();
      condition[i] += matrix.condition();
    }
  }

  /**
   * Directions {@code (n, D, K)} along a set of K &lt; D dimensions at members of it, of volume 1
   * in the coordinates that densities are with respect to; null for a set of D dimensions. They are
   * those in which its bijection from the reals moves.
   */
  static @Nullable NDArray tangents(Constraint set, NDArray members, int events) {
    if (set.elementwise().eventDims() == 0) {
      return null;
    }
    Transform chart = Bijections.to(set);
    NDArray free = Autograd.variable(chart.inverse(members.stopGradient()).value());
    if (free.size() == members.size()) {
      return null;
    }
    NDArray image = chart.forward(free).value();
    long width = image.size() / events;
    NDArray moves = derivatives(image, LongStream.range(0, width).toArray(), free, events);
    long[] coordinates = coordinates(chart, image);
    NDArray measured =
        coordinates.length == width ? moves : derivatives(image, coordinates, free, events);
    NDArray scale = Linalg.qr(measured).r().swapAxes(-1, -2);
    return Linalg.solveTriangular(scale, moves.swapAxes(-1, -2), false).swapAxes(-1, -2);
  }

  /**
   * {@code (n, M, K)}: of the M coordinates of the image that densities are with respect to, along
   * K directions.
   *
   * @param tangents {@code (n, D, K)}; null for each of the D inputs
   */
  static NDArray jacobian(
      Transform map, NDArray image, NDArray at, @Nullable NDArray tangents, int events) {
    long[] coordinates = coordinates(map, image);
    long directions = tangents == null ? at.size() / events : tangents.getShape().get(2);
    checkArgument(
        coordinates.length >= directions,
        "images of shape %s have fewer coordinates than inputs of shape %s; check the inverted"
            + " transform",
        image.getShape(),
        at.getShape());
    NDArray ofInputs = derivatives(image, coordinates, at, events);
    return tangents == null ? ofInputs : Tensors.matMul(ofInputs, tangents);
  }

  /** {@code (n, M, D)}: of these entries of the image. */
  private static NDArray derivatives(NDArray image, long[] entries, NDArray at, int events) {
    NDArray columns = Tensors.reshape(image, new Shape(events, image.size() / events));
    List<NDArray> lines = new ArrayList<>();
    for (long entry : entries) {
      NDArray sum = Tensors.range(columns, -1, entry, entry + 1).sum();
      // an image whose gradient is lost has the gradient 0, which no law takes for a Jacobian
      NDArray gradient = Autograd.grad(sum.add(at.sum().mul(0)), List.of(at)).get(0);
      lines.add(Tensors.reshape(gradient, new Shape(events, at.size() / events)));
    }
    return Tensors.stack(lines, -2);
  }
}
