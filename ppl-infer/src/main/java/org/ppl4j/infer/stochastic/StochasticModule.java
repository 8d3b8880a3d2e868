package org.ppl4j.infer.stochastic;

import com.google.common.collect.ImmutableList;
import java.util.Collections;

/**
 * An immutable description of stochastic layers, which become {@link StochasticLayer}s once it is
 * known between which densities they move: {@code Langevin.of(0.1).repeat(10)} follows the
 * posterior after a guide, {@code AutoFlow.of(model, flow).then(Langevin.of(0.1).repeat(10))}.
 */
@FunctionalInterface
public interface StochasticModule {

  /**
   * The layers on the way between two densities, in one run.
   *
   * @param base of what comes in
   * @param target of what is wanted
   */
  StochasticLayer between(Target base, Target target);

  /** These layers, then others. */
  default StochasticModule then(StochasticModule next) {
    return new LayerSequence(ImmutableList.of(this, next));
  }

  /**
   * So many of these layers one after the other, each with noise of its own.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  default StochasticModule repeat(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "%s is repeated %s times, but needs at least 1".formatted(this, count));
    }
    return new LayerSequence(ImmutableList.copyOf(Collections.nCopies(count, this)));
  }
}
