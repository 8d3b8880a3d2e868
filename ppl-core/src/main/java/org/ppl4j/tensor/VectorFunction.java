package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Verifier.Point;
import org.ppl4j.tensor.internal.around.Surroundings;
import org.ppl4j.tensor.internal.graph.NotRecordable;

/**
 * A number y as a function of a vector x (D), with its gradient. It is recorded when it is made,
 * and computed from the record since then, in double precision; unless the configuration says
 * otherwise or it cannot be recorded: then it runs by the engine always.
 *
 * <p>A record is held against the engine when it is made, at the first three evaluations, at some
 * of the first 1,000 and later as long as this takes a small part of the time, and where it is NaN;
 * not at vectors whose elements have exponentials beyond the float type, nor where y is lower by a
 * million than where it was recorded or not defined by both: there it is the engine's where the
 * record has none. Should they differ, the function runs by the engine from then on, which the log
 * says; under {@link Recording#REQUIRED} it throws.
 *
 * <p>It may be given further numbers, in which no derivative is taken, and which may be others each
 * time, as discrete variables are.
 *
 * <p>Any number of threads may evaluate it at once; each gets the bits that one alone would.
 */
public final class VectorFunction {

  private static final double[] NOTHING = {};

  /** y of a run, x and what it is given beside. */
  @FunctionalInterface
  public interface Given {

    /**
     * The same whenever it is asked.
     *
     * @param x (D)
     * @param given (E)
     */
    NDArray at(Run run, NDArray x, NDArray given);
  }

  /** A function that is given nothing. */
  static Given givenNothing(BiFunction<Run, NDArray, NDArray> function) {
    return (run, x, nothing) -> function.apply(run, x);
  }

  /** How far apart the two vectors are at which it is recorded. */
  private static final double NEAR = 0.2;

  /** So far below where it was recorded no logarithm of a density decides anything. */
  private static final double FAR = 1e6;

  private final String what;
  private final RunConfig config;
  private final Given function;
  private final int size;
  private final int givens;
  private final double range;
  private final AtomicLong evaluations = new AtomicLong();
  private final Verifier verifier;
  private final RecordingChoice choice;
  private final Surroundings surroundings;
  private volatile @Nullable RecordedFunction recorded;
  private double floor = Double.NEGATIVE_INFINITY;

  /**
   * A function, which is recorded at two vectors unless the configuration says otherwise.
   *
   * @param what names it in messages
   * @param function y of a run and x, the same whenever it is asked
   * @param at the D numbers of an x where it is finite
   * @throws IllegalStateException if recording is required, but not possible
   */
  public VectorFunction(
      String what, RunConfig config, BiFunction<Run, NDArray, NDArray> function, double[] at) {
    this(what, config, function, at, List.of());
  }

  /**
   * The same of programs.
   *
   * @param programs what the function runs that is not this library's; when what they read of what
   *     is around them changes, it runs by the engine from then on
   * @throws IllegalStateException if recording is required, but not possible
   */
  public VectorFunction(
      String what,
      RunConfig config,
      BiFunction<Run, NDArray, NDArray> function,
      double[] at,
      List<?> programs) {
    this(what, config, givenNothing(function), at, NOTHING, programs);
  }

  /**
   * The same of a function that is given numbers.
   *
   * @param given the first of them
   */
  public VectorFunction(
      String what,
      RunConfig config,
      Given function,
      double[] at,
      double[] given,
      List<?> programs) {
    this(what, config, function, at, near(at), given, programs);
  }

  private static double[] near(double[] at) {
    SplittableRandom random = new SplittableRandom(at.length);
    return Arrays.stream(at).map(x -> x + NEAR * (random.nextDouble() - 0.5)).toArray();
  }

  /**
   * The same of a function of vectors that have not all neighbours.
   *
   * @param near another x where it is finite
   */
  public VectorFunction(
      String what,
      RunConfig config,
      Given function,
      double[] at,
      double[] near,
      double[] given,
      List<?> programs) {
    this.what = what;
    this.config = config;
    this.function = function;
    this.size = at.length;
    this.givens = given.length;
    this.range = config.floatType().logRange();
    this.verifier = new Verifier(config.floatType(), false);
    this.choice = new RecordingChoice(what, config);
    this.surroundings = choice.surroundings(programs);
    choice.attempt(() -> record(at, near, given));
    if (isRecorded()) {
      RecordingChoice.name(what, surroundings.unjudged());
    }
  }

  private void record(double[] at, double[] near, double[] given) {
    RecordedFunction made = RecordedFunction.of(config, function, at, near, given);
    surroundings.settle();
    Point record = made.at(near, given, made.compared());
    Point engine = byEngine(near, given, made.compared());
    if (agree(near, given, engine, record, made.compared())) {
      floor = record.value() - FAR;
      recorded = made;
    }
  }

  /** The part of a record that is held against the engine. */
  private static Point compared(RecordedFunction of, double[] x, double[] given, Point whole) {
    return of.compared() == Integer.MAX_VALUE ? whole : of.at(x, given, of.compared());
  }

  /** Whether it is computed from a record. */
  public boolean isRecorded() {
    return recorded != null;
  }

  /** Why it runs by the engine; empty if it is recorded. */
  public Optional<String> whyNot() {
    return choice.whyNot();
  }

  /** What its programs read of their surroundings of which nobody can say whether it changes. */
  public ImmutableSet<String> unjudged() {
    return surroundings.unjudged();
  }

