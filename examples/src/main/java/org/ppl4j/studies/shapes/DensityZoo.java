package org.ppl4j.studies.shapes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.CubicSpline;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.LinearRational;
import org.ppl4j.flows.QuadraticSpline;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlaneLogDensity;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.transforms.TransformModule;

/**
 * Five distributions of points in the plane under eleven families of flows, by likelihood on the
 * same batches: the mean log-density of points that they have not seen, beside the most that is
 * possible, which is minus the entropy. The difference is KL(truth ‖ flow) in nats. The continuous
 * flow is begun by flow matching, and stands there as that leaves it too.
 *
 * <p>All flows stand so that the direction that scores is the fast one.
 */
public final class DensityZoo implements Example {

  static final int TRAINING_POINTS = 10_000;
  static final int TEST_POINTS = 10_000;

  private static final int POINTS_OF_A_SMOKE_TEST = 1000;

  private static final int ROWS_OF_A_STEP = 512;

  private static final int ROWS_OF_A_STEP_OF_A_SMOKE_TEST = 64;

  /** Pixels of a side of one picture on the sheet, and its cells. */
  private static final int SIDE = 260;

  private static final int CELLS = 110;

  private static final int CELLS_OF_A_SMOKE_TEST = 20;

  /**
   * A family of flows.
   *
   * @param steps of its training at most, of each stage
   * @param isSpline whether it is one of the splines, which can take any shape
   * @param objective of its training
   */
  public record Family(
      String name,
      int steps,
      boolean isSpline,
      Objective objective,
      IntFunction<TransformModule> flow) {

    /** Trained by likelihood. */
    Family(String name, int steps, boolean isSpline, IntFunction<TransformModule> flow) {
      this(name, steps, isSpline, Objective.likelihood(), flow);
    }
  }

  static final Family RESIDUAL = new Family("residual", 1500, false, dim -> Flows.residual(dim, 4));

  /** Trained by likelihood alone. */
  public static final ImmutableList<Family> FAMILIES =
      ImmutableList.of(
          new Family("planar", 1500, false, dim -> Flows.planar(dim, 16).inverted()),
          new Family("affine coupling", 1500, false, dim -> Flows.affineCoupling(dim, 8)),
          new Family("maf", 1500, false, dim -> Flows.maf(dim, 5)),
          new Family("naf", 1500, false, dim -> Flows.naf(dim, 2).inverted()),
          spline("quadratic spline", QuadraticSpline.of(16, 3)),
          spline("cubic spline", CubicSpline.of(16, 3)),
          spline("rational quadratic", RationalQuadratic.of(16, 3)),
          spline("linear rational", LinearRational.of(16, 3)),
          new Family(
              "spline coupling",
              2500,
              true,
              dim -> Flows.coupling(dim, RationalQuadratic.of(16, 3), 4)),
          RESIDUAL);

  /**
   * Continuous flows, as flow matching leaves them, whose steps are light, and then made likely.
   */
  public static final ImmutableList<Family> CONTINUOUS =
      ImmutableList.of(
          new Family("ode, matched", 6000, false, Objective.flowMatching(), Flows::ode),
          new Family(
              "ode",
              6000,
              false,
              Objective.flowMatching().then(Objective.likelihood().steps(800).rate(0.002)),
              Flows::ode));

  private static Family spline(String name, ScalarFamily family) {
    return new Family(name, 2500, true, dim -> Flows.autoregressive(dim, family, 3).inverted());
  }

  /** Drawn and known in closed form. */
  public static final ImmutableList<PlaneDistribution> SHAPES = PlaneDistributions.zoo();

  private final ImmutableList<PlaneDistribution> shapes;
  private final ImmutableList<Family> families;

  /** Of all families. */
  public DensityZoo() {
    this(SHAPES, ImmutableList.<Family>builder().addAll(FAMILIES).addAll(CONTINUOUS).build());
  }

  /** Of some of the shapes and families. */
  public DensityZoo(List<PlaneDistribution> shapes, List<Family> families) {
    this.shapes = ImmutableList.copyOf(shapes);
    this.families = ImmutableList.copyOf(families);
  }

  /** The name of a result. */
  static String key(PlaneDistribution shape, Family family) {
    return shape.name() + ", " + family.name();
  }

  @Override
  public String name() {
    return "density-zoo";
  }

