package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * Sinh-arcsinh maps, which give tails and skewness to a normal base: y = loc + e^l · sinh(τ
 * (sinh⁻¹(x) + ε)).
 *
 * <p>Parameters: the skewness ε, kept between −5 and 5; log τ of the tail weight, kept between −1.5
 * and 1.5, where 0 keeps the tails; loc; l, kept between −10 and 10. At 0 it is the identity. Both
 * directions are closed forms. Source: Jones and Pewsey, "Sinh-arcsinh distributions" (2009),
 * equation 2, whose δ is 1 / τ.
 */
public final class SinhArcsinh implements ScalarFamily {

  private static final double MAX_SKEWNESS = 5;
  private static final double MAX_LOG_WEIGHT = 1.5;

  private SinhArcsinh() {}

  /** The family. */
  public static SinhArcsinh of() {
    return new SinhArcsinh();
  }

  @Override
  public int parameters() {
    return 2 + AffineFamily.of().parameters();
  }

  @Override
  public boolean hasLinearTails() {
    return false;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, 1, 1, AffineFamily.of().parameters());
    NDArray skewness = ScalarMath.clamp(parts.get(0).squeeze(-1), MAX_SKEWNESS);
    NDArray weight = ScalarMath.clamp(parts.get(1).squeeze(-1), MAX_LOG_WEIGHT).exp();
    return Bijections.sinhArcsinh(skewness, weight).then(AffineFamily.of().map(parts.get(2)));
  }

  @Override
  public String toString() {
    return "sinh-arcsinh";
  }
}
