package org.ppl4j.studies.shapes;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.LongMath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.MixtureSameFamily;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Bernstein;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.DeepSigmoid;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.LinearSpline;
import org.ppl4j.flows.MixtureCdf;
import org.ppl4j.flows.Partition;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.flows.SinhArcsinh;
import org.ppl4j.flows.SumOfSquares;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.BaseDistribution;
import org.ppl4j.infer.density.Critic;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Dequantisation;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.TransformModule;

/**
 * The open questions of the survey of Kobyzev, Prince and Brubaker, "Normalizing flows" (2020),
 * answered by measurements: partitions of couplings, families and rows, bases, objectives, and
 * counts. Every figure is the mean over rows that a flow has not seen of the true log density less
 * that of the flow, in nats: 0 at best. The tables are those of the chapter flows.md.
 *
 * <pre>{@code
 * mvn -pl examples -am test-compile exec:java \
 *     -Dexec.mainClass=org.ppl4j.studies.shapes.FlowSurvey -Dexec.args=survey.md
 * }</pre>
 */
public final class FlowSurvey {

  private static final int BATCH = 256;

  /** Points of the plane side by side in a row of the question of partitions. */
  private static final int POINTS = 2;

  /** Draws within the cell of a row of counts, whose mean is its probability. */
  private static final int CELL_DRAWS = 30;

  private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  private final int steps;
  private final int rows;
  private final ImmutableList<PlaneDistribution> shapes;

  /** Of the chapter's size. */
  public FlowSurvey() {
    this(800, 10_000, PlaneDistributions.zoo());
  }

  /**
   * Of another size.
   *
   * @param steps of each training
   * @param rows of its data
   */
  FlowSurvey(int steps, int rows, List<PlaneDistribution> shapes) {
    this.steps = steps;
    this.rows = rows;
    this.shapes = ImmutableList.copyOf(shapes);
  }

  /** Writes the tables to the file that the first argument names. */
  public static void main(String... args) throws IOException {
    Path file = Path.of(args[0]);
    FlowSurvey survey = new FlowSurvey();
    Files.writeString(file, "");
    for (Map.Entry<String, Question> each : survey.questions().entrySet()) {
      String text = "## " + each.getKey() + "\n\n" + each.getValue().table() + "\n";
      Files.writeString(file, Files.readString(file) + text);
    }
  }

  /** A question whose answer is a table. */
  interface Question {
    Figures table();
  }

  /** All questions, by what they are about. */
  ImmutableMap<String, Question> questions() {
    return ImmutableMap.of(
        "Partitions", this::partitions,
        "Families of one dim", this::families,
        "Rows in one dim", this::rowsInOneDim,
        "Rows in two dims", this::rowsInTwoDims,
        "Bases", this::bases,
        "Objectives", this::objectives,
        "Counts", this::counts);
  }

  /** Figures by row and column; of a seed or more the mean, and the distance of the extremes. */
  record Figures(String corner, Map<String, Map<String, List<Double>>> rows) {

    static Figures of(String corner) {
      return new Figures(corner, new LinkedHashMap<>());
    }

    void add(String row, String column, double figure) {
      rows.computeIfAbsent(row, name -> new LinkedHashMap<>())
          .computeIfAbsent(column, name -> new ArrayList<>())
          .add(figure);
    }

    double mean(String row, String column) {
      return requireNonNull(requireNonNull(rows.get(row)).get(column)).stream()
          .mapToDouble(figure -> figure)
          .average()
          .orElseThrow();
    }

    private static String cell(List<Double> figures) {
      double mean = figures.stream().mapToDouble(figure -> figure).average().orElseThrow();
      String text = shown(mean);
      if (figures.size() == 1) {
        return text;
      }
      double least = figures.stream().mapToDouble(figure -> figure).min().orElseThrow();
      double most = figures.stream().mapToDouble(figure -> figure).max().orElseThrow();
      return text + " (" + shown(least) + " to " + shown(most) + ")";
    }

