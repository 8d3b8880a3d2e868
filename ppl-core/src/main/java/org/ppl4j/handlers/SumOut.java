package org.ppl4j.handlers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Sums discrete latent sites of finite support out of a program: each takes {@linkplain
 * SampleSite#enumerate all values at once}, and the {@linkplain org.ppl4j.Trace#logJoint log joint}
 * is that of all other sites, exactly.
 *
 * <p>Whatever needs a density of continuous sites does this by itself: chains, variational
 * inference and so on. Sites that have a value keep it, and so does one that {@code new
 * InferConfig(site -> …, SumOut.SETTING, false)} leaves out.
 */
public final class SumOut implements Handler {

  /** The key of a setting of a site: false if it is not to be summed out. */
  public static final String SETTING = "sum out";

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (site.isLatent() && !site.hasValue() && isWanted(site)) {
          values(site.distribution()).ifPresent(site::enumerate);
        }
      }
    };
  }

  private static boolean isWanted(SampleSite site) {
    return !Boolean.FALSE.equals(site.settings().get(SETTING));
  }

  /**
   * All values of a discrete distribution, {@code (K, event)}; none if they are infinitely many.
   */
  public static Optional<NDArray> values(Distribution distribution) {
    if (!distribution.support().isDiscrete()) {
      return Optional.empty();
    }
    try {
      NDArray values = distribution.enumerateSupport();
      Shape shape = values.getShape();
      Shape event = distribution.eventShape();
      return Optional.of(values.reshape(Shapes.concat(new Shape(shape.get(0)), event)));
    } catch (UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "sum out";
  }
}
