package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Block neural autoregressive flows: one network for all coordinates whose output i increases with
 * x_i and depends on x_1 … x_i only, y = (1 − γ) x + γ f(x), f(x) = W_L tanh(… tanh(W_1 x + b_1) …)
 * + b_L.
 *
 * <p>x and y: {@code (*, D)}. Each hidden layer has k units for each coordinate; a weight matrix
 * consists of D × D blocks, those on the diagonal exp of the raw weights, those from later
 * coordinates 0, and the weights of a unit are scaled to length e^s. The derivative of y_i in x_i
 * is 1 − γ + γ times the product of the diagonal blocks and of 1 − tanh²; log |det| is the sum of
 * their logarithms. γ is a logistic function of the gate, so that the map is onto the reals, which
 * f alone is not. Tensors of layer l: {@code l.weight (D k_{l−1}, D k_l)}, {@code l.logScale (D
 * k_l)} s, kept between −5 and 5, {@code l.bias (D k_l)}; {@code gate (D)}, kept between −7 and 7.
 * Weights are positive and so never 0: it starts near the identity, with γ = 0.12, not at it.
 *
 * <p>Forward is one pass: fast to sample, a guide; {@code inverted()} is fast to score. The inverse
 * searches one coordinate after the other, 60 passes each without gradients; where gradients are
 * recorded, one more with them and D + 1 derivatives. In the conditional form a network reads the
 * context and moves the biases of all layers. Source: De Cao, Titov and Aziz, "Block neural
 * autoregressive flow" (2019), sections 3.1 to 3.3.
 */
public final class BlockNeural implements TransformModule {

  private static final Family FAMILY = Family.of(BlockNeural.class, 1);

  private static final double SCALE_BOUND = 5;
  private static final double GATE_BOUND = 7;
  private static final double WEIGHT_BOUND = 10;
  private static final double FIRST_GATE = -2;

  private final int dim;
  private final ImmutableIntArray units;

  private BlockNeural(int dim, ImmutableIntArray units) {
    this.dim = dim;
    this.units = units;
  }

  /**
   * For vectors of {@code dim} coordinates, with this many units for each of them in the hidden
   * layers.
   *
   * @throws IllegalArgumentException if {@code dim} or a number of units is below 1, or there is no
   *     hidden layer
   */
  public static BlockNeural of(int dim, int... units) {
    checkArgument(dim >= 1, "block neural needs at least 1 coordinate, but dim is %s", dim);
    checkArgument(units.length >= 1, "block neural has no hidden layer, but needs at least 1");
    for (int count : units) {
      checkArgument(
          count >= 1, "block neural has %s units for each coordinate, but needs at least 1", count);
    }
    return new BlockNeural(dim, ImmutableIntArray.copyOf(units));
  }

  /** A network reads the context and moves the biases of all layers. */
  @Override
  public ConditionalTransformModule conditional(int contextDim, Conditioner conditioner) {
    long[] sizes = IntStream.rangeClosed(1, count()).mapToLong(this::size).toArray();
    int outputs = Math.toIntExact(LongStream.of(sizes).sum());
    Network network = Network.lazy(() -> conditioner.network(contextDim, outputs));
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        () -> {
          List<TensorSpec> all = new ArrayList<>(tensors());
          network.tensors().forEach(spec -> all.add(spec.within("net")));
          return all;
        },
        (tensors, context, rng, training) -> {
          NDArray moves = network.apply(tensors.within("net"), context, rng, training);
          List<NDArray> parts = Tensors.split(moves, -1, sizes);
          return map(tensors, layer -> bias(tensors, layer).add(parts.get(layer)));
        });
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return map(tensors, layer -> bias(tensors, layer));
  }

  private static NDArray bias(NamedTensors tensors, int layer) {
    return tensors.get(layer + ".bias");
  }

  /** 1 where a weight leads from a coordinate to itself, or from an earlier one to a later one. */
  static double[] mask(int dim, int from, int to, boolean onDiagonal) {
    double[] mask = new double[dim * from * dim * to];
    for (int i = 0; i < dim * from; i++) {
      for (int j = 0; j < dim * to; j++) {
        boolean allowed = onDiagonal ? i / from == j / to : i / from < j / to;
        mask[i * dim * to + j] = allowed ? 1 : 0;
      }
    }
    return mask;
  }

  private int count() {
    return units.length() + 1;
  }

  /** Units for each coordinate of a layer; the input is layer 0. */
  private int width(int layer) {
    return layer == 0 || layer == count() ? 1 : units.get(layer - 1);
  }

  private int size(int layer) {
    return Math.multiplyExact(dim, width(layer));
  }

  @Override
  public List<TensorSpec> tensors() {
    List<TensorSpec> specs = new ArrayList<>();
    for (int l = 0; l < count(); l++) {
      Shape shape = new Shape(size(l), size(l + 1));
      Shape row = new Shape(size(l + 1));
      double bound = 1 / Math.sqrt(size(l));
      specs.add(
          TensorSpec.parameter(
              l + ".weight",
              shape,
              (rng, run) -> rng.uniform(run, shape).mul(2 * bound).sub(bound)));
      specs.add(TensorSpec.parameter(l + ".logScale", row, 0));
      specs.add(
          TensorSpec.parameter(
              l + ".bias", row, (rng, run) -> rng.uniform(run, row).mul(2).sub(1)));
      specs.add(masked(l + ".diagonal.mask", shape, mask(dim, width(l), width(l + 1), true)));
      specs.add(masked(l + ".lower.mask", shape, mask(dim, width(l), width(l + 1), false)));
    }
    specs.add(TensorSpec.parameter("gate", new Shape(dim), FIRST_GATE));
    return TensorSpec.ofFamily(FAMILY, specs);
  }

  private static TensorSpec masked(String name, Shape shape, double[] mask) {
    return TensorSpec.buffer(name, shape, (rng, run) -> run.create(mask, shape));
  }

  private Transform map(NamedTensors tensors, IntFunction<NDArray> biases) {
    NDArray gate = ScalarMath.clamp(tensors.get("gate"), GATE_BOUND);
    ImmutableList.Builder<NDArray> weights = ImmutableList.builder();
    ImmutableList.Builder<NDArray> blocks = ImmutableList.builder();
    ImmutableList.Builder<NDArray> biased = ImmutableList.builder();
    for (int l = 0; l < count(); l++) {
      NDArray raw = tensors.get(l + ".weight");
      NDArray isDiagonal = tensors.get(l + ".diagonal.mask").gt(0);
      NDArray isLower = tensors.get(l + ".lower.mask").gt(0);
      NDArray diagonal = Tensors.where(isDiagonal, ScalarMath.clamp(raw, WEIGHT_BOUND).exp(), 0);
      NDArray all = Tensors.where(isLower, raw, diagonal);
      NDArray length = all.square().sum(new int[] {-2}, true).sqrt();
      NDArray scale =
          ScalarMath.clamp(tensors.get(l + ".logScale"), SCALE_BOUND)
              .exp()
              .expandDims(-2)
              .div(length);
      weights.add(all.mul(scale));
      biased.add(biases.apply(l));
      blocks.add(BlockNeuralMap.blocks(diagonal.mul(scale), dim));
    }
    return new BlockNeuralMap(
        weights.build(),
        blocks.build(),
        biased.build(),
        Special.sigmoid(gate),
        Special.sigmoid(gate.neg()));
  }

  @Override
  public String toString() {
    return "block neural(" + dim + ", " + units + " units)";
  }
}
