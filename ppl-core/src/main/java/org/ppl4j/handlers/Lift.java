package org.ppl4j.handlers;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;

/**
 * Gives parameters priors: a parameter becomes a latent site of its name, such as the weights of a
 * network in a Bayesian neural network.
 *
 * <p>The prior's batch and event shape together are the shape of the parameter; declare its dims as
 * event dims by {@code toEvent()}. It stands outside the plates that are open where the parameter
 * is used.
 */
public final class Lift implements Handler {

  private final Function<ParamSite, @Nullable Distribution> priors;

  /** Lifts the parameters for which the function gives a prior. */
  public Lift(Function<ParamSite, @Nullable Distribution> priors) {
    this.priors = priors;
  }

  /** Lifts the parameters of these names. */
  public Lift(Map<String, ? extends Distribution> priors) {
    ImmutableMap<String, Distribution> byName = ImmutableMap.copyOf(priors);
    this.priors = site -> byName.get(site.name());
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(ParamSite site) {
        Distribution prior = site.hasValue() ? null : priors.apply(site);
        if (prior != null) {
          site.substitute(p.sample(site.name(), prior));
          site.hide();
        }
      }
    };
  }
}
