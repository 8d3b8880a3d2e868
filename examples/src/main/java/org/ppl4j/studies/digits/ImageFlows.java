package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Dequantisation;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Sheet;

/**
 * The handwritten digits of {@link Digits} by a flow that knows of rows and columns: Glow, which
 * sees images at two scales by convolutions, beside the flow of vectors there, with and without the
 * label; and the lower halves of digits filled in, given the upper ones. Bits a pixel are as there.
 */
public final class ImageFlows implements Example {

  /** Noise is drawn so often for each test row. */
  private static final int DRAWS = 2;

  private static final int STEPS = 700;
  private static final int BATCH = 128;
  private static final double RATE = 0.0015;
  private static final double DECAY = 1;

  /** Steps of Glow at each scale. */
  private static final int GLOW_STEPS = 3;

  private static final int HALF = DigitsTable.SIDE / 2;

  @Override
  public String name() {
    return "images";
  }

  @Override
  public String description() {
    return "handwritten digits by convolutions at two scales, and lower halves given the upper ones";
  }

  @Override
  public boolean writesFiles() {
    return true;
  }

  /** The bits of the test images of each digit, given it, beside those of independent pixels. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    DigitsTable table = DigitsTable.read();
    DigitsTable train = table.training();
    DigitsTable validation = table.validation();
    DigitsTable test = table.test();
    int steps = options.orInSmokeTest(GLOW_STEPS, 1);
    int side = DigitsTable.SIDE;
    try (NDManager manager = NDManager.newBaseManager();
        Density flat =
            estimator(DensityEstimator.of(DigitsFlows::of), options)
                .fit(train.pixels(manager), validation.pixels(manager));
        Density glow =
            estimator(DensityEstimator.of(dim -> DigitsFlows.glow(side, side, steps)), options)
                .fit(train.pixels(manager), validation.pixels(manager));
        ConditionalDensity given =
            estimator((dim, context) -> DigitsFlows.glow(side, side, steps, context), side, options)
                .fit(
                    train.pixels(manager),
                    train.labels(manager),
                    validation.pixels(manager),
                    validation.labels(manager));
        ConditionalDensity lower =
            estimator((dim, context) -> DigitsFlows.glow(HALF, side, steps, context), HALF, options)
                .constantContexts()
                .fit(
                    train.halves(manager, false),
                    train.halves(manager, true),
                    validation.halves(manager, false),
                    validation.halves(manager, true))) {
      DigitsScores scores = new DigitsScores(train, test);
      double ofFlat = 0;
      double ofLower = 0;
      for (int k = 0; k < DRAWS; k++) {
        scores.add(glow, given, manager);
        NDArray rows = flat.dequantised(test.pixels(manager));
        ofFlat += mean(flat.logProb(rows)) / DRAWS;
        NDArray halves = lower.dequantised(test.halves(manager, false));
        ofLower += mean(lower.logProb(halves, test.halves(manager, true))) / DRAWS;
      }
      options
          .directory()
          .ifPresent(directory -> save(test, flat, glow, given, lower, manager, directory));
      ImmutableMap<String, Double> figures =
          ImmutableMap.<String, Double>builder()
              .putAll(scores.figures())
              .put("bits.vectors", DigitsScores.bits(ofFlat))
              .put("bits.lower", 2 * DigitsScores.bits(ofLower)) // of half as many pixels
              .put("seconds.training", glow.report().orElseThrow().fit().seconds())
              .put("steps", (double) glow.report().orElseThrow().fit().steps())
              .buildOrThrow();
      return new ExampleResult(scores.parameters(), scores.reference(), figures)
          .withTable(scores.table());
    }
  }

  private static double mean(NDArray logProbs) {
    return Stats.meanOf(logProbs.toType(DataType.FLOAT64, false).toDoubleArray());
  }

  private static Dequantisation levels(int pixels) {
    return Dequantisation.steps(IntStream.range(0, pixels).mapToDouble(j -> 1).toArray());
  }

  private static Constraint range() {
    return Constraint.interval(-0.5, DigitsTable.LEVELS - 0.5);
  }

  private static Training training(ExampleOptions options) {
    return options.training(Training.standard().batch(BATCH).steps(STEPS).rate(RATE).decay(DECAY));
  }

  private static DensityEstimator estimator(DensityEstimator own, ExampleOptions options) {
    return own.dequantisation(levels(DigitsTable.PIXELS))
        .support(range())
        .training(training(options));
  }

  private static ConditionalDensityEstimator estimator(
      ConditionalDensityEstimator.Flows flow, int height, ExampleOptions options) {
    return ConditionalDensityEstimator.of(flow)
        .dequantisation(levels(height * DigitsTable.SIDE))
        .support(range())
        .training(training(options));
  }

  /** Lines of ten: digits of the test rows, draws of both flows and given each label, fillings. */
  private static void save(
      DigitsTable test,
      Density flat,
      Density glow,
      ConditionalDensity given,
      ConditionalDensity lower,
      NDManager manager,
      Path directory) {
    int ten = DigitsTable.LABELS;
    List<Picture> images = new ArrayList<>();
    for (int i = 0; i < ten; i++) {
      images.add(Digits.image("digit " + test.label(i), test.pixels(i)));
    }
    images.addAll(Digits.images(i -> "by vectors", flat.sample(ten)));
    images.addAll(Digits.images(i -> "by images", glow.sample(ten)));
    int[] labels = IntStream.range(0, ten).toArray();
    images.addAll(
        Digits.images(i -> "draw of " + i, given.sample(1, DigitsTable.oneHot(manager, labels))));
    NDArray upper = test.halves(manager, true).get("0:" + ten);
    double[] filled = lower.sample(1, upper).toType(DataType.FLOAT64, false).toDoubleArray();
    int half = DigitsTable.PIXELS / 2;
    for (int i = 0; i < ten; i++) {
      double[] whole = Arrays.copyOf(test.pixels(i), DigitsTable.PIXELS);
      System.arraycopy(filled, i * half, whole, half, half);
      images.add(Digits.image("filled in", whole));
    }
    Sheet.of(ten, images).save(directory.resolve("images.png"));
  }
}
