package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Special;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * {@linkplain Bijections#heavyTails(NDArray, NDArray) Heavy tails}, each side's its own: of a
 * normal base the tails of Student laws of 1 / h degrees of freedom.
 *
 * <p>Two parameters θ, of the lower and of the upper side: h = 1.5 / (1 + 149 exp(−θ)), which is
 * 0.01 at 0, where the map is the identity but for 0.07 at x = 3. Both directions are closed forms.
 *
 * <p>Source: Hickling and Prangle, "Flexible tails for normalizing flows" (2024): tails are made by
 * the last layer, behind layers that see light ones, and not by the base.
 */
public final class HeavyTails implements ScalarFamily {

  private static final double MOST = 1.5;

  private static final double START = 0.01;

  private HeavyTails() {}

  /** The family. */
  public static HeavyTails of() {
    return new HeavyTails();
  }

  @Override
  public int parameters() {
    return 2;
  }

  @Override
  public Transform map(NDArray parameters) {
    NDArray h = Special.sigmoid(parameters.add(Math.log(START / (MOST - START)))).mul(MOST);
    List<NDArray> sides = ScalarMath.columns(h);
    return Bijections.heavyTails(sides.get(0), sides.get(1));
  }

  @Override
  public String toString() {
    return "heavy tails";
  }
}
