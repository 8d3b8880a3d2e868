package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * Gradients agree with differences in float64, however the arguments {@linkplain Arrival arrive}:
 * what is differentiated where it is used, and not only at a leaf.
 *
 * <p>Arguments are moved along random directions. Where an argument has a row for each row of the
 * results, each row is judged by itself; of others the sum is.
 */
public final class GradientLaw {

  private static final long SEED = 20261126;

  /** Of a derivative, relative to the terms that it is the sum of. */
  private static final double TOLERANCE = 1e-6;

  /** One is right unless the function breaks within it, or is too bent: then a smaller one is. */
  private static final double[] STEPS = {1e-5, 1e-6, 1e-7};

  /** Where the function breaks too near for any of these, one side of it is judged. */
  private static final double ONE_SIDED = 1e-5;

  /** A derivative that is not zero. */
  private static final double MOVING = 1e-7;

  /** What is differentiated. */
  public interface Body {

    /** The results for arguments. */
    List<NDArray> of(Run run, List<NDArray> arguments);
  }

  /** What is judged of a body at its arguments. */
  public interface Law {

    /**
     * Judges it.
     *
     * @throws AssertionError if the law is broken
     */
    Judged check(String what, List<Argument> arguments, Body body);
  }

  /**
   * An argument.
   *
   * @param name what it is called where the law is broken
   * @param values row by row
   * @param hasRows whether its rows are those of the results
   * @param free makes of a direction one in which the argument may move
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, in tests
  public record Argument(
      String name, double[] values, Shape shape, boolean hasRows, UnaryOperator<double[]> free) {

    /** An input, whose rows are those of the results. */
    public static Argument input(String name, NDArray tensor) {
      return new Argument(name, Tensors.values(tensor), tensor.getShape(), true, d -> d);
    }

