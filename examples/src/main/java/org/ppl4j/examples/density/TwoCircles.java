package org.ppl4j.examples.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.LinearRational;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.handlers.Scale;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlaneLogDensity;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Losses;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Mlp;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Three flows learn the density of points on two circles, with the flows, steps and rates of Pyro's
 * tutorial on normalizing flows; a fourth is trained as this library recommends. All are judged by
 * the log-density of points that they have not seen, beside the true density's: the loss in
 * training rewards overfitting.
 */
public final class TwoCircles implements Example {

  private static final String FOLDER = "two-circles";
  private static final double BOUND = 3;
  private static final PlaneDistribution TRUTH = new TwoCirclesDistribution();

  /** The tutorial's test losses are means over this many last states of the parameters. */
  private static final int STATES = 10;

  private static final int STEPS_BETWEEN_STATES = 10;

  /** Pixels of a picture's side. */
  private static final int PANEL = 420;

  private static final int CELLS = 200;
  private static final int CELLS_OF_A_SMOKE_TEST = 20;

  /** A flow of the tutorial, as a density of points (N, 2), and how it is trained. */
  private record Recipe(String name, int steps, double rate, Program<NDArray> model) {}

  /** What came of a flow. */
  private static final class Outcome {

    final String name;

    /** The log-density of each test point, the mean over the last states. */
    final double[] test;

    /** The mean log-density of a training point at the end. */
    final double train;

    final double seconds;
    final ImmutableList<Picture> pictures;

    Outcome(
        String name, double[] test, double train, double seconds, ImmutableList<Picture> pictures) {
      this.name = name;
      this.test = test;
      this.train = train;
      this.seconds = seconds;
      this.pictures = pictures;
    }
  }

  private static final ImmutableList<Recipe> RECIPES =
      ImmutableList.of(
          new Recipe(
              "spline", 1001, 1e-2, density(Elementwise.of(2, LinearRational.of(16, BOUND)))),
          new Recipe(
              "spline-coupling",
              5001,
              5e-3,
              density(
                  Coupling.of(2, LinearRational.of(16, BOUND))
                      .passing(LinearRational.of(16, BOUND))
                      .conditioner(Mlp.of(20, 20)))),
          new Recipe("conditional-spline", 5001, 3e-3, conditional()));

  private static Program<NDArray> density(TransformModule flow) {
    return (p, points) -> {
      try (Plate plate = p.plate("points", points.size(0))) {
        p.observe("xy", of(2, p.module("flow", flow)), plate.take(points));
      }
    };
  }

  /** A spline for x, and one for y whose parameters a network reads from x. */
  private static Program<NDArray> conditional() {
    ScalarFamily spline = LinearRational.of(8, BOUND);
    TransformModule ofX = Elementwise.of(1, spline);
    ConditionalTransformModule ofY = Elementwise.of(1, spline).conditional(1, Mlp.of(10, 10));
    return (p, points) -> {
      try (Plate plate = p.plate("points", points.size(0))) {
        NDArray x = plate.take(points.get(":, 0:1"));
        p.observe("x", of(1, p.module("x.flow", ofX)), x);
        p.observe("y", of(1, p.module("y.flow", ofY).given(x)), plate.take(points.get(":, 1:2")));
      }
    };
  }

  private static TransformedDistribution of(int dim, Transform transform) {
    return TransformedDistribution.of(Normal.standard(dim).toEvent(1), transform);
  }

  /** Points of a file of the resources, x and y in turn. */
  public static double[] points(String file) {
    return Resources.csv(TwoCircles.class, FOLDER + "/" + file, "x", "y");
  }

  @Override
  public String name() {
    return FOLDER;
  }

  @Override
  public String description() {
    return "points on two circles: the densities that splines learn of them, against the true one";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  /** The log-densities of the test points under each flow, beside those of the true density. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    double[] train = points("train.csv");
    double[] test = points("test.csv");
    List<Outcome> outcomes = new ArrayList<>();
    List<Supplier<Outcome>> all = new ArrayList<>();
    RECIPES.forEach(recipe -> all.add(() -> learn(recipe, train, test, options)));
    all.add(() -> recommended(train, test, options));
    options.each(all, one -> outcomes.add(one.get()));
    options.save(directory -> save(outcomes, train, directory));

    double[] truth = TRUTH.logDensities(test);
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    for (Outcome outcome : outcomes) {
      rows.put(outcome.name, Summary.Row.of(outcome.test));
      reference.put(outcome.name, Reference.Moments.of(truth));
      figures.put("test." + outcome.name, -Stats.meanOf(outcome.test));
      figures.put("train." + outcome.name, -outcome.train);
      figures.put("seconds." + outcome.name, outcome.seconds);
    }
    figures.put("test.true", -Stats.meanOf(truth));
    figures.put("steps", (double) options.steps().orElse(RECIPES.get(1).steps()));
    return new ExampleResult(
        new Summary(rows.buildOrThrow()),
        new Reference(reference.buildOrThrow()),
        figures.buildOrThrow());
  }

  /** Full batches, a constant rate, all training points: what the tutorial does. */
  private static Outcome learn(
      Recipe recipe, double[] train, double[] test, ExampleOptions options) {
    RunConfig config = options.config();
    int steps = options.steps().orElse(recipe.steps());
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      NDArray points = manager.create(train, new Shape(train.length / 2, 2));
      PlaneLogDensity density =
          PlaneLogDensity.of(config, x -> rowLogProb(recipe.model(), params, x));
      States states = new States(density, test, steps);
      Svi<NDArray> svi =
          Svi.builder(recipe.model().with(new Scale(2.0 / train.length)), (p, x) -> {})
              .params(params)
              .optimizer(Adam.withRate(recipe.rate()))
              .stopping(StoppingRule.never())
              .progress(options.progress())
              .listener(states)
              .build();
      FitReport report = svi.run(points, steps);
      return new Outcome(
          recipe.name(),
          states.mean(),
          -Stats.meanOf(lastHundred(report.losses())),
          report.seconds() - states.seconds,
          options
              .drawn(() -> pictures(recipe.name(), density, report.losses(), options))
              .orElse(ImmutableList.of()));
    }
  }

