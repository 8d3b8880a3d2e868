package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Ppl;
import org.ppl4j.WrittenNames;
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
  private final ImmutableSet<String> written;

  /** Lifts the parameters for which the function gives a prior. */
  public Lift(Function<ParamSite, @Nullable Distribution> priors) {
    this.priors = priors;
    this.written = ImmutableSet.of();
  }

  /** Lifts the parameters of these names. */
  public Lift(Map<String, ? extends Distribution> priors) {
    ImmutableMap<String, Distribution> byName = ImmutableMap.copyOf(priors);
    this.priors = site -> byName.get(site.name());
    this.written = byName.keySet();
  }

  @Override
  public Frame begin(Ppl p) {
    WrittenNames names = WrittenNames.of("lift", "parameter", written);
    return new Frame() {
      @Override
      protected void enter(ParamSite site) {
        names.meet(site.name());
        Distribution prior = site.hasValue() ? null : priors.apply(site);
        if (prior != null) {
          checkArgument(
              prior.support().isWithin(site.constraint()),
              "lift gives parameter '%s' the prior %s with support '%s', but it is to be '%s'; give"
                  + " a prior with a support inside",
              site.name(),
              prior,
              prior.support(),
              site.constraint());
          site.substitute(p.sample(site.name(), prior));
          site.hide();
        }
      }

      @Override
      protected void end() {
        names.check();
      }
    };
  }
}
