package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Argument;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * Where the float type has a draw's value, the log-density that the draw carries is that of the
 * value; where not, as a number below the smallest one or beside a location that is far away, it is
 * that of what made the value, and finite, and so are its probabilities. Parameters go up to their
 * limits, one at a time.
 */
public final class DrawnDensityLaw {

  private static final int DRAWS = 60;

  /** How many roundings of the terms of a density may come together. */
  private static final double ROUNDINGS = 256;

  /** A value is moved by so many roundings; one that this moves the density is not represented. */
  private static final double MOVED = 4;

  private static final int MOVES = 4;

  private static final double MOST_MOVE = 1e-3;

  /** So near to the logarithms of the smallest and the largest number draws are kept away. */
  private static final double NEAR_END = 16;

  /** Kolmogorov and Smirnov's distance of uniform numbers is as large with probability 1e-6. */
  private static final double MOST_APART = 2.7;

  /** Of probabilities in single precision. */
  private static final Offset<Double> ROUNDED = Offset.offset(1e-4);

  /** Of a positive parameter, and of the distance from a bound. */
  private static final List<Double> LOG_FACTORS = List.of(-18.4, -13.8, -6.9, 6.9, 13.8, 18.4);

  private DrawnDensityLaw() {}

  /**
   * Whether a row has densities that could be another: that of counts is always by value, that of a
   * draw which was rounded is that of what it was rounded from.
   */
  public static boolean applies(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      NDArray value = distribution.draw(Rng.of(5, Rng.Purpose.MODEL, 0, "kind")).value();
      return !distribution.support().isDiscrete() && Tensors.relaxed(value) == value;
    }
  }

  /** How many draws of a row were compared, in a float type. */
  public static int drawsCarryTheirDensity(DistributionCase row, FloatType type) {
    if (!applies(row)) {
      return 0;
    }
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      Distribution distribution = row.in(run);
      int judged = judge(row, type, x -> x, "");
      for (int which = 0; which < distribution.arguments().size(); which++) {
        for (double factor : LOG_FACTORS) {
          judged += extreme(row, type, which, factor);
        }
      }
      return judged;
    }
  }

  private static int extreme(DistributionCase row, FloatType type, int which, double factor) {
    int[] at = {0};
    return judge(
        row,
        type,
        distribution -> {
          Argument argument = distribution.arguments().get(which);
          NDArray own = argument.value();
          return distribution.withParameters(
              value -> value == own && at[0]++ == 0 ? moved(argument, factor) : value);
        },
        ", argument %d times exp(%s)".formatted(which, factor));
  }

  /** An argument near a limit of its range. */
  private static NDArray moved(Argument argument, double factor) {
    Constraint range = argument.constraint();
    NDArray value = argument.value();
    if (range.isReal() || range.eventDims() > 0) {
      return value.mul(Math.exp(range.isReal() ? factor : factor / 3));
    }
    Transform free = Bijections.to(range);
    return free.forward(free.inverse(value).value().add(factor)).value();
  }

  private static boolean isAllowed(Distribution distribution) {
    return distribution.arguments().stream()
        .allMatch(
            argument ->
                Arrays.stream(Tensors.values(argument.constraint().check(argument.value())))
                    .allMatch(member -> member == 1));
  }

  private static int judge(
      DistributionCase row, FloatType type, UnaryOperator<Distribution> change, String what) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      List<NDArray> variables = new ArrayList<>();
      for (NDArray tensor : row.tensors(run)) {
        variables.add(Autograd.variable(tensor));
      }
      Distribution single = change.apply(row.of(run, variables));
      if (!isAllowed(single)) {
        return 0;
      }
      Distribution distribution =
          single.expand(Shapes.concat(new Shape(DRAWS), single.batchShape()));
      Draw draw = distribution.draw(Rng.of(5, Rng.Purpose.MODEL, 0, "drawn density"));
      double[] carried = Tensors.values(draw.logProb());
      checkTails(distribution, draw, "%s %s%s".formatted(row.name(), type, what));
      assertThat(carried).as("%s %s%s carries", row.name(), type, what).doesNotContain(Double.NaN);
      return new Comparison(run, distribution, draw, variables, type)
          .judge("%s %s%s".formatted(row.name(), type, what));
    }
  }

  /** Draws that carry their distance from an end are told apart by their probabilities too. */
  private static void checkTails(Distribution distribution, Draw draw, String what) {
    if (!distribution.hasCdf() || !LogDistances.areKnown(draw.value())) {
      return;
    }
    double[] logs = Tensors.values(LogDistances.of(draw.value(), 0));
    if (2 * Arrays.stream(logs).distinct().count() < logs.length) {
      return; // not even their logarithms are
    }
    double[] below = Tensors.values(distribution.cdf(draw.value()));
    double[] above = Tensors.values(distribution.sf(draw.value()));
    double[] logBelow = Tensors.values(distribution.logCdf(draw.value()));
    for (int i = 0; i < below.length; i++) {
      assertThat(below[i] + above[i]).as("cdf and survival of %s", what).isCloseTo(1, ROUNDED);
      assertThat(Math.exp(logBelow[i])).as("log cdf of %s", what).isCloseTo(below[i], ROUNDED);
    }
    Arrays.sort(below);
    for (int i = 0; i < below.length; i++) {
      double share = (i + 0.5) / below.length;
      assertThat(Math.abs(below[i] - share))
          .as("Kolmogorov and Smirnov's distance of the cdf of %s", what)
          .isLessThan(MOST_APART / Math.sqrt(below.length));
    }
  }

  /** The densities of values that are rounded to their type, computed in double precision. */
  private static double[] inDouble(Distribution distribution, double[] value, Shape shape) {
    try (Run exact = Run.open(RunConfig.defaults(), 0)) {
      UnaryOperator<NDArray> copy =
          x -> {
            OptionalDouble number = Tensors.constant(x);
            return number.isPresent()
                ? Tensors.number(number.getAsDouble())
                : exact.create(Tensors.values(x), x.getShape());
          };
      Distribution inDouble = distribution.withParameters(copy).on(exact);
      return Tensors.values(inDouble.logProb(exact.create(value, shape)));
    }
  }

  /** Of carried densities with those by value, also if only double precision has these. */
  private static final class Comparison {

    private final double[] value;
    private final double[] carried;
    private final double[] again; // by the value with what it carries
    private final double[] own;
    private final double[] exact; // in double precision
    private final double[] slopes;
    private final double[] moves;
    private final boolean[] isBeyond;
    private final double perDraw;
    private final double rounding;

    Comparison(
        Run run, Distribution distribution, Draw draw, List<NDArray> variables, FloatType type) {
      Shape shape = draw.value().getShape();
      this.rounding = type.gapBelowOne() / 2;
      this.value = Tensors.values(draw.value());
      this.carried = Tensors.values(draw.logProb());
      this.again = Tensors.values(distribution.logProb(draw.value()));
      this.isBeyond = beyond(draw.value(), type);
      NDArray x = Autograd.variable(run.create(value, shape));
      NDArray density = distribution.logProb(x);
      this.own = Tensors.values(density);
      List<NDArray> all = new ArrayList<>(variables);
      all.add(0, x);
      List<NDArray> gradients = Autograd.grad(density.sum(), all, false);
      this.slopes = Tensors.values(gradients.get(0));
      double sum = 0;
      for (int i = 0; i < variables.size(); i++) {
        NDArray each = variables.get(i).mul(gradients.get(i + 1)).abs();
        sum += Arrays.stream(Tensors.values(each)).sum();
      }
      this.perDraw = sum / own.length;
      this.exact = type == FloatType.FLOAT32 ? inDouble(distribution, value, shape) : own;
      this.moves = new double[own.length];
      boolean isVector = distribution.support().eventDims() == 1;
      boolean isMatrix = distribution.support().eventDims() == 2;
      for (int move = 0; move < MOVES; move++) {
        SplittableRandom random = new SplittableRandom(move);
        double by = (move % 2 == 0 ? MOVED : -MOVED) * rounding;
        boolean isApart = move > 1 && isMatrix; // else all the same way
        double[] near =
            Arrays.stream(value)
                .map(v -> v + (isApart && random.nextBoolean() ? -by : by) * Math.abs(v))
                .toArray();
        add(own, Tensors.values(distribution.logProb(run.create(near, shape))), isVector);
        if (type == FloatType.FLOAT32) {
          add(exact, inDouble(distribution, near, shape), isVector);
        }
      }
    }

    /** Takes note of what moving the values has done. */
    private void add(double[] here, double[] there, boolean isVector) {
      for (int i = 0; i < moves.length; i++) {
        boolean hasLeft = isVector && !Double.isFinite(there[i]); // its support, by a rounding
        double apart = hasLeft ? 0 : Math.abs(there[i] - here[i]);
        moves[i] = apart <= MOST_MOVE && moves[i] <= MOST_MOVE ? Math.max(moves[i], apart) : 1;
      }
    }

    /** Entries that carry a distance from 0 or 1 that the float type has not. */
    private static boolean[] beyond(NDArray value, FloatType type) {
      double[] plain = Tensors.values(value);
      double[] log = Tensors.values(LogDistances.of(value, 0));
      double[] logRest = Tensors.values(LogDistances.of(value, 1));
      boolean[] beyond = new boolean[plain.length];
      for (int i = 0; i < beyond.length; i++) {
        double size = Double.isNaN(log[i]) ? Math.log(Math.abs(plain[i])) : log[i];
        boolean isNearOne = Math.abs(plain[i] - 1) < 0.5 && plain[i] != 1;
        beyond[i] =
            (plain[i] == 0 ? !Double.isInfinite(log[i]) : isFar(size, type))
                || isNearOne && logRest[i] < Math.log(type.gapBelowOne()) + 4;
      }
      return beyond;
    }

    private static boolean isFar(double log, FloatType type) {
      return !(Math.abs(log) < type.logRange() - NEAR_END);
    }

    int judge(String what) {
      int judged = 0;
      int width = value.length / own.length;
      for (int i = 0; i < own.length; i++) {
        double terms = 1 + Math.abs(own[i]) + perDraw + moves[i] / rounding;
        boolean isBeyondHere = false;
        boolean isEndHere = false; // rounded to an end of the support
        for (int k = i * width; k < (i + 1) * width; k++) {
          terms += Math.abs(value[k] * slopes[k]);
          isEndHere |= value[k] == 0 || Double.isInfinite(value[k]);
          isBeyondHere |= isBeyond[k] || !Double.isFinite(slopes[k]);
        }
        assertThat(isEndHere || Double.isFinite(again[i]))
            .as("%s: %s by the value drawn is finite", what, again[i])
            .isTrue();
        if (isBeyondHere || moves[i] > MOST_MOVE || !Double.isFinite(terms)) {
          continue;
        }
        double bound = ROUNDINGS * rounding * terms;
        boolean isOwn = Math.abs(carried[i] - own[i]) <= bound;
        assertThat(isOwn || Math.abs(carried[i] - exact[i]) <= bound)
            .as("%s carries %s, by value it is %s", what, carried[i], own[i])
            .isTrue();
        judged++;
      }
      return judged;
    }
  }
}
