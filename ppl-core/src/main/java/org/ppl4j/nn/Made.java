package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.BitSet;
import java.util.List;
import org.ppl4j.tensor.file.Family;

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

  private static final Family FAMILY = Family.of(Made.class, 1);

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
    List<BitSet> from = Masks.ofInputs(inputs);
    for (int i = 0; i < hidden.length(); i++) {
      List<BitSet> to = Masks.ofUnits(adjacency, hidden.get(i));
      layers.add(Masks.layer(Integer.toString(i), from, to, 1));
      from = to;
    }
    layers.add(Masks.layer(Integer.toString(hidden.length()), from, adjacency, each));
    return new Mlp.Layers(FAMILY, layers.build(), activation);
  }

  @Override
  public String toString() {
    return "made" + hidden;
  }
}
