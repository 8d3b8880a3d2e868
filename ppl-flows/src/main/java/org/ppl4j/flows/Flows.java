package org.ppl4j.flows;

import org.ppl4j.nn.Mlp;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/** Flows in one line, with the settings of their papers or of Pyro's helpers. */
public final class Flows {

  private static final int BINS = 8;
  private static final double BOUND = 3;

  private Flows() {}

  /** A rational quadratic spline for each coordinate: 8 bins on [−3, 3]. */
  public static TransformModule spline(int dim) {
    return Elementwise.of(dim, RationalQuadratic.of(BINS, BOUND));
  }

  /** {@link #spline} whose parameters a network of two hidden layers reads from a context. */
  public static ConditionalTransformModule conditionalSpline(int dim, int contextDim) {
    return Elementwise.of(dim, RationalQuadratic.of(BINS, BOUND))
        .conditional(contextDim, Mlp.of(10 * dim, 10 * dim));
  }
}
