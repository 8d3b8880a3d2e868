package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Doubles;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.diagnostics.HighestDensityInterval;
import org.ppl4j.infer.diagnostics.PriorSensitivity;
import org.ppl4j.infer.internal.GeneralizedPareto;
import org.ppl4j.internal.math.NormalQuantile;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Figures of draws in another unit are the same, or the same in that unit: to the bit where the
 * unit is a power of two, and to what rounding leaves where draws are moved by a million standard
 * deviations. A figure that cannot be had is a warning.
 */
class UnitsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.6");
  private static final long SEED = 20261130;
  private static final int CHAINS = 4;
  private static final int LENGTH = 200;
  private static final List<Integer> EXPONENTS = List.of(-900, -60, -57, -1, 1, 40, 900);

  /** Draws are rounded by so much of a standard deviation, whose sizes are sums of products. */
  private static final double SHIFTED = 1e-6;

  /** What is of logarithms of densities and weights, which have no unit, or of probabilities. */
  private static final ImmutableSet<String> WITHOUT_UNIT =
      ImmutableSet.of(
          "BinomialBand",
          "Estimate",
          "Khat",
          "LogLikelihoods",
          "Loo",
          "LooComparison",
          "NonFinite",
          "NormalScores",
          "PredictiveCheck",
          "RankUniformity",
          "Reason",
          "RunStore",
          "SampleRows",
          "SmoothedWeights",
          "StratifiedChoice",
          "TextFile",
          "Unit",
          "Waic",
          "WeightRounding",
          "Wording",
          "Workers");

  private static final ImmutableSet<String> JUDGED =
      ImmutableSet.of(
          "Chains",
          "GeneralizedPareto",
          "HighestDensityInterval",
          "PriorSensitivity",
          "WeightedDraws");

  private static final ImmutableSet<String> PACKAGES =
      ImmutableSet.of(Chains.class.getPackageName(), GeneralizedPareto.class.getPackageName());

  /** The kinds of draws: chain by chain. */
  private static Map<String, double[][]> kinds() {
    SplittableRandom random = new SplittableRandom(SEED);
    return ImmutableMap.of(
        "slow",
        chains(random, (before, noise) -> 0.9 * before + noise),
        "independent",
        chains(random, (before, noise) -> noise),
        "heavy",
        chains(random, (before, noise) -> noise / Math.max(0.01, random.nextDouble())),
        "positive",
        chains(random, (before, noise) -> Math.exp(noise)),
        "counts",
        chains(random, (before, noise) -> Math.rint(3 * noise)));
  }

  private interface Step {
    double next(double before, double noise);
  }

  private static double[][] chains(SplittableRandom random, Step step) {
    double[][] chains = new double[CHAINS][LENGTH];
    for (double[] chain : chains) {
      double x = 0;
      for (int i = 0; i < LENGTH; i++) {
        x = step.next(x, NormalQuantile.of(random.nextDouble(1e-9, 1)));
        chain[i] = x;
      }
    }
    return chains;
  }

  /** A figure of draws. */
  private record Figure(double value, boolean hasUnit, boolean moves) {}

  private static Map<String, Figure> figures(double[][] draws) {
    Map<String, Figure> figures = new LinkedHashMap<>();
    ofChains(draws, figures);
    double[] all = Doubles.concat(draws);
    double[] weights = new double[all.length];
    Arrays.setAll(weights, i -> 2.0 * (i + 1) / all.length / (all.length + 1));
    add(figures, "row", Summary.Row.of(all));
    add(figures, "weighted row", Summary.Row.of(all, weights));
    add(figures, "interval", HighestDensityInterval.of(all, 0.8));
    double least = Doubles.min(all);
    double[] above = Arrays.stream(all).map(x -> x - least).sorted().toArray();
    GeneralizedPareto tail = GeneralizedPareto.likeliest(above);
    figures.put("Pareto shape", new Figure(tail.shape(), false, false));
    figures.put("Pareto scale", new Figure(tail.scale(), true, false));
    double[] logPrior = new double[all.length];
    Arrays.setAll(logPrior, i -> -0.5 * i / all.length);
    PriorSensitivity.Row scaled =
        PriorSensitivity.of(ImmutableMap.of("x", all), logPrior, logPrior).rows().get("x");
    add(figures, "prior to the half", scaled.half());
    add(figures, "prior twice", scaled.twice());
    figures.put("sensitivity", new Figure(scaled.byPrior(), false, false));
    return figures;
  }

  /** Every public method of chains that gives a number. */
  private static void ofChains(double[][] draws, Map<String, Figure> figures) {
    Chains chains = Chains.of(draws);
    for (Method method : Chains.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && method.getReturnType() == double.class) {
        boolean hasUnit = method.getName().endsWith("Error");
        Object[] arguments = method.getParameterCount() == 0 ? new Object[0] : new Object[] {0.3};
        figures.put(method.getName(), new Figure(call(method, chains, arguments), hasUnit, false));
      }
    }
  }

  private static void add(Map<String, Figure> figures, String what, Record of) {
    for (RecordComponent part : of.getClass().getRecordComponents()) {
      double value = call(part.getAccessor(), of);
      if (!Double.isNaN(value)) {
        boolean moves = !part.getName().equals("sd");
        figures.put(what + " " + part.getName(), new Figure(value, true, moves));
      }
    }
  }

  private static double call(Method method, Object of, Object... arguments) {
    try {
      return (double) method.invoke(of, arguments);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[][] mapped(double[][] draws, UnaryOperator<Double> operator) {
    return Stream.of(draws)
        .map(chain -> Arrays.stream(chain).map(operator::apply).toArray())
        .toArray(double[][]::new);
  }

  /** How many figures were compared. */
  private static int judgePowers() {
    int judged = 0;
    for (Map.Entry<String, double[][]> kind : kinds().entrySet()) {
      Map<String, Figure> own = figures(kind.getValue());
      for (int exponent : EXPONENTS) {
        Map<String, Figure> scaled = figures(mapped(kind.getValue(), x -> Math.scalb(x, exponent)));
        for (Map.Entry<String, Figure> each : own.entrySet()) {
          Figure figure = each.getValue();
          double wanted = figure.hasUnit() ? Math.scalb(figure.value(), exponent) : figure.value();
          assertThat(scaled.get(each.getKey()).value())
              .as("%s of %s draws times 2^%s", each.getKey(), kind.getKey(), exponent)
              .isEqualTo(wanted);
          judged++;
        }
      }
    }
    return judged;
  }

  private static int judgeShifts() {
    int judged = 0;
    for (Map.Entry<String, double[][]> kind : kinds().entrySet()) {
      Map<String, Figure> own = figures(kind.getValue());
      double sd = own.get("row sd").value();
      double shift = Math.scalb(1.0, Math.getExponent(1e6 * sd));
      Map<String, Figure> moved = figures(mapped(kind.getValue(), x -> x + shift));
      for (Map.Entry<String, Figure> each : own.entrySet()) {
        Figure figure = each.getValue();
        double wanted = figure.moves() ? figure.value() + shift : figure.value();
        double size = figure.hasUnit() ? sd : Math.abs(wanted);
        assertThat(Math.abs(moved.get(each.getKey()).value() - wanted))
            .as(
                "%s of %s draws moved by %s, wanted %s",
                each.getKey(), kind.getKey(), shift, wanted)
            .isLessThanOrEqualTo(SHIFTED * size);
        judged++;
      }
    }
    return judged;
  }

  @Test
  void figuresDoNotDependOnTheUnit() {
    assertThat(judgePowers()).isGreaterThan(500);
  }

  @Test
  void figuresDoNotDependOnTheOrigin() {
    assertThat(judgeShifts()).isGreaterThan(80);
  }

  @Test
  void everyDiagnosticIsJudgedOrHasNoUnit() {
    List<String> found =
        new ClassFileImporter()
            .importPackagesOf(Chains.class, GeneralizedPareto.class).stream()
                .filter(type -> PACKAGES.contains(type.getPackageName()))
                .filter(type -> type.isTopLevelClass() && !type.isInterface())
                .map(JavaClass::getSimpleName)
                .filter(name -> !name.endsWith("Test") && !name.equals("package-info"))
                .toList();

    assertThat(found)
        .containsAll(JUDGED)
        .allMatch(name -> JUDGED.contains(name) || WITHOUT_UNIT.contains(name));
  }

  @Test
  void aFigureThatCannotBeHadIsAWarning() {
    double[][] good = kinds().get("independent");
    double[][] bad = mapped(good, x -> x);
    bad[0][3] = Double.NaN;
    Map<String, double[][]> rows = new LinkedHashMap<>();
    rows.put("good", good);
    rows.put("bad", bad);
    rows.put("stuck", mapped(good, x -> 2.0));

    Summary summary =
        new Summary(
                rows.entrySet().stream()
                    .collect(
                        ImmutableMap.toImmutableMap(
                            Map.Entry::getKey,
                            row ->
                                Summary.Row.of(
                                    Chains.of(row.getValue()), Doubles.concat(row.getValue())))))
            .judged(Set.of());

    assertThat(summary.warnings().stream().collect(Collectors.joining("\n")))
        .isEqualTo(
            """
            R-hat and effective sizes of 'bad' cannot be had: its draws are not all finite
            R-hat and effective sizes of 'stuck' cannot be had: its draws are all the same number\
            """);
  }

  @Test
  @Tag("acceptance")
  @Tag("sound.6")
  void diagnosticsDoNotDependOnUnits() {
    POINT.atLeast("figures to the bit in units of powers of two", judgePowers(), 500);
    POINT.atLeast("figures of draws moved by a million deviations", judgeShifts(), 80);
  }
}
