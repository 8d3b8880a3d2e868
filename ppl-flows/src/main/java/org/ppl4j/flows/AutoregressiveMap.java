package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** An autoregressive layer with its tensors and context. */
final class AutoregressiveMap extends VectorMap {

  private final Autoregressive.Layer layer;
  private final Network network;
  private final NamedTensors tensors;
  private final @Nullable NDArray context;
  private final Rng rng;
  private final boolean training;

  AutoregressiveMap(
      Autoregressive.Layer layer,
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

  /** The maps of all coordinates, given the coordinates themselves. */
  private Transform maps(NDArray x) {
    NDArray read = Reading.of(layer.family().domain(), x);
    NDArray parameters = network.apply(tensors, Contextual.join(read, context), rng, training);
    Shape batch = Shapes.dropRight(parameters.getShape(), 1);
    return layer
        .family()
        .map(
            Tensors.reshape(
                parameters,
                Shapes.concat(batch, new Shape(layer.dim(), layer.family().parameters()))))
        .independent(1);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return maps(x).forward(x);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    Run run = Tensors.run(y);
    Constraint domain = layer.family().domain();
    Mapped found = run.withoutGradients(() -> solve(y));
    return ImplicitInverse.of(found, y, this::doForward, domain);
  }

  /**
   * After pass k the first k coordinates in the layer's order are right; the maps of the last pass
   * depend on none but these, so that its log-determinant is right too.
   */
  Mapped solve(NDArray y) {
    NDArray x = Tensors.run(y).zeros(forwardShape(y.getShape()));
    for (int k = 1; k < layer.dim(); k++) {
      x = maps(x).inverse(y).value();
    }
    return maps(x).inverse(y);
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
