package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Clipping;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.BlockCase;
import org.ppl4j.testing.DjlBlock;
import org.ppl4j.testing.Sandbox;

/** A block of DJL in a program, which learns by plain descent as by DJL's own trainer. */
final class BlockTraining {

  /** How far apart losses may be, relatively: DJL computes in single precision. */
  static final double TOLERANCE = 1e-4;

  private static final double RATE = 0.05;

  private final BlockCase of;
  private final int steps;
  private final Map<String, double[]> start;
  private final Outcome own;
  private final int outputs;

  /**
   * What a training gives.
   *
   * @param losses of its steps
   * @param statistics of the block in the end, by their paths
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by their elements
  record Outcome(double[] losses, Map<String, double[]> statistics) {

    /** How far apart its losses are from another's, relatively, and its statistics. */
    double apart(Outcome other) {
      double most = 0;
      for (int i = 0; i < losses.length; i++) {
        most = Math.max(most, Math.abs(losses[i] - other.losses[i]) / Math.abs(losses[i]));
      }
      for (Map.Entry<String, double[]> each : statistics.entrySet()) {
        double[] there = other.statistics.get(each.getKey());
        if (there == null) {
          return Double.POSITIVE_INFINITY;
        }
        for (int i = 0; i < each.getValue().length; i++) {
          double difference = Math.abs(each.getValue()[i] - there[i]);
          most = Math.max(most, difference / (1 + Math.abs(there[i])));
        }
      }
      return Double.isNaN(most) ? Double.POSITIVE_INFINITY : most;
    }
  }

  /** With so many steps, which DJL's trainer does at once. */
  BlockTraining(BlockCase of, int steps) {
    this.of = of;
    this.steps = steps;
    try (DjlBlock djl = new DjlBlock(of)) {
      this.start = djl.parameters();
      this.outputs = djl.output(false).length;
      double[] losses = djl.losses(RATE, steps);
      this.own = new Outcome(losses, djl.statistics());
    }
  }

  /** What DJL's own trainer gives. */
  Outcome own() {
    return own;
  }

  /** What a program gives, that begins at the same numbers. */
  Outcome ours(RunConfig config) {
    return ours(config, of.block(), Start.SAME);
  }

  /** The same of another block, and of other numbers. */
  Outcome ours(RunConfig config, Supplier<? extends Block> other, Start begin) {
    try (Sandbox sandbox = Sandbox.open(config, 0)) {
      Block block = other.get();
      NDArray x = of.data(sandbox.manager());
      NDArray wanted = BlockCase.wanted(sandbox.manager(), new Shape(outputs));
      Program<List<NDArray>> model =
          (p, data) -> {
            NDArray out = Tensors.reshape(p.net("net", block, data.get(0)), new Shape(outputs));
            NDArray square = Tensors.total(out.sub(data.get(1)).square());
            p.factor("fit", square.div(-2 * outputs));
          };
      List<NDArray> data = List.of(x, wanted);
      sandbox.record((p, none) -> p.deterministic("out", p.net("net", block, p.constant(x))));
      start.forEach((path, values) -> sandbox.params().set("net." + path, begin.of(path, values)));
      try (Svi<List<NDArray>> svi =
              Svi.builder(model, (p, none) -> {})
                  .params(sandbox.params())
                  .config(config)
                  .optimizer(Sgd.withRate(RATE).clipping(Clipping.none()))
                  .stopping(StoppingRule.never())
                  .progress(Progress.silent())
                  .build();
          Svi<List<NDArray>>.OnData on = svi.bind(data)) {
        double[] losses = DoubleStream.generate(on::step).limit(steps).toArray();
        if (config.recording() == Recording.REQUIRED && svi.whyNotRecorded().isPresent()) {
          throw new AssertionError(of + ": " + svi.whyNotRecorded().get());
        }
        Map<String, double[]> statistics = new LinkedHashMap<>();
        sandbox
            .params()
            .statistics()
            .forEach((name, vector) -> statistics.put(name.substring(4), vector.values()));
        return new Outcome(losses, statistics);
      }
    }
  }

  /** What a parameter is at first. */
  @FunctionalInterface
  interface Start {

    /** What it is in DJL's block. */
    Start SAME = (path, values) -> values;

    /** The numbers, where DJL's block has these. */
    double[] of(String path, double[] values);
  }
}
