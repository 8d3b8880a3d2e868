package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Coupling;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** Couplings whose conditioner is a block of DJL learn, recorded as by the engine, both ways. */
@Tag("acceptance")
@Tag("whole.4")
class BlockConditionersAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.4");
  private static final int SEEN = 3;
  private static final int ROWS = 60;
  private static final int BATCH = 20;
  private static final int STEPS = 40;

  private static final RunConfig ENGINE = RunConfig.defaults().withRecording(Recording.OFF);
  private static final RunConfig RECORDED = RunConfig.defaults().withRecording(Recording.REQUIRED);

  /** What vectors of three numbers are given to, by name. */
  private static Map<String, Supplier<Block>> blocks() {
    ImmutableMap.Builder<String, Supplier<Block>> blocks = ImmutableMap.builder();
    blocks.put("convolution", () -> image(linear(4)));
    blocks.put("batch-norm", () -> image(BatchNorm.builder().build()));
    blocks.put("dropout", () -> image(Dropout.builder().optRate(0.2f).build()));
    blocks.put(
        "layer-norm", () -> new SequentialBlock().add(linear(8)).add(LayerNorm.builder().build()));
    blocks.put(
        "rnn",
        () ->
            series(
                RNN.builder()
                    .setStateSize(4)
                    .setNumLayers(1)
                    .setActivation(RNN.Activation.TANH)
                    .build()));
    blocks.put("lstm", () -> series(LSTM.builder().setStateSize(4).setNumLayers(1).build()));
    blocks.put(
        "gru-with-dropout",
        () -> series(GRU.builder().setStateSize(4).setNumLayers(2).optDropRate(0.2f).build()));
    blocks.put(
        "attention",
        () ->
            series(
                ScaledDotProductAttentionBlock.builder()
                    .setEmbeddingSize(4)
                    .setHeadCount(2)
                    .build()));
    blocks.put(
        "encoder", () -> series(new TransformerEncoderBlock(4, 2, 8, 0.1f, Activation::relu)));
    return blocks.buildOrThrow();
  }

  private static Linear linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  /** A signal and an image of four places, of which a part is convolved. */
  private static SequentialBlock image(Block between) {
    return new SequentialBlock()
        .add(list -> new NDList(list.head().reshape(-1, 1, SEEN)))
        .add(
            Conv1d.builder()
                .setKernelShape(new Shape(2))
                .setFilters(2)
                .optPadding(new Shape(1))
                .build())
        .add(between)
        .add(Activation::tanh)
        .add(list -> new NDList(list.head().reshape(-1, 2, 2, 2)))
        .add(Conv2d.builder().setKernelShape(new Shape(2, 1)).setFilters(3).build())
        .add(Activation::relu)
        .add(Blocks.batchFlattenBlock());
  }

  /** A series of three vectors of four numbers. */
  private static SequentialBlock series(Block block) {
    return new SequentialBlock()
        .add(list -> new NDList(list.head().reshape(-1, SEEN, 1)))
        .add(linear(4))
        .add(block)
        .add(Blocks.batchFlattenBlock());
  }

  private static double[] rows() {
    SplittableRandom random = new SplittableRandom(20_261_130);
    double[] x = new double[ROWS * 2 * SEEN];
    for (int i = 0; i < x.length; i++) {
      boolean isSeen = i % (2 * SEEN) < SEEN;
      x[i] =
          isSeen ? random.nextGaussian() : Math.sin(2 * x[i - SEEN]) + 0.3 * random.nextGaussian();
    }
    return x;
  }

  /** What a fit has found. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Fit(double[] losses, double trip, double change) {}

  @Test
  void couplingsByBlocksLearn() {
    blocks()
        .forEach(
            (name, block) -> {
              TransformModule flow =
                  Coupling.of(2 * SEEN, AffineFamily.of()).conditioner(Conditioner.block(block));
              Fit engine = fit(ENGINE, flow);
              Fit recorded = fit(RECORDED, flow);
              double apart = 0;
              for (int i = 0; i < STEPS; i++) {
                double loss = engine.losses()[i];
                apart = Math.max(apart, Math.abs(recorded.losses()[i] - loss) / Math.abs(loss));
              }
              POINT.below(name + "-recorded-from-engine", apart, 1e-9);
              POINT.below(name + "-there-and-back", recorded.trip(), 1e-10);
              POINT.above(name + "-moved", recorded.change(), 1e-3);
            });
  }

  private static Fit fit(RunConfig config, TransformModule flow) {
    Program<NDArray> density =
        (p, x) -> {
          try (Plate plate = p.plate("rows", ROWS, BATCH)) {
            p.observe(
                "x",
                TransformedDistribution.of(
                    Normal.standard(2 * SEEN).toEvent(1), p.module("flow", flow)),
                plate.take(x));
          }
        };
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Svi<NDArray> svi =
            Svi.builder(density, (p, x) -> {})
                .params(params)
                .config(config)
                .optimizer(Adam.withRate(0.02))
                .stopping(StoppingRule.never())
                .progress(Progress.silent())
                .build();
        Svi<NDArray>.OnData on = svi.bind(manager.create(rows(), new Shape(ROWS, 2 * SEEN)))) {
      double[] losses = DoubleStream.generate(on::step).limit(STEPS).toArray();
      try (Run run = Run.open(config, STEPS)) {
        NDArray x = run.create(rows(), new Shape(ROWS, 2 * SEEN));
        Transform bound = params.transform(run, "flow", flow);
        TransformCheck.check(bound, x).orThrow();
        double change = Tensors.values(bound.forward(x).value().sub(x).abs().max())[0];
        return new Fit(losses, trip(run, params, flow, x), change);
      }
    }
  }

  /** Where it learns, with its noise and the statistics of the batch. */
  private static double trip(Run run, ParamStore params, TransformModule flow, NDArray x) {
    double[] trip = new double[1];
    Program<Void> program =
        (p, none) -> {
          Transform learning = p.module("flow", flow);
          Mapped there = learning.forward(x);
          Mapped back = learning.inverse(there.value());
          double value = Tensors.values(back.value().sub(x).abs().max())[0];
          double logDet = Tensors.values(back.logDet().add(there.logDet()).abs().max())[0];
          trip[0] = Math.max(value, logDet);
        };
    Trace unused = Execution.record(run, params, Rng.Purpose.MODEL, program, null);
    return trip[0];
  }
}
