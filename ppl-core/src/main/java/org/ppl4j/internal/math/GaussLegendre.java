package org.ppl4j.internal.math;

/** Gauss–Legendre quadrature with 16 nodes, exact for polynomials of degree 31. */
public final class GaussLegendre {

  /** The positive nodes on [−1, 1]. */
  private static final double[] NODES = {
    0.09501250983763744,
    0.2816035507792589,
    0.45801677765722737,
    0.6178762444026438,
    0.755404408355003,
    0.8656312023878318,
    0.9445750230732326,
    0.9894009349916499
  };

  /** How many nodes an interval has. */
  public static final int SIZE = 2 * NODES.length;

  private static final double[] WEIGHTS = {
    0.18945061045506864,
    0.18260341504492364,
    0.16915651939500265,
    0.1495959888165767,
    0.12462897125553407,
    0.0951585116824926,
    0.062253523938647456,
    0.027152459411754176
  };

  /** What a quadrature sums. */
  public interface Sum {
    /** Takes a node and its weight. */
    void add(double x, double weight);
  }

  private GaussLegendre() {}

  /** Hands the nodes and weights of the interval to a sum. */
  public static void over(double from, double to, Sum sum) {
    double middle = 0.5 * (from + to);
    double half = 0.5 * (to - from);
    for (int i = 0; i < NODES.length; i++) {
      sum.add(middle - half * NODES[i], half * WEIGHTS[i]);
      sum.add(middle + half * NODES[i], half * WEIGHTS[i]);
    }
  }

  /** The same on panels that part an interval at these shares of it, from 0 to 1. */
  public static void over(double from, double to, double[] shares, Sum sum) {
    for (int i = 1; i < shares.length; i++) {
      over(from + (to - from) * shares[i - 1], from + (to - from) * shares[i], sum);
    }
  }
}
