package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
 * sees images at two scales by convolutions, with noise in the cells of levels that is learned,
 * beside the flow of vectors there and a variational autoencoder, with and without the label; and
 * the lower halves of digits filled in, given the upper ones. Bits a pixel are as there, of bounds
 * of the probabilities of levels.
 */
public final class ImageFlows implements Example {

  private static final int STEPS = 800;
  private static final int BATCH = 128;
  private static final int BATCH_OF_A_SMOKE_TEST = 16;
  private static final double RATE = 0.003;
  private static final double DECAY = 1;

  /** At which Glow sees images. */
  private static final int SCALES = 2;

  /** Steps of Glow at all scales together. */
  private static final int GLOW_STEPS = 4;

  private static final int SIDE = DigitsTable.SIDE;
  private static final int HALF = SIDE / 2;

  /** Of the autoencoder, one for all images at once. */
  private static final int AUTOENCODER_DRAWS = 20;

  @Override
  public String name() {
    return "images";
  }

  @Override
  public String description() {
    return "handwritten digits by convolutions at two scales, and lower halves given the upper"
        + " ones";
  }

  /** Of the digits; few of them in a smoke test. */
  record Parts(DigitsTable train, DigitsTable validation, DigitsTable test) {

    static Parts of(ExampleOptions options) {
      DigitsTable table = DigitsTable.read();
      int step = options.orInSmokeTest(1, 20);
      return new Parts(
          table.training().every(step),
          table.validation().every(step),
          table.test().every(options.orInSmokeTest(1, 5))); // some of each digit
    }
  }

  /** What is learned of the digits. */
  private record Learned(
      Density flat,
      Density glow,
      ConditionalDensity given,
      ConditionalDensity lower,
      DigitsAutoencoder autoencoder) {}

  /** The bits of the test images of each digit, given it, beside those of independent pixels. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    Parts parts = Parts.of(options);
    DigitsTable train = parts.train();
    DigitsTable test = parts.test();
    try (NDManager manager = NDManager.newBaseManager();
        Density flat = flat(manager, parts, options);
        Density glow = glow(manager, parts, SCALES, true, options);
        ConditionalDensity given = given(manager, parts, options);
        ConditionalDensity lower = lower(manager, parts, options);
        DigitsAutoencoder autoencoder = new DigitsAutoencoder(manager, train, options)) {
      DigitsScores scores = new DigitsScores(train, test);
      int draws = options.orInSmokeTest(Digits.DRAWS, 1);
      double ofFlat = 0;
      double ofLower = 0;
      for (int k = 0; k < draws; k++) {
        scores.add(glow, given, manager);
        ofFlat += mean(flat.cellLogProb(test.pixels(manager), 1)) / draws;
        NDArray halves = test.halves(manager, false);
        ofLower += mean(lower.cellLogProb(halves, test.halves(manager, true), 1)) / draws;
      }
      double vectors = DigitsScores.bits(ofFlat);
      double autoencoded = DigitsScores.bits(autoencoder.bound(test, manager, AUTOENCODER_DRAWS));
      Learned learned = new Learned(flat, glow, given, lower, autoencoder);
      options.save(directory -> save(test, learned, manager, directory));
      ImmutableMap<String, Double> figures =
          ImmutableMap.<String, Double>builder()
              .putAll(scores.figures())
              .put("bits.vectors", vectors)
              .put("bits.autoencoder", autoencoded)
              .put("bits.lower", 2 * DigitsScores.bits(ofLower)) // of half as many pixels
              .put("seconds.training", glow.report().orElseThrow().fit().seconds())
              .put("steps", (double) glow.report().orElseThrow().fit().steps())
              .buildOrThrow();
      String beside =
          String.format(
              Locale.ROOT,
              "%n%-16s%12.3f%n%-16s%12.3f",
              "by vectors",
              vectors,
              "autoencoder",
              autoencoded);
      return new ExampleResult(scores.parameters(), scores.reference(), figures)
          .withTable(scores.table() + beside);
    }
  }

  private static double mean(NDArray logProbs) {
    return Stats.meanOf(logProbs.toType(DataType.FLOAT64, false).toDoubleArray());
  }

  // --- what is learned

  private static double[] steps(int pixels) {
    return IntStream.range(0, pixels).mapToDouble(j -> 1).toArray();
  }

  private static Dequantisation learnedNoise(int height) {
    return Dequantisation.variational(
        (dim, context) -> DigitsFlows.noise(height, SIDE, context), steps(height * SIDE));
  }

  private static Constraint range() {
    return Constraint.interval(-0.5, DigitsTable.LEVELS - 0.5);
  }

  private static Training training(ExampleOptions options) {
    int batch = options.orInSmokeTest(BATCH, BATCH_OF_A_SMOKE_TEST);
    return options.training(Training.standard().batch(batch).steps(STEPS).rate(RATE).decay(DECAY));
  }

  /** That of {@link Digits}. */
  @MustBeClosed
  private static Density flat(NDManager manager, Parts parts, ExampleOptions options) {
    return DensityEstimator.of(DigitsFlows::of)
        .withoutBaselines()
        .dequantisation(Dequantisation.steps(steps(DigitsTable.PIXELS)))
        .support(range())
        .training(Digits.training(options))
        .fit(parts.train().pixels(manager), parts.validation().pixels(manager));
  }

