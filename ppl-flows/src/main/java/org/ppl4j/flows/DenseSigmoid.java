package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Deep dense sigmoidal maps, the neural autoregressive flow's of several layers: from h_1 … h_J to
 * logit Σ_k w_ok σ(a_k Σ_j u_kj h_j + b_k) for o = 1 … O, starting with the number x itself and
 * ending with one number y; K units in each layer, and J = O = K between the layers.
 *
 * <p>Parameters of a layer: K each of a through softplus (1 at 0) and b, K · J of u and O · K of w,
 * each row through a softmax. At 0 the shifts b lie evenly from −1 to 1 and rows prefer the unit of
 * their own place, since equal units would stay equal; hence it starts near the identity, not at
 * it. Evaluated in log space, so that it is exact far out. Forward is a formula; the inverse is
 * searched between what the outermost lines of the layers, a_k h + b_k, lead back to. Source:
 * Huang, Krueger, Lacoste and Courville, "Neural autoregressive flows" (2018), section 3.1.
 */
public final class DenseSigmoid implements ScalarFamily {

  /** softplus of it is 1. */
  private static final double UNIT = Math.log(Math.expm1(1));

  /** How much more a row starts with of the unit of its own place, as a logarithm. */
  private static final double OWN = 2;

  private final int units;
  private final int layers;

  private DenseSigmoid(int units, int layers) {
    this.units = units;
    this.layers = layers;
  }

  /**
   * With this many units in each of so many layers.
   *
   * @throws IllegalArgumentException if there is no unit, or there are fewer than two layers
   */
  public static DenseSigmoid of(int units, int layers) {
    checkArgument(
        units >= 1 && layers >= 2,
        "dense sigmoid has %s units in %s layers, but needs at least 1 in 2; for one layer use"
            + " DeepSigmoid",
        units,
        layers);
    return new DenseSigmoid(units, layers);
  }

  @Override
  public int parameters() {
    return 2 * layers * units + 2 * (layers - 1) * units * units + units;
  }

  @Override
  public Transform map(NDArray parameters) {
    long square = (long) units * units;
    List<Long> sizes = new ArrayList<>();
    for (int l = 0; l < layers; l++) {
      sizes.add((long) units);
      sizes.add((long) units);
      if (l > 0) {
        sizes.add(square);
      }
      sizes.add(l < layers - 1 ? square : units);
    }
    List<NDArray> parts =
        Tensors.split(parameters, -1, sizes.stream().mapToLong(Long::longValue).toArray());
    ImmutableList.Builder<Layer> made = ImmutableList.builder();
    int at = 0;
    for (int l = 0; l < layers; l++) {
      NDArray logScale = Special.softplus(parts.get(at++).add(UNIT)).add(1e-3).log();
      NDArray shift = parts.get(at++).add(ScalarMath.spread(parameters, units));
      NDArray inner = l > 0 ? rows(parts.get(at++), units) : null;
      made.add(
          new Layer(logScale, shift, inner, rows(parts.get(at++), l < layers - 1 ? units : 1)));
    }
    return new Map(made.build());
  }

  /** The logarithms of the weights of {@code count} rows, {@code (*, count, K)}. */
  private NDArray rows(NDArray raw, int count) {
    Shape batch = Shapes.dropRight(raw.getShape(), 1);
    NDArray rows = Tensors.reshape(raw, Shapes.concat(batch, new Shape(count, units)));
    NDArray preferred = count == 1 ? rows : rows.add(Tensors.run(raw).eye(units).mul(OWN));
    return preferred.logSoftmax(-1);
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }

  @Override
  public String toString() {
    return "dense sigmoid(" + units + " units, " + layers + " layers)";
  }

  /**
   * One layer.
   *
   * @param logScale log a, {@code (*, K)}
   * @param shift b, {@code (*, K)}
   * @param inner log u, {@code (*, K, J)}; null for one input
   * @param outer log w, {@code (*, O, K)}
   */
  private record Layer(NDArray logScale, NDArray shift, @Nullable NDArray inner, NDArray outer) {

    /** The numbers that follow h, and the logarithms of their derivatives, both {@code (*, O)}. */
    Mapped after(Mapped h) {
      NDArray mixed = h.value();
      NDArray logSlope = h.logDet();
      if (inner != null) {
        mixed = inner.exp().mul(mixed.expandDims(-2)).sum(new int[] {-1});
        logSlope = Special.logSumExp(inner.add(logSlope.expandDims(-2)), -1, false);
      }
      NDArray z = mixed.mul(logScale.exp()).add(shift);
      NDArray logSigmoid = Special.logSigmoid(z);
      NDArray logRest = Special.logSigmoid(z.neg());
      NDArray below = outer.add(logSigmoid.expandDims(-2));
      NDArray above = outer.add(logRest.expandDims(-2));
      NDArray logCdf = Special.logSumExp(below, -1, false);
      NDArray logSf = Special.logSumExp(above, -1, false);
      NDArray each = logScale.add(logSlope).expandDims(-2);
      NDArray shares = SigmoidMixtureMap.shares(below, above, outer).add(each);
      return new Mapped(logCdf.sub(logSf), Special.logSumExp(shares, -1, false));
    }

    /** Where the lines of all units lead back to from y {@code (*)}: {@code (*, K)}. */
    NDArray before(NDArray y) {
      return y.expandDims(-1).sub(shift).mul(logScale.neg().exp());
    }

    Layer map(UnaryOperator<NDArray> operator) {
      return new Layer(
          operator.apply(logScale),
          operator.apply(shift),
          inner == null ? null : operator.apply(inner),
          operator.apply(outer));
    }
  }

  private static final class Map extends SearchedMap {

    private final ImmutableList<Layer> layers;

    Map(ImmutableList<Layer> layers) {
      super(Shapes.dropRight(layers.get(0).shift().getShape(), 1));
      this.layers = layers;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray start = x.expandDims(-1);
      Mapped h = new Mapped(start, Tensors.number(0));
      for (Layer layer : layers) {
        h = layer.after(h);
      }
      return new Mapped(h.value().squeeze(-1), h.logDet().squeeze(-1));
    }

    @Override
    Bracket bracket(NDArray y) {
      NDArray low = y;
      NDArray high = y;
      for (Layer layer : layers.reverse()) {
        low = layer.before(low).min(new int[] {-1});
        high = layer.before(high).max(new int[] {-1});
      }
      return new Bracket(low, high);
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(
          layers.stream()
              .map(layer -> layer.map(operator))
              .collect(ImmutableList.toImmutableList()));
    }

    @Override
    public String toString() {
      return "dense sigmoid";
    }
  }
}
