package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.internal.WrittenNames;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Gives parameters priors: a parameter becomes a latent site of its name, such as the weights of a
 * network in a Bayesian neural network.
 *
 * <p>A prior is that of the whole parameter, all of whose dims are event dims, or of its entries,
 * rows or other parts on the right: {@code Normal.of(0, 1)} lifts a matrix of any shape. It stands
 * outside the plates that are open where the parameter is used. A function sees {@link
 * ParamSite#shape()}, by which the scale of a layer's weights may go.
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
          site.substitute(p.sample(site.name(), whole(prior, site)));
          site.hide();
        }
      }

      @Override
      protected void end() {
        names.check();
      }
    };
  }

  /** The prior of the whole parameter, if that of its parts is given. */
  private static Distribution whole(Distribution prior, ParamSite site) {
    if (!site.hasShape()) {
      return prior;
    }
    Shape shape = site.shape();
    Shape event = prior.eventShape();
    Shape left = Shapes.dropRight(shape, Math.min(event.dimension(), shape.dimension()));
    checkArgument(
        shape.equals(Shapes.concat(left, event))
            && Shapes.isBroadcastable(prior.batchShape(), left),
        "lift gives parameter '%s' of shape %s the prior %s with batch shape %s and event shape %s;"
            + " give one of the parameter's shape, or of its entries",
        site.name(),
        shape,
        prior,
        prior.batchShape(),
        event);
    return prior.expand(left).toEvent();
  }

  @Override
  public String toString() {
    return written.isEmpty() ? "lift by a function of the parameter" : "lift of " + written;
  }
}