  /** As this library recommends. */
  private static Outcome recommended(double[] train, double[] test, ExampleOptions options) {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density)
                .training(options.training())
                .fit(manager.create(train, new Shape(train.length / 2, 2)))) {
      DensityReport report = density.report().orElseThrow();
      PlaneLogDensity logDensity =
          points -> {
            try (NDArray x = manager.create(points, new Shape(points.length / 2, 2));
                NDArray logs = density.logProb(x)) {
              return logs.toDoubleArray();
            }
          };
      options.report(
          () ->
              Report.of(
                      density,
                      Table.of(manager.create(test, new Shape(test.length / 2, 2)), "x", "y"))
                  .title(FOLDER + ": recommended"));
      return new Outcome(
          "recommended",
          logDensity.at(test),
          report.trainLogProb(),
          report.fit().seconds(),
          options
              .drawn(() -> pictures("recommended", logDensity, report.fit().losses(), options))
              .orElse(ImmutableList.of()));
    }
  }

  /** The log-density of each point under a model of them: the sum over its sites. */
  private static NDArray rowLogProb(Program<NDArray> model, ParamStore params, NDArray points) {
    NDArray sum = Tensors.number(0);
    for (SampleSite site :
        Execution.record(Tensors.run(points), params, Rng.Purpose.PREDICT, model, points)
            .observed()) {
      sum = sum.add(site.logProb());
    }
    return sum;
  }

  private static double[] lastHundred(Losses losses) {
    double[] all = losses.toArray();
    return Arrays.copyOfRange(all, Math.max(0, all.length - 100), all.length);
  }

  private static ImmutableList<Picture> pictures(
      String name, PlaneLogDensity density, Losses losses, ExampleOptions options) {
    return ImmutableList.of(
        PlanePicture.of(name, TRUTH.area())
            .density(density, options.orInSmokeTest(CELLS, CELLS_OF_A_SMOKE_TEST)),
        CurvePicture.losses("loss of " + name, losses));
  }

  /** One row the densities, the next the losses. */
  private static void save(List<Outcome> outcomes, double[] train, Path directory) {
    List<Outcome> drawn = outcomes.stream().filter(one -> !one.pictures.isEmpty()).toList();
    List<Picture> pictures = new ArrayList<>();
    pictures.add(PlanePicture.of("training points", TRUTH.area()).points(train));
    drawn.forEach(outcome -> pictures.add(outcome.pictures.get(0)));
    pictures.add(PlanePicture.of("true density", TRUTH.area()).density(TRUTH::logDensities));
    drawn.forEach(outcome -> pictures.add(outcome.pictures.get(1)));
    int columns = drawn.size() + 1;
    Sheet.of(columns, pictures).each(PANEL, PANEL).save(directory.resolve("two-circles.png"));
  }

  /** Looks at the test points after every tenth of the last hundred steps. */
  private static final class States implements FitListener {

    private final PlaneLogDensity density;
    private final double[] test;
    private final int steps;
    private final double[] sum;
    private int count;
    private double seconds;

    States(PlaneLogDensity density, double[] test, int steps) {
      this.density = density;
      this.test = test;
      this.steps = steps;
      this.sum = new double[test.length / 2];
    }

    @Override
    public Next onStep(Step step) {
      long left = steps - step.step();
      if (left < STATES * STEPS_BETWEEN_STATES && left % STEPS_BETWEEN_STATES == 0) {
        long start = System.nanoTime();
        double[] logs = density.at(test);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += logs[i];
        }
        count++;
        seconds += (System.nanoTime() - start) * 1e-9;
      }
      return Next.GO_ON;
    }

    /** Where the steps have ended, if they were stopped before. */
    double[] mean() {
      return count == 0 ? density.at(test) : Arrays.stream(sum).map(logs -> logs / count).toArray();
    }
  }
}
