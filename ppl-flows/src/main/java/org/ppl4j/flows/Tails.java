package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * {@linkplain Bijections#tails(NDArray, NDArray) Tails} of a normal base, each side's its own: of
 * positive h those of Student laws of 1 / h degrees of freedom, of negative h lighter than normal.
 *
 * <p>Two parameters θ, of the lower and of the upper side: h = 1.5 tanh θ. At 0 it is the identity.
 * Both directions are closed forms.
 *
 * <p>Source: Hickling and Prangle, "Flexible tails for normalizing flows" (2024): tails are made by
 * the last layer, behind layers that see light ones, and not by the base.
 */
public final class Tails implements ScalarFamily {

  private static final double MOST = 1.5;

  private Tails() {}

  /** The family. */
  public static Tails of() {
    return new Tails();
  }

  @Override
  public int parameters() {
    return 2;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> sides = ScalarMath.columns(parameters.tanh().mul(MOST));
    return Bijections.tails(sides.get(0), sides.get(1));
  }

  @Override
  public String toString() {
    return "tails";
  }
}
