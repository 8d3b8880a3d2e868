package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import com.google.common.math.Stats;
import com.google.errorprone.annotations.MustBeClosed;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.flows.Affine;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.optim.AdamW;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.ConditionalTransformModule;

/**
 * Digits by a variational autoencoder: a code of standard normal numbers, whose image has
 * independent levels, each with probabilities of its own, by a decoder; the guide is an inverse
 * autoregressive flow given what an encoder makes of the image. The evidence lower bound of images
 * is on the scale of the flows' bounds, since both are of the probabilities of levels.
 */
final class DigitsAutoencoder implements AutoCloseable {

  private static final int CODE = 12;
  private static final int HIDDEN = 96;
  private static final int STEPS = 1000;
  private static final int BATCH = 128;
  private static final int BATCH_OF_A_SMOKE_TEST = 16;
  private static final double RATE = 0.003;
  private static final double DECAY = 0.3;

  private final Block encoder =
      new SequentialBlock()
          .add(Linear.builder().setUnits(HIDDEN).build())
          .add(Activation::relu)
          .add(Linear.builder().setUnits(HIDDEN).build())
          .add(Activation::relu);

  private final Block decoder =
      new SequentialBlock()
          .add(Linear.builder().setUnits(HIDDEN).build())
          .add(Activation::relu)
          .add(Linear.builder().setUnits(DigitsTable.PIXELS * DigitsTable.LEVELS).build());

  private final ConditionalTransformModule posterior =
      Flows.iaf(CODE, 2).then(Affine.of(CODE)).conditional(HIDDEN);

  private final ParamStore params;
  private final RunConfig config;

  /** Of all rows that it is given, not of a batch. */
  private final Svi<NDArray> whole;

  /** Learned from a table. */
  @MustBeClosed
  DigitsAutoencoder(NDManager manager, DigitsTable train, ExampleOptions options) {
    config = options.config();
    params = new ParamStore(manager, config);
    whole = Svi.builder(model(0), guide(0)).params(params).config(config).build();
    learn(train.pixels(manager), options);
  }

  private void learn(NDArray images, ExampleOptions options) {
    int batch = options.orInSmokeTest(BATCH, BATCH_OF_A_SMOKE_TEST);
    try (Svi<NDArray> fit =
            Svi.builder(model(batch), guide(batch))
                .params(params)
                .config(config)
                .optimizer(AdamW.withRate(RATE).decay(DECAY))
                .averaging(Averaging.exponential(0.99))
                .build();
        Svi<NDArray>.OnData bound = fit.bind(images)) {
      for (int step = 0; step < options.steps().orElse(STEPS); step++) {
        bound.step();
      }
      fit.useAverage();
    }
  }

  /** Of all rows, or of batches if there are any. */
  @MustBeClosed
  private static Plate rows(Ppl p, NDArray images, int batch) {
    long all = images.size(0);
    if (batch == 0) {
      return p.plate("rows", all);
    }
    return p.plate("rows", all, batch);
  }

  private Program<NDArray> model(int batch) {
    return (p, images) -> {
      try (Plate rows = rows(p, images, batch)) {
        NDArray code = p.sample("code", Normal.standard(CODE).toEvent(1));
        NDArray flat = p.net("decoder", decoder, code);
        Shape each = new Shape(DigitsTable.PIXELS, DigitsTable.LEVELS);
        NDArray logits =
            Tensors.reshape(flat, Shapes.concat(Shapes.dropRight(flat.getShape(), 1), each));
        NDArray levels = p.run().arange(DigitsTable.LEVELS);
        p.deterministic("image", logits.softmax(-1).mul(levels).sum(new int[] {-1}));
        p.observe("pixels", Categorical.logits(logits).toEvent(1), rows.take(images));
      }
    };
  }

  private Program<NDArray> guide(int batch) {
    return (p, images) -> {
      try (Plate rows = rows(p, images, batch)) {
        NDArray scaled = rows.take(images).div(DigitsTable.LEVELS / 2.0).sub(1);
        NDArray context = p.net("encoder", encoder, scaled);
        p.sample(
            "code",
            TransformedDistribution.of(
                Normal.standard(CODE).toEvent(1), p.module("posterior", posterior).given(context)));
      }
    };
  }

  /** The mean bound of the log-probability of images, in nats, by so many draws. */
  double bound(DigitsTable table, NDManager manager, int draws) {
    NDArray images = table.pixels(manager);
    return Stats.meanOf(whole.logWeights(images, draws)) / table.rows();
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
      return samples.values("pixels");
    }
  }

  @Override
  public void close() {
    whole.close();
    params.close();
  }
}