    /** A parameter that all results depend on. */
    public static Argument parameter(String name, NDArray tensor) {
      return new Argument(name, Tensors.values(tensor), tensor.getShape(), false, d -> d);
    }
  }

  /**
   * How much was judged.
   *
   * @param derivatives how many derivatives were compared
   * @param moving how many of them are not zero
   */
  public record Judged(int derivatives, int moving) {

    /** Nothing yet. */
    public static final Judged NONE = new Judged(0, 0);

    /** Both together. */
    public Judged plus(Judged other) {
      return new Judged(derivatives + other.derivatives, moving + other.moving);
    }

    /** This, if derivatives were judged that are not zero. */
    public Judged required(String what) {
      assertThat(moving).as("derivatives of %s that are not 0", what).isPositive();
      return this;
    }
  }

  private final String what;
  private final List<Argument> arguments;
  private final Body body;
  private final Arrival arrival;
  private final List<double[]> leaves = new ArrayList<>();
  private final List<double[]> gradients;
  private final List<double[]> weights = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(SEED);

  private GradientLaw(String what, List<Argument> arguments, Body body, Arrival arrival) {
    this.what = what;
    this.arguments = arguments;
    this.body = body;
    this.arrival = arrival;
    for (Argument argument : arguments) {
      leaves.add(arrival.leaf(argument.values(), argument.shape()));
    }
    this.gradients = gradients();
  }

  /**
   * Judges every argument in every arrival: each with rows by itself, the others together.
   *
   * @throws AssertionError if a gradient is wrong, or all that was judged is zero
   */
  public static Judged check(String what, List<Argument> arguments, Body body) {
    Judged judged = Judged.NONE;
    for (Arrival arrival : Arrival.values()) {
      judged = judged.plus(check(what, arguments, body, arrival));
    }
    return judged;
  }

  /**
   * The same in one arrival.
   *
   * @throws AssertionError as {@link #check(String, List, Body)}
   */
  public static Judged check(String what, List<Argument> arguments, Body body, Arrival arrival) {
    GradientLaw law = new GradientLaw(what, arguments, body, arrival);
    Judged judged = Judged.NONE;
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).hasRows()) {
        judged = judged.plus(law.along(law.direction(i, 0, 1), i));
      }
    }
    if (!arguments.stream().allMatch(Argument::hasRows)) {
      judged = judged.plus(law.along(law.ofParameters(), -1));
    }
    return judged.required(what);
  }

  /**
   * Judges each argument by itself in one arrival, its entries dealt to so many directions.
   *
   * @return what was judged, which may be zero everywhere
   * @throws AssertionError if a gradient is wrong
   */
  public static Judged each(
      String what, List<Argument> arguments, Body body, Arrival arrival, int directions) {
    Judged judged = Judged.NONE;
    GradientLaw law = new GradientLaw(what, arguments, body, arrival);
    for (int i = 0; i < arguments.size(); i++) {
      for (int k = 0; k < Math.min(directions, arguments.get(i).values().length); k++) {
        judged = judged.plus(law.along(law.direction(i, k, directions), i));
      }
    }
    return judged;
  }

  /**
   * Judges what no difference tells, as draws that are made by rejection: in each arrival the
   * gradient is that of a leaf of the same numbers.
   *
   * @throws AssertionError as {@link #check}
   */
  public static Judged arrivalsAgree(String what, List<Argument> arguments, Body body) {
    Judged judged = Judged.NONE;
    for (Arrival arrival : Arrival.values()) {
      GradientLaw law = new GradientLaw(what, arguments, body, arrival);
      judged = judged.plus(law.againstLeaf());
    }
    return judged.required(what);
  }

  private List<double[]> gradients() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> variables = new ArrayList<>();
      NDArray loss = run.scalar(0);
      for (NDArray leaf : tensors(run, leaves)) {
        NDArray variable = Autograd.variable(leaf);
        variables.add(variable);
        loss = loss.add(variable.sum().mul(0));
      }
      for (NDArray result : body.of(run, arrived(run, variables))) {
        double[] values = Tensors.values(result);
        double[] weight = new double[values.length];
        Arrays.setAll(weight, i -> random.nextDouble(0.5, 1.5) / (1 + Math.abs(values[i])));
        weights.add(weight);
        loss = loss.add(result.mul(run.create(weight, result.getShape())).sum());
      }
      return Autograd.grad(loss, variables).stream().map(Tensors::values).toList();
    }
  }

  private List<NDArray> tensors(Run run, List<double[]> values) {
    return IntStream.range(0, values.size())
        .mapToObj(i -> run.create(values.get(i), arrival.leafShape(arguments.get(i).shape())))
        .toList();
  }

  private List<NDArray> arrived(Run run, List<NDArray> made) {
    return IntStream.range(0, made.size())
        .mapToObj(i -> arrival.tensor(run, made.get(i), arguments.get(i).shape()))
        .toList();
  }

  /** A direction of an argument's leaf in every so manyth entry; null for the other arguments. */
  private List<double[]> direction(int argument, int first, int each) {
    List<double[]> all = still();
    all.set(argument, random(argument, first, each));
    return all;
  }

  private List<double[]> ofParameters() {
    List<double[]> all = still();
    for (int i = 0; i < all.size(); i++) {
      if (!arguments.get(i).hasRows()) {
        all.set(i, random(i, 0, 1));
      }
    }
    return all;
  }

  private List<double[]> still() {
    List<double[]> all = new ArrayList<>();
    leaves.forEach(leaf -> all.add(new double[leaf.length]));
    return all;
  }

  private double[] random(int which, int first, int each) {
    Argument argument = arguments.get(which);
    double[] direction = new double[argument.values().length];
    for (int i = first; i < direction.length; i += each) {
      direction[i] = random.nextDouble(0.5, 1.5) * (random.nextBoolean() ? 1 : -1);
    }
    return arrival.leaf(argument.free().apply(direction), argument.shape());
  }

  private Judged along(List<double[]> direction, int moved) {
    int rows = rows(moved);
    double[] own = new double[rows];
    double[] size = new double[rows];
    for (int i = 0; i < direction.size(); i++) {
      double[] d = direction.get(i);
      for (int j = 0; j < d.length; j++) {
        double term = d[j] * gradients.get(i)[j];
        own[(int) ((long) j * rows / d.length)] += term;
        size[(int) ((long) j * rows / d.length)] += Math.abs(term);
      }
    }
    boolean[] isRight = new boolean[rows];
    double[] found = new double[rows];
    for (double step : STEPS) {
      if (!allTrue(isRight)) {
        double[] difference = difference(direction, step, rows);
        for (int r = 0; r < rows; r++) {
          if (!isRight[r]) {
            found[r] = difference[r];
            isRight[r] = isNear(own[r], difference[r], size[r]);
          }
        }
      }
    }
    for (double step : new double[] {ONE_SIDED, -ONE_SIDED}) {
      if (!allTrue(isRight)) {
        double[] difference = oneSided(direction, step, rows);
        for (int r = 0; r < rows; r++) {
          isRight[r] |= isNear(own[r], difference[r], size[r]);
        }
      }
    }
    int moving = 0;
    for (int r = 0; r < rows; r++) {
      assertThat(isRight[r])
          .as(
              "gradient of %s in %s that arrives as %s, row %s: %s; differences say %s",
              what,
              moved < 0 ? "parameters" : arguments.get(moved).name(),
              arrival,
              r,
              own[r],
              found[r])
          .isTrue();
      moving += Math.abs(found[r]) > MOVING ? 1 : 0;
    }
    return new Judged(rows, moving);
  }

  private static boolean isNear(double own, double wanted, double size) {
    return Math.abs(own - wanted) <= TOLERANCE * (1 + Math.abs(wanted) + size);
  }

  private static boolean allTrue(boolean[] all) {
    return IntStream.range(0, all.length).allMatch(i -> all[i]);
  }

  /** How many rows are judged by themselves: those of an argument, if they are the results'. */
  private int rows(int argument) {
    if (argument < 0 || !arguments.get(argument).hasRows() || !arrival.keepsRows()) {
      return 1;
    }
    Shape shape = arguments.get(argument).shape();
    return shape.dimension() == 0 ? 1 : Math.toIntExact(shape.get(0));
  }

  private double[] difference(List<double[]> direction, double step, int rows) {
    double[] above = losses(direction, step, rows);
    double[] below = losses(direction, -step, rows);
    double[] difference = new double[rows];
    Arrays.setAll(difference, r -> (above[r] - below[r]) / (2 * step));
    return difference;
  }

  /** To one side only, of second order: right where the function breaks nearby on the other. */
  private double[] oneSided(List<double[]> direction, double step, int rows) {
    double[] here = losses(direction, 0, rows);
    double[] near = losses(direction, step, rows);
    double[] far = losses(direction, 2 * step, rows);
    double[] difference = new double[rows];
    Arrays.setAll(difference, r -> (4 * near[r] - far[r] - 3 * here[r]) / (2 * step));
    return difference;
  }

  private double[] losses(List<double[]> direction, double step, int rows) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<double[]> at = new ArrayList<>();
      for (int i = 0; i < leaves.size(); i++) {
        double[] leaf = leaves.get(i).clone();
        for (int j = 0; j < leaf.length; j++) {
          leaf[j] += step * direction.get(i)[j];
        }
        at.add(leaf);
      }
      double[] losses = new double[rows];
      List<NDArray> results = body.of(run, arrived(run, tensors(run, at)));
      for (int k = 0; k < results.size(); k++) {
        double[] values = Tensors.values(results.get(k));
        for (int j = 0; j < values.length; j++) {
          losses[(int) ((long) j * rows / values.length)] += weights.get(k)[j] * values[j];
        }
      }
      return losses;
    }
  }

  private Judged againstLeaf() {
    List<Argument> materialised = new ArrayList<>();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> variables = tensors(run, leaves).stream().map(Autograd::variable).toList();
      List<NDArray> arrived = arrived(run, variables);
      for (int i = 0; i < arrived.size(); i++) {
        materialised.add(Argument.parameter(arguments.get(i).name(), arrived.get(i)));
      }
      GradientLaw ofLeaves = new GradientLaw(what, materialised, body, Arrival.LEAF);
      NDArray loss = run.scalar(0);
      for (int i = 0; i < arrived.size(); i++) {
        NDArray gradient = run.create(ofLeaves.gradients.get(i), arguments.get(i).shape());
        loss = loss.add(arrived.get(i).mul(gradient).sum());
      }
      List<NDArray> wanted = Autograd.grad(loss, variables);
      int count = 0;
      int moving = 0;
      for (int i = 0; i < wanted.size(); i++) {
        double[] expected = Tensors.values(wanted.get(i));
        TensorAssertions.assertClose(
            "gradient of %s in %s that arrives as %s"
                .formatted(what, arguments.get(i).name(), arrival),
            gradients.get(i),
            1e-9,
            expected);
        count += expected.length;
        moving += (int) Arrays.stream(expected).filter(x -> Math.abs(x) > MOVING).count();
      }
      return new Judged(count, moving);
    }
  }
}