    private static String shown(double figure) {
      return Double.isFinite(figure) ? String.format(Locale.ROOT, "%.3f", figure) : "infinite";
    }

    /** As a table of Markdown. */
    @Override
    public String toString() {
      List<String> columns = List.copyOf(rows.values().iterator().next().keySet());
      Stream<List<String>> head =
          Stream.of(
              Stream.concat(Stream.of(corner), columns.stream()).toList(),
              Stream.concat(Stream.of("---"), columns.stream().map(column -> "---")).toList());
      Stream<List<String>> body =
          rows.entrySet().stream()
              .map(
                  row ->
                      Stream.concat(
                              Stream.of(row.getKey()),
                              columns.stream()
                                  .map(column -> cell(requireNonNull(row.getValue().get(column)))))
                          .toList());
      return Stream.concat(head, body)
          .map(cells -> cells.stream().collect(joining(" | ", "| ", " |\n")))
          .collect(joining());
    }
  }

  /** The mean of the truth less what was found. */
  private static double distance(double[] truth, double[] found) {
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      sum += truth[i] - found[i];
    }
    return sum / truth.length;
  }

  private int tests() {
    return Math.min(rows, 5000);
  }

  private LikelihoodFit fit() {
    return new LikelihoodFit(steps, BATCH, 1);
  }

  private static BaseDistribution standard() {
    return (p, dim) -> Normal.of(0, 1).expand(new Shape(dim));
  }

  // --- partitions

  private static TransformModule inTurn(List<List<TransformModule>> layers) {
    return layers.stream().flatMap(List::stream).reduce(TransformModule::then).orElseThrow();
  }

  private static List<TransformModule> bothSides(Partition partition) {
    return List.of(coupling(partition), coupling(partition.complement()));
  }

  private static TransformModule coupling(Partition partition) {
    return Coupling.of(2 * POINTS, RationalQuadratic.of(8, 4)).partition(partition);
  }

  private static ImmutableMap<String, TransformModule> partitionedFlows() {
    List<TransformModule> half = bothSides(Partition.half());
    List<TransformModule> alternating = bothSides(Partition.alternating());
    return ImmutableMap.of(
        "half", inTurn(List.of(half, half)),
        "alternating", inTurn(List.of(alternating, alternating)),
        "random", inTurn(List.of(bothSides(Partition.random(1)), bothSides(Partition.random(2)))),
        "learned",
            inTurn(
                List.of(
                    List.of(Flows.plu(2 * POINTS, 1)),
                    half,
                    List.of(Flows.plu(2 * POINTS, 2)),
                    half)));
  }

  /**
   * Four spline couplings of rows of two independent points, x and y of each side by side, whose
   * four columns the partitions part.
   */
  Figures partitions() {
    Figures figures = Figures.of("partition");
    int dim = 2 * POINTS;
    for (Map.Entry<String, TransformModule> flow : partitionedFlows().entrySet()) {
      for (PlaneDistribution shape : shapes) {
        double[] train = shape.draw(1, POINTS * rows);
        double[] test = shape.draw(2, POINTS * tests());
        double[] each = shape.logDensities(test);
        double[] truth = new double[tests()];
        for (int i = 0; i < each.length; i++) {
          truth[i / POINTS] += each[i];
        }
        double[] found = fit().logDensities(flow.getValue(), standard(), dim, train, test);
        figures.add(flow.getKey(), shape.name(), distance(truth, found));
      }
    }
    return figures;
  }

  // --- families

  /** Marron and Wand's claw: half a standard normal distribution, and five narrow ones upon it. */
  static final class Claw {

    static double[] draw(long seed, int count) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] rows = new double[count];
      for (int i = 0; i < count; i++) {
        double z = PlaneDistribution.normal(random);
        rows[i] = random.nextBoolean() ? z : random.nextInt(5) / 2.0 - 1 + 0.1 * z;
      }
      return rows;
    }

    static double[] logDensities(double[] rows) {
      return Arrays.stream(rows).map(Claw::logDensity).toArray();
    }

    static double logDensity(double x) {
      double sum = Math.exp(-x * x / 2) / 2;
      for (int l = 0; l < 5; l++) {
        double z = (x - (l / 2.0 - 1)) / 0.1;
        sum += Math.exp(-z * z / 2); // of weight and width 0.1 both
      }
      return Math.log(sum / Math.sqrt(2 * Math.PI));
    }
  }

  /** Families of one number by their size, learned of so many rows that rows hardly matter. */
  Figures families() {
    Map<String, IntFunction<ScalarFamily>> families =
        ImmutableMap.of(
            "AffineFamily", size -> AffineFamily.of(),
            "SinhArcsinh", size -> SinhArcsinh.of(),
            "LinearSpline", size -> LinearSpline.of(size, 4),
            "RationalQuadratic", size -> RationalQuadratic.of(size, 4),
            "MixtureCdf", MixtureCdf::of,
            "DeepSigmoid", DeepSigmoid::of,
            "Bernstein", size -> Bernstein.of(size, 4),
            "SumOfSquares", size -> SumOfSquares.of(2, size / 4));
    Figures figures = Figures.of("family, by its size");
    double[] train = Claw.draw(1, 5 * rows);
    double[] test = Claw.draw(2, 2 * tests());
    for (String name : families.keySet()) {
      for (int size : List.of(8, 32)) {
        // a flow that is inverted scores by its formula, not by the root of it
        TransformModule flow =
            Elementwise.of(1, requireNonNull(families.get(name)).apply(size)).inverted();
        double[] found = fit().logDensities(flow, standard(), 1, train, test);
        figures.add(name, String.valueOf(size), distance(Claw.logDensities(test), found));
      }
    }
    return figures;
  }

  // --- rows

  private static double estimated(
      DensityEstimator estimator, double[] train, double[] test, double[] truth) {
    return estimated(estimator, train, test, truth, Density::logProb);
  }

  private static double estimated(
      DensityEstimator estimator,
      double[] train,
      double[] test,
      double[] truth,
      BiFunction<Density, NDArray, NDArray> logProb) {
    int dim = test.length / truth.length;
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            estimator.fit(manager.create(train, new Shape(train.length / dim, dim)))) {
      NDArray rows = manager.create(test, new Shape(truth.length, dim));
      return distance(truth, logProb.apply(density, rows).toDoubleArray());
    }
  }

  private static DensityEstimator estimator(IntFunction<TransformModule> flow, int steps) {
    return DensityEstimator.of(flow)
        .withoutBaselines()
        .training(Training.standard().steps(steps).progress(Progress.silent()));
  }

  private List<Integer> counts(int... wanted) {
    return Arrays.stream(wanted).filter(count -> count <= 5 * rows).boxed().toList();
  }

  /** The recommended density and others, of more and more numbers. */
  Figures rowsInOneDim() {
    Figures figures = Figures.of("flow, by rows");
    double[] test = Claw.draw(2, 2 * tests());
    double[] truth = Claw.logDensities(test);
    Map<String, IntFunction<TransformModule>> flows =
        ImmutableMap.of(
            "affine", dim -> Elementwise.of(dim, AffineFamily.of()),
            "rational quadratic", dim -> Elementwise.of(dim, RationalQuadratic.of(16, 4)),
            "deep sigmoid", dim -> Elementwise.of(dim, DeepSigmoid.of(16)).inverted(),
            "Flows.density", Flows::density);
    for (int count : counts(100, 1000, 10_000, 100_000)) {
      double[] train = Claw.draw(1, count);
      flows.forEach(
          (name, flow) ->
              figures.add(
                  name,
                  String.valueOf(count),
                  estimated(estimator(flow, steps), train, test, truth)));
    }
    return figures;
  }

  /** The same in the plane, on the first shape and the last. */
  Figures rowsInTwoDims() {
    Figures figures = Figures.of("flow, by rows");
    Map<String, IntFunction<TransformModule>> flows =
        ImmutableMap.of(
            "affine coupling", dim -> Flows.affineCoupling(dim, 8),
            "planar", dim -> Flows.planar(dim, 16).inverted(),
            "spline coupling", dim -> Flows.coupling(dim, RationalQuadratic.of(16, 3), 4));
    for (PlaneDistribution shape : List.of(shapes.get(0), shapes.get(shapes.size() - 1))) {
      double[] test = shape.draw(2, tests());
      double[] truth = shape.logDensities(test);
      for (int count : counts(300, 3000, 30_000)) {
        double[] train = shape.draw(1, count);
        flows.forEach(
            (name, flow) ->
                figures.add(
                    name,
                    shape.name() + ", " + count,
                    estimated(estimator(flow, steps), train, test, truth)));
      }
    }
    return figures;
  }

  // --- bases

  /** Student's distribution of three degrees of freedom, independent in both coordinates. */
  static final class HeavyPlane {

    static double[] draw(long seed, int count) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] points = new double[2 * count];
      for (int i = 0; i < points.length; i++) {
        double chi = 0;
        for (int k = 0; k < 3; k++) {
          double z = PlaneDistribution.normal(random);
          chi += z * z;
        }
        points[i] = PlaneDistribution.normal(random) / Math.sqrt(chi / 3);
      }
      return points;
    }

    static double[] logDensities(double[] points) {
      double[] logs = new double[points.length / 2];
      for (int i = 0; i < points.length; i++) {
        double square = points[i] * points[i];
        logs[i / 2] += Math.log(2 / (Math.PI * Math.sqrt(3))) - 2 * Math.log1p(square / 3);
      }
      return logs;
    }
  }

  private static BaseDistribution student() {
    return (p, dim) -> StudentT.of(3, 0, 1).expand(new Shape(dim));
  }

  private static BaseDistribution learnedStudent() {
    return (p, dim) -> {
      NDArray df = p.param("df", () -> p.run().ones(new Shape(dim)).mul(10), Constraint.POSITIVE);
      return StudentT.of(df, 0, 1);
    };
  }

  private static BaseDistribution mixture() {
    return (p, dim) -> {
      Shape each = new Shape(8, dim);
      NDArray logits = p.param("logits", () -> p.run().zeros(new Shape(8)));
      NDArray loc = p.param("loc", () -> p.initialNoise("loc").normal(p.run(), each));
      NDArray scale = p.param("scale", () -> p.run().ones(each), Constraint.POSITIVE);
      return MixtureSameFamily.of(Categorical.logits(logits), Normal.of(loc, scale).toEvent(1));
    };
  }

  /** Of affine couplings and of spline couplings. */
  Figures bases() {
    Map<String, BaseDistribution> bases =
        ImmutableMap.of(
            "normal", standard(),
            "Student, 3 degrees", student(),
            "Student, degrees learned", learnedStudent(),
            "mixture of 8, learned", mixture());
    Map<String, TransformModule> flows =
        ImmutableMap.of(
            "affine", Flows.affineCoupling(2, 6),
            "spline", Flows.coupling(2, RationalQuadratic.of(8, 4), 4));
    Figures figures = Figures.of("base");
    for (String base : bases.keySet()) {
      for (String flow : flows.keySet()) {
        for (PlaneDistribution shape : shapes.subList(0, Math.min(2, shapes.size()))) {
          double[] test = shape.draw(2, tests());
          double[] found =
              fit()
                  .logDensities(
                      requireNonNull(flows.get(flow)),
                      requireNonNull(bases.get(base)),
                      2,
                      shape.draw(1, rows),
                      test);
          figures.add(base, shape.name() + ", " + flow, distance(shape.logDensities(test), found));
        }
        double[] test = HeavyPlane.draw(2, tests());
        double[] found =
            fit()
                .logDensities(
                    requireNonNull(flows.get(flow)),
                    requireNonNull(bases.get(base)),
                    2,
                    HeavyPlane.draw(1, rows),
                    test);
        figures.add(base, "heavy tails, " + flow, distance(HeavyPlane.logDensities(test), found));
      }
    }
    return figures;
  }

  // --- objectives

  /** Of three seeds each; the spread says how stable it is. */
  Figures objectives() {
    Map<String, Objective> objectives =
        ImmutableMap.of(
            "likelihood", Objective.likelihood(),
            "MMD", Objective.mmd(),
            "adversarial", Objective.adversarial(Critic.wasserstein()),
            "adversarial and likelihood",
                Objective.adversarial(Critic.wasserstein()).plusLikelihood(1));
    Figures figures = Figures.of("objective");
    for (String name : objectives.keySet()) {
      for (PlaneDistribution shape : shapes.subList(0, Math.min(2, shapes.size()))) {
        double[] test = shape.draw(2, tests());
        double[] truth = shape.logDensities(test);
        double[] train = shape.draw(1, rows / 2);
        for (long seed : SEEDS) {
          DensityEstimator estimator =
              DensityEstimator.of(dim -> Flows.coupling(dim, RationalQuadratic.of(8, 4), 4))
                  .withoutBaselines()
                  .training(
                      Training.standard()
                          .objective(requireNonNull(objectives.get(name)))
                          .steps(steps)
                          .config(RunConfig.defaults().withSeed(seed))
                          .progress(Progress.silent()));
          figures.add(name, shape.name(), estimated(estimator, train, test, truth));
        }
      }
    }
    return figures;
  }

  // --- counts

  /** y₁ ~ Poisson(3), y₂ ~ Poisson(1 + y₁). */
  static final class Counts {

    static double[] draw(long seed, int count) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] rows = new double[2 * count];
      for (int i = 0; i < rows.length; i += 2) {
        rows[i] = poisson(random, 3);
        rows[i + 1] = poisson(random, 1 + rows[i]);
      }
      return rows;
    }

    static Table table(NDManager manager, double[] rows) {
      NDArray array = manager.create(rows, new Shape(rows.length / 2, 2));
      return Table.of(array, "first", "second");
    }

    private static int poisson(SplittableRandom random, double rate) {
      double left = Math.exp(-rate);
      int count = -1;
      for (double product = 1; product > left; count++) {
        product *= random.nextDouble();
      }
      return count;
    }

    static double[] logDensities(double[] rows) {
      double[] logs = new double[rows.length / 2];
      for (int i = 0; i < logs.length; i++) {
        logs[i] = logPoisson(rows[2 * i], 3) + logPoisson(rows[2 * i + 1], 1 + rows[2 * i]);
      }
      return logs;
    }

    private static double logPoisson(double y, double rate) {
      return y * Math.log(rate) - rate - Math.log((double) LongMath.factorial((int) y));
    }
  }

  /** Of pairs of counts: noise within cells, uniform or learned, and probabilities of each. */
  Figures counts() {
    double[] train = Counts.draw(1, rows / 2);
    double[] test = Counts.draw(2, tests());
    double[] truth = Counts.logDensities(test);
    Figures figures = Figures.of("way");
    DensityEstimator spline =
        estimator(dim -> Flows.coupling(dim, RationalQuadratic.of(16, 4), 4), steps);
    Map<String, DensityEstimator> noises =
        ImmutableMap.of(
            "uniform noise in each cell",
            spline,
            "learned noise in each cell",
            spline.dequantisation(Dequantisation.variational(Flows::conditional)));
    noises.forEach(
        (name, estimator) ->
            figures.add(
                name,
                "distance",
                estimated(
                    estimator,
                    train,
                    test,
                    truth,
                    (density, y) -> density.cellLogProb(y, CELL_DRAWS))));
    try (NDManager manager = NDManager.newBaseManager();
        Density density = spline.fit(manager, Counts.table(manager, train))) {
      double[] found = density.logProb(Counts.table(manager, test)).toDoubleArray();
      figures.add("a probability of each count", "distance", distance(truth, found));
    }
    return figures;
  }
}