  /** By Glow at so many scales; its noise is learned, or uniform. */
  @MustBeClosed
  static Density glow(
      NDManager manager, Parts parts, int scales, boolean learns, ExampleOptions options) {
    int steps = options.orInSmokeTest(GLOW_STEPS / scales, 1);
    return DensityEstimator.of(dim -> DigitsFlows.glow(SIDE, SIDE, scales, steps))
        .withoutBaselines()
        .dequantisation(
            learns ? learnedNoise(SIDE) : Dequantisation.steps(steps(DigitsTable.PIXELS)))
        .support(range())
        .training(training(options))
        .fit(parts.train().pixels(manager), parts.validation().pixels(manager));
  }

  private static ConditionalDensityEstimator conditional(int height, ExampleOptions options) {
    int steps = options.orInSmokeTest(GLOW_STEPS / SCALES, 1);
    return ConditionalDensityEstimator.of(
            (dim, context) -> DigitsFlows.glow(height, SIDE, SCALES, steps, context))
        .withoutBaselines()
        .dequantisation(learnedNoise(height))
        .support(range())
        .training(training(options));
  }

  /** Given the label. */
  @MustBeClosed
  private static ConditionalDensity given(NDManager manager, Parts parts, ExampleOptions options) {
    DigitsTable train = parts.train();
    DigitsTable validation = parts.validation();
    return conditional(SIDE, options)
        .fit(
            train.pixels(manager),
            train.labels(manager),
            validation.pixels(manager),
            validation.labels(manager));
  }

  /** Of the lower half given the upper one. */
  @MustBeClosed
  private static ConditionalDensity lower(NDManager manager, Parts parts, ExampleOptions options) {
    DigitsTable train = parts.train();
    DigitsTable validation = parts.validation();
    return conditional(HALF, options)
        .constantContexts()
        .fit(
            train.halves(manager, false),
            train.halves(manager, true),
            validation.halves(manager, false),
            validation.halves(manager, true));
  }

  // --- the picture

  /**
   * Lines of ten: digits of the test rows, the same from codes of the autoencoder, draws of both
   * flows, of the autoencoder and given each label, fillings.
   */
  private static void save(DigitsTable test, Learned learned, NDManager manager, Path directory) {
    int ten = DigitsTable.LABELS;
    List<Picture> images = new ArrayList<>();
    for (int i = 0; i < ten; i++) {
      images.add(Digits.image("digit " + test.label(i), test.pixels(i)));
    }
    NDArray first = test.pixels(manager).get("0:" + ten);
    images.addAll(Digits.images(i -> "from its code", learned.autoencoder.reconstructed(first)));
    images.addAll(Digits.images(i -> "by vectors", learned.flat.sample(ten)));
    images.addAll(Digits.images(i -> "by images", learned.glow.sample(ten)));
    images.addAll(Digits.images(i -> "autoencoder", learned.autoencoder.drawn(first)));
    int[] labels = IntStream.range(0, ten).toArray();
    images.addAll(
        Digits.images(
            i -> "draw of " + i, learned.given.sample(1, DigitsTable.oneHot(manager, labels))));
    NDArray upper = test.halves(manager, true).get("0:" + ten);
    double[] filled =
        learned.lower.sample(1, upper).toType(DataType.FLOAT64, false).toDoubleArray();
    int half = DigitsTable.PIXELS / 2;
    for (int i = 0; i < ten; i++) {
      double[] whole = Arrays.copyOf(test.pixels(i), DigitsTable.PIXELS);
      System.arraycopy(filled, i * half, whole, half, half);
      images.add(Digits.image("filled in", whole));
    }
    Sheet.of(ten, images).save(directory.resolve("images.png"));
  }
}
