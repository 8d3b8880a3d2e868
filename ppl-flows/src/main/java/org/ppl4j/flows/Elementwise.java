package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A map of its own for each coordinate: y_i = g(x_i; θ_i), with g of a {@link ScalarFamily}.
 *
 * <p>x and y: {@code (*, D)}; log |det| = Σ log |g′|. Tensor: {@code bias (D · P)}, 0 at first: the
 * identity; θ = bias, or some {@link #gain} times that. In the conditional form θ is the output of
 * a network that reads the context. Both directions cost what those of the family cost.
 */
public final class Elementwise implements TransformModule {

  private final Layer layer;
  private final double gain;

  private Elementwise(Layer layer, double gain) {
    this.layer = layer;
    this.gain = gain;
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Elementwise of(int dim, ScalarFamily family) {
    checkArgument(dim >= 1, "elementwise needs at least 1 coordinate, but dim is %s", dim);
    return new Elementwise(new Layer(dim, family, Conditioner.constant()), 1);
  }

  /**
   * With θ = gain · bias. Adam and its kin move every parameter by about the same, and the many of
   * a network together change a map much faster than the few of a coordinate: beside networks a
   * gain of about 5 lets these keep up. The conditional form has none.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public Elementwise gain(double gain) {
    checkArgument(
        gain > 0 && Double.isFinite(gain),
        "elementwise has a gain of %s, but it must be positive and finite",
        gain);
    return new Elementwise(layer, gain);
  }

  /**
   * The conditional form.
   *
   * @param contextDim the number of entries of a context
   * @param conditioner the network that reads it
   */
  public ConditionalTransformModule conditional(int contextDim, Conditioner conditioner) {
    return new Contextual(new Layer(layer.dim, layer.family, conditioner), contextDim);
  }

  ScalarFamily family() {
    return layer.family;
  }

  @Override
  public List<TensorSpec> tensors() {
    return layer.tensors(0);
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return layer.map(tensors.get("bias").mul(gain));
  }

  @Override
  public String toString() {
    return layer.toString();
  }

  private static final class Layer implements Contextual.Layer {

    private final int dim;
    private final ScalarFamily family;
    private final PerContext<Network> networks;
    private final PerContext<List<TensorSpec>> specs;

    Layer(int dim, ScalarFamily family, Conditioner conditioner) {
      this.dim = dim;
      this.family = family;
      this.networks =
          new PerContext<>(
              contextDim -> conditioner.network(contextDim, dim * family.parameters()));
      this.specs = new PerContext<>(contextDim -> networks.of(contextDim).tensors());
    }

    @Override
    public List<TensorSpec> tensors(int contextDim) {
      return specs.of(contextDim);
    }

    @Override
    public Transform bind(
        NamedTensors tensors, @Nullable NDArray context, Rng rng, boolean training) {
      NDArray given = requireNonNull(context, "context");
      return map(networks.of(Contextual.entries(given)).apply(tensors, given, rng, training));
    }

    Transform map(NDArray parameters) {
      Shape batch = Shapes.dropRight(parameters.getShape(), 1);
      Shape shape = Shapes.concat(batch, new Shape(dim, family.parameters()));
      return family.map(Tensors.reshape(parameters, shape)).independent(1);
    }

    @Override
    public String toString() {
      return "elementwise(" + dim + ", " + family + ")";
    }
  }
}
