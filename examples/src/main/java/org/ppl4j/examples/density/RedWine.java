package org.ppl4j.examples.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import com.google.common.primitives.Doubles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.flows.SinhArcsinh;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Dequantisation;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.nn.Made;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.TransformModule;

/**
 * The density of eleven measurements of red wines in ten-fold cross validation: the mean
 * log-density of wines that were not trained on, beside published ones.
 *
 * <p>All measurements are rounded, so that a density of the rows as they are can be made as great
 * as one likes: here each number is uniform in the cell of its rounding, in training and in the
 * test. Some wines are in the table several times; hence there is a second cross validation that
 * has them all in one fold. Log-densities are of rows that are standardised with the training rows
 * of their fold.
 */
public final class RedWine implements Example {

  /** Noise is drawn so often for each test row. */
  private static final int DRAWS = 10;

  private static final int DRAWS_OF_A_SMOKE_TEST = 1;

  private static final double GAIN = 5;

  private static final int PANEL = 480;

  /** Standard deviations on each side of a picture's middle. */
  private static final double SHOWN = 5;

  private final ImmutableList<Integer> numbers;

  /** Of all folds. */
  public RedWine() {
    this(IntStream.range(0, RedWineTable.FOLDS).boxed().toList());
  }

  /** Of some of the folds. */
  public RedWine(List<Integer> numbers) {
    this.numbers = ImmutableList.copyOf(numbers);
  }

  /** What came of a fold. */
  private static final class Fold {

    /** The log-density of each test row, the mean over draws of the noise. */
    final double[] test;

    /** The mean log-density of the test rows without noise. */
    final double asTheyAre;

    /** The mean log-density of the training rows. */
    final double train;

    /** The log-density of each test row under a normal distribution. */
    final double[] normal;

    final double seconds;

    /** Some wines of the density; none if there is to be no picture. */
    final double[][] draws;

    Fold(
        double[] test,
        double asTheyAre,
        double train,
        double[] normal,
        double seconds,
        double[][] draws) {
      this.test = test;
      this.asTheyAre = asTheyAre;
      this.train = train;
      this.normal = normal;
      this.seconds = seconds;
      this.draws = draws;
    }

    double testMean() {
      return Stats.meanOf(test);
    }
  }

  @Override
  public String name() {
    return "red-wine";
  }

