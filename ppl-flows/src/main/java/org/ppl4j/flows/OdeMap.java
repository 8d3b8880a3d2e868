package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.Moved;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.transforms.ContinuousTransform;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The way along a field from time 0 to time 1. */
final class OdeMap extends VectorMap implements ContinuousTransform {

  /** Gives the directions of a trace for rows of a batch. */
  @FunctionalInterface
  interface Directions {
    NDArray of(Run run, Shape batch);
  }

  private final int dim;
  private final Field field;
  private final Solver solver;
  private final Directions directions;

  OdeMap(int dim, Field field, Solver solver, Trace trace, Rng rng) {
    this(dim, field, solver, (run, batch) -> trace.directions(run, batch, dim, rng));
  }

  OdeMap(int dim, Field field, Solver solver, Directions directions) {
    super(field instanceof NetworkField network ? network.batch() : Shapes.scalar());
    this.dim = dim;
    this.field = field;
    this.solver = solver;
    this.directions = directions;
  }

  @Override
  public NDArray velocity(NDArray time, NDArray x) {
    return field.velocity(time, x);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return mapped(solved(x, false, false));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return mapped(solved(y, true, false));
  }

  private Mapped mapped(List<NDArray> parts) {
    return new Mapped(parts.get(0), parts.get(1).squeeze(-1));
  }

  @Override
  public Followed followed(NDArray x, boolean isBackwards) {
    List<NDArray> parts = solved(x, isBackwards, true);
    double direction = isBackwards ? -1 : 1;
    return new Followed(
        mapped(parts),
        parts.get(2).squeeze(-1).mul(direction),
        parts.get(3).squeeze(-1).mul(direction));
  }

  /**
   * The place and the integral of the divergence, solved as one state of D + 1 numbers, or D + 3
   * with those of what the way costs.
   */
  private List<NDArray> solved(NDArray x, boolean isBackwards, boolean withCosts) {
    Run run = Tensors.run(x);
    Shape shape = forwardShape(x.getShape());
    NDArray along = directions.of(run, Shapes.dropRight(shape, 1));
    int integrals = withCosts ? 3 : 1;
    NDArray start = Contextual.sideBySide(x.broadcast(shape), run.zeros(new Shape(integrals)));
    NDArray end =
        solver
            .solve(
                (time, state) -> rate(time, state, along, withCosts),
                start,
                isBackwards ? 1 : 0,
                isBackwards ? 0 : 1)
            .end();
    return withCosts ? Tensors.split(end, -1, dim, 1, 1, 1) : Tensors.split(end, -1, dim, 1);
  }

  private NDArray rate(NDArray time, NDArray state, NDArray along, boolean withCosts) {
    Moved moved = field.along(time, Tensors.range(state, -1, 0, dim), along);
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
    return field instanceof NetworkField network
        ? new OdeMap(dim, network.withParameters(operator), solver, directions)
        : this;
  }

  @Override
  public String toString() {
    return "ode(" + dim + ", " + solver + ")";
  }
}
