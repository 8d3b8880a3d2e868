package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;

/**
 * How columns of few different numbers, such as counts and rounded measurements, are made
 * continuous: a number in steps of w becomes one in the interval of width w around it, its cell,
 * drawn anew in each epoch. Without it the density that a flow learns grows without bound at the
 * numbers that repeat.
 *
 * <p>With noise v of density q(v | y), the mean of log p(v) − log q(v | y) is a lower bound of the
 * log-probability of the cell of y: the nearer, the more q is like p within the cell. Noise is
 * uniform, so that it is the mean log-density plus the logarithm of the cell's volume, unless it is
 * {@linkplain #variational learned}. Sources: Theis, van den Oord and Bethge, "A note on the
 * evaluation of generative models" (2016), section 3.1; Ho, Chen, Srinivas, Duan and Abbeel,
 * "Flow++" (2019), section 3.1.
 */
public final class Dequantisation {

  /** A column has steps if it has fewer different numbers than this share of its rows. */
  private static final double MAX_DIFFERENT = 0.8;

  /** Steps that differ by less than this share are one step, rounded. */
  private static final double ROUNDING = 1e-6;

  /**
   * Of differences of neighbours that are not those of steps fewer than this share are the same.
   */
  private static final double MIN_FREQUENT = 0.05;

  private final @Nullable ImmutableDoubleArray steps;
  private final ConditionalDensityEstimator.@Nullable Flows flow;

  private Dequantisation(
      @Nullable ImmutableDoubleArray steps, ConditionalDensityEstimator.@Nullable Flows flow) {
    this.steps = steps;
    this.flow = flow;
  }

  /**
   * For each column in which numbers repeat, the step that is most frequent between neighbours. A
   * column has steps if fewer than four in five of its numbers differ, and one in twenty of the
   * differences of neighbours is that step. A column without may have {@linkplain Spike spikes}.
   */
  public static Dequantisation detected() {
    return new Dequantisation(null, null);
  }

  /** For no column. */
  public static Dequantisation none() {
    return steps();
  }

  /**
   * With these steps, and no spikes. A column of one number alone is no mistake where it has a
   * step.
   *
   * @param steps one for each column, 0 where it is continuous; none for no column at all
   * @throws IllegalArgumentException if one is negative or not finite
   */
  public static Dequantisation steps(double... steps) {
    for (double step : steps) {
      checkArgument(
          step >= 0 && Double.isFinite(step),
          "dequantisation has a step of %s, but it must be finite and not negative",
          step);
    }
    return new Dequantisation(ImmutableDoubleArray.copyOf(steps), null);
  }

  /**
   * With noise that a flow makes and that is learned together with the density, in the {@linkplain
   * #detected() detected} steps. While it is the identity, noise is uniform by the normal score of
   * each number, as nearly as its distribution is known.
   *
   * @param flow from standard normal noise, a number for each column with a step, to as many, given
   *     the row in standard units and its context beside it; its forward should be fast
   */
  public static Dequantisation variational(ConditionalDensityEstimator.Flows flow) {
    return new Dequantisation(null, requireNonNull(flow, "flow"));
  }

  /**
   * {@link #variational(ConditionalDensityEstimator.Flows)} in {@linkplain #steps these steps}.
   *
   * @throws IllegalArgumentException as {@link #steps}
   */
  public static Dequantisation variational(
      ConditionalDensityEstimator.Flows flow, double... steps) {
    return new Dequantisation(steps(steps).steps, requireNonNull(flow, "flow"));
  }

  /**
   * The cells in which a flow puts noise; null if none does.
   *
   * @throws IllegalArgumentException if a flow is to, but makes other numbers than rows have
   */
  @Nullable Cells cells(Units units) {
    if (flow == null) {
      return null;
    }
    checkArgument(
        units.freeDim() == units.columns(),
        "dequantisation is to learn noise of %s columns, but their support '%s' leaves %s numbers"
            + " free; use uniform noise",
        units.columns(),
        units.support(),
        units.freeDim());
    return Cells.of(units);
  }

