package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
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

  private static final Family FAMILY = Family.of(Elementwise.class, 1);

  private final int dim;
  private final ScalarFamily family;
  private final double gain;

  private Elementwise(int dim, ScalarFamily family, double gain) {
    this.dim = dim;
    this.family = family;
    this.gain = gain;
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Elementwise of(int dim, ScalarFamily family) {
    checkArgument(dim >= 1, "elementwise needs at least 1 coordinate, but dim is %s", dim);
    return new Elementwise(dim, family, 1);
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
    return new Elementwise(dim, family, gain);
  }

  /** θ is what the network puts out. */
  @Override
  public ConditionalTransformModule conditional(int contextDim, Conditioner conditioner) {
    Network network = Network.lazy(() -> conditioner.network(contextDim, parameters()));
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        () -> made(network.tensors()),
        (tensors, context, rng, training) -> map(network.apply(tensors, context, rng, training)));
  }

  ScalarFamily family() {
    return family;
  }

  private int parameters() {
    return dim * family.parameters();
  }

  @Override
  public List<TensorSpec> tensors() {
    return made(List.of(TensorSpec.parameter("bias", new Shape(parameters()), 0)));
  }

  private List<TensorSpec> made(List<TensorSpec> specs) {
    return TensorSpec.ofFamily(FAMILY, TensorSpec.ofFamilies(family.families(), specs));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return map(tensors.get("bias").mul(gain));
  }

  private Transform map(NDArray parameters) {
    Shape batch = Shapes.dropRight(parameters.getShape(), 1);
    Shape shape = Shapes.concat(batch, new Shape(dim, family.parameters()));
    return family.map(Tensors.reshape(parameters, shape)).independent(1);
  }

  @Override
  public String toString() {
    return "elementwise(" + dim + ", " + family + ")";
  }
}
