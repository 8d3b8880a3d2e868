package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.discrete.PoissonDistribution;
import org.hipparchus.random.RandomDataGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * Intervals by calibration rows hold a number as often as they say, whatever the law and whatever
 * the density: over many sets of such rows and one more row each.
 */
@ExtendWith(LeakCheck.class)
class ConformalLawTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.2");

  private static final double[] LEVELS = {0.5, 0.8, 0.9, 0.95};

  /** Tests of three densities of each of three laws at four levels. */
  private static final int TESTS = 36;

  private static final int SETS = 1000;

  /** Rows for calibration in each set. */
  private static final int ROWS = 39;

  private static final int COLUMNS = 3;

  /** How rows come about: a number given its context, the first column of which it follows. */
  private enum Law {
    HETEROSCEDASTIC {
      @Override
      double number(double x, RandomDataGenerator random) {
        return Math.sin(2 * x) + (0.1 + Math.abs(x)) * random.nextNormal(0, 1);
      }
    },
    HEAVY_TAILED {
      @Override
      double number(double x, RandomDataGenerator random) {
        // Student's with 1.5 degrees of freedom, which has no variance.
        return x + random.nextNormal(0, 1) / Math.sqrt(random.nextGamma(0.75, 1 / 0.75));
      }
    },
    COUNTS {
      @Override
      double number(double x, RandomDataGenerator random) {
        return random.nextDeviate(new PoissonDistribution(Math.exp(x / 2)));
      }
    };

    abstract double number(double x, RandomDataGenerator random);

    /** Contexts are whole numbers where numbers are, so that rows are alike. */
    Tables rows(int rows, long seed) {
      RandomDataGenerator random = new RandomDataGenerator(seed);
      double[] x = new double[rows * COLUMNS];
      double[] y = new double[rows];
      for (int i = 0; i < x.length; i++) {
        double normal = random.nextNormal(0, 1);
        x[i] = this == COUNTS ? Math.rint(normal) : normal;
      }
      for (int i = 0; i < rows; i++) {
        y[i] = number(x[i * COLUMNS], random);
      }
      return new Tables(new Table("y", 1, y), new Table("x", COLUMNS, x));
    }
  }

  private static Rng rng(String name) {
    return Rng.of(42, Rng.Purpose.PLATE, 0, name);
  }

  /**
   * How often each level's interval holds the last row of a set, of which the others are for
   * calibration.
   *
   * @param sets one after the other, of as many rows
   * @param off by how many ranks the interval is too narrow at both ends; 0 if it is right
   */
  private static int[] held(RowDistribution density, Tables sets, int rows, int off) {
    double[] places = ConformalRanks.places(density, sets, rng("places"));
    Rng ties = rng("ties");
    int[] held = new int[LEVELS.length];
    List<Asked> asked = new ArrayList<>();
    for (int last = rows; last < places.length; last += rows + 1) {
      double[] own = Arrays.copyOfRange(places, last - rows, last);
      double place = places[last];
      ConformalRanks ranks = ConformalRanks.ofPlaces(own);
      long less = Arrays.stream(own).filter(u -> u < place).count();
      long alike = Arrays.stream(own).filter(u -> u == place).count();
      long rank = less + (long) (ties.nextUniform() * (alike + 1)); // anywhere among those alike
      for (int k = 0; k < LEVELS.length; k++) {
        ConformalRanks.Level level = ranks.level(0, LEVELS[k]);
        int outside = (int) Math.rint((rows + 1) * (1 - level.coverage()) / 2);
        assertThat(level.low()).isEqualTo(own[outside - 1]); // in order since there are ranks
        assertThat(level.high()).isEqualTo(own[rows - outside]);
        boolean isHeld = rank >= outside + off && rank <= rows - outside - off;
        held[k] += isHeld ? 1 : 0;
        asked.add(new Asked(last, level, isHeld));
      }
    }
    checkNumbers(density, sets, asked);
    return held;
  }

  /**
   * An interval.
   *
   * @param row of what it is to hold
   */
  private record Asked(int row, ConformalRanks.Level level, boolean isHeld) {}

  /** What an interval holds is between its ends. */
  private static void checkNumbers(RowDistribution density, Tables sets, List<Asked> asked) {
    int[] rows = asked.stream().mapToInt(Asked::row).toArray();
    double[] low = asked.stream().mapToDouble(one -> one.level().low()).toArray();
    double[] high = asked.stream().mapToDouble(one -> one.level().high()).toArray();
    Tables at = sets.view(rows);
    double[] from = density.quantile(new Tables(new Table("u", 1, low), at.x()));
    double[] to = density.quantile(new Tables(new Table("u", 1, high), at.x()));
    for (int i = 0; i < rows.length; i++) {
      double y = at.y().number(i, 0);
      double rounding = 1e-6 * (1 + Math.abs(y));
      if (asked.get(i).isHeld()) {
        assertThat(y).isBetween(from[i] - rounding, to[i] + rounding);
      }
    }
  }

  private static Range<Integer> band(double level) {
    return BinomialBand.of(SETS, level, 1 - 0.01 / TESTS);
  }

  /** A flow as it is before it has learned anything, in units of some rows. */
  private static RowDistribution untrained(Tables some, NDManager manager) {
    Fitted.Flows flows = (dim, contextDim) -> Flow.of(AffineFlows.network(dim, contextDim));
    RunConfig config = RunConfig.defaults();
    DataUnits units = Columns.STANDARD.units(flows, some, Training.standard());
    ParamStore params = new ParamStore(manager, config);
    FlowModel model = new FlowModel(flows.of(1, COLUMNS), 1, params, config);
    model.create(COLUMNS);
    return new InUnits(model, units);
  }

  /** A flow that knows some rows by heart. */
  private static RowDistribution overfitted(Tables some, NDManager manager) {
    Fitted.Flows flows = (dim, contextDim) -> Flow.of(AffineFlows.network(dim, contextDim));
    Training training =
        Training.standard().steps(1500).patience(1500).decay(0).progress(Progress.silent());
    DataUnits units = Columns.STANDARD.units(flows, some, training);
    return new FlowLearner(flows, Columns.STANDARD, training, false)
        .learn(units, some, some, Owner.of(manager, manager.getDevice()))
        .rows();
  }

  /** A density of another law, with a mass at 0 where numbers are counts. */
  private static KnownLaw wrong(Law law) {
    KnownLaw normal = KnownLaw.normal(1, 3).slope(-1);
    return law == Law.COUNTS ? normal.floor(0) : normal;
  }

  @Test
  void whateverTheLawIs() {
    for (Law law : Law.values()) {
      int[] held = held(wrong(law), law.rows(SETS * (ROWS + 1), 5), ROWS, 0);
      for (int k = 0; k < LEVELS.length; k++) {
        assertThat(band(LEVELS[k]).contains(held[k])).as("%s %s", law, LEVELS[k]).isTrue();
      }
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("tables.2")
  void everyDensityOfEveryLaw() {
    int judged = 0;
    try (NDManager manager = NDManager.newBaseManager()) {
      for (Law law : Law.values()) {
        Tables sets = law.rows(SETS * (ROWS + 1), 7);
        Tables some = law.rows(60, 8);
        ImmutableMap<String, RowDistribution> densities =
            ImmutableMap.of(
                "untrained flow", untrained(some, manager),
                "overfitted flow", overfitted(some, manager),
                "wrong law", wrong(law));
        for (String name : densities.keySet()) {
          RowDistribution density = requireNonNull(densities.get(name));
          int[] held = held(density, sets, ROWS, 0);
          for (int k = 0; k < LEVELS.length; k++) {
            Range<Integer> band = band(LEVELS[k]);
            POINT.between(
                "coverage at %s of %s by %s".formatted(LEVELS[k], law, name),
                (double) held[k] / SETS,
                (double) band.lowerEndpoint() / SETS,
                (double) band.upperEndpoint() / SETS);
            judged++;
          }
          density.close();
        }
      }
    }
    assertThat(judged).isEqualTo(TESTS);
  }

  @Test
  @Tag("acceptance")
  @Tag("tables.2")
  void faultsAreSeen() {
    Tables sets = Law.HETEROSCEDASTIC.rows(SETS * (ROWS + 1), 9);
    int[] narrow = held(KnownLaw.normal(1, 3), sets, ROWS, 1);
    POINT.below(
        "coverage at 0.95 of intervals a rank too narrow",
        (double) narrow[3] / SETS,
        (double) band(0.95).lowerEndpoint() / SETS);
    try (NDManager manager = NDManager.newBaseManager()) {
      Tables some = Law.HETEROSCEDASTIC.rows(ROWS, 8);
      RowDistribution density = overfitted(some, manager);
      // Each fresh row after the rows that were trained on.
      Tables fresh = Law.HETEROSCEDASTIC.rows(SETS, 10);
      double[] trained = ConformalRanks.places(density, some, rng("trained"));
      ConformalRanks ranks = ConformalRanks.ofPlaces(trained);
      ConformalRanks.Level level = ranks.level(0, 0.9);
      long held =
          Arrays.stream(ConformalRanks.places(density, fresh, rng("fresh")))
              .filter(u -> u > level.low() && u < level.high())
              .count();
      // Even of one set of rows for calibration, as lucky as can be.
      Range<Integer> band = BinomialBand.of(SETS, ROWS + 1 - 4.0, 4, 1 - 0.01 / TESTS);
      POINT.below(
          "coverage at 0.9 by rows that were trained on",
          (double) held / SETS,
          (double) band.lowerEndpoint() / SETS);
      density.close();
    }
  }
}
