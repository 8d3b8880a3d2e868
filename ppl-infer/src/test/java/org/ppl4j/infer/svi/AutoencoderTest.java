package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/** A variational autoencoder as it is written in Pyro: the decoder ends with a sigmoid. */
class AutoencoderTest {

  private static final int PIXELS = 8;
  private static final int ROWS = 6;

  private static final Block DECODER =
      new SequentialBlock()
          .add(Linear.builder().setUnits(16).build())
          .add(Activation::tanh)
          .add(Linear.builder().setUnits(PIXELS).build());

  private static final Block ENCODER = Linear.builder().setUnits(4).build();

  /** Logits of some hundreds at the start: the sigmoid is 0 or 1 nearly everywhere. */
  private static final double STEEP = 1000;

  private static final Program<NDArray> MODEL =
      (p, images) -> {
        try (Plate rows = p.plate("rows", images.size(0))) {
          NDArray z = p.sample("z", Normal.standard(2).toEvent(1));
          NDArray pixels = Activation.sigmoid(p.net("decoder", DECODER, z).mul(STEEP));
          p.observe("images", Bernoulli.probs(pixels).toEvent(1), rows.take(images));
        }
      };

  private static final Program<NDArray> GUIDE =
      (p, images) -> {
        try (Plate rows = p.plate("rows", images.size(0))) {
          NDArray code = p.net("encoder", ENCODER, rows.take(images));
          NDArray loc = code.get("..., :2");
          NDArray scale = code.get("..., 2:").exp();
          p.sample("z", Normal.of(loc, scale).toEvent(1));
        }
      };

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void takesStepsWhereTheSigmoidSaturates(FloatType type) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      double[] pixels = new double[ROWS * PIXELS];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = i / PIXELS % 2 == i % 2 ? 1 : 0;
      }
      NDArray images = manager.create(pixels, new Shape(ROWS, PIXELS));
      Svi<NDArray> svi =
          Svi.builder(MODEL, GUIDE)
              .params(params)
              .config(RunConfig.defaults().withFloatType(type))
              .optimizer(Adam.withRate(0.003))
              .progress(Progress.silent())
              .build();
      double first = svi.step(images);
      assertThat(first).isFinite();
      for (int i = 0; i < 200; i++) {
        assertThat(svi.step(images)).isFinite();
      }
      assertThat(svi.step(images)).isLessThan(0.2 * first);
    }
  }
}
