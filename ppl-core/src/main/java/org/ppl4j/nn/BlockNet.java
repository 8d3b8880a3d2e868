package org.ppl4j.nn;

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
import com.google.common.collect.ImmutableMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * A DJL block taken for its structure only: what its parameters are called, their shapes and first
 * values, and its output for parameters that are given. The block itself keeps none.
 */
public final class BlockNet {

  private final String name;
  private final Block block;
  private final ImmutableMap<String, Parameter> parameters;

  private BlockNet(String name, Block block, ImmutableMap<String, Parameter> parameters) {
    this.name = name;
    this.block = block;
    this.parameters = parameters;
  }

  /**
   * A block for inputs of these shapes.
   *
   * @param name what errors call it
   * @throws UnsupportedOperationException if the block draws the engine's noise or keeps statistics
   */
  public static BlockNet of(String name, Block block, Shape... inputs) {
    refuse(name, block);
    return new BlockNet(name, block, shaped(block, inputs));
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
  private static ImmutableMap<String, Parameter> shaped(Block block, Shape... inputs) {
    synchronized (block) {
      if (!hasShapes(block)) {
        try (NDManager scratch = NDManager.newBaseManager()) {
          block.initialize(scratch, DataType.FLOAT32, inputs);
          block.clear();
        }
      }
    }
    ImmutableMap.Builder<String, Parameter> parameters = ImmutableMap.builder();
    block.getParameters().forEach(entry -> parameters.put(entry.getKey(), entry.getValue()));
    return parameters.buildOrThrow();
  }

  private static boolean hasShapes(Block block) {
    for (Pair<String, Parameter> entry : block.getParameters()) {
      if (entry.getValue().getShape() == null) {
        return false;
      }
    }
    return true;
  }

  /** The parameters, named by their path in the block. */
  public List<TensorSpec> tensors() {
    return parameters.entrySet().stream().map(entry -> spec(entry)).toList();
  }

  private TensorSpec spec(Map.Entry<String, Parameter> entry) {
    Parameter parameter = entry.getValue();
    String path = entry.getKey();
    return TensorSpec.parameter(
        path, parameter.getShape(), (rng, run) -> initial(rng, run, name + "." + path, parameter));
  }

  /** The initial value that DJL's default initialisers stand for, drawn from our noise. */
  private static NDArray initial(Rng rng, Run run, String name, Parameter parameter) {
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
    return rng.normal(run, shape).mul(Math.sqrt(2 / fanIn));
  }

  /** The shapes of the outputs for inputs of these shapes. */
  Shape[] outputShapes(Shape... inputs) {
    return block.getOutputShapes(inputs);
  }

  /**
   * The output of the block.
   *
   * @param tensors one for each of {@link #tensors()}
   * @param inputs tensors of one run
   */
  public NDList forward(NamedTensors tensors, NDList inputs) {
    IdentityHashMap<Parameter, NDArray> values = new IdentityHashMap<>();
    parameters.forEach((path, parameter) -> values.put(parameter, tensors.get(path)));
    NDManager manager = Tensors.run(inputs.head()).manager();
    return block.forward(new Values(manager, values), inputs, false);
  }

  /** Hands given values to a block. */
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