  /**
   * The function at a vector.
   *
   * @param gradient to be filled
   * @throws IllegalArgumentException if an array has not D numbers
   * @throws IllegalStateException if recording is required and the function cannot be recorded, or
   *     its record differs from the engine
   */
  public double evaluate(double[] x, double[] gradient) {
    return evaluate(x, NOTHING, gradient);
  }

  /**
   * The same where it is given numbers.
   *
   * @throws IllegalArgumentException likewise, or if they are not E
   */
  public double evaluate(double[] x, double[] given, double[] gradient) {
    if (given.length != givens) {
      throw new IllegalArgumentException(
          "%s is given %s numbers, but is a function of %s beside its vector; pass as many"
              .formatted(what, given.length, givens));
    }
    if (x.length != size || gradient.length != size) {
      throw new IllegalArgumentException(
          "%s is a function of %s numbers, but is asked at %s with room for a gradient of %s; pass"
                  .formatted(what, size, x.length, gradient.length)
              + " arrays of %s".formatted(size));
    }
    RecordedFunction ready = recorded;
    if (ready == null || !surroundings.isSame() && hasChanged(ready)) {
      return byEngine(x, given, gradient);
    }
    double value;
    try {
      value = ready.evaluate(x, given, gradient);
    } catch (NotRecordable e) {
      return byEngine(e.getCause(), x, given, gradient);
    }
    long count = evaluations.incrementAndGet();
    return (verifier.isDue(count) || Double.isNaN(value)) && isWithinRange(x)
        ? checked(ready, count, x, given, value, gradient)
        : value;
  }

  /** Whether what programs read is another, so that a record means nothing any more. */
  private synchronized boolean hasChanged(RecordedFunction of) {
    Optional<String> change = surroundings.change();
    if (change.isPresent() && recorded == of) {
      recorded = null;
      choice.leave("this changes: " + change.get());
    }
    return recorded == null;
  }

  /** Beyond it exponentials are cut off, by the engine in other places than by a record. */
  private boolean isWithinRange(double[] x) {
    for (double each : x) {
      if (!(Math.abs(each) < range)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a value counts: not far below, where matrices are singular but for rounding, for one,
   * so that no digits are the same, and where one overflows before the other.
   */
  private boolean counts(Point engine, double record) {
    return (engine.isFinite() ? engine.value() : record) >= floor;
  }

  private synchronized double checked(
      RecordedFunction of,
      long count,
      double[] x,
      double[] given,
      double value,
      double[] gradient) {
    if (recorded != of) {
      return byEngine(x, given, gradient);
    }
    if (verifier.begins(count) || Double.isNaN(value)) {
      long began = System.nanoTime();
      int steps = of.compared();
      Point point = byEngine(x, given, steps);
      Point record = compared(of, x, given, new Point(value, gradient));
      boolean isRight = !counts(point, record.value()) || agree(x, given, point, record, steps);
      verifier.ends(began);
      surroundings.settle();
      recorded = isRight ? of : null;
      if (!isRight || Double.isNaN(value)) {
        return byEngine(x, given, gradient);
      }
    }
    return value;
  }

  /** Whether a record gives what the engine does; if not, it is not used again. */
  private boolean agree(double[] x, double[] given, Point engine, Point record, int steps) {
    Optional<String> difference =
        verifier
            .difference(engine, record)
            .filter(words -> !isRounding(x, given, engine, record, steps));
    difference.ifPresent(words -> choice.leave(words + cause(x, given, record, steps)));
    return difference.isEmpty();
  }

  /** Why a record differs, as recording once more says. */
  private String cause(double[] x, double[] given, Point record, int steps) {
    try {
      Point again = RecordedFunction.of(config, function, x, x, given).at(x, given, steps);
      boolean isSame = verifier.difference(record, again).isEmpty();
      return isSame ? Verifier.THE_SAME : Verifier.CHANGED;
    } catch (NotRecordable e) {
      return Verifier.CHANGED;
    }
  }

  /** Whether the engine, which does the same each time, differs as much where x is moved. */
  private boolean isRounding(double[] x, double[] given, Point engine, Point record, int steps) {
    boolean isSteady = verifier.difference(engine, byEngine(x, given, steps)).isEmpty();
    SplittableRandom random = new SplittableRandom(size);
    return isSteady
        && verifier.isRounding(
            engine, record, units -> byEngine(verifier.moved(x, units, random), given, steps));
  }

  /** Where a record failed; the engine throws its own, if the fault is the function's. */
  private synchronized double byEngine(
      @Nullable Throwable fault, double[] x, double[] given, double[] gradient) {
    double value = byEngine(x, given, gradient);
    if (recorded != null) {
      recorded = null;
      choice.leave("its record fails where the engine does not: " + fault, fault);
    }
    return value;
  }

  private double byEngine(double[] x, double[] given, double[] gradient) {
    Point point = byEngine(x, given, Integer.MAX_VALUE);
    System.arraycopy(point.gradient(), 0, gradient, 0, size);
    return point.value();
  }

  /** With no more than so many steps of each scan. */
  private Point byEngine(double[] x, double[] given, int steps) {
    try (Run run = Run.open(config, 0)) {
      run.cutScans(steps);
      return run.withGradients(
          () -> {
            NDArray u = Autograd.variable(run.create(x, new Shape(size)));
            NDArray y = function.at(run, u, run.create(given, new Shape(givens)));
            NDArray slope = Autograd.gradOfSum(y, u);
            return new Point(Tensors.values(y)[0], Tensors.values(slope));
          });
    }
  }
}
