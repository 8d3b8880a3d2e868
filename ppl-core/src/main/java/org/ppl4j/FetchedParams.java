package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** The parameters that an execution has fetched from its store, each of them once. */
final class FetchedParams {

  private final Run run;
  private final ParamStore params;
  private final Settling settling;
  private final Map<String, ParamSite> fetched = new HashMap<>();

  FetchedParams(Run run, ParamStore params, Settling settling) {
    this.run = run;
    this.params = params;
    this.settling = settling;
  }

  /** Gives a site its value, unless a handler gave one. */
  void settle(ParamSite site) {
    if (site.hasValue()) {
      checkGiven(site);
      return;
    }
    ParamSite known = fetched.get(site.name());
    if (known == null) {
      boolean exists = params.has(site.name());
      site.fetched(params.fetch(run, site.name(), site.constraint(), site.initial()));
      fetched.put(site.name(), site);
      if (exists) {
        compareShape(site, site.name());
      }
    } else {
      if (site.initial() != null && !site.constraint().equals(known.constraint())) {
        // which says what is wrong
        var unused = params.fetch(run, site.name(), site.constraint(), site.initial());
      }
      site.fetched(known);
      compareShape(site, known.name() + "#" + known.useAgain());
    }
  }

  /** What a handler gives in place of a parameter is as the program wants it. */
  private void checkGiven(ParamSite site) {
    if (!site.hasShape() || !settling.validates("parameter", site.name() + " given")) {
      return;
    }
    NDArray value = site.value();
    SiteCheck.checkConstraint(site);
    if (site.isComparingShape()) {
      Shape wanted = site.shape();
      Shape given = value.getShape();
      int own = Math.min(wanted.dimension(), given.dimension()); // the others are of particles
      checkArgument(
          Shapes.isBroadcastable(Shapes.takeRight(given, own), wanted)
              && (own == given.dimension() || Tensors.hasParticles(value)),
          "parameter '%s' is given a value of shape %s by a handler, but has shape %s; give one of"
              + " its shape",
          site.name(),
          given,
          wanted);
    }
  }

  /** One name with two first values of different shapes would be one of them in both places. */
  private void compareShape(ParamSite site, String use) {
    if (!site.hasShape() || !site.isComparingShape() || !settling.validates("parameter", use)) {
      return;
    }
    Shape here = site.shape();
    Shape known = params.shape(site.name());
    checkArgument(
        here.equals(known),
        "parameter '%s' exists with shape %s, but starts here at a value of shape %s; use one shape"
            + " in both places, or another name",
        site.name(),
        known,
        here);
  }
}
