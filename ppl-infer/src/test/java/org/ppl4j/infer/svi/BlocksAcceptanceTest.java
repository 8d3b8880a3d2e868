package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.BlockTraining.Outcome;
import org.ppl4j.infer.svi.BlockTraining.Start;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.BlockCase;
import org.ppl4j.testing.BlockCases;
import org.ppl4j.testing.BlockSlopes;
import org.ppl4j.testing.Sandbox;

/** Each kind of block learns as by DJL's own trainer, by the engine and recorded. */
@Tag("acceptance")
@Tag("whole.4")
final class BlocksAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.4");
  private static final int STEPS = 20;

  private static final RunConfig ENGINE = RunConfig.defaults().withRecording(Recording.OFF);
  private static final RunConfig RECORDED = RunConfig.defaults().withRecording(Recording.REQUIRED);

  @Test
  void lossesAreThoseOfDjlsTrainer() {
    double engine = 0;
    double recorded = 0;
    double single = 0;
    double between = 0;
    for (BlockCase each : BlockCases.ofEngine()) {
      BlockTraining training = new BlockTraining(each, STEPS);
      Outcome ours = training.ours(ENGINE);
      Outcome ofRecord = training.ours(RECORDED);
      Outcome inSingle = training.ours(RECORDED.withFloatType(FloatType.FLOAT32));
      String name = each.name().replace(",", "").replace(' ', '-');
      POINT.below(name, training.own().apart(ofRecord), BlockTraining.TOLERANCE);
      engine = Math.max(engine, training.own().apart(ours));
      recorded = Math.max(recorded, training.own().apart(ofRecord));
      single = Math.max(single, training.own().apart(inSingle));
      between = Math.max(between, ours.apart(ofRecord));
    }
    POINT.atLeast("kinds", BlockCases.ofEngine().size(), 12);
    POINT.below("engine-apart", engine, BlockTraining.TOLERANCE);
    POINT.below("recorded-apart", recorded, BlockTraining.TOLERANCE);
    POINT.below("single-precision-apart", single, BlockTraining.TOLERANCE);
    POINT.below("recorded-from-engine", between, 1e-9);
  }

  @Test
  void gradientsAreDifferences() {
    double apart = BlockCases.all().stream().mapToDouble(BlockSlopes::apart).max().orElseThrow();
    POINT.below("slopes-apart", apart, BlockSlopes.TOLERANCE);
  }

  @Test
  void plantedFaultsAreSeen() {
    planted("gates-exchanged", "LSTM", null, BlocksAcceptanceTest::exchanged);
    planted("biases-forgotten", "GRU", null, BlocksAcceptanceTest::withoutBiases);
    planted("something-dropped", "dropout of nothing", () -> BlockCases.dropout(0.1), Start.SAME);
    planted(
        "statistics-too-slow",
        "batch norm",
        () -> BatchNorm.builder().optMomentum(0.95f).build(),
        Start.SAME);
    planted(
        "another-epsilon",
        "layer norm",
        () -> LayerNorm.builder().optEpsilon(0.1f).build(),
        Start.SAME);
  }

  private static void planted(String fault, String name, Supplier<Block> wrong, Start start) {
    BlockCase right = BlockCases.named(name);
    BlockTraining training = new BlockTraining(right, STEPS);
    Supplier<? extends Block> block =
        wrong == null ? right.block() : () -> BlockCases.between(wrong.get());
    POINT.above(
        "planted-" + fault, training.own().apart(training.ours(RECORDED, block, start)), 1e-3);
  }

  /** Those of the input and of forgetting. */
  private static double[] exchanged(String path, double[] values) {
    double[] other = values.clone();
    if (path.contains("i2h_WEIGHT")) {
      int gate = values.length / 4;
      System.arraycopy(values, 0, other, gate, gate);
      System.arraycopy(values, gate, other, 0, gate);
    }
    return other;
  }

  private static double[] withoutBiases(String path, double[] values) {
    return path.contains("BIAS") ? new double[values.length] : values;
  }

  /** Of losses that are the mean of what dropout makes of ones, times a number that stays. */
  @Test
  void dropoutHasItsMoments() {
    int steps = 400;
    double[] engine = means(ENGINE, steps);
    double[] recorded = means(RECORDED, steps);
    POINT.below("dropout-recorded-from-engine", apart(engine, recorded), 1e-6);
    double variance = 0.3 / 0.7 / (50 * 40);
    double average = Arrays.stream(recorded).average().orElseThrow();
    double spread =
        Arrays.stream(recorded).map(x -> (x - average) * (x - average)).sum() / (steps - 1);
    POINT.below("dropout-mean", Math.abs(average - 1) / Math.sqrt(variance / steps), 4);
    POINT.below("dropout-variance", Math.abs(spread / variance - 1) / Math.sqrt(2.0 / steps), 4);
  }

  private static double apart(double[] some, double[] others) {
    double most = 0;
    for (int i = 0; i < some.length; i++) {
      most = Math.max(most, Math.abs(some[i] - others[i]));
    }
    return most;
  }

  private static double[] means(RunConfig config, int steps) {
    Block block = BlockCases.dropout(0.3);
    Program<NDArray> model =
        (p, ones) -> {
          NDArray one = p.param("one", () -> p.scalar(1));
          NDArray kept = p.net("net", block, ones);
          p.factor("mean", Tensors.total(kept).div(-kept.getShape().size()).mul(one));
        };
    try (Sandbox sandbox = Sandbox.open(config, 0);
        ParamStore params = new ParamStore(sandbox.manager());
        Svi<NDArray> svi =
            Svi.builder(model, (p, none) -> {})
                .params(params)
                .config(config)
                .optimizer(Sgd.withRate(1e-12))
                .progress(Progress.silent())
                .build();
        Svi<NDArray>.OnData on = svi.bind(sandbox.manager().ones(new Shape(50, 40)))) {
      return DoubleStream.generate(on::step).limit(steps).toArray();
    }
  }
}