  @Override
  public String description() {
    return "five shapes in the plane: how well eleven families of flows learn their densities";
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    List<Picture> pictures = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    options.each(
        shapes,
        shape -> {
          double[] train =
              shape.draw(
                  options.seed(), options.orInSmokeTest(TRAINING_POINTS, POINTS_OF_A_SMOKE_TEST));
          double[] test =
              shape.draw(
                  ~options.seed(), options.orInSmokeTest(TEST_POINTS, POINTS_OF_A_SMOKE_TEST));
          Reference.Moments truth =
              new Reference.Moments(
                  -shape.entropy(), Reference.Moments.of(shape.logDensities(test)).sd());
          options
              .drawn(
                  () ->
                      PlanePicture.of(shape.name(), shape.area())
                          .points(Arrays.copyOf(train, train.length / 4)))
              .ifPresent(pictures::add);
          options.each(
              families,
              family -> {
                long began = System.nanoTime();
                try (NDManager manager = NDManager.newBaseManager();
                    Density density = fit(family, train, manager, options)) {
                  double seconds = (System.nanoTime() - began) / 1e9;
                  PlaneLogDensity logDensity = logDensity(density);
                  rows.put(key(shape, family), Summary.Row.of(logDensity.at(test)));
                  reference.put(key(shape, family), truth);
                  figures.put("seconds of " + key(shape, family), seconds);
                  steps.add(density.report().orElseThrow().fit().steps());
                  int cells = options.orInSmokeTest(CELLS, CELLS_OF_A_SMOKE_TEST);
                  options
                      .drawn(
                          () ->
                              PlanePicture.of(family.name(), shape.area())
                                  .density(logDensity, cells))
                      .ifPresent(pictures::add);
                }
              });
        });
    figures.put("steps", (double) Collections.max(steps));
    if (!pictures.isEmpty()) {
      options.save(
          directory ->
              Sheet.of(1 + families.size(), pictures)
                  .each(SIDE, SIDE)
                  .save(directory.resolve("density-zoo.png")));
    }
    ExampleResult result =
        new ExampleResult(
            new Summary(rows.buildOrThrow()),
            new Reference(reference.buildOrThrow()),
            figures.buildOrThrow());
    return result.withTable(table(result));
  }

  /** Trained as all of them are, on points, x and y in turn. */
  @MustBeClosed
  static Density fit(Family family, double[] points, NDManager manager, ExampleOptions options) {
    return DensityEstimator.of(family.flow())
        .withoutBaselines()
        .training(training(family, options))
        .fit(manager.create(points, new Shape(points.length / 2, 2)));
  }

  private static Training training(Family family, ExampleOptions options) {
    return options.training(
        Training.standard()
            .batch(options.orInSmokeTest(ROWS_OF_A_STEP, ROWS_OF_A_STEP_OF_A_SMOKE_TEST))
            .rate(0.01)
            .objective(family.objective())
            .steps(family.steps())
            // The rate falls to the end, and with it the noise of the losses.
            .patience(family.steps()));
  }

  /** Of points, x and y in turn, in arrays that are freed at once. */
  static PlaneLogDensity logDensity(Density density) {
    return points -> {
      try (NDManager manager = NDManager.newBaseManager();
          NDArray rows = manager.create(points, new Shape(points.length / 2, 2))) {
        return density.logProb(rows).toDoubleArray();
      }
    };
  }

  /** A line a family, a column a shape; the seconds are of all shapes. */
  private String table(ExampleResult result) {
    StringBuilder table = new StringBuilder(String.format("%-20s", "mean log-density"));
    shapes.forEach(shape -> table.append(String.format("%16s", shape.name())));
    table.append(String.format("%10s%n%-20s", "seconds", "most possible"));
    shapes.forEach(shape -> table.append(String.format(Locale.ROOT, "%16.3f", -shape.entropy())));
    for (Family family : families) {
      table.append(String.format("%n%-20s", family.name()));
      double seconds = 0;
      for (PlaneDistribution shape : shapes) {
        Summary.Row found = result.parameters().rows().get(key(shape, family));
        table.append(
            found == null // it was stopped before
                ? String.format("%16s", "-")
                : String.format(Locale.ROOT, "%16.3f", found.mean()));
        seconds += result.figures().getOrDefault("seconds of " + key(shape, family), Double.NaN);
      }
      table.append(String.format(Locale.ROOT, "%10.1f", seconds));
    }
    return table.toString();
  }
}
