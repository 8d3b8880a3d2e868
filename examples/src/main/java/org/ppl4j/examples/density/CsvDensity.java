package org.ppl4j.examples.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Sheet;

/**
 * The density of one column of a CSV file given all others, which must be numbers: {@code run csv
 * --file F --target y --out DIR} writes pictures and a model file. Without a file it learns the
 * alcohol of the red wines.
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

  /** A draw for each row, all of them together beside the column. */
  private static ExampleResult learn(ExampleOptions options) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Table table = options.get(FILE).map(Table::read).orElseGet(() -> wines(manager));
      String target = options.get(TARGET).orElse("alcohol");
      Table y = table.columns(target);
      Table x = table.without(target);
      try (ConditionalDensity density =
          ConditionalDensityEstimator.of(Flows::conditional)
              .training(options.training())
              .fit(manager, y, x)) {
        NDArray column = y.array(manager);
        NDArray others = x.array(manager);
        double[] values = column.toDoubleArray();
        double[] cdf = density.cdf(density.dequantised(column), others).toDoubleArray();
        options
            .directory()
            .ifPresent(directory -> save(density, target, values, cdf, others, manager, directory));
        DensityReport report = density.report().orElseThrow();
        long inside = Arrays.stream(cdf).filter(p -> p > TAIL && p < 1 - TAIL).count();
        double[] draws = density.sample(1, others).toType(DataType.FLOAT64, false).toDoubleArray();
        return new ExampleResult(
            new Summary(ImmutableMap.of(target, Summary.Row.of(draws))),
            new Reference(ImmutableMap.of(target, Reference.Moments.of(values))),
            ImmutableMap.of(
                "rows",
                (double) table.rows(),
                "loglik.validation",
                report.best().logProb(),
                "loglik.train",
                report.trainLogProb(),
                "inside the 90% band",
                (double) inside / cdf.length,
                "steps",
                (double) report.fit().steps()));
      }
    }
  }

  private static Table wines(NDManager manager) {
    return Table.of(
        RedWineTable.array(manager, RedWineTable.read().rows()),
        RedWineTable.COLUMNS.toArray(String[]::new));
  }

  /** The model; and a sheet of losses, of calibration, and of the rows under bands of quantiles. */
  private static void save(
      ConditionalDensity density,
      String target,
      double[] values,
      double[] cdf,
      NDArray others,
      NDManager manager,
      Path directory) {
    density.save(directory.resolve("csv.ppl"));
    double[] sorted = cdf.clone();
    Arrays.sort(sorted);
    double[] shares = new double[sorted.length];
    Arrays.setAll(shares, i -> (i + 0.5) / shares.length);
    Sheet.of(
            3,
            List.of(
                CurvePicture.losses("loss", density.report().orElseThrow().fit().losses()),
                CurvePicture.of("calibration", "probability of less", "share of rows")
                    .curve("found", sorted, shares)
                    .curve("ideal", new double[] {0, 1}, new double[] {0, 1}),
                bands(density, target, values, others, manager)))
        .save(directory.resolve("csv.png"), 3 * PANEL, PANEL);
  }

  /** The column over its median given the others, and bands of its quantiles, in its own units. */
  private static CurvePicture bands(
      ConditionalDensity density,
      String target,
      double[] values,
      NDArray others,
      NDManager manager) {
    double[] medians = quantile(density, 0.5, others, manager);
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
      double[] quantiles = quantile(density, level, others, manager);
      String name = Math.round(100 * level) + "%";
      picture = picture.curve(name, grouped(medians, order), grouped(quantiles, order));
    }
    return picture;
  }

  private static double[] quantile(
      ConditionalDensity density, double level, NDArray others, NDManager manager) {
    return density.quantile(manager.create(new double[] {level}), others).toDoubleArray();
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
