package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Sde;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.DiffusionTransform;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The way along the probability flow of a diffusion. */
final class DiffusionMap extends VectorMap implements DiffusionTransform {

  private final int dim;
  private final Sde sde;
  private final DiffusionField field;
  private final Solver solver;
  private final Rng rng;
  private final OdeMap way;

  DiffusionMap(int dim, Sde sde, DiffusionField field, Solver solver, Rng rng) {
    super(field.batch());
    this.dim = dim;
    this.sde = sde;
    this.field = field;
    this.solver = solver;
    this.rng = rng;
    this.way = new OdeMap(dim, field, solver, Gradient.THROUGH_STEPS, Trace.exact(), rng);
  }

  @Override
  public Sde sde() {
    return sde;
  }

  @Override
  public NDArray noise(NDArray time, NDArray x) {
    return field.noise(time, x);
  }

  @Override
  public NDArray velocity(NDArray time, NDArray x) {
    return field.velocity(time, x);
  }

  @Override
  public Followed followed(NDArray x, boolean isBackwards) {
    return way.followed(whole(x), isBackwards);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return way.forward(whole(x));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return way.inverse(whole(y));
  }

  private NDArray whole(NDArray x) {
    return x.broadcast(forwardShape(x.getShape()));
  }

  @Override
  public Invertibility invertibility() {
    return way.invertibility();
  }

  @Override
  public int iterations() {
    return way.iterations();
  }

  @Override
  public double accuracy() {
    return way.accuracy();
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new DiffusionMap(dim, sde, field.withParameters(operator), solver, rng);
  }

  @Override
  public String toString() {
    return "diffusion(" + dim + ", " + sde + ", " + solver + ")";
  }
}
