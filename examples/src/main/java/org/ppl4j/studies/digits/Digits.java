package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.Dequantisation;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.report.ImagePicture;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Sheet;

/**
 * Handwritten digits of 8 × 8 pixels: how many bits a coupling flow needs for a pixel of digits
 * that it has not seen, with and without their label, beside simpler densities.
 *
 * <p>A pixel is a level from 0 to 16; here it is uniform in the cell of width 1 around its level,
 * in training and in the test. With p the density of such an image y of D = 64 pixels, in units of
 * one level, its bits per pixel are
 *
 * <pre>{@code
 * −log₂ p(y) / D
 * }</pre>
 *
 * <p>so that a density uniform over all 17 levels needs log₂ 17 = 4.09 bits. The mean over the
 * noise is not less than what the levels themselves need (Theis, van den Oord and Bethge 2016,
 * section 3.1). To know the label, one of ten, saves log₂ 10 / 64 = 0.05 bits if the image leaves
 * no doubt of it and the densities are true.
 *
 * <p>The densities given each label also say which digit an image is, by Bayes' rule with all
 * labels as frequent.
 */
public final class Digits implements Example {

  /** Noise is drawn so often for each test row. */
  static final int DRAWS = 8;

  private static final int STEPS = 400;
  private static final int BATCH = 128;
  private static final double RATE = 0.003;

  /** Strong, since there are few images: it holds the networks back. */
  private static final double DECAY = 2;

  /** Lines of ten images in the picture, of each kind. */
  private static final int LINES = 2;

  @Override
  public String name() {
    return "digits";
  }

  @Override
  public String description() {
    return "images of handwritten digits: bits a pixel by coupling flows, with and without the"
        + " label";
  }

  /** The bits of the test images of each digit, given it, beside those of independent pixels. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    DigitsTable table = DigitsTable.read();
    int step = options.orInSmokeTest(1, 5);
    DigitsTable train = table.training().every(step);
    DigitsTable validation = table.validation().every(step);
    DigitsTable test = table.test().every(step);
    Dequantisation levels =
        Dequantisation.steps(IntStream.range(0, DigitsTable.PIXELS).mapToDouble(j -> 1).toArray());
    Constraint range = Constraint.interval(-0.5, DigitsTable.LEVELS - 0.5);
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(DigitsFlows::of)
                .withoutBaselines()
                .dequantisation(levels)
                .support(range)
                .training(training(options))
                .fit(train.pixels(manager), validation.pixels(manager));
        ConditionalDensity given =
            ConditionalDensityEstimator.of(DigitsFlows::conditional)
                .withoutBaselines()
                .dequantisation(levels)
                .support(range)
                .training(training(options))
                .fit(
                    train.pixels(manager),
                    train.labels(manager),
                    validation.pixels(manager),
                    validation.labels(manager))) {
      DigitsScores scores = new DigitsScores(train, test);
      for (int k = 0; k < options.orInSmokeTest(DRAWS, 2); k++) {
        scores.add(density, given, manager);
      }
      options.save(directory -> save(table, density, given, manager, directory));
      return new ExampleResult(
              scores.parameters(), scores.reference(), figures(scores, density, given))
          .withTable(scores.table());
    }
  }

  static Training training(ExampleOptions options) {
    return options.training(Training.standard().batch(BATCH).steps(STEPS).rate(RATE).decay(DECAY));
  }

  private static ImmutableMap<String, Double> figures(
      DigitsScores scores, Density density, ConditionalDensity given) {
    DensityReport one = density.report().orElseThrow();
    DensityReport other = given.report().orElseThrow();
    return ImmutableMap.<String, Double>builder()
        .putAll(scores.figures())
        .put("bits.train", DigitsScores.bits(one.trainLogProb()))
        .put("bits.train.class", DigitsScores.bits(other.trainLogProb()))
        .put("seconds.training", one.fit().seconds() + other.fit().seconds())
        .put("steps", (double) one.fit().steps())
        .buildOrThrow();
  }

  /** Lines of ten: digits of the test rows, draws, and draws given each label in turn. */
  private static void save(
      DigitsTable table,
      Density density,
      ConditionalDensity given,
      NDManager manager,
      Path directory) {
    List<Picture> images = new ArrayList<>();
    for (int i = 0; i < LINES * DigitsTable.LABELS; i++) {
      images.add(image("digit " + table.test().label(i), table.test().pixels(i)));
    }
    images.addAll(images(i -> "draw", density.sample(LINES * DigitsTable.LABELS)));
    int[] labels = IntStream.range(0, DigitsTable.LABELS).toArray();
    images.addAll(
        images(
            i -> "draw of " + i % DigitsTable.LABELS,
            given.sample(LINES, DigitsTable.oneHot(manager, labels))));
    Sheet.of(DigitsTable.LABELS, images).save(directory.resolve("digits.png"));
  }

  static List<Picture> images(IntFunction<String> title, NDArray draws) {
    return images(title, draws.toType(DataType.FLOAT64, false).toDoubleArray());
  }

  static List<Picture> images(IntFunction<String> title, double[] pixels) {
    return IntStream.range(0, pixels.length / DigitsTable.PIXELS)
        .mapToObj(
            i ->
                image(
                    title.apply(i),
                    Arrays.copyOfRange(
                        pixels, i * DigitsTable.PIXELS, (i + 1) * DigitsTable.PIXELS)))
        .toList();
  }

  /** Of the levels in whose cells the pixels are. */
  static Picture image(String title, double[] pixels) {
    return ImagePicture.of(
        title,
        DigitsTable.SIDE,
        Arrays.stream(pixels).map(Math::rint).toArray(),
        0,
        DigitsTable.LEVELS - 1);
  }
}
