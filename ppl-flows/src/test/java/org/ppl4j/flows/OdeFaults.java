package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;

/** Mistakes of continuous flows, which the reference must see. */
final class OdeFaults {

  private OdeFaults() {}

  /** A field whose derivatives are another's, by a mistake. */
  private abstract static class Mistaken implements Field {

    final NetworkField right;

    Mistaken(NetworkField right) {
      this.right = right;
    }

    @Override
    public NDArray velocity(NDArray time, NDArray x) {
      return right.velocity(time, x);
    }
  }

  /** The trace with the other sign. */
  static Field otherSign(NetworkField field) {
    return new Mistaken(field) {
      @Override
      public ValueAndSlopes along(NDArray time, NDArray x, NDArray directions) {
        ValueAndSlopes moved = right.along(time, x, directions);
        return new ValueAndSlopes(moved.value(), moved.slopes().neg());
      }
    };
  }

  /** The trace of the columns one further, of which the last is that of time. */
  static Field timeColumn(NetworkField field) {
    return new Mistaken(field) {
      @Override
      public ValueAndSlopes along(NDArray time, NDArray x, NDArray directions) {
        NDArray none = Tensors.run(x).zeros(new Shape(1));
        return right
            .network()
            .along(
                right.tensors(),
                Contextual.sideBySide(x, time),
                Contextual.sideBySide(none, directions),
                right.rng(),
                false);
      }
    };
  }

  /** A trace with other noise in each evaluation, for one direction of signs. */
  static Field freshNoise(NetworkField field) {
    AtomicInteger evaluations = new AtomicInteger();
    return new Mistaken(field) {
      @Override
      public ValueAndSlopes along(NDArray time, NDArray x, NDArray directions) {
        Run run = Tensors.run(x);
        Shape shape = Shapes.concat(Shapes.dropRight(x.getShape(), 1), new Shape(1, dim(x)));
        NDArray fresh =
            FlowTensors.rng("noise " + evaluations.getAndIncrement()).normal(run, shape).sign();
        ValueAndSlopes moved = right.along(time, x, fresh);
        NDArray trace = Tensors.sumRight(moved.slopes().mul(fresh), 2).div(dim(x));
        return new ValueAndSlopes(
            moved.value(), directions.mul(trace.expandDims(-1).expandDims(-1)));
      }
    };
  }

  private static long dim(NDArray x) {
    return x.getShape().get(x.getShape().dimension() - 1);
  }

  /** A way whose end lies on the straight line between the steps before and after it. */
  static final class Interpolated extends VectorMap {

    private static final double STEP = 0.05;

    private final Field field;
    private final Solver solver;
    private final int dim;

    Interpolated(int dim, Field field, Solver solver) {
      super(Shapes.scalar());
      this.dim = dim;
      this.field = field;
      this.solver = solver;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return mapped(x, 0, 1 - STEP, 1 + STEP);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return mapped(y, 1, STEP, -STEP);
    }

    private Mapped mapped(NDArray x, double... times) {
      NDArray axes = Tensors.run(x).eye(dim);
      List<NDArray> states =
          solver
              .solve(
                  (time, state) -> {
                    ValueAndSlopes moved =
                        field.along(time, Tensors.range(state, -1, 0, dim), axes);
                    NDArray trace = Tensors.sumRight(moved.slopes().mul(axes), 2).expandDims(-1);
                    return Contextual.sideBySide(moved.value(), trace);
                  },
                  Contextual.sideBySide(x, Tensors.run(x).zeros(new Shape(1))),
                  times)
              .states();
      List<NDArray> end = Tensors.split(states.get(0).add(states.get(1)).div(2), -1, dim, 1);
      return new Mapped(end.get(0), end.get(1).squeeze(-1));
    }

    @Override
    public Invertibility invertibility() {
      return Invertibility.ITERATIVE;
    }

    @Override
    public String toString() {
      return "interpolated";
    }
  }
}
