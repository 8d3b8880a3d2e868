package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.function.IntFunction;
import org.ppl4j.nn.Made;
import org.ppl4j.transforms.TransformModule;

/** What the premade flows are put together from. */
final class Layers {

  static final int BINS = 8;
  static final RationalQuadratic SPLINE = RationalQuadratic.of(BINS, 3);
  static final DenseSigmoid DENSE = DenseSigmoid.of(8, 2);
  static final UnconstrainedMonotonic MONOTONIC = UnconstrainedMonotonic.of(8, 4);

  private static final ScalarFamily TAILED = AffineFamily.of().then(SPLINE.linearTails());

  private Layers() {}

  static Coupling couplingLayer(int dim, ScalarFamily family, int layer) {
    Partition half = Partition.half();
    return Coupling.of(dim, family).partition(layer % 2 == 0 ? half : half.complement());
  }

  static Autoregressive autoregressiveLayer(int dim, ScalarFamily family, int layer) {
    int[] order = new int[dim];
    for (int k = 0; k < dim; k++) {
      order[k] = layer % 2 == 0 ? k : dim - 1 - k;
    }
    return Autoregressive.of(dim, family).order(order).conditioner(Made.of(64, 64));
  }

  /** The first is next to the rows. */
  static Autoregressive recommendedLayer(int dim, int layer) {
    return autoregressiveLayer(dim, layer == 0 ? TAILED : SPLINE, layer);
  }

  /** One number has no others that a further layer could see. */
  static int layers(int dim, int several) {
    return dim == 1 ? 1 : several;
  }

  static TransformModule chain(int layers, IntFunction<TransformModule> layer) {
    checkArgument(layers >= 1, "flow has %s layers, but needs at least 1", layers);
    TransformModule all = layer.apply(0);
    for (int i = 1; i < layers; i++) {
      all = all.then(layer.apply(i));
    }
    return all;
  }
}