  @Override
  public String description() {
    return "eleven measurements of 1,599 red wines: how likely a flow finds wines it has not seen";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  /** The log-densities of the test rows of each fold, beside those of a normal distribution. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    RedWineTable table = RedWineTable.read();
    RedWineTable alike = table.together();
    List<Fold> folds = new ArrayList<>();
    List<Fold> together = new ArrayList<>();
    options.each(
        numbers,
        number -> {
          Consumer<Density> seen =
              folds.isEmpty() ? density -> report(density, table, number, options) : density -> {};
          folds.add(fold(table, number, options, seen));
          options
              .unlessStopped(() -> fold(alike, number, options, density -> {}))
              .ifPresent(together::add);
        });

    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
    for (int i = 0; i < folds.size(); i++) {
      rows.put("fold " + numbers.get(i), Summary.Row.of(folds.get(i).test));
      reference.put("fold " + numbers.get(i), Reference.Moments.of(folds.get(i).normal));
    }
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    figures.put("loglik.test", mean(folds, Fold::testMean));
    figures.put("loglik.train", mean(folds, fold -> fold.train));
    figures.put("loglik.gap", mean(folds, fold -> fold.train - fold.testMean()));
    figures.put("loglik.test.as-they-are", mean(folds, fold -> fold.asTheyAre));
    if (!together.isEmpty()) {
      figures.put("loglik.test.together", mean(together, Fold::testMean));
      figures.put("loglik.gap.together", mean(together, fold -> fold.train - fold.testMean()));
    }
    figures.put("loglik.test.normal", mean(folds, fold -> Stats.meanOf(fold.normal)));
    figures.put(
        "seconds.fold", folds.stream().mapToDouble(fold -> fold.seconds).max().orElseThrow());
    options.steps().ifPresent(steps -> figures.put("steps", (double) steps));
    options.save(directory -> save(table, folds, directory));
    ExampleResult result =
        new ExampleResult(
            new Summary(rows.buildOrThrow()),
            new Reference(reference.buildOrThrow()),
            figures.buildOrThrow());
    return result.withTable(table(folds, together, result.figures()));
  }

  /** That of a fold, on its test rows. */
  private void report(Density density, RedWineTable table, int fold, ExampleOptions options) {
    options.report(
        () -> {
          try (NDManager manager = NDManager.newBaseManager()) {
            NDArray rows = RedWineTable.array(manager, table.rows(fold, true));
            String[] names = RedWineTable.COLUMNS.toArray(String[]::new);
            return Report.of(density, Table.of(rows, names)).title(name() + ": fold " + fold);
          }
        });
  }

  private static Fold fold(
      RedWineTable table, int number, ExampleOptions options, Consumer<Density> seen) {
    return fold(table.rows(number, false), table.rows(number, true), options, seen);
  }

  /** A smoke test has no time for what is fitted beside the flow. */
  private static DensityEstimator estimator(ExampleOptions options) {
    DensityEstimator usual = DensityEstimator.of(RedWine::flow);
    return options.isSmokeTest() ? usual.withoutBaselines() : usual;
  }

  private static Fold fold(
      double[][] train, double[][] test, ExampleOptions options, Consumer<Density> seen) {
    double[] mean = new double[RedWineTable.COLUMNS.size()];
    double[] sd = new double[mean.length];
    double logScale = 0;
    for (int j = 0; j < mean.length; j++) {
      int column = j;
      double[] values = Arrays.stream(train).mapToDouble(row -> row[column]).toArray();
      Stats stats = Stats.of(values);
      mean[j] = stats.mean();
      sd[j] = stats.populationStandardDeviation();
      logScale += Math.log(sd[j]);
    }
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            estimator(options)
                .dequantisation(Dequantisation.steps(RedWineTable.STEPS.toArray()))
                .training(training(options))
                .fit(RedWineTable.array(manager, train))) {
      NDArray rows = RedWineTable.array(manager, test);
      NDArray known = RedWineTable.array(manager, train);
      seen.accept(density);
      double standard = logScale;
      int often = options.orInSmokeTest(DRAWS, DRAWS_OF_A_SMOKE_TEST);
      double[] logs = logProb(density, rows, often);
      return new Fold(
          Arrays.stream(logs).map(log -> log + standard).toArray(),
          Stats.meanOf(density.logProb(rows).toDoubleArray()) + logScale,
          Stats.meanOf(logProb(density, known, 1)) + logScale,
          normal(standard(train, mean, sd), standard(test, mean, sd)),
          density.report().orElseThrow().fit().seconds(),
          options.directory().isPresent()
              ? draws(density, train.length + test.length)
              : new double[0][]);
    }
  }

  /** The log-density of each row, the mean over draws of the noise. */
  private static double[] logProb(Density density, NDArray rows, int often) {
    double[] logs = new double[Math.toIntExact(rows.size(0))];
    for (int k = 0; k < often; k++) {
      double[] some = density.logProb(density.dequantised(rows)).toDoubleArray();
      Arrays.setAll(logs, i -> logs[i] + some[i] / often);
    }
    return logs;
  }

  /**
   * Splines by narrow networks, since wines are few, and more freedom for each column by itself.
   */
  private static TransformModule flow(int dim) {
    return Flows.splineAutoregressive(dim, 2, Made.of(24, 24))
        .then(Elementwise.of(dim, RationalQuadratic.of(16, 4)).gain(GAIN))
        .then(Elementwise.of(dim, SinhArcsinh.of()).gain(GAIN));
  }

  private static Training training(ExampleOptions options) {
    return options.training(Training.standard().batch(128).rate(0.006));
  }

  private static double[][] draws(Density density, int count) {
    double[] draws = density.sample(count).toType(DataType.FLOAT64, false).toDoubleArray();
    int columns = draws.length / count;
    double[][] rows = new double[count][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(draws, i * columns, (i + 1) * columns));
    return rows;
  }

  private static double[][] standard(double[][] rows, double[] mean, double[] sd) {
    return Arrays.stream(rows)
        .map(
            row ->
                IntStream.range(0, row.length)
                    .mapToDouble(j -> (row[j] - mean[j]) / sd[j])
                    .toArray())
        .toArray(double[][]::new);
  }

  /** Under the normal distribution of greatest likelihood. */
  private static double[] normal(double[][] train, double[][] test) {
    try (Run run = Run.open(RunConfig.defaults(), 0);
        NDManager manager = NDManager.newBaseManager()) {
      NDArray x = run.bind(RedWineTable.array(manager, train));
      NDArray covariance = Tensors.matMul(x.transpose(), x).div(train.length);
      return Tensors.values(
          MultivariateNormal.withCovariance(0, covariance)
              .on(run)
              .logProb(run.bind(RedWineTable.array(manager, test))));
    }
  }

