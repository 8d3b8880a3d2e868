package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.Gradual;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** An autoregressive layer with its tensors and context. */
final class AutoregressiveMap extends VectorMap {

  private final Autoregressive layer;
  private final Network network;
  private final NamedTensors tensors;
  private final @Nullable NDArray context;
  private final Rng rng;
  private final boolean training;

  AutoregressiveMap(
      Autoregressive layer,
      Network network,
      NamedTensors tensors,
      @Nullable NDArray context,
      Rng rng,
      boolean training) {
    super(Contextual.batch(context));
    this.layer = layer;
    this.network = network;
    this.tensors = tensors;
    this.context = context;
    this.rng = rng;
    this.training = training;
  }

  /** Of the maps of all coordinates, given the coordinates themselves: (*, D P). */
  private NDArray parameters(NDArray x) {
    NDArray read = Features.of(layer.family().domain(), x);
    return network.apply(tensors, Contextual.join(read, context), rng, training);
  }

  /** As many rows of parameters as coordinates. */
  private NDArray rows(NDArray parameters) {
    Shape each = new Shape(layer.dim(), layer.family().parameters());
    Shape batch = Shapes.dropRight(parameters.getShape(), 1);
    return Tensors.reshape(parameters, Shapes.concat(batch, each));
  }

  private Mapped mapped(NDArray x, NDArray rows) {
    return layer.family().map(rows).independent(1).forward(x);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray rows = rows(parameters(x));
    ScalarFamilies.prefer(tensors, layer.family(), rows, x, false, all -> Tensors.sumRight(all, 1));
    return mapped(x, rows);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    Run run = Tensors.run(y);
    Constraint domain = layer.family().domain();
    Mapped found = run.withoutGradients(() -> solve(y));
    return ImplicitInverse.of(found, y, x -> mapped(x, rows(parameters(x))), domain);
  }

  /** One coordinate after the other, in the layer's order: its map depends on those before. */
  Mapped solve(NDArray y) {
    Run run = Tensors.run(y);
    Shape batch = Shapes.dropRight(forwardShape(y.getShape()), 1);
    Constraint domain = layer.family().domain();
    NDArray news = context == null ? run.zeros(new Shape(0)) : context;
    Shape width = Shapes.takeRight(news.getShape(), 1);
    news = news.broadcast(Shapes.concat(batch, width));
    List<Gradual.Group> groups = layer.groups(Math.toIntExact(width.get(0)));
    Gradual maps = network.gradually(tensors, groups, rng, training);
    NDArray[] x = new NDArray[layer.dim()];
    NDArray logDet = run.zeros(batch);
    for (int i : layer.order().asList()) {
      Mapped found =
          layer.family().map(maps.next(news)).inverse(Tensors.range(y, -1, i, i + 1).squeeze(-1));
      x[i] = found.value().broadcast(batch);
      logDet = logDet.add(found.logDet());
      news = Features.of(domain, x[i].expandDims(-1));
    }
    return new Mapped(Tensors.stack(List.of(x), -1), logDet);
  }

  @Override
  public Constraint domain() {
    return Constraint.independent(layer.family().domain(), 1);
  }

  @Override
  public Constraint codomain() {
    return domain();
  }

  @Override
  public Invertibility invertibility() {
    return layer.family().iterations() > 0 ? Invertibility.ITERATIVE : Invertibility.EXACT;
  }

  @Override
  public int iterations() {
    return layer.dim() * Math.max(1, layer.family().iterations());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new AutoregressiveMap(
        layer,
        network,
        tensors.map(operator),
        context == null ? null : operator.apply(context),
        rng,
        training);
  }

  @Override
  public String toString() {
    return layer.toString();
  }
}
