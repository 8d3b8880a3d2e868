package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.RecordedMap;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** The method of second order for stiff equations, which solves linear ones in each step. */
record Rosenbrock() implements JavaMethod {

  static final double D = 1 / (2 + Math.sqrt(2));
  static final double E = 6 + Math.sqrt(2);

  /**
   * How a right side changes.
   *
   * @param jacobian {@code (*, M, M)}: entry (i, j) is that of rate i in state j
   * @param drift {@code (*, M)}, in time
   */
  private record Changes(NDArray jacobian, NDArray drift) {

    static Changes of(Rate rate, NDArray time, NDArray state) {
      Run run = Tensors.run(state);
      boolean isRecording = run.isRecording();
      return run.withGradients(
          () -> {
            NDArray shift = Autograd.shift(Tensors.concat(List.of(state, time), -1));
            long count = state.getShape().get(state.getShape().dimension() - 1);
            List<NDArray> by = Tensors.split(shift, -1, count, 1);
            NDArray value = rate.of(time.add(by.get(1)), state.add(by.get(0)));
            // So that a rate which does not change depends on it too.
            NDArray depending = value.broadcast(state.getShape()).add(Tensors.total(shift).mul(0));
            NDArray slopes = Autograd.jacobians(depending, List.of(shift), isRecording).get(0);
            List<NDArray> parts = Tensors.split(slopes, -1, count, 1);
            return new Changes(parts.get(0), parts.get(1).squeeze(-1));
          });
    }
  }

  @Override
  public Step step(Rate rate, NDArray state, NDArray first, NDArray time, NDArray size) {
    Changes changes = Changes.of(rate, time, state);
    long count = state.getShape().get(state.getShape().dimension() - 1);
    NDArray share = size.mul(D);
    NDArray matrix =
        Tensors.run(state).eye(count).sub(changes.jacobian().mul(share.expandDims(-1)));
    NDArray drift = changes.drift().mul(share);
    NDArray k1 = solved(matrix, first.add(drift));
    NDArray middle = rate.of(time.add(size.mul(0.5)), state.add(k1.mul(size).mul(0.5)));
    NDArray k2 = solved(matrix, middle.sub(k1)).add(k1);
    NDArray next = state.add(k2.mul(size));
    NDArray last = rate.of(time.add(size), next).broadcast(state.getShape());
    NDArray rest = last.sub(k2.sub(middle).mul(E)).sub(k1.sub(first).mul(2)).add(drift);
    NDArray k3 = solved(matrix, rest);
    NDArray error = k1.sub(k2.mul(2)).add(k3).mul(size).div(6);
    return new Step(next, last, error);
  }

  private static NDArray solved(NDArray matrix, NDArray b) {
    return Linalg.solve(matrix, b.expandDims(-1)).squeeze(-1);
  }

  @Override
  public boolean takes(RecordedMap rate) {
    return rate.along().isPresent();
  }

  @Override
  public JavaWay way(JavaWay.Problem problem) {
    return new RosenbrockWay(problem);
  }

  @Override
  public int evaluations() {
    return 3;
  }

  @Override
  public int order() {
    return 3;
  }

  @Override
  public String toString() {
    return "rosenbrock";
  }
}
