package org.ppl4j.examples.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import java.nio.file.Path;
import java.util.List;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.PlaneLogDensity;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.report.Sheet;

/**
 * A flow of the sphere learns the density of directions on a globe, three clusters and a band, and
 * is judged by the log-density of directions that it has not seen, beside the true density's. The
 * picture is a map of longitudes and sines of latitudes, in which areas are as on the globe.
 */
public final class Globe implements Example {

  private static final int DIRECTIONS = 3000;
  private static final int UNSEEN = 2000;

  /** Columns and rows of the map whose cells the learned density is summed over. */
  private static final int CELLS = 200;

  private static final int CELLS_OF_A_SMOKE_TEST = 20;
  private static final Area MAP = new Area(-Math.PI, Math.PI, -1, 1);

  /** Pixels of a map. */
  private static final int WIDTH = 900;

  private static final int HEIGHT = 290;

  @Override
  public String name() {
    return "globe";
  }

  @Override
  public String description() {
    return "directions on a globe, three clusters and a band: their density by a flow of the"
        + " sphere";
  }

  /** The log-densities of unseen directions under the flow, beside those of the true density. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    double[] unseen = GlobeDistribution.draw(UNSEEN, ~options.seed());
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::sphere)
                .training(options.training())
                .fit(directions(manager, GlobeDistribution.draw(DIRECTIONS, options.seed())))) {
      double[] learned = logDensities(density, manager, unseen);
      double[] truth = trueLogDensities(unseen);
      int cells = options.orInSmokeTest(CELLS, CELLS_OF_A_SMOKE_TEST);
      options.save(directory -> save(density, manager, cells, directory));
      DensityReport report = density.report().orElseThrow();
      ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
      figures.put("unseen.flow", Stats.meanOf(learned));
      figures.put("unseen.true", Stats.meanOf(truth));
      options
          .unlessStopped(() -> integral(density, manager, cells))
          .ifPresent(integral -> figures.put("integral over the globe", integral));
      figures.put("steps", (double) report.fit().steps());
      figures.put("seconds", report.fit().seconds());
      return new ExampleResult(
          new Summary(ImmutableMap.of("log-density", Summary.Row.of(learned))),
          new Reference(ImmutableMap.of("log-density", Reference.Moments.of(truth))),
          figures.buildOrThrow());
    }
  }

  private static NDArray directions(NDManager manager, double[] vectors) {
    return manager.create(vectors, new Shape(vectors.length / 3, 3));
  }

  private static double[] logDensities(Density density, NDManager manager, double[] vectors) {
    try (NDArray x = directions(manager, vectors);
        NDArray logs = density.logProb(x)) {
      return logs.toDoubleArray();
    }
  }

  private static double[] trueLogDensities(double[] vectors) {
    double[] logs = new double[vectors.length / 3];
    double[] x = new double[3];
    for (int i = 0; i < logs.length; i++) {
      System.arraycopy(vectors, 3 * i, x, 0, 3);
      logs[i] = GlobeDistribution.logDensity(x);
    }
    return logs;
  }

  /** Unit vectors of places of the map, whose area is that of the globe. */
  private static double[] vectors(double[] places) {
    double[] vectors = new double[places.length / 2 * 3];
    for (int i = 0; i < places.length / 2; i++) {
      GlobeDistribution.put(places[2 * i], places[2 * i + 1], vectors, 3 * i);
    }
    return vectors;
  }

  /** Places of the map, of unit vectors. */
  private static double[] places(double[] vectors) {
    double[] places = new double[vectors.length / 3 * 2];
    for (int i = 0; i < vectors.length / 3; i++) {
      places[2 * i] = Math.atan2(vectors[3 * i + 1], vectors[3 * i]);
      places[2 * i + 1] = vectors[3 * i + 2];
    }
    return places;
  }

  private static PlaneLogDensity onMap(Density density, NDManager manager) {
    return places -> logDensities(density, manager, vectors(places));
  }

  /** The sum over the cells of the map. */
  private static double integral(Density density, NDManager manager, int cells) {
    double[] places = new double[2 * cells * cells];
    for (int i = 0; i < cells; i++) {
      for (int j = 0; j < cells; j++) {
        int at = 2 * (i * cells + j);
        places[at] = 2 * Math.PI * ((j + 0.5) / cells - 0.5);
        places[at + 1] = 2 * ((i + 0.5) / cells - 0.5);
      }
    }
    double sum = 0;
    for (double log : onMap(density, manager).inParts(places)) {
      sum += Math.exp(log);
    }
    return sum * 4 * Math.PI / (cells * cells);
  }

  /** The true density with directions as they were learned from, the learned one with draws. */
  private static void save(Density density, NDManager manager, int cells, Path directory) {
    PlaneLogDensity truth = places -> trueLogDensities(vectors(places));
    PlaneLogDensity learned = onMap(density, manager);
    double[] draws = density.sample(UNSEEN).toType(DataType.FLOAT64, false).toDoubleArray();
    Sheet.of(
            1,
            List.of(
                map("true density", truth, cells),
                map("learned density", learned, cells),
                map("draws from it over the true density", truth, cells).points(places(draws))))
        .each(WIDTH, HEIGHT)
        .save(directory.resolve("globe.png"));
  }

  private static PlanePicture map(String title, PlaneLogDensity density, int cells) {
    return PlanePicture.of(title, MAP)
        .axes("longitude in radians", "sine of latitude")
        .density(density, cells)
        .scale("per steradian");
  }
}
