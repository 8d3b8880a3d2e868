package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.BlockTraining.Start;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.BlockCases;
import org.ppl4j.testing.LeakCheck;

/** Blocks of DJL learn in programs: a few kinds, and steps, of those of the acceptance test. */
@ExtendWith(LeakCheck.class)
final class BlockTrainingTest {

  private static final int STEPS = 8;

  private static final RunConfig ENGINE = RunConfig.defaults().withRecording(Recording.OFF);
  private static final RunConfig RECORDED = RunConfig.defaults().withRecording(Recording.REQUIRED);

  @ParameterizedTest
  @ValueSource(strings = {"convolution along two axes", "batch norm", "LSTM"})
  void lossesAreThoseOfDjlsTrainer(String name) {
    BlockTraining training = new BlockTraining(BlockCases.named(name), 5);
    assertThat(training.own().apart(training.ours(ENGINE))).isLessThan(BlockTraining.TOLERANCE);
    assertThat(training.own().apart(training.ours(RECORDED))).isLessThan(BlockTraining.TOLERANCE);
  }

  @Test
  void aBiasThatIsForgottenIsSeen() {
    BlockTraining training = new BlockTraining(BlockCases.named("LSTM"), 5);
    Start wrong = (path, x) -> path.endsWith("BIAS") ? new double[x.length] : x;
    double apart =
        training.own().apart(training.ours(RECORDED, BlockCases.named("LSTM").block(), wrong));
    assertThat(apart).isGreaterThan(10 * BlockTraining.TOLERANCE);
  }

  /** A net in the steps of a scan, whose noise is each step's own. */
  @Test
  void stepsOfScansHaveNets() {
    Block cell = new SequentialBlock().add(BlockCases.linear(3)).add(BlockCases.dropout(0.3));
    double[] y = new SplittableRandom(6).doubles(12, -1, 1).toArray();
    Program<NDArray> model =
        (p, data) -> {
          NDArray start = p.run().ones(new Shape(1, 3));
          NDArray end =
              p.scan(
                  "t",
                  12,
                  start,
                  (q, t, state) -> {
                    NDArray next = q.net("cell", cell, state).tanh();
                    q.observe("y", Normal.of(next.sum(), 1), t.take(data));
                    return next;
                  });
          p.deterministic("end", end);
        };
    assertThat(losses(model, RECORDED, y)).containsExactly(losses(model, ENGINE, y), within(1e-10));
  }

  /** A convolution of latents is done particle by particle, each with noise of its own. */
  @Test
  void particlesHaveNoiseOfTheirOwn() {
    Block block =
        new SequentialBlock()
            .add(list -> new NDList(list.head().reshape(1, 1, 6)))
            .add(Conv1d.builder().setKernelShape(new Shape(3)).setFilters(1).build())
            .add(BlockCases.dropout(0.5))
            .add(list -> new NDList(list.head().reshape(4)));
    Program<NDArray> model =
        (p, data) -> {
          NDArray z = p.sample("z", Normal.standard(6).toEvent(1));
          p.observe("y", Normal.of(p.net("net", block, z), 1).toEvent(1), data);
        };
    Set<String> noise = new HashSet<>();
    Program<NDArray> guide =
        (p, data) -> {
          p.sample("z", Normal.standard(6).toEvent(1));
          noise.add(
              Arrays.toString(
                  Tensors.values(
                      p.net("none", BlockCases.dropout(0.5), p.run().ones(new Shape(50))))));
        };
    double[] y = {1, 2, 3, 4};
    assertThat(losses(model, AutoNormal.of(model), 4, RECORDED, y))
        .containsExactly(losses(model, AutoNormal.of(model), 4, ENGINE, y), within(1e-9));
    assertThat(losses(model, guide, 4, ENGINE, y)).hasSize(STEPS);
    assertThat(noise).hasSizeGreaterThanOrEqualTo(4 * STEPS);
  }

  private static double[] losses(Program<NDArray> model, RunConfig config, double[] y) {
    return losses(model, (p, none) -> {}, 1, config, y);
  }

  private static double[] losses(
      Program<NDArray> model, Program<NDArray> guide, int particles, RunConfig config, double[] y) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Svi<NDArray> svi =
            Svi.builder(model, guide)
                .params(params)
                .config(config)
                .particles(particles)
                .optimizer(Sgd.withRate(0.01))
                .progress(Progress.silent())
                .build();
        Svi<NDArray>.OnData on = svi.bind(manager.create(y))) {
      return DoubleStream.generate(on::step).limit(STEPS).toArray();
    }
  }
}
