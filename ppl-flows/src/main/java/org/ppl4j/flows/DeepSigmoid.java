package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Transform;

/**
 * Deep sigmoidal maps, the neural autoregressive flow's: y = logit Σ w_k σ(a_k x + b_k), a network
 * of one hidden layer of K units with positive weights.
 *
 * <p>Parameters: K each of a through softplus (1 at 0), b, and w through a softmax. At 0 the shifts
 * b lie evenly from −1 to 1, not all at 0, since equal units would stay equal; hence it starts near
 * the identity, not at it. Forward is a formula; the inverse is searched between the inverses of
 * the units. Universal for increasing maps as K grows. Source: Huang, Krueger, Lacoste and
 * Courville, "Neural autoregressive flows" (2018), equation 8.
 */
public final class DeepSigmoid implements ScalarFamily {

  /** softplus of it is 1. */
  private static final double UNIT = Math.log(Math.expm1(1));

  private final int units;

  private DeepSigmoid(int units) {
    this.units = units;
  }

  /**
   * With this many hidden units.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DeepSigmoid of(int units) {
    checkArgument(units >= 1, "deep sigmoid has %s units, but needs at least 1", units);
    return new DeepSigmoid(units);
  }

  @Override
  public int parameters() {
    return 3 * units;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, units, units, units);
    NDArray logScale = Special.softplus(parts.get(0).add(UNIT)).add(1e-3).log();
    NDArray shift = parts.get(1).add(ScalarMath.spread(parameters, units));
    NDArray logWeight = parts.get(2).logSoftmax(-1);
    return new SigmoidMixtureMap(logScale, shift, logWeight);
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }

  @Override
  public String toString() {
    return "deep sigmoid(" + units + " units)";
  }
}
