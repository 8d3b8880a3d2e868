package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * What a transform does to volume at n events, by automatic differentiation: the sum over its
 * parts, since a product of Jacobians loses the determinant's digits where a part takes back what
 * another stretched.
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

  /** Of a map of one part, by its Jacobian of so many events. */
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
        volume.add(jacobian(map, image, input, events));
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

  private void add(NDArray jacobian) {
    Shape shape = jacobian.getShape();
    int size = (int) shape.get(2);
    if (shape.get(1) != size) {
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

  /** {@code (n, M, D)}: of the M coordinates of the image that densities are with respect to. */
  static NDArray jacobian(Transform map, NDArray image, NDArray at, int events) {
    int width = Math.toIntExact(at.size() / events);
    long[] coordinates = coordinates(map, image);
    checkArgument(
        coordinates.length >= width,
        "images of shape %s have fewer coordinates than inputs of shape %s; check the inverted"
            + " transform",
        image.getShape(),
        at.getShape());
    NDArray columns = Tensors.reshape(image, new Shape(events, image.size() / events));
    List<NDArray> lines = new ArrayList<>();
    for (long coordinate : coordinates) {
      NDArray sum = Tensors.range(columns, -1, coordinate, coordinate + 1).sum();
      // an image whose gradient is lost has the gradient 0, which no law takes for a Jacobian
      NDArray gradient = Autograd.grad(sum.add(at.sum().mul(0)), List.of(at)).get(0);
      lines.add(Tensors.reshape(gradient, new Shape(events, width)));
    }
    return Tensors.stack(lines, -2);
  }
}
