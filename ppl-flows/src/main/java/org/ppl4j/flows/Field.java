package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.Traced;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** A velocity field dx/dt = f(t, x), which acts on each row alone. */
@FunctionalInterface
public interface Field {

  /**
   * The velocity.
   *
   * @param time {@code (1)}, or {@code (*, 1)} where each row is at a time of its own
   * @param x {@code (*, D)}
   * @return {@code (*, D)}, or what broadcasts to it
   */
  NDArray velocity(NDArray time, NDArray x);

  /**
   * The velocity together with its derivatives along directions of x. Unless a field knows better,
   * by D backward passes, whose own derivatives are second ones; networks carry them forwards.
   *
   * @param directions {@code (*, K, D)}, whose batch broadcasts against that of {@code x}
   */
  default ValueAndSlopes along(NDArray time, NDArray x, NDArray directions) {
    Run run = Tensors.run(x, directions);
    boolean isRecording = run.isRecording();
    return run.withGradients(
        () -> {
          NDArray shift = Autograd.shift(x);
          NDArray velocity = spread(velocity(time, x.add(shift)), x.getShape());
          // So that a field which is the same everywhere depends on it too.
          NDArray depending = velocity.add(Tensors.total(shift).mul(0));
          NDArray jacobian = Autograd.jacobians(depending, List.of(shift), isRecording).get(0);
          NDArray slopes = Tensors.matMul(directions, jacobian.swapAxes(-1, -2));
          return isRecording
              ? new ValueAndSlopes(velocity, slopes)
              : new ValueAndSlopes(velocity.stopGradient(), slopes.stopGradient());
        });
  }

  private static NDArray spread(NDArray velocity, Shape places) {
    checkArgument(
        Shapes.isBroadcastable(velocity.getShape(), places),
        "field has velocities of shape %s at places of shape %s; return a number for each"
            + " coordinate, as (*, D), and name tensors of a batch by Field.batch()",
        velocity.getShape(),
        places);
    return velocity.broadcast(places);
  }

  /** The velocity together with its divergence; unless a field knows better, along the axes. */
  default Traced traced(NDArray time, NDArray x) {
    NDArray axes = Tensors.run(x).eye(x.getShape().get(x.getShape().dimension() - 1));
    ValueAndSlopes moved = along(time, x, axes);
    return new Traced(moved.value(), Tensors.sumRight(moved.slopes().mul(axes), 2));
  }

  /** The batch of the tensors that it holds; of one vector unless it holds some. */
  default Shape batch() {
    return Shapes.scalar();
  }

  /** The same field with every tensor that it holds replaced; itself unless it holds some. */
  default Field withParameters(UnaryOperator<NDArray> operator) {
    return this;
  }
}
