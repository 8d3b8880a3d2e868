package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.Traced;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Solution;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.ContinuousTransform;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The way along a field from time 0 to time 1. */
class OdeMap extends VectorMap implements ContinuousTransform {

  /** Gives the directions of a trace for rows of a batch. */
  @FunctionalInterface
  interface Directions {
    NDArray of(Run run, Shape batch);
  }

  private final int dim;
  private final Field field;
  private final Solver solver;
  private final Gradient gradient;
  private final @Nullable Directions directions; // null for the exact trace

  OdeMap(int dim, Field field, Solver solver, Gradient gradient, JacobianTrace trace, Rng rng) {
    this(
        dim,
        field,
        solver,
        gradient,
        trace.isExact() ? null : (run, batch) -> trace.directions(run, batch, dim, rng));
  }

  OdeMap(int dim, Field field, Solver solver, Gradient gradient, @Nullable Directions directions) {
    super(field.batch());
    this.dim = dim;
    this.field = field;
    this.solver = solver;
    this.gradient = gradient;
    this.directions = directions;
  }

  @Override
  public NDArray velocity(NDArray time, NDArray x) {
    return field.velocity(time, x);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return mapped(solved(x, false, false).end());
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return mapped(solved(y, true, false).end());
  }

  private Mapped mapped(NDArray end) {
    return new Mapped(Tensors.range(end, -1, 0, dim), integral(end, 0));
  }

  private NDArray integral(NDArray end, int number) {
    return Tensors.range(end, -1, (long) dim + number, (long) dim + number + 1).squeeze(-1);
  }

  @Override
  public Followed followed(NDArray x, boolean isBackwards) {
    Solution solution = solved(x, isBackwards, true);
    double direction = isBackwards ? -1 : 1;
    return new Followed(
        mapped(solution.end()),
        integral(solution.end(), 1).mul(direction),
        integral(solution.end(), 2).mul(direction),
        solution.evaluations(),
        solution.rejected());
  }

  /**
   * The place and the integral of the divergence, solved as one state of D + 1 numbers, or D + 3
   * with those of what the way costs.
   */
  private Solution solved(NDArray x, boolean isBackwards, boolean withCosts) {
    checkWidth(this, x, dim);
    Run run = Tensors.run(x);
    Shape shape = forwardShape(x.getShape());
    NDArray along = directions == null ? null : directions.of(run, Shapes.dropRight(shape, 1));
    int integrals = withCosts ? 3 : 1;
    NDArray start = Contextual.sideBySide(x.broadcast(shape), run.zeros(new Shape(integrals)));
    return solver.solve(
        gradient,
        (time, state) -> rate(time, state, along, withCosts),
        start,
        isBackwards ? 1 : 0,
        isBackwards ? 0 : 1);
  }

  /** By the exact trace if there are no directions. */
  private NDArray rate(
      NDArray time, NDArray state, @Nullable NDArray directions, boolean withCosts) {
    NDArray x = Tensors.range(state, -1, 0, dim);
    if (directions == null && !withCosts) {
      Traced traced = field.traced(time, x);
      return Contextual.sideBySide(traced.value(), traced.trace().expandDims(-1));
    }
    NDArray along = directions == null ? Tensors.run(x).eye(dim) : directions;
    ValueAndSlopes moved = field.along(time, x, along);
    NDArray divergence = Tensors.sumRight(moved.slopes().mul(along), 2).expandDims(-1);
    NDArray rate = Contextual.sideBySide(moved.value(), divergence);
    if (!withCosts) {
      return rate;
    }
    NDArray kinetic = moved.value().square().sum(new int[] {-1}, true);
    NDArray jacobian = Tensors.sumRight(moved.slopes().square(), 2).expandDims(-1);
    return Contextual.sideBySide(Contextual.sideBySide(rate, kinetic), jacobian);
  }

  @Override
  public Invertibility invertibility() {
    return Invertibility.ITERATIVE;
  }

  /** The inverse is as much work as the map. */
  @Override
  public int iterations() {
    return 1;
  }

  @Override
  public double accuracy() {
    return solver.accuracy();
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new OdeMap(dim, field.withParameters(operator), solver, gradient, directions);
  }

  @Override
  public String toString() {
    return "ode(" + dim + ", " + solver + ")";
  }
}
