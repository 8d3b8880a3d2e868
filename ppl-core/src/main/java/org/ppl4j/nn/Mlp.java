package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;

/**
 * Dense layers with a nonlinearity between them. Hidden weights start uniform between ±1 / √inputs,
 * as torch's; the last layer starts at 0, so that the network puts out 0 at first.
 */
public final class Mlp implements Conditioner {

  private static final Family FAMILY = Family.of(Mlp.class, 1);

  private final ImmutableIntArray hidden;
  private final Activation activation;

  private Mlp(ImmutableIntArray hidden, Activation activation) {
    this.hidden = hidden;
    this.activation = activation;
  }

  /**
   * With hidden layers of these widths and ReLU between; none for a linear map.
   *
   * @throws IllegalArgumentException if a width is below 1
   */
  public static Mlp of(int... hidden) {
    for (int width : hidden) {
      checkArgument(width >= 1, "mlp has a hidden layer of width %s, but needs at least 1", width);
    }
    return new Mlp(ImmutableIntArray.copyOf(hidden), Activation.RELU);
  }

  /** With another nonlinearity. */
  public Mlp activation(Activation activation) {
    return new Mlp(hidden, requireNonNull(activation, "activation"));
  }

  @Override
  public Network network(int inputs, int outputs) {
    if (inputs == 0) {
      return Conditioner.constant().network(inputs, outputs);
    }
    return layers(hidden, activation, inputs, outputs);
  }

  static Layers layers(ImmutableIntArray hidden, Activation activation, int inputs, int outputs) {
    ImmutableList.Builder<Dense> layers = ImmutableList.builder();
    int from = inputs;
    for (int i = 0; i < hidden.length(); i++) {
      layers.add(new Dense(Integer.toString(i), from, hidden.get(i)));
      from = hidden.get(i);
    }
    layers.add(new Dense(Integer.toString(hidden.length()), from, outputs));
    return new Layers(FAMILY, layers.build(), activation);
  }

  /** Layers with the nonlinearity between them; the last starts at 0. */
  record Layers(Family family, ImmutableList<Dense> layers, Activation activation)
      implements Network {

    @Override
    public List<TensorSpec> tensors() {
      ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
      for (Dense layer : layers.subList(0, layers.size() - 1)) {
        specs.addAll(layer.random());
      }
      return TensorSpec.ofFamily(
          family, specs.addAll(layers.get(layers.size() - 1).zero()).build());
    }

    @Override
    public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
      NDArray value = layers.get(0).apply(tensors, x);
      for (Dense layer : layers.subList(1, layers.size())) {
        value = layer.apply(tensors, activation.apply(value));
      }
      return value;
    }

    @Override
    public Gradual gradually(
        NamedTensors tensors, List<Gradual.Group> groups, Rng rng, boolean training) {
      return layers.stream().allMatch(Dense::isMasked)
          ? new GradualPass(this, tensors, groups)
          : Network.super.gradually(tensors, groups, rng, training);
    }

    @Override
    public ValueAndSlopes along(
        NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
      NDArray value = layers.get(0).apply(tensors, x);
      NDArray slopes = layers.get(0).along(tensors, directions);
      for (Dense layer : layers.subList(1, layers.size())) {
        NDArray active = activation.apply(value);
        slopes = layer.along(tensors, slopes.mul(activation.slope(value, active).expandDims(-2)));
        value = layer.apply(tensors, active);
      }
      return new ValueAndSlopes(value, slopes);
    }

    /**
     * Of two hidden layers, whose slopes are d₁ and d₂, Σₖ ∂yₖ/∂xₖ = d₁ᵀ M d₂ with M = W₂ ∘ (W₃
     * W₁)ᵀ, W₃ W₁ over the K inputs; of one, d₁ᵀ diag(W₂ W₁).
     */
    @Override
    public Traced traced(NamedTensors tensors, NDArray x, int outputs, Rng rng, boolean training) {
      boolean isKnown = layers.size() == 2 || layers.size() == 3;
      if (!isKnown || !layers.stream().allMatch(layer -> layer.isOne(tensors))) {
        return Network.super.traced(tensors, x, outputs, rng, training);
      }
      List<NDArray> slopes = new ArrayList<>();
      NDArray value = layers.get(0).apply(tensors, x);
      for (Dense layer : layers.subList(1, layers.size())) {
        NDArray active = activation.apply(value);
        slopes.add(activation.slope(value, active));
        value = layer.apply(tensors, active);
      }
      if (slopes.size() == 1) {
        NDArray last = layers.get(1).weight(tensors);
        NDArray diagonal = first(tensors, outputs).mul(last.swapAxes(0, 1)).sum(new int[] {0});
        return new Traced(value, Tensors.sumRight(slopes.get(0).mul(diagonal), 1));
      }
      NDArray weight = layers.get(1).weight(tensors);
      NDArray middle = Tensors.run(weight).once(weight, () -> middle(tensors, outputs));
      NDArray product = Tensors.matMul(slopes.get(0), middle).mul(slopes.get(1));
      return new Traced(value, Tensors.sumRight(product, 1));
    }

    /** The matrix M of three layers. */
    private NDArray middle(NamedTensors tensors, int outputs) {
      NDArray around = Tensors.matMul(layers.get(2).weight(tensors), first(tensors, outputs));
      return layers.get(1).weight(tensors).mul(around.swapAxes(0, 1));
    }

    /** The weights of the first layer that inputs are multiplied by which are outputs too. */
    private NDArray first(NamedTensors tensors, int outputs) {
      return Tensors.range(layers.get(0).weight(tensors), -2, 0, outputs);
    }
  }

  @Override
  public String toString() {
    return "mlp" + hidden;
  }
}
