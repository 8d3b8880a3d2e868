package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** Bound flows of an image at several scales: {@link MultiScale}. */
final class MultiScaleMap extends Transform {

  private final Shape image;
  private final ImmutableList<Shape> shapes;
  private final ImmutableList<Transform> flows;
  private final String name;
  private final Squeeze squeeze = Squeeze.of(2);

  /** Of images {@code (C, H, W)}, squeezed to these shapes, by flows of these. */
  MultiScaleMap(Shape image, List<Shape> shapes, List<Transform> flows, String name) {
    super(1, 3);
    this.image = image;
    this.shapes = ImmutableList.copyOf(shapes);
    this.flows = ImmutableList.copyOf(flows);
    this.name = name;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    Shape batch = Shapes.dropRight(forwardShape(x.getShape()), 3);
    List<NDArray> noise = flows.size() == 1 ? List.of(x) : Tensors.split(x, -1, sizes());
    int last = flows.size() - 1;
    Mapped mapped = flows.get(last).forward(image(noise.get(last), last));
    NDArray logDet = mapped.logDet();
    for (int level = last - 1; level >= 0; level--) {
      NDArray rest = squeeze.inverse(mapped.value()).value();
      mapped = flows.get(level).forward(joined(image(noise.get(level), level), rest, batch));
      logDet = logDet.add(mapped.logDet());
    }
    return new Mapped(squeeze.inverse(mapped.value()).value(), logDet);
  }

  /** The noise of a level, {@code (*, n)}, as an image. */
  private NDArray image(NDArray noise, int level) {
    Shape batch = Shapes.dropRight(noise.getShape(), 1);
    Shape event = leaving(level);
    return Tensors.reshape(noise, Shapes.concat(batch, event));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    Shape batch = Shapes.dropRight(inverseShape(y.getShape()), 1);
    List<NDArray> noise = new ArrayList<>();
    NDArray rest = y;
    NDArray logDet = Tensors.number(0);
    for (int level = 0; level < flows.size(); level++) {
      Mapped mapped = flows.get(level).inverse(squeeze.forward(rest).value());
      logDet = logDet.add(mapped.logDet());
      NDArray own = mapped.value();
      if (level < flows.size() - 1) {
        long half = shapes.get(level).get(0) / 2;
        List<NDArray> halves = Tensors.split(own, -3, half, half);
        own = halves.get(0);
        rest = halves.get(1);
      }
      Shape event = leaving(level);
      NDArray wide = own.broadcast(Shapes.concat(batch, event));
      noise.add(Tensors.reshape(wide, Shapes.concat(batch, new Shape(event.size()))));
    }
    return new Mapped(noise.size() == 1 ? noise.get(0) : Tensors.concat(noise, -1), logDet);
  }

  private static NDArray joined(NDArray own, NDArray rest, Shape batch) {
    Shape event = Shapes.takeRight(own.getShape(), 3);
    return Tensors.concat(
        List.of(
            own.broadcast(Shapes.concat(batch, event)),
            rest.broadcast(Shapes.concat(batch, event))),
        -3);
  }

  /** What leaves at a level: half of the channels, all at the last. */
  private Shape leaving(int level) {
    Shape all = shapes.get(level);
    return level == shapes.size() - 1 ? all : new Shape(all.get(0) / 2, all.get(1), all.get(2));
  }

  private long[] sizes() {
    long[] sizes = new long[shapes.size()];
    for (int level = 0; level < sizes.length; level++) {
      sizes[level] = leaving(level).size();
    }
    return sizes;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    checkArgument(
        shape.get(shape.dimension() - 1) == image.size(),
        "flow at several scales of images %s takes vectors of %s, but got shape %s",
        image,
        image.size(),
        shape);
    return Shapes.concat(batch(Shapes.dropRight(shape, 1)), image);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    checkArgument(
        Shapes.takeRight(shape, 3).equals(image),
        "flow at several scales takes images %s, but got shape %s",
        image,
        shape);
    return Shapes.concat(batch(Shapes.dropRight(shape, 3)), new Shape(image.size()));
  }

  /** With the batches of the flows. */
  private Shape batch(Shape own) {
    Shape all = own;
    for (int level = 0; level < flows.size(); level++) {
      Shape mapped = flows.get(level).forwardShape(Shapes.concat(all, shapes.get(level)));
      all = Shapes.dropRight(mapped, 3);
    }
    return all;
  }

  /** That of the level that inverts worst. */
  @Override
  public Invertibility invertibility() {
    return flows.stream()
        .map(Transform::invertibility)
        .max(Enum::compareTo)
        .orElse(Invertibility.EXACT);
  }

  @Override
  public int iterations() {
    return flows.stream().mapToInt(Transform::iterations).sum();
  }

  @Override
  public double accuracy() {
    return flows.stream().mapToDouble(Transform::accuracy).sum();
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    List<Transform> replaced = flows.stream().map(flow -> flow.withParameters(operator)).toList();
    return new MultiScaleMap(image, shapes, replaced, name);
  }

  @Override
  public String toString() {
    return name;
  }
}
