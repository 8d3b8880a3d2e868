package org.ppl4j.examples.density;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOption;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.MisuseException;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.DensityScores;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;

/**
 * The density of one column of a CSV file, of numbers, given all others, which may be texts and
 * dates and have empty cells: {@code run csv --file F --target y --out DIR} writes pictures and a
 * model file. A fifth of the rows is held back to judge it by. Without a file it learns the alcohol
 * of the red wines.
 */
public final class CsvDensity implements Example {

  private static final ExampleOption<Path> FILE =
      ExampleOption.file("file", "A CSV file of yours.");

  private static final ExampleOption<String> TARGET =
      ExampleOption.text("target", "COLUMN", "The column of it to learn.");

  private static final int PANEL = 480;

  /** Neighbouring rows that share a point of a band. */
  private static final int GROUPS = 40;

  private static final double TAIL = 0.05;

  /** Of the rows, which nothing is learned of, and which say how good the density is. */
  private static final double HELD = 0.2;

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String description() {
    return "any CSV file of yours: the density of one column given the others, with a model file";
  }

  @Override
  public ImmutableList<ExampleOption<?>> options() {
    return ImmutableList.of(FILE, TARGET);
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  /** What is wrong with a file of the user's is the user's to mend. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    boolean isGiven = options.get(FILE).isPresent();
    if (isGiven != options.get(TARGET).isPresent()) {
      throw new MisuseException(
          "options '--file' and '--target' go together; pass both or neither");
    }
    try {
      return learn(options);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      if (isGiven) {
        throw new MisuseException(String.valueOf(e.getMessage()), e);
      }
      throw e;
    }
  }

  /** A draw for each row that was held back, all of them together beside the column. */
  private static ExampleResult learn(ExampleOptions options) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Table table = options.get(FILE).map(Table::read).orElseGet(() -> wines(manager));
      String target = options.get(TARGET).orElse("alcohol");
      List<Table> parts = table.split(HELD, options.config().seed());
      Table learned = parts.get(0);
      Table held = parts.get(1);
      double[] values = held.column(target).numbers();
      Table y = held.columns(target);
      Table x = held.without(target);
      try (ConditionalDensity density =
          ConditionalDensityEstimator.of(Flows::conditional)
              .training(options.training())
              .fit(learned.columns(target), learned.without(target))) {
        options.save(directory -> density.save(directory.resolve("csv.ppl")));
        Optional<DensityScores> scores = options.unlessStopped(() -> density.calibrate(y, x));
        double[] places = scores.map(known -> known.places(target).toArray()).orElse(new double[0]);
        if (scores.isPresent()) {
          options.save(directory -> save(density, target, values, places, x, directory));
        }
        options.report(
            () ->
                Report.of(density, y, x, scores.orElseGet(() -> density.calibrate(y, x)))
                    .picture(
                        "Rows and bands",
                        "The column over its median given the others, and bands that should hold"
                            + " nine rows in ten.",
                        bands(density, target, values, x))
                    .title("csv: " + target));
        long inside = Arrays.stream(places).filter(p -> p > TAIL && p < 1 - TAIL).count();
        ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
        figures.put("rows", (double) table.rows());
        figures.put("rows held back", (double) held.rows());
        density.report().ifPresent(report -> add(report, figures));
        scores.ifPresent(
            known -> figures.put("inside the 90% band", (double) inside / places.length));
        double[] draws = density.sample(1, x).toType(DataType.FLOAT64, false).toDoubleArray();
        return new ExampleResult(
            new Summary(ImmutableMap.of(target, Summary.Row.of(draws))),
            new Reference(ImmutableMap.of(target, Reference.Moments.of(values))),
            figures.buildOrThrow());
      }
    }
  }

  private static void add(DensityReport report, ImmutableMap.Builder<String, Double> figures) {
    figures.put("loglik.validation", report.best().logProb());
    figures.put("loglik.train", report.trainLogProb());
    figures.put("steps", (double) report.fit().steps());
  }

  private static Table wines(NDManager manager) {
    return Table.of(
        RedWineTable.array(manager, RedWineTable.read().rows()),
        RedWineTable.COLUMNS.toArray(String[]::new));
  }

  /** A sheet of losses, of calibration, and of the rows under bands of quantiles. */
  private static void save(
      ConditionalDensity density,
      String target,
      double[] values,
      double[] places,
      Table x,
      Path directory) {
    double[] sorted = places.clone();
    Arrays.sort(sorted);
    double[] shares = new double[sorted.length];
    Arrays.setAll(shares, i -> (i + 0.5) / shares.length);
    ImmutableList.Builder<Picture> pictures = ImmutableList.builder();
    density
        .report()
        .ifPresent(report -> pictures.add(CurvePicture.losses("loss", report.fit().losses())));
    pictures.add(
        CurvePicture.of("calibration", "probability below a row's value", "share of rows")
            .dashed("ideal", new double[] {0, 1}, new double[] {0, 1})
            .curve("found", sorted, shares),
        bands(density, target, values, x));
    ImmutableList<Picture> all = pictures.build();
    Sheet.of(all.size(), all).each(PANEL, PANEL).save(directory.resolve("csv.png"));
  }

  /** The column over its median given the others, and bands of its quantiles, in its own units. */
  private static CurvePicture bands(
      ConditionalDensity density, String target, double[] values, Table x) {
    double[] medians = density.quantile(0.5, x).toDoubleArray();
    int[] order =
        IntStream.range(0, medians.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> medians[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    CurvePicture picture =
        CurvePicture.of("rows and bands", "median of " + target + " given the others", target)
            .points("rows", medians, values);
    for (double level : new double[] {0.05, 0.5, 0.95}) {
      double[] quantiles = density.quantile(level, x).toDoubleArray();
      String name = Math.round(100 * level) + "% quantile";
      picture = picture.curve(name, grouped(medians, order), grouped(quantiles, order));
    }
    return picture;
  }

  /** Means of neighbours in an order, in so many groups of about the same size. */
  private static double[] grouped(double[] values, int[] order) {
    int groups = Math.min(GROUPS, order.length);
    double[] means = new double[groups];
    for (int g = 0; g < groups; g++) {
      int from = (int) ((long) order.length * g / groups);
      int to = (int) ((long) order.length * (g + 1) / groups);
      means[g] =
          IntStream.range(from, to).mapToDouble(k -> values[order[k]]).average().orElseThrow();
    }
    return means;
  }
}
