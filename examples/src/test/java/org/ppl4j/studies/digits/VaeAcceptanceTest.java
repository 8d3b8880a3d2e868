package org.ppl4j.studies.digits;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** The autoencoder of convolutions beside that of dense layers, and beside DJL's own trainer. */
@Tag("acceptance")
class VaeAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.5");
  private static final int DRAWS = 20;
  private static final int PAIRS = 15;
  private static final int WARM = 15;
  private static final int STEPS = 10; // of a measurement

  @Test
  @Tag("whole.5")
  void boundIsNotBelowThatOfDenseLayers() {
    ExampleOptions options = ExampleOptions.defaults().quietly();
    ExampleResult result = new Vae().run(options);
    DigitsTable table = DigitsTable.read();
    try (NDManager manager = NDManager.newBaseManager();
        DigitsAutoencoder dense = new DigitsAutoencoder(manager, table.training(), options)) {
      double bits = DigitsScores.bits(dense.bound(table.test(), manager, DRAWS));
      POINT.atMost("bits a pixel", result.figures().get("bits.test"), bits);
    }
    POINT.shown("seconds", result.figures().get("seconds.training"));
  }

  @Test
  @Tag("alone")
  @Tag("whole.5")
  void aStepTakesWhatThatOfDjlDoes() {
    RunConfig config =
        RunConfig.defaults().withFloatType(FloatType.FLOAT32).withRecording(Recording.REQUIRED);
    DigitsTable train = DigitsTable.read().training();
    double[] ratios = new double[PAIRS];
    double[] times = new double[PAIRS];
    double[] theirs = new double[PAIRS];
    try (NDManager manager = NDManager.newBaseManager();
        Vae.Learned learned = new Vae.Learned(manager, config);
        ParamStore params = new ParamStore(manager, config);
        Svi<NDArray> svi =
            Svi.builder(learned.model(Vae.BATCH), learned.guide(Vae.BATCH))
                .params(params)
                .config(config)
                .optimizer(Adam.withRate(Vae.RATE))
                .build();
        Svi<NDArray>.OnData bound = svi.bind(train.pixels(manager));
        Djl djl = new Djl(train)) {
      for (int pair = -WARM; pair < PAIRS; pair++) {
        int place = Math.max(0, pair);
        times[place] = time(bound::step);
        theirs[place] = time(djl::step);
        ratios[place] = times[place] / theirs[place];
      }
      POINT.shown("loss a pixel", bound.step() / train.rows() / DigitsTable.PIXELS);
      POINT.shown("DJL's", djl.step() / Vae.BATCH / DigitsTable.PIXELS);
    }
    POINT.shown("milliseconds of a step", median(times));
    POINT.shown("DJL's milliseconds", median(theirs));
    POINT.atMost("a step / DJL's", ratios, 1.5);
  }

  private interface Steps {
    double step();
  }

  /** Milliseconds of a step. */
  private static double time(Steps steps) {
    long began = System.nanoTime();
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
      sum += steps.step();
    }
    assertThat(sum).isFinite();
    return (System.nanoTime() - began) * 1e-6 / STEPS;
  }

  private static double median(double[] times) {
    return Arrays.stream(times).sorted().skip(PAIRS / 2).findFirst().orElseThrow();
  }

  /** The same networks by DJL's trainer. */
  private static final class Djl implements AutoCloseable {

    private final Model model = Model.newInstance("vae");
    private final Trainer trainer;
    private final DigitsTable table;
    private final SplittableRandom random = new SplittableRandom(0);

    Djl(DigitsTable table) {
      this.table = table;
      model.setBlock(new Networks());
      trainer =
          model.newTrainer(
              new DefaultTrainingConfig(Loss.l2Loss())
                  .optOptimizer(
                      Optimizer.adam()
                          .optLearningRateTracker(Tracker.fixed((float) Vae.RATE))
                          .build()));
      trainer.initialize(new Shape(Vae.BATCH, DigitsTable.PIXELS), new Shape(Vae.BATCH, Vae.CODE));
    }

    double step() {
      try (NDManager manager = trainer.getManager().newSubManager()) {
        float[] rows = new float[Vae.BATCH * DigitsTable.PIXELS];
        for (int i = 0; i < Vae.BATCH; i++) {
          double[] pixels = table.pixels(random.nextInt(table.rows()));
          for (int k = 0; k < pixels.length; k++) {
            rows[i * DigitsTable.PIXELS + k] = (float) pixels[k];
          }
        }
        NDArray images = manager.create(rows, new Shape(Vae.BATCH, DigitsTable.PIXELS));
        NDArray noise = manager.randomNormal(new Shape(Vae.BATCH, Vae.CODE));
        double value;
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList out = trainer.forward(new NDList(images, noise));
          NDArray levels = images.toType(DataType.INT64, false).expandDims(-1);
          NDArray logLikelihood = out.get(0).logSoftmax(-1).gather(levels, -1).sum();
          NDArray code = out.get(1);
          NDArray kl = code.square().sub(noise.square()).div(2).sub(out.get(2)).sum();
          NDArray loss = kl.sub(logLikelihood);
          collector.backward(loss);
          value = loss.getFloat();
        }
        trainer.step();
        return value;
      }
    }

    @Override
    public void close() {
      trainer.close();
      model.close();
    }
  }

  /** Images and noise to logits, codes and logarithms of scales. */
  private static final class Networks extends AbstractBlock {

    private final Block encoder = addChildBlock("encoder", Vae.encoder());
    private final Block decoder = addChildBlock("decoder", Vae.decoder());

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> settings) {
      NDArray scaled = inputs.get(0).div(DigitsTable.LEVELS / 2.0).sub(1);
      NDArray both = encoder.forward(store, new NDList(scaled), training).head();
      NDArray logScale = both.get(":, " + Vae.CODE + ":");
      NDArray code = both.get(":, :" + Vae.CODE).add(logScale.exp().mul(inputs.get(1)));
      NDArray logits = decoder.forward(store, new NDList(code), training).head();
      return new NDList(logits, code, logScale);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return new Shape[] {
        new Shape(inputs[0].get(0), DigitsTable.PIXELS, DigitsTable.LEVELS), inputs[1], inputs[1]
      };
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
      encoder.initialize(manager, type, inputs[0]);
      decoder.initialize(manager, type, inputs[1]);
    }
  }
}
