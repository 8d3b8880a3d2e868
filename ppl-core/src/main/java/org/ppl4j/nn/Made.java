package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import org.ppl4j.tensor.Rng;

/**
 * Dense layers whose weights are masked so that each output sees only the inputs that an adjacency
 * allows: in one pass the parameters of every coordinate from those before it.
 *
 * <p>Each hidden unit is given the set of inputs of one of the outputs, in turn, and is connected
 * to what its set contains. With the sets {x₁ … xᵢ₋₁} that is MADE. Weights start as those of
 * {@link Mlp}; a layer costs one masked multiplication.
 *
 * <p>Source: Germain, Gregor, Murray and Larochelle, "MADE: masked autoencoder for distribution
 * estimation" (2015); general adjacency after Wehenkel and Louppe, "Graphical normalizing flows"
 * (2021).
 */
public final class Made implements MaskedConditioner {

  private final ImmutableIntArray hidden;
  private final Activation activation;

  private Made(ImmutableIntArray hidden, Activation activation) {
    this.hidden = hidden;
    this.activation = activation;
  }

  /**
   * With hidden layers of these widths and ReLU between.
   *
   * @throws IllegalArgumentException if a width is below 1
   */
  public static Made of(int... hidden) {
    for (int width : hidden) {
      checkArgument(width >= 1, "made has a hidden layer of width %s, but needs at least 1", width);
    }
    return new Made(ImmutableIntArray.copyOf(hidden), Activation.RELU);
  }

  /** With another nonlinearity. */
  public Made activation(Activation activation) {
    return new Made(hidden, requireNonNull(activation, "activation"));
  }

  @Override
  public Network network(List<BitSet> adjacency, int inputs, int each) {
    ImmutableList.Builder<Dense> layers = ImmutableList.builder();
    ImmutableList.Builder<double[]> masks = ImmutableList.builder();
    List<BitSet> from = new ArrayList<>();
    for (int j = 0; j < inputs; j++) {
      BitSet alone = new BitSet();
      alone.set(j);
      from.add(alone);
    }
    List<BitSet> sets = hiddenSets(adjacency);
    for (int i = 0; i < hidden.length(); i++) {
      List<BitSet> to = new ArrayList<>();
      for (int u = 0; u < hidden.get(i); u++) {
        to.add(sets.get(u % sets.size()));
      }
      layers.add(new Dense(Integer.toString(i), from.size(), to.size()));
      masks.add(mask(from, to, 1));
      from = to;
    }
    layers.add(new Dense(Integer.toString(hidden.length()), from.size(), adjacency.size() * each));
    masks.add(mask(from, adjacency, each));
    return new Layers(layers.build(), masks.build(), activation);
  }

  /** The different sets of inputs; the empty one, from which nothing can be computed, last. */
  private static List<BitSet> hiddenSets(List<BitSet> adjacency) {
    LinkedHashSet<BitSet> sets = new LinkedHashSet<>(adjacency);
    sets.removeIf(BitSet::isEmpty);
    return sets.isEmpty() ? List.of(new BitSet()) : List.copyOf(sets);
  }

  /** 1 where all that a unit of {@code from} sees is allowed to the unit of {@code to}. */
  private static double[] mask(List<BitSet> from, List<BitSet> to, int each) {
    int columns = to.size() * each;
    double[] mask = new double[from.size() * columns];
    for (int i = 0; i < from.size(); i++) {
      for (int j = 0; j < columns; j++) {
        BitSet missing = (BitSet) from.get(i).clone();
        missing.andNot(to.get(j / each));
        mask[i * columns + j] = missing.isEmpty() ? 1 : 0;
      }
    }
    return mask;
  }

  private record Layers(
      ImmutableList<Dense> layers, ImmutableList<double[]> masks, Activation activation)
      implements Network {

    @Override
    public List<TensorSpec> tensors() {
      ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
      int last = layers.size() - 1;
      for (int i = 0; i <= last; i++) {
        specs.addAll(i < last ? layers.get(i).random() : layers.get(i).zero());
        double[] mask = masks.get(i);
        Shape shape = layers.get(i).shape();
        specs.add(
            TensorSpec.buffer(
                layers.get(i).name() + ".mask", shape, (rng, run) -> run.create(mask, shape)));
      }
      return specs.build();
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      NDArray value = x;
      for (int i = 0; i < layers.size(); i++) {
        Dense layer = layers.get(i);
        NDArray input = i == 0 ? value : activation.apply(value);
        value = layer.apply(tensors, input, tensors.get(layer.name() + ".mask"));
      }
      return value;
    }
  }

  @Override
  public String toString() {
    return "made" + hidden;
  }
}
