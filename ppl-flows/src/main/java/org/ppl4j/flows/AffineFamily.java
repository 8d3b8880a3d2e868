package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Transform;

/**
 * y = loc + exp(logScale) · x, two parameters (loc, logScale); additive, y = loc + x, one.
 *
 * <p>logScale is kept between −5 and 5, so that no network can make a layer overflow. Sources: NICE
 * (Dinh, Krueger and Bengio 2015, additive); RealNVP (Dinh, Sohl-Dickstein and Bengio 2017).
 */
public final class AffineFamily implements ScalarFamily {

  private static final double BOUND = 5;

  private final boolean scales;

  private AffineFamily(boolean scales) {
    this.scales = scales;
  }

  /** Shift and scale. */
  public static AffineFamily of() {
    return new AffineFamily(true);
  }

  /** Shift alone: log-determinant 0. */
  public static AffineFamily additive() {
    return new AffineFamily(false);
  }

  @Override
  public int parameters() {
    return scales ? 2 : 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = ScalarMath.columns(parameters);
    NDArray loc = parts.get(0);
    NDArray logScale = scales ? ScalarMath.clamp(parts.get(1), BOUND) : Tensors.number(0);
    return new AffineMap(loc, logScale, 0);
  }

  @Override
  public String toString() {
    return scales ? "affine" : "additive";
  }
}
