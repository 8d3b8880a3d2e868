package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** y = x + g(x) for a network g that changes by less than its input, with its tensors. */
final class ResidualMap extends VectorMap {

  private final Network network;
  private final NamedTensors tensors;
  private final double bound;
  private final LogDet logDet;
  private final Rng rng;

  /** With a network from D numbers to D whose ratio of changes is at most a bound below 1. */
  ResidualMap(Network network, NamedTensors tensors, double bound, LogDet logDet, Rng rng) {
    super(Contextual.batch(network, tensors));
    this.network = network;
    this.tensors = tensors;
    this.bound = bound;
    this.logDet = logDet;
    this.rng = rng;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return logDet.isExact() ? exact(x) : estimated(x);
  }

  private Mapped exact(NDArray x) {
    long dim = x.getShape().get(x.getShape().dimension() - 1);
    NDArray axes = Tensors.run(x).eye(dim);
    ValueAndSlopes moved = along(x, axes);
    NDArray logDet =
        dim == 1
            ? Special.log1p(moved.slopes().squeeze(-1).squeeze(-1))
            : Linalg.logDeterminant(moved.slopes().add(axes));
    return new Mapped(x.add(moved.value()), logDet);
  }

  /** The gradient of log det(I + J) is the mean of vᵀ ∂J (I + J)⁻¹ v. */
  private Mapped estimated(NDArray x) {
    Run run = Tensors.run(x);
    Shape shape = forwardShape(x.getShape());
    NDArray v = rng.split("signs").normal(run, shape).sign();
    Roulette series =
        Roulette.of(w -> along(x, w.expandDims(-2)).slopes().squeeze(-2), v, rng.split("terms"));
    ValueAndSlopes moved = along(x, series.solution().expandDims(-2));
    NDArray product = dot(v, moved.slopes().squeeze(-2));
    return new Mapped(
        x.add(moved.value()), Tensors.withDerivative(series.sum(), product, run.scalar(1)));
  }

  private ValueAndSlopes along(NDArray x, NDArray directions) {
    return network.along(tensors, x, directions, rng, false);
  }

  private NDArray change(NDArray x) {
    return network.apply(tensors, x, rng, false);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    Run run = Tensors.run(y);
    NDArray whole = y.broadcast(forwardShape(y.getShape()));
    Mapped found =
        run.withoutGradients(
            () -> {
              NDArray x = FixedPoint.of(bound, run.floatType()).solve(this::change, whole);
              return new Mapped(x, doForward(x).logDet().neg());
            });
    return ImplicitInverse.of(found, whole, this::doForward, Constraint.REAL);
  }

  @Override
  public Invertibility invertibility() {
    return Invertibility.ITERATIVE;
  }

  @Override
  public int iterations() {
    return FixedPoint.of(bound, FloatType.FLOAT64).steps();
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new ResidualMap(network, tensors.map(operator), bound, logDet, rng);
  }

  @Override
  public String toString() {
    return "residual";
  }
}
