package org.ppl4j.ode;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ppl4j.tensor.JavaMap;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Differential equations in models, with gradients in the start and in the parameters.
 *
 * <p>The times are the rightmost dim of the batch, as those of a plate are: what start and
 * parameters have no dim for, or one of size 1, becomes T. Parameters of individuals come from a
 * plate at dim −2.
 *
 * <pre>{@code
 * NDArray states = Ode.solve(equation, start, times, theta);
 * try (Plate plate = p.plate("times", times.length)) {
 *   p.observe("y", Normal.of(states, 0.1).toEvent(1), plate.take(y));
 * }
 * }</pre>
 */
public final class Ode {

  private static final double TOLERANCE = 1e-6;

  /**
   * Beyond so many products for the sensitivities of a stage, M² (M + P), gradients that are found
   * backwards are faster, though by the engine.
   */
  private static final long MOST_PRODUCTS = 250_000;

  private Ode() {}

  /**
   * The states by {@link Solver#dormandPrince} with a tolerance of 1e-6, as {@link #solve(Solver,
   * Equation, NDArray, double[], NDArray)}.
   */
  public static NDArray solve(Equation equation, NDArray start, double[] times, NDArray theta) {
    return solve(Solver.dormandPrince(TOLERANCE), equation, start, times, theta);
  }

  /**
   * The states at times, of which the first is that of the start.
   *
   * <p>By {@link Solver#dormandPrince} and {@link Solver#rosenbrock} an equation is solved in Java,
   * with its sensitivities, as one operation, so that programs with it are recorded. What is solved
   * in Java is kept with the equation from run to run as long as it does the same: where runs are
   * by the engine, keep the equation in a constant. First derivatives only. It may use numbers of
   * Java, and, of one row, tensors of the model, which are parameters as those in theta are.
   *
   * <p>By another solver, or if the equation has some fifty states and more, or uses tensors of the
   * model where there are many rows, it is computed in operations of the run, which take longer by
   * far and whose gradients are found backwards; so put what a model draws in theta. A row that
   * cannot be solved, since its steps become too small or too many, is NaN from there on, beside
   * the others, and chains reject it.
   *
   * <p>A step that follows its error crosses what is short beside its times, such as a dose, and
   * sees nothing of it: tell the solver when the rate jumps, {@link Solver#withJumps}, or how long
   * a step may be, {@link Solver#withLargestStep}.
   *
   * <p>Steps that follow their error are others at each place, so that a density jumps by as much
   * as the solution may be off: where chains diverge, take a tolerance whose errors are small
   * beside what data can tell; and an {@linkplain Solver#dormandPrince(double, double) absolute
   * one} below the states where their logarithms are taken.
   *
   * <p>Where neither start and parameters nor what the equation uses has a run ({@link
   * Tensors#vector}) the states have none either, so that data may be made before there is a model.
   *
   * @param start {@code (M)} or {@code (*, 1, M)}
   * @param times T of them, which rise or fall all along
   * @param theta {@code (P)} or {@code (*, 1, P)}, whose batch broadcasts against that of the start
   * @return {@code (T, M)} or {@code (*, T, M)}
   * @throws IllegalArgumentException if the times are not such, start or parameters have no dims,
   *     or their batch has another size than 1 where the times are
   */
  public static NDArray solve(
      Solver solver, Equation equation, NDArray start, double[] times, NDArray theta) {
    if (Tensors.hasRun(start) || Tensors.hasRun(theta)) {
      return solved(solver, equation, start, times, theta);
    }
    Solver.checkTimes(times);
    Optional<NDArray> rate = ofRun(equation, times[0], start, theta);
    if (rate.isPresent()) {
      Run own = Tensors.run(rate.get());
      NDArray first = forRows(own.bind(start), rate.get().getShape());
      return solved(solver, equation, first, times, own.bind(theta));
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray states = solved(solver, equation, run.bind(start), times, run.bind(theta));
      return Tensors.withoutRun(states);
    }
  }

  /** The rate at the start, if it is of a run, whose tensors the equation uses. */
  private static Optional<NDArray> ofRun(
      Equation equation, double time, NDArray start, NDArray theta) {
    try {
      NDArray rate = equation.rate(Tensors.vector(time), start, theta);
      return Tensors.hasRun(rate) ? Optional.of(rate) : Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.empty(); // It asks its arguments for their run, and so has none.
    }
  }

  /** A start for each row that a rate has, such as the particles of the tensors that it uses. */
  private static NDArray forRows(NDArray start, Shape rate) {
    if (start.getShape().dimension() == 0) {
      return start; // refused later
    }
    Shape own = Shapes.dropRight(start.getShape(), 1);
    Shape rows = rate.dimension() == 0 ? rate : Shapes.dropRight(rate, 1);
    return start.broadcast(
        Shapes.concat(Shapes.broadcast(own, rows), Shapes.takeRight(start.getShape(), 1)));
  }

