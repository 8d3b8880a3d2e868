package org.ppl4j.examples.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import com.google.common.primitives.Doubles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.PlaneLogDensity;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;

/**
 * How heavy a red wine is, given its alcohol: a conditional spline learns the distribution of the
 * one given the other, from nine of ten folds of the red wines, and its quantiles are bands over
 * the alcohol. The wines of the last fold say whether as many are inside a band as should be.
 */
public final class WineBands implements Example {

  private static final int TEST_FOLD = 9;
  private static final int DRAWS = 2000;
  private static final int PLACES = 111;
  private static final int PANEL = 480;

  /** Where draws are compared with the wines of about that much alcohol, in % by volume. */
  private static final double[] ALCOHOL = {9.5, 10.5, 11.5, 12.5};

  /** What about means. */
  private static final double AROUND = 0.25;

  private static final double[] LEVELS = {0.05, 0.25, 0.5, 0.75, 0.95};

  /** Standard deviations on each side of the picture's middle. */
  private static final double SHOWN = 3.5;

  @Override
  public String name() {
    return "wine-bands";
  }

  @Override
  public String description() {
    return "the density of a red wine given its alcohol: bands of quantiles by a conditional"
        + " spline";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  /** Draws given some amounts of alcohol, beside the wines that have about as much. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    RedWineTable table = RedWineTable.read();
    double[] x = columnOf(table.rows(TEST_FOLD, false), "alcohol");
    double[] y = columnOf(table.rows(TEST_FOLD, false), "density");
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(Flows::conditional)
                .training(options.training())
                .fit(manager.create(y), manager.create(x))) {
      double[][] test = table.rows(TEST_FOLD, true);
      NDArray testX = manager.create(columnOf(test, "alcohol"));
      NDArray testY = manager.create(columnOf(test, "density"));
      options.save(directory -> save(density, table, manager, directory));
      options.report(
          () ->
              Report.of(density, Table.of(testY, "density"), Table.of(testX, "alcohol"))
                  .title(name()));
      ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
      ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
      double[] draws =
          density
              .sample(DRAWS, manager.create(ALCOHOL))
              .toType(DataType.FLOAT64, false)
              .toDoubleArray();
      for (int i = 0; i < ALCOHOL.length; i++) {
        String name = "density at " + ALCOHOL[i] + "%";
        int place = i;
        rows.put(
            name,
            Summary.Row.of(
                IntStream.range(0, DRAWS)
                    .mapToDouble(k -> draws[k * ALCOHOL.length + place])
                    .toArray()));
        reference.put(name, Reference.Moments.of(around(table, ALCOHOL[i])));
      }
      double[] cdf = density.cdf(testY, testX).toDoubleArray();
      ImmutableMap<String, Double> figures =
          ImmutableMap.of(
              "loglik.test",
              Stats.meanOf(density.logProb(density.dequantised(testY), testX).toDoubleArray()),
              "inside the 50% band",
              inside(cdf, 0.25),
              "inside the 90% band",
              inside(cdf, 0.05),
              "steps",
              (double) density.report().orElseThrow().fit().steps());
      return new ExampleResult(
          new Summary(rows.buildOrThrow()), new Reference(reference.buildOrThrow()), figures);
    }
  }

  private static double[] columnOf(double[][] rows, String name) {
    int place = RedWineTable.COLUMNS.indexOf(name);
    return Arrays.stream(rows).mapToDouble(row -> row[place]).toArray();
  }

  /** The densities of wines with about so much alcohol. */
  private static double[] around(RedWineTable table, double alcohol) {
    double[] x = table.column("alcohol");
    double[] y = table.column("density");
    return IntStream.range(0, x.length)
        .filter(i -> Math.abs(x[i] - alcohol) <= AROUND)
        .mapToDouble(i -> y[i])
        .toArray();
  }

  /** The share of wines whose probability of less is not in either tail. */
  private static double inside(double[] cdf, double tail) {
    return Arrays.stream(cdf).filter(p -> p > tail && p < 1 - tail).count() / (double) cdf.length;
  }

  /** The bands over the alcohol, and the conditional density under the wines. */
  private static void save(
      ConditionalDensity density, RedWineTable table, NDManager manager, Path directory) {
    double[] alcohol = table.column("alcohol");
    double least = Doubles.min(alcohol);
    double most = Doubles.max(alcohol);
    double[] places = new double[PLACES];
    Arrays.setAll(places, i -> least + (most - least) * i / (PLACES - 1));
    CurvePicture bands =
        CurvePicture.of("quantiles of a wine's density", "alcohol in %", "density in g/ml")
            .points("wines", alcohol, table.column("density"));
    for (double level : LEVELS) {
      double[] quantiles =
          density
              .quantile(manager.create(new double[] {level}), manager.create(places))
              .toDoubleArray();
      bands = bands.curve(Math.round(100 * level) + "%", places, quantiles);
    }
    Reference.Moments x = Reference.Moments.of(alcohol);
    Reference.Moments y = Reference.Moments.of(table.column("density"));
    PlaneLogDensity given =
        points -> {
          double[] across = new double[points.length / 2];
          double[] up = new double[across.length];
          Arrays.setAll(across, i -> x.mean() + x.sd() * points[2 * i]);
          Arrays.setAll(up, i -> y.mean() + y.sd() * points[2 * i + 1]);
          return density.logProb(manager.create(up), manager.create(across)).toDoubleArray();
        };
    double[] wines = new double[2 * alcohol.length];
    double[] weights = table.column("density");
    for (int i = 0; i < alcohol.length; i++) {
      wines[2 * i] = x.standard(alcohol[i]);
      wines[2 * i + 1] = y.standard(weights[i]);
    }
    PlanePicture plane =
        PlanePicture.of("its distribution given alcohol, under the wines", Area.square(SHOWN))
            .axes("alcohol, in sd from its mean", "density, in sd from its mean")
            .density(given)
            .scale("per g/ml")
            .points(wines);
    Sheet.of(2, List.of(bands, plane)).each(PANEL, PANEL).save(directory.resolve("wine-bands.png"));
  }
}
