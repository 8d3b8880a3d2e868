package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.GhostBatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;

/** Runs DJL blocks on tensors of a run with the parameters of the store. */
final class Nets {

  private Nets() {}

  static NDList forward(Ppl p, String name, Block block, NDList inputs) {
    refuse(name, block);
    NDList bound = new NDList(inputs.size());
    inputs.forEach(x -> bound.add(p.run().bind(x)));
    IdentityHashMap<Parameter, NDArray> values = new IdentityHashMap<>();
    for (Map.Entry<String, Parameter> entry : shaped(block, bound).entrySet()) {
      Parameter parameter = entry.getValue();
      values.put(
          parameter,
          p.perform(
              new ParamSite(
                  p.named(name + "." + entry.getKey()),
                  key -> initial(p, key, parameter),
                  Constraint.REAL)));
    }
    return block.forward(new Values(p.run().manager(), values), bound, false);
  }

  private static void refuse(String name, Block block) {
    if (block instanceof Dropout) {
      throw new UnsupportedOperationException(
          lenientFormat(
              "net '%s' contains Dropout, which draws the engine's noise; leave it out, or lift the"
                  + " parameters to priors by Lift for noise on the weights",
              name));
    }
    if (block instanceof BatchNorm || block instanceof GhostBatchNorm) {
      throw new UnsupportedOperationException(
          lenientFormat(
              "net '%s' contains %s, which keeps statistics between calls; use LayerNorm",
              name, block.getClass().getSimpleName()));
    }
    for (Pair<String, Block> child : block.getChildren()) {
      refuse(name, child.getValue());
    }
  }

  /** The parameters by their path in the block, with their shapes worked out. */
  private static Map<String, Parameter> shaped(Block block, NDList inputs) {
    synchronized (block) {
      if (!hasShapes(block)) {
        try (NDManager scratch = NDManager.newBaseManager()) {
          block.initialize(scratch, DataType.FLOAT32, inputs.getShapes());
          block.clear();
        }
      }
    }
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    block.getParameters().forEach(entry -> parameters.put(entry.getKey(), entry.getValue()));
    return parameters;
  }

  private static boolean hasShapes(Block block) {
    for (Pair<String, Parameter> entry : block.getParameters()) {
      if (entry.getValue().getShape() == null) {
        return false;
      }
    }
    return true;
  }

  /** The initial value that DJL's default initialisers stand for, drawn from our noise. */
  private static NDArray initial(Ppl p, String name, Parameter parameter) {
    Run run = p.run();
    Shape shape = parameter.getShape();
    Initializer initializer = parameter.getInitializer();
    if (initializer instanceof ConstantInitializer
        || initializer == Initializer.ZEROS
        || initializer == Initializer.ONES) {
      return initializer.initialize(run.manager(), shape, run.dataType());
    }
    Initializer usual = parameter.getType().getInitializer();
    checkArgument(
        usual != null && initializer == usual,
        "parameter '%s' has initialiser %s, which draws the engine's noise; leave DJL's default or"
            + " use a ConstantInitializer",
        name,
        initializer == null ? "none" : initializer.getClass().getSimpleName());
    double fanIn = shape.dimension() < 2 ? shape.size() : (double) shape.size() / shape.get(0);
    Rng rng = Rng.of(p.params().seed(run), Rng.Purpose.INITIAL, 0, name);
    return rng.normal(run, shape).mul(Math.sqrt(2 / fanIn));
  }

  /** Hands the store's parameters to a block. */
  private static final class Values extends ParameterStore {

    private final IdentityHashMap<Parameter, NDArray> values;

    Values(NDManager manager, IdentityHashMap<Parameter, NDArray> values) {
      super(manager, false);
      this.values = values;
    }

    @Override
    public @Nullable NDArray getValue(
        @Nullable Parameter parameter, Device device, boolean training) {
      return parameter == null ? null : values.get(parameter);
    }
  }
}
