package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.ode.Sde;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Paths of a stochastic differential equation from a start, in steps of Euler and Maruyama: the
 * states at all times but the first, of which each is normal given the one before,
 *
 * <pre>{@code
 * x(t + h) ~ Normal(x(t) + f(t, x(t); θ) h, g(t, x(t); θ) √h)
 * }</pre>
 *
 * <p>The law of the steps comes to that of the equation as they become short, its error with h.
 * Where observations are rare, take times between them and observe some of the states.
 *
 * <p>Parameters: {@code start (*, M)}, the state at the first time; {@code theta (*, P)}. Values
 * are {@code (*, T, M)}. A draw takes one step after the other; the log-density is of all at once.
 *
 * <p>Source: Kloeden and Platen, "Numerical solution of stochastic differential equations" (1992),
 * section 9.1.
 */
public final class EulerMaruyama extends Distribution {

  private final Sde sde;
  private final NDArray start;
  private final NDArray theta;
  private final ImmutableDoubleArray times;

  private EulerMaruyama(Sde sde, NDArray start, NDArray theta, ImmutableDoubleArray times) {
    super(
        new Shape(times.length() - 1, width(start)),
        new Argument("start", start, Constraint.REAL, 1),
        new Argument("theta", theta, Constraint.REAL, 1));
    this.sde = sde;
    this.start = start;
    this.theta = theta;
    this.times = times;
  }

  /**
   * Of an equation.
   *
   * @param start {@code (*, M)}, at the first time
   * @param theta {@code (*, P)}, what the equation is given
   * @param times T + 1 of them, which rise: where the steps begin and end
   * @throws IllegalArgumentException if there are less than two times, or they do not rise
   */
  public static EulerMaruyama of(Sde sde, NDArray start, NDArray theta, double... times) {
    checkArgument(
        times.length >= 2,
        "EulerMaruyama has %s times; pass that of the start and at least one more",
        times.length);
    for (int i = 1; i < times.length; i++) {
      checkArgument(
          times[i] > times[i - 1] && Double.isFinite(times[i]) && Double.isFinite(times[i - 1]),
          "EulerMaruyama has time %s after %s; pass finite times that rise",
          times[i],
          times[i - 1]);
    }
    return new EulerMaruyama(sde, start, theta, ImmutableDoubleArray.copyOf(times));
  }

  private static long width(NDArray start) {
    int dims = start.getShape().dimension();
    return dims == 0 ? 0 : start.getShape().get(dims - 1); // refused by its argument
  }

  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, 2);
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    Run run = Tensors.run(value, start, theta);
    NDArray path = run.bind(value);
    int steps = times.length() - 1;
    double[] from = new double[steps];
    double[] sizes = new double[steps];
    for (int k = 0; k < steps; k++) {
      from[k] = times.get(k);
      sizes[k] = times.get(k + 1) - times.get(k);
    }
    NDArray time = run.create(from, new Shape(steps, 1));
    NDArray size = run.create(sizes, new Shape(steps, 1));
    NDArray before = before(run.bind(start), path);
    NDArray given = run.bind(theta).expandDims(-2);
    NDArray scale =
        sde.diffusion(time, before, given).mul(size.sqrt()).broadcast(before.getShape());
    NDArray mean = before.add(sde.drift(time, before, given).mul(size));
    NDArray each = path.sub(mean).div(scale).square().mul(-0.5).sub(scale.log());
    return each.sum(new int[] {-2, -1}).sub(eventShape().size() * MathConstants.HALF_LOG_2PI);
  }

  /** Where each step begins. */
  private NDArray before(NDArray first, NDArray path) {
    Shape rows = Shapes.broadcast(Shapes.dropRight(path.getShape(), 2), batchShape());
    long steps = eventShape().get(0);
    long states = eventShape().get(1);
    NDArray begin = first.expandDims(-2).broadcast(Shapes.concat(rows, new Shape(1, states)));
    if (steps == 1) {
      return begin;
    }
    NDArray rest = Tensors.range(path, -2, 0, steps - 1);
    Shape shape = Shapes.concat(rows, new Shape(steps - 1, states));
    return Tensors.concat(List.of(begin, rest.broadcast(shape)), -2);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    NDArray noise = rng.normal(run, Shapes.concat(batch, eventShape()));
    Shape shape = Shapes.concat(batch, Shapes.takeRight(eventShape(), 1));
    NDArray state = start.broadcast(shape);
    List<NDArray> states = new ArrayList<>();
    for (int k = 0; k < times.length() - 1; k++) {
      double size = times.get(k + 1) - times.get(k);
      NDArray time = run.create(new double[] {times.get(k)}, new Shape(1));
      NDArray step = Tensors.range(noise, -2, k, k + 1).squeeze(-2).mul(Math.sqrt(size));
      NDArray moved = sde.drift(time, state, theta).mul(size);
      state = state.add(moved).add(sde.diffusion(time, state, theta).mul(step));
      states.add(state);
    }
    NDArray value = Tensors.stack(states, -2);
    return Draw.of(value, () -> doLogProb(value));
  }

  @Override
  public EulerMaruyama withParameters(UnaryOperator<NDArray> operator) {
    return new EulerMaruyama(sde, operator.apply(start), operator.apply(theta), times);
  }
}
