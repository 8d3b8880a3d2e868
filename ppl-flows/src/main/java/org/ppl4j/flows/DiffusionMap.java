package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Solver;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.DiffusionTransform;
import org.ppl4j.transforms.Transform;

/** The way along the probability flow of a diffusion. */
final class DiffusionMap extends OdeMap implements DiffusionTransform {

  private final int dim;
  private final VariancePreserving sde;
  private final DiffusionField field;
  private final Solver solver;
  private final Rng rng;

  DiffusionMap(int dim, VariancePreserving sde, DiffusionField field, Solver solver, Rng rng) {
    super(dim, field, solver, Gradient.THROUGH_STEPS, JacobianTrace.exact(), rng);
    this.dim = dim;
    this.sde = sde;
    this.field = field;
    this.solver = solver;
    this.rng = rng;
  }

  @Override
  public VariancePreserving sde() {
    return sde;
  }

  @Override
  public NDArray noise(NDArray time, NDArray x) {
    return field.noise(time, x);
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
