package org.ppl4j.testing;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A block as DJL itself runs and trains it, in single precision. */
public final class DjlBlock implements AutoCloseable {

  private final BlockCase of;
  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Block block;

  /** A block whose parameters, but for its statistics, are small numbers at random. */
  public DjlBlock(BlockCase of) {
    this.of = of;
    this.block = of.block().get();
    block.initialize(manager, DataType.FLOAT32, of.input());
    SplittableRandom random = new SplittableRandom(11);
    for (Pair<String, Parameter> named : block.getParameters()) {
      Parameter parameter = named.getValue();
      if (parameter.requiresGradient()) {
        float[] numbers = new float[(int) parameter.getShape().size()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) random.nextDouble(-0.7, 0.7);
        }
        try (NDArray values = manager.create(numbers, parameter.getShape())) {
          values.copyTo(parameter.getArray());
        }
      }
    }
  }

  /** Its parameters that are learned, by their paths. */
  public Map<String, double[]> parameters() {
    return numbers(true);
  }

  /** Its statistics, and what else is not learned, by their paths. */
  public Map<String, double[]> statistics() {
    return numbers(false);
  }

  private Map<String, double[]> numbers(boolean learned) {
    Map<String, double[]> numbers = new LinkedHashMap<>();
    for (Pair<String, Parameter> named : block.getParameters()) {
      if (named.getValue().requiresGradient() == learned) {
        numbers.put(named.getKey(), doubles(named.getValue().getArray()));
      }
    }
    return numbers;
  }

  /** Its output. */
  public double[] output(boolean training) {
    NDList in = new NDList(of.data(manager));
    return doubles(
        block.forward(new ParameterStore(manager, false), in, training).singletonOrThrow());
  }

  private static double[] doubles(NDArray array) {
    float[] floats = array.toFloatArray();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /** The losses at the steps of DJL's own trainer by plain descent. */
  public double[] losses(double rate, int steps) {
    double[] losses = new double[steps];
    Optimizer descent = Optimizer.sgd().setLearningRateTracker(Tracker.fixed((float) rate)).build();
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.l2Loss())
            .optOptimizer(descent)
            .optDevices(new Device[] {Device.cpu()});
    try (Model model = Model.newInstance("block", Device.cpu(), "PyTorch")) {
      model.setBlock(block);
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(of.input());
        for (int step = 0; step < steps; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray out = trainer.forward(new NDList(of.data(manager))).singletonOrThrow();
            NDList wanted = new NDList(BlockCase.wanted(manager, out.getShape()));
            NDArray loss = trainer.getLoss().evaluate(wanted, new NDList(out));
            losses[step] = loss.getFloat();
            collector.backward(loss);
          }
          trainer.step();
        }
      }
    }
    return losses;
  }

  @Override
  public void close() {
    manager.close();
  }
}