  /** What makes noise in cells; null if it is uniform. */
  @Nullable CellNoise noise(DataUnits units) {
    Cells cells = units.cells();
    if (flow == null || cells == null) {
      return null;
    }
    int columns = units.y().columns();
    int contextDim = columns + units.contextDim();
    return new CellNoise(flow.of(cells.columns().length(), contextDim), cells.columns(), columns);
  }

  /**
   * The step of each column of a table, 0 where it is continuous.
   *
   * @param supports of each column; empty where it depends on other columns
   */
  double[] of(Table table, List<Optional<Constraint>> supports) {
    double[] each = new double[table.columns()];
    if (steps == null) {
      Arrays.setAll(each, j -> supports.get(j).isPresent() ? step(table.numbers(j)) : 0);
    } else if (!steps.isEmpty()) {
      checkArgument(
          steps.length() == table.columns(),
          "dequantisation has %s steps, but %s has %s columns; pass one for each, 0 where it is"
              + " continuous",
          steps.length(),
          table.name(),
          table.columns());
      Arrays.setAll(each, steps::get);
    }
    for (int j = 0; j < each.length; j++) {
      checkArgument(
          each[j] == 0 || supports.get(j).isPresent(),
          "dequantisation has a step of %s for %s, whose support is of several columns; pass 0",
          each[j],
          table.column(j));
    }
    return each;
  }

  /**
   * The step of one column; 0 where it is continuous.
   *
   * @param own the column alone
   * @param supports of it alone
   * @param place where it stands among all
   */
  double step(Table own, List<Optional<Constraint>> supports, int place) {
    if (steps == null) {
      return of(own, supports)[0];
    }
    return steps.isEmpty() ? 0 : steps.get(place);
  }

  /** In these steps, without atoms; noise is as in this. */
  Dequantisation in(double[] others) {
    return new Dequantisation(ImmutableDoubleArray.copyOf(others), flow);
  }

  /** The numbers of one column, told of its steps or not, that are atoms; ascending. */
  double[] atoms(Table own, List<Optional<Constraint>> supports) {
    return spikes(own, supports, new double[1]).stream()
        .mapToDouble(spike -> spike.value() + 0.0)
        .sorted()
        .toArray();
  }

  /**
   * The single numbers that many rows have in columns without steps; none if it is told the steps.
   *
   * @param supports of each column; empty where it depends on other columns
   * @param each the step of each column
   */
  ImmutableList<Spike> spikes(Table table, List<Optional<Constraint>> supports, double[] each) {
    return steps != null
        ? ImmutableList.of()
        : IntStream.range(0, each.length)
            .filter(j -> each[j] == 0 && supports.get(j).isPresent())
            .boxed()
            .flatMap(j -> Spike.of(j, table.numbers(j)).stream())
            .collect(ImmutableList.toImmutableList());
  }

  /**
   * The most frequent difference of neighbours, the least of these if they are as frequent; 0 if it
   * is so rare that numbers repeat for another reason.
   */
  private static double step(double[] numbers) {
    double[] different = Arrays.stream(numbers).sorted().distinct().toArray();
    if (different.length >= MAX_DIFFERENT * numbers.length || different.length < 2) {
      return 0;
    }
    double[] gaps = new double[different.length - 1];
    Arrays.setAll(gaps, i -> different[i + 1] - different[i]);
    Arrays.sort(gaps);
    int best = 0;
    int max = 0;
    for (int from = 0; from < gaps.length; ) {
      int to = from;
      while (to < gaps.length && gaps[to] <= gaps[from] * (1 + ROUNDING)) {
        to++;
      }
      if (to - from > max) {
        max = to - from;
        best = from;
      }
      from = to;
    }
    return max >= MIN_FREQUENT * gaps.length ? gaps[best] : 0;
  }
}
