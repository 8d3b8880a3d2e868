package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.BitSet;
import java.util.List;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;

/**
 * Residual blocks of dense layers, the nonlinearity before each layer: h₀ = x W + b, then for each
 * block h ← h + L₂(σ(L₁(σ(h)))), at last L(σ(h)).
 *
 * <p>L₂ of every block starts at 0, so that a block is the identity at first and deep networks
 * train; L starts at 0, so that the network puts out 0. With an adjacency the weights are masked as
 * those of {@link Made}: units keep their sets of inputs through all blocks. A block costs two
 * layers.
 *
 * <p>Source: He, Zhang, Ren and Sun, "Identity mappings in deep residual networks" (2016), figure
 * 1b; in flows Durkan et al., "Neural spline flows" (2019).
 */
public final class Residual implements Conditioner, MaskedConditioner {

  private static final Family FAMILY = Family.of(Residual.class, 1);

  private final int width;
  private final int blocks;
  private final Activation activation;

  private Residual(int width, int blocks, Activation activation) {
    this.width = width;
    this.blocks = blocks;
    this.activation = activation;
  }

  /**
   * This many blocks of this width, with ReLU for σ.
   *
   * @throws IllegalArgumentException if the width is below 1 or the number of blocks below 0
   */
  public static Residual of(int width, int blocks) {
    checkArgument(
        width >= 1 && blocks >= 0,
        "residual network has %s blocks of width %s, but needs at least 0 of width 1",
        blocks,
        width);
    return new Residual(width, blocks, Activation.RELU);
  }

  /** With another nonlinearity. */
  public Residual activation(Activation activation) {
    return new Residual(width, blocks, requireNonNull(activation, "activation"));
  }

  @Override
  public Network network(int inputs, int outputs) {
    if (inputs == 0) {
      return Conditioner.constant().network(inputs, outputs);
    }
    return new Blocks(
        new Dense("first", inputs, width),
        hidden(name -> new Dense(name, width, width)),
        new Dense("last", width, outputs),
        activation);
  }

  @Override
  public Network network(List<BitSet> adjacency, int inputs, int each) {
    List<BitSet> units = Masks.ofUnits(adjacency, width);
    return new Blocks(
        Masks.layer("first", Masks.ofInputs(inputs), units, 1),
        hidden(name -> Masks.layer(name, units, units, 1)),
        Masks.layer("last", units, adjacency, each),
        activation);
  }

  private interface Hidden {
    Dense layer(String name);
  }

  private ImmutableList<Block> hidden(Hidden hidden) {
    ImmutableList.Builder<Block> all = ImmutableList.builder();
    for (int i = 0; i < blocks; i++) {
      all.add(new Block(hidden.layer(i + ".0"), hidden.layer(i + ".1")));
    }
    return all.build();
  }

  private record Block(Dense first, Dense second) {}

  private record Blocks(Dense first, ImmutableList<Block> blocks, Dense last, Activation activation)
      implements Network {

    @Override
    public List<TensorSpec> tensors() {
      ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
      specs.addAll(first.random());
      for (Block block : blocks) {
        specs.addAll(block.first.random()).addAll(block.second.zero());
      }
      return TensorSpec.ofFamily(FAMILY, specs.addAll(last.zero()).build());
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      NDArray value = first.apply(tensors, x);
      for (Block block : blocks) {
        NDArray inner = block.first.apply(tensors, activation.apply(value));
        value = value.add(block.second.apply(tensors, activation.apply(inner)));
      }
      return last.apply(tensors, activation.apply(value));
    }

    @Override
    public ValueAndSlopes along(
        NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
      NDArray value = first.apply(tensors, x);
      NDArray slopes = first.along(tensors, directions);
      for (Block block : blocks) {
        NDArray active = activation.apply(value);
        NDArray inner = block.first.apply(tensors, active);
        NDArray innerSlopes = block.first.along(tensors, through(slopes, value, active));
        NDArray innerActive = activation.apply(inner);
        slopes = slopes.add(block.second.along(tensors, through(innerSlopes, inner, innerActive)));
        value = value.add(block.second.apply(tensors, innerActive));
      }
      NDArray active = activation.apply(value);
      return new ValueAndSlopes(
          last.apply(tensors, active), last.along(tensors, through(slopes, value, active)));
    }

    private NDArray through(NDArray slopes, NDArray value, NDArray active) {
      return slopes.mul(activation.slope(value, active).expandDims(-2));
    }
  }

  @Override
  public String toString() {
    return "residual(" + blocks + " blocks of width " + width + ")";
  }
}
