package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;

/** Networks of a DJL block and a dense layer behind it, which starts at 0. */
final class BlockConditioner implements Conditioner {

  private static final Family FAMILY = Family.of(BlockConditioner.class, 1);

  private final Supplier<? extends Block> blocks;

  /** The networks so far: to work out a block's shapes is dear. */
  private final Map<Sizes, Network> networks = new ConcurrentHashMap<>();

  private record Sizes(int inputs, int outputs) {}

  BlockConditioner(Supplier<? extends Block> blocks) {
    this.blocks = blocks;
  }

  @Override
  public Network network(int inputs, int outputs) {
    return inputs == 0
        ? Conditioner.constant().network(inputs, outputs)
        : networks.computeIfAbsent(new Sizes(inputs, outputs), this::make);
  }

  private Network make(Sizes sizes) {
    Shape one = new Shape(1, sizes.inputs);
    BlockNet net = BlockNet.of("block", blocks.get(), one);
    Shape[] features = net.outputShapes(one);
    checkArgument(
        features.length == 1 && features[0].dimension() == 2,
        "block puts out %s for an input of shape %s, but a conditioner needs one vector of features"
            + " for each row; end it with a flatten block",
        Arrays.toString(features),
        one);
    Dense last = new Dense("last", Math.toIntExact(features[0].get(1)), sizes.outputs);
    return new Layers(net, last);
  }

  private record Layers(BlockNet block, Dense last) implements Network {

    @Override
    public List<TensorSpec> tensors() {
      ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
      block.tensors().forEach(spec -> specs.add(spec.within("block")));
      return TensorSpec.ofFamily(FAMILY, specs.addAll(last.zero()).build());
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      NamedTensors own = tensors.within("block");
      NDArray features =
          Tensors.byRows(
              x, 1, rows -> block.forward(own, new NDList(rows), rng, training).singletonOrThrow());
      return last.apply(tensors, features);
    }
  }

  @Override
  public String toString() {
    return "block conditioner";
  }
}
