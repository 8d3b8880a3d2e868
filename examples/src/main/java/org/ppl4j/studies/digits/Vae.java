package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.optim.AdamW;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The handwritten digits of {@link Digits} by a variational autoencoder of convolutions (Kingma and
 * Welling 2014): an image is drawn from a code of standard normal numbers by a decoder, which gives
 * each pixel probabilities of its levels, and the guide is a normal distribution of the code, by an
 * encoder of the image. Both networks are DJL's blocks, within programs. The evidence lower bound
 * of images that nothing was learned from, in bits a pixel, is on the scale of {@link ImageFlows}.
 */
public final class Vae implements Example {

  static final int CODE = 12;
  static final int BATCH = 128;
  static final double RATE = 0.003;

  private static final int STEPS = 1500;
  private static final double DECAY = 0.3;
  private static final int CHANNELS = 32;
  private static final int SIDE = DigitsTable.SIDE;
  private static final int HALF = SIDE / 2;
  private static final int DRAWS = 20; // of the bound, for each image

  @Override
  public String name() {
    return "vae";
  }

  @Override
  public String description() {
    return "handwritten digits by a variational autoencoder of convolutions";
  }

  // --- the networks

  /** Images (N, 64) to means and logarithms of scales of their codes (N, 24). */
  static Block encoder() {
    return new SequentialBlock()
        .addSingleton(x -> x.reshape(new Shape(-1, 1, SIDE, SIDE)))
        .add(convolution(CHANNELS, 1))
        .add(Activation::relu)
        .add(convolution(CHANNELS, 2))
        .add(Activation::relu)
        .add(convolution(CHANNELS, 2))
        .add(Activation::relu)
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(2 * CODE).build());
  }

  /**
   * Codes (N, 12) to logits of the levels of pixels (N, 64, 17): those of four neighbours at each
   * place of an image half as large.
   */
  static Block decoder() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(CHANNELS * HALF * HALF).build())
        .add(Activation::relu)
        .addSingleton(x -> x.reshape(new Shape(-1, CHANNELS, HALF, HALF)))
        .add(convolution(CHANNELS, 1))
        .add(Activation::relu)
        .add(convolution(4 * DigitsTable.LEVELS, 1))
        .addSingleton(x -> x.reshape(new Shape(-1, DigitsTable.LEVELS, 2, 2, HALF, HALF)))
        .addSingleton(x -> x.transpose(0, 4, 2, 5, 3, 1))
        .addSingleton(x -> x.reshape(new Shape(-1, DigitsTable.PIXELS, DigitsTable.LEVELS)));
  }

  private static Block convolution(int channels, int stride) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(channels)
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(1, 1))
        .build();
  }

  // --- the programs

  /** A model and a guide with their parameters. */
  static final class Learned implements AutoCloseable {

    private final Block encoder = encoder();
    private final Block decoder = decoder();
    private final ParamStore params;
    private final RunConfig config;

    /** Of all rows that it is given, not of a batch. */
    private final Svi<NDArray> whole;

    /** Nothing as yet. */
    @MustBeClosed
    Learned(NDManager manager, RunConfig config) {
      this.config = config;
      params = new ParamStore(manager, config);
      whole = Svi.builder(model(0), guide(0)).params(params).config(config).build();
    }

    /** Learns from the images of a table. */
    FitReport learn(NDArray images, ExampleOptions options) {
      try (Svi<NDArray> fit =
          Svi.builder(model(BATCH), guide(BATCH))
              .params(params)
              .config(config)
              .optimizer(AdamW.withRate(RATE).decay(DECAY))
              .averaging(Averaging.exponential(0.99))
              .stopping(StoppingRule.never())
              .progress(options.progress())
              .build()) {
        FitReport report = fit.run(images, options.steps().orElse(STEPS));
        fit.useAverage();
        return report;
      }
    }

    @MustBeClosed
    private static Plate rows(Ppl p, NDArray images, int batch) {
      long all = images.size(0);
      return batch == 0 ? p.plate("rows", all) : p.plate("rows", all, batch);
    }

    Program<NDArray> model(int batch) {
      return (p, images) -> {
        try (Plate rows = rows(p, images, batch)) {
          NDArray code = p.sample("code", Normal.standard(CODE).toEvent(1));
          NDArray logits = p.net("decoder", decoder, code, 1);
          NDArray levels = p.run().arange(DigitsTable.LEVELS);
          p.deterministic("image", logits.softmax(-1).mul(levels).sum(new int[] {-1}));
          p.observe("pixels", Categorical.logits(logits).toEvent(1), rows.take(images));
        }
      };
    }

    Program<NDArray> guide(int batch) {
      return (p, images) -> {
        try (Plate rows = rows(p, images, batch)) {
          NDArray scaled = rows.take(images).div(DigitsTable.LEVELS / 2.0).sub(1);
          NDArray both = p.net("encoder", encoder, scaled, 1);
          NDArray mean = Tensors.range(both, -1, 0, CODE);
          NDArray scale = Tensors.range(both, -1, CODE, 2 * CODE).exp();
          p.sample("code", Normal.of(mean, scale).toEvent(1));
        }
      };
    }

    /** Bits a pixel of images, each of whose means over draws of codes is a bound. */
    double[] bits(NDArray images, int draws) {
      return Arrays.stream(whole.logWeights(images, draws))
          .map(weight -> DigitsScores.bits(weight / images.size(0)))
          .toArray();
    }

    /** Images of codes that the guide draws given images: the mean level of each pixel. */
    double[] reconstructed(NDArray images) {
      try (Samples samples = Predictive.of(model(0), whole).draw(images, 1)) {
        return samples.values("image");
      }
    }

    /** Draws, as many as there are images. */
    double[] drawn(NDArray images) {
      try (Samples samples = Predictive.prior(model(0), params, config).draw(images, 1)) {
        return samples.values("image");
      }
    }

    @Override
    public void close() {
      whole.close();
      params.close();
    }
  }

  // --- the example

  @Override
  public ExampleResult run(ExampleOptions options) {
    DigitsTable table = DigitsTable.read();
    int step = options.orInSmokeTest(1, 5);
    DigitsTable train = table.training().every(step);
    DigitsTable test = table.test().every(step);
    try (NDManager manager = NDManager.newBaseManager();
        Learned learned = new Learned(manager, options.config())) {
      FitReport report = learned.learn(train.pixels(manager), options);
      Summary.Row row =
          Summary.Row.of(learned.bits(test.pixels(manager), options.orInSmokeTest(DRAWS, 5)));
      double independent =
          DigitsScores.bits(Stats.meanOf(DigitsBaselines.independent(train, test)));
      options.save(directory -> save(test, learned, manager, directory));
      ImmutableMap<String, Double> figures =
          ImmutableMap.of(
              "bits.test",
              row.mean(),
              "bits.independent",
              independent,
              "steps",
              (double) report.steps(),
              "seconds.training",
              report.seconds());
      String words =
          String.format(
              Locale.ROOT,
              "%-16s%12s%n%-16s%12.3f%n%-16s%12.3f",
              "",
              "bits a pixel",
              "autoencoder",
              row.mean(),
              "independent",
              independent);
      Summary summary = new Summary(ImmutableMap.of("bits a pixel", row));
      return new ExampleResult(summary, Reference.none(), figures)
          .withReport(report.toString())
          .withTable(words);
    }
  }

  /** Lines of ten: digits of the test rows, what their codes give, draws. */
  private static void save(DigitsTable test, Learned learned, NDManager manager, Path directory) {
    int ten = DigitsTable.LABELS;
    List<Picture> images = new ArrayList<>();
    for (int line = 0; line < 2; line++) {
      int from = line * ten;
      for (int i = from; i < from + ten; i++) {
        images.add(Digits.image("digit " + test.label(i), test.pixels(i)));
      }
      NDArray some = test.pixels(manager).get(from + ":" + (from + ten));
      images.addAll(Digits.images(i -> "from its code", learned.reconstructed(some)));
    }
    NDArray first = test.pixels(manager).get("0:" + ten);
    images.addAll(Digits.images(i -> "draw", learned.drawn(first)));
    Sheet.of(ten, images).save(directory.resolve("vae.png"));
  }
}
