package org.ppl4j.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import com.google.common.collect.ImmutableMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.BlockMode;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;

/**
 * A DJL block taken for its structure only: what its parameters are called, their shapes and first
 * values, and its output for parameters that are given. The block itself keeps none.
 */
public final class BlockNet {

  private static final Family FAMILY = Family.of(BlockNet.class, 1);

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
   */
  public static BlockNet of(String name, Block block, Shape... inputs) {
    return new BlockNet(name, block, shaped(block, inputs));
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

  /** The parameters, named by their path in the block; those that are not learned are buffers. */
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(
        FAMILY, parameters.entrySet().stream().map(entry -> spec(entry)).toList());
  }

  private TensorSpec spec(Map.Entry<String, Parameter> entry) {
    Parameter parameter = entry.getValue();
    String path = entry.getKey();
    String full = name + "." + path;
    TensorSpec.Initial initial = (rng, run) -> FirstValues.of(rng, run, full, parameter);
    return parameter.requiresGradient()
        ? TensorSpec.parameter(path, parameter.getShape(), initial)
        : TensorSpec.buffer(path, parameter.getShape(), initial);
  }

  /** The shapes of the outputs for inputs of these shapes. */
  Shape[] outputShapes(Shape... inputs) {
    return block.getOutputShapes(inputs);
  }

  /**
   * The output of the block. Where it learns, buffers get the values that the block finds for them.
   *
   * @param tensors one for each of {@link #tensors()}
   * @param inputs tensors of one run
   * @param rng noise, of which each call gets the same
   * @param training whether the result is used to learn
   * @throws UnsupportedOperationException if the block asks for an operation that a run does not
   *     have, which is named
   */
  public NDList forward(NamedTensors tensors, NDList inputs, Rng rng, boolean training) {
    Run run = Tensors.run(inputs.head());
    Values values = new Values(run.manager(), parameters, tensors);
    Mode mode = new Mode(values, rng.split("block"), training);
    NDList given = new NDList(inputs); // blocks add to it
    try {
      return run.inBlock(mode, () -> block.forward(values, given, false));
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          "net '%s' asks for what a run does not do: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Hands given values to a block. */
  private static final class Values extends ParameterStore {

    private final ImmutableMap<String, Parameter> parameters;
    private final NamedTensors tensors;
    private final IdentityHashMap<Parameter, NDArray> values = new IdentityHashMap<>();

    Values(NDManager manager, ImmutableMap<String, Parameter> parameters, NamedTensors tensors) {
      super(manager, false);
      this.parameters = parameters;
      this.tensors = tensors;
      parameters.forEach((path, parameter) -> values.put(parameter, tensors.get(path)));
    }

    @Override
    public @Nullable NDArray getValue(
        @Nullable Parameter parameter, Device device, boolean training) {
      return parameter == null ? null : values.get(parameter);
    }

    void update(NDArray buffer, NDArray value) {
      parameters.forEach(
          (path, parameter) -> {
            if (values.get(parameter) == buffer) {
              tensors.update(path, value);
              values.put(parameter, value);
            }
          });
    }
  }

  /**
   * How a block runs. It is told that it does not learn, since it would make parameters of its own
   * if it did; what depends on that asks here.
   */
  private record Mode(Values values, Rng rng, boolean isTraining) implements BlockMode {

    @Override
    public void update(NDArray buffer, NDArray value) {
      values.update(buffer, value);
    }
  }
}