  private static NDArray solved(
      Solver solver, Equation equation, NDArray start, double[] times, NDArray theta) {
    checkArgument(
        start.getShape().dimension() >= 1 && theta.getShape().dimension() >= 1,
        "differential equation has a start of shape %s and parameters of shape %s; make them (*, M)"
            + " and (*, P), one number by expandDims(-1)",
        start.getShape(),
        theta.getShape());
    Shape batch =
        Shapes.broadcast(
            Shapes.dropRight(start.getShape(), 1), Shapes.dropRight(theta.getShape(), 1));
    boolean isOne = batch.dimension() == 0;
    checkArgument(
        isOne || batch.get(batch.dimension() - 1) == 1,
        "differential equation has starts and parameters of batch %s, whose rightmost dim the times"
            + " take; pass them with a 1 there, by a plate at dim -2 or expandDims(-2)",
        batch);
    NDArray first =
        Tensors.run(start, theta)
            .bind(start)
            .broadcast(Shapes.concat(batch, Shapes.takeRight(start.getShape(), 1)));
    Optional<NDArray> inJava = inJava(solver, equation, first, times, theta);
    if (inJava.isPresent()) {
      return inJava.get();
    }
    Solution solution =
        solver.solveRows((time, state) -> rate(equation, time, state, theta), first, times);
    List<NDArray> all = new ArrayList<>(List.of(first));
    all.addAll(solution.states());
    return isOne ? Tensors.stack(all, -2) : Tensors.concat(all, -2);
  }

  /** How fast states change, in their shape. */
  static NDArray rate(Equation equation, NDArray time, NDArray state, NDArray theta) {
    NDArray rate = equation.rate(time, state, theta);
    checkArgument(
        Shapes.isBroadcastable(rate.getShape(), state.getShape()),
        "differential equation has rates of shape %s for states of shape %s; return a rate for each"
            + " state, as (*, M)",
        rate.getShape(),
        state.getShape());
    return rate.broadcast(state.getShape());
  }

  /** As one operation, if it can be. */
  private static Optional<NDArray> inJava(
      Solver solver, Equation equation, NDArray start, double[] times, NDArray theta) {
    if (!(solver instanceof AdaptiveSolver adaptive)
        || !(adaptive.method() instanceof JavaMethod method)
        || !Device.cpu().equals(start.getDevice())) {
      return Optional.empty();
    }
    Solver.checkTimes(times);
    Shape batch = Shapes.dropRight(start.getShape(), 1);
    int states = width(start);
    int parameters = width(theta);
    if (!isSmall(states, parameters)) {
      return Optional.empty();
    }
    Run around = batch.dimension() == 0 ? Tensors.run(start, theta) : null;
    if (start.size() == 0) {
      return Optional.empty();
    }
    List<NDArray> ends = List.of(row(start, theta, 0), row(start, theta, 1));
    return JavaSolver.of(equation, method, adaptive, around, times, states, parameters, ends)
        .filter(
            made -> {
              long more = made.tensors().stream().mapToLong(NDArray::size).sum();
              return isSmall(states, parameters + more);
            })
        .map(
            made -> {
              List<NDArray> of = new ArrayList<>(List.of(start));
              of.add(theta.broadcast(Shapes.concat(batch, new Shape(parameters))));
              for (NDArray tensor : made.tensors()) {
                of.add(Tensors.reshape(tensor, new Shape(tensor.size())));
              }
              JavaSolver map = made.solver();
              NDArray all = JavaMap.apply(map, map.results(), Tensors.concat(of, -1));
              Shape rows = batch.dimension() == 0 ? batch : Shapes.dropRight(batch, 1);
              return Tensors.reshape(all, Shapes.concat(rows, new Shape(times.length, states)));
            });
  }

  /** Start and parameters side by side, of the first row or, at 1, of the last. */
  private static NDArray row(NDArray start, NDArray theta, int end) {
    Run run = Tensors.run(start);
    return run.withoutGradients(
        () -> Tensors.concat(List.of(row(start, end), row(run.bind(theta), end)), -1));
  }

  private static NDArray row(NDArray x, int end) {
    long count = Shapes.dropRight(x.getShape(), 1).size();
    long place = end * (count - 1);
    NDArray rows = Tensors.reshape(x, new Shape(count, width(x)));
    return Tensors.reshape(Tensors.range(rows, -2, place, place + 1), new Shape(width(x)));
  }

  private static boolean isSmall(long states, long parameters) {
    return states * states * (states + parameters) <= MOST_PRODUCTS;
  }

  private static int width(NDArray x) {
    return Math.toIntExact(x.getShape().get(x.getShape().dimension() - 1));
  }
}
