package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.BlockTraining.Start;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.BlockCases;
import org.ppl4j.testing.LeakCheck;

/** Blocks of DJL learn in programs: a few kinds, and steps, of those of the acceptance test. */
@ExtendWith(LeakCheck.class)
final class BlockTrainingTest {

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

  private static double[] losses(Program<NDArray> model, RunConfig config, double[] y) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Svi<NDArray> svi =
            Svi.builder(model, (p, none) -> {})
                .params(params)
                .config(config)
                .optimizer(Sgd.withRate(0.01))
                .progress(Progress.silent())
                .build();
        Svi<NDArray>.OnData on = svi.bind(manager.create(y))) {
      return DoubleStream.generate(on::step).limit(8).toArray();
    }
  }
}