  private static double mean(List<Fold> folds, ToDoubleFunction<Fold> figure) {
    return folds.stream().mapToDouble(figure).average().orElseThrow();
  }

  /** The mean log-densities of the test rows of the first folds, of a mixture of normals. */
  private double[] mixture(int folds) {
    double[] all = RedWineTable.floor("mixture");
    return numbers.stream().limit(folds).mapToDouble(fold -> all[fold]).toArray();
  }

  // --- for a reader

  private String table(
      List<Fold> folds, List<Fold> together, ImmutableMap<String, Double> figures) {
    double[] mixture = mixture(folds.size());
    StringBuilder table =
        new StringBuilder(
            line("mean log-density", "test", "training", "mixture", "normal", "alike together"));
    for (int i = 0; i < folds.size(); i++) {
      Fold fold = folds.get(i);
      table.append(
          line(
              "fold " + numbers.get(i),
              fold.testMean(),
              fold.train,
              mixture[i],
              Stats.meanOf(fold.normal),
              i < together.size() ? together.get(i).testMean() : "-"));
    }
    table.append(
        line(
            "mean",
            requireNonNull(figures.get("loglik.test")),
            requireNonNull(figures.get("loglik.train")),
            Stats.meanOf(mixture),
            requireNonNull(figures.get("loglik.test.normal")),
            together.isEmpty() ? "-" : requireNonNull(figures.get("loglik.test.together"))));
    table.append(String.format("%npublished, on other folds:"));
    RedWineTable.published()
        .forEach((model, log) -> table.append(String.format(Locale.ROOT, " %s %.2f,", model, log)));
    return table.substring(0, table.length() - 1);
  }

  private static String line(String name, Object... cells) {
    StringBuilder line = new StringBuilder(String.format("%-18s", name));
    for (Object cell : cells) {
      line.append(
          cell instanceof Double number
              ? String.format(Locale.ROOT, "%16.3f", number)
              : String.format("%16s", cell));
    }
    return line + System.lineSeparator();
  }

  /** The folds; then wines, red, and draws, black, in three planes. */
  private void save(RedWineTable table, List<Fold> folds, Path directory) {
    double[] places = Doubles.toArray(numbers.subList(0, folds.size()));
    List<Picture> pictures = new ArrayList<>();
    pictures.add(
        CurvePicture.of("mean log-density of test wines", "fold", "nats")
            .curve("flow", places, each(folds, Fold::testMean))
            .curve("flow, training wines", places, each(folds, fold -> fold.train))
            .curve("mixture of normals", places, mixture(folds.size()))
            .curve("normal", places, each(folds, fold -> Stats.meanOf(fold.normal))));
    pictures.add(plane("alcohol", "density", table, folds));
    pictures.add(plane("residual sugar", "chlorides", table, folds));
    pictures.add(plane("free sulfur dioxide", "total sulfur dioxide", table, folds));
    Sheet.of(2, pictures).each(PANEL, PANEL).save(directory.resolve("red-wine.png"));
  }

  private static double[] each(List<Fold> folds, ToDoubleFunction<Fold> figure) {
    return folds.stream().mapToDouble(figure).toArray();
  }

  /** All wines, and as many draws of the first fold's density, in standard deviations. */
  private static Picture plane(String across, String up, RedWineTable table, List<Fold> folds) {
    Reference.Moments x = Reference.Moments.of(table.column(across));
    Reference.Moments y = Reference.Moments.of(table.column(up));
    return PlanePicture.of("wines (red) and draws (black)", Area.square(SHOWN))
        .axes(across + ", in sd from its mean", up + ", in sd from its mean")
        .points(pairs(across, x, up, y, Arrays.asList(table.rows())))
        .points(pairs(across, x, up, y, Arrays.asList(folds.get(0).draws)));
  }

  private static double[] pairs(
      String across, Reference.Moments x, String up, Reference.Moments y, List<double[]> rows) {
    int i = RedWineTable.COLUMNS.indexOf(across);
    int j = RedWineTable.COLUMNS.indexOf(up);
    return rows.stream()
        .flatMapToDouble(row -> DoubleStream.of(x.standard(row[i]), y.standard(row[j])))
        .toArray();
  }
}
