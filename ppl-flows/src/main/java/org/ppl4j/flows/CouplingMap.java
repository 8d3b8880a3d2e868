package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** A coupling layer with its tensors and context. */
final class CouplingMap extends Transform {

  private final Coupling.Layer layer;
  private final NamedTensors tensors;
  private final @Nullable NDArray context;
  private final Rng rng;
  private final boolean training;
  private final NamedTensors net;
  private final @Nullable Transform passing;

  CouplingMap(
      Coupling.Layer layer,
      NamedTensors tensors,
      @Nullable NDArray context,
      Rng rng,
      boolean training) {
    super(1);
    this.layer = layer;
    this.tensors = tensors;
    this.context = context;
    this.rng = rng;
    this.training = training;
    this.net = tensors.within("net");
    this.passing =
        layer.passing == null ? null : layer.passing.bind(tensors.within("passing"), rng, training);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return map(x, false);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return map(y, true);
  }

  /** In sorted coordinates: the first pass, the others are changed. */
  private Mapped map(NDArray value, boolean inverse) {
    NDArray sorted = layer.sort == null ? value : layer.sort.forward(value).value();
    int passes = layer.passes;
    List<NDArray> parts =
        passes == 0 ? List.of() : Tensors.split(sorted, -1, passes, layer.dim - passes);
    NDArray a = parts.isEmpty() ? Tensors.range(sorted, -1, 0, 0) : parts.get(0);
    NDArray b = parts.isEmpty() ? sorted : parts.get(1);
    Mapped passed = passing == null ? null : apply(passing, a, inverse);
    NDArray seen = inverse && passed != null ? passed.value() : a;
    Mapped changed = apply(changing(seen).independent(1), b, inverse);
    NDArray through = passed == null ? a : passed.value();
    NDArray joined = passes == 0 ? changed.value() : join(through, changed.value());
    NDArray logDet = passed == null ? changed.logDet() : changed.logDet().add(passed.logDet());
    return new Mapped(layer.sort == null ? joined : layer.sort.inverse(joined).value(), logDet);
  }

  private static Mapped apply(Transform transform, NDArray value, boolean inverse) {
    return inverse ? transform.inverse(value) : transform.forward(value);
  }

  /** The maps of the changed coordinates, given those that pass as they are at the base side. */
  private Transform changing(NDArray seen) {
    int contextDim =
        context == null
            ? 0
            : Math.toIntExact(context.getShape().get(context.getShape().dimension() - 1));
    NDArray parameters =
        layer.network(contextDim).apply(net, Contextual.join(seen, context), rng, training);
    Shape batch = Shapes.dropRight(parameters.getShape(), 1);
    int count = layer.family.parameters();
    return layer.family.map(
        Tensors.reshape(
            parameters, Shapes.concat(batch, new Shape(layer.dim - layer.passes, count))));
  }

  private static NDArray join(NDArray a, NDArray b) {
    Shape batch =
        Shapes.broadcast(Shapes.dropRight(a.getShape(), 1), Shapes.dropRight(b.getShape(), 1));
    return Tensors.concat(
        List.of(
            a.broadcast(Shapes.concat(batch, Shapes.takeRight(a.getShape(), 1))),
            b.broadcast(Shapes.concat(batch, Shapes.takeRight(b.getShape(), 1)))),
        -1);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new CouplingMap(
        layer,
        tensors.map(operator),
        context == null ? null : operator.apply(context),
        rng,
        training);
  }

  @Override
  public Constraint codomain() {
    return domain();
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return context == null
        ? shape
        : Shapes.concat(
            Shapes.broadcast(Shapes.dropRight(shape, 1), Shapes.dropRight(context.getShape(), 1)),
            Shapes.takeRight(shape, 1));
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public String toString() {
    return layer.toString();
  }
}
