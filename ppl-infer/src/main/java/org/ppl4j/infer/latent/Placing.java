package org.ppl4j.infer.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.AddedSites;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;

/**
 * Draws sites that move through their unconstrained values, sites {@code x.free}, by the bijection
 * to the support that they have at the values before them: so they are in each step of a scan.
 */
final class Placing implements Handler {

  private final ImmutableMap<String, Shape> events;

  private Placing(Map<String, Shape> events) {
    this.events = ImmutableMap.copyOf(events);
  }

  /** Of these sites. */
  static Placing of(Collection<LatentSite> sites) {
    Map<String, Shape> events = new HashMap<>();
    for (LatentSite site : sites) {
      events.put(site.name(), Shapes.takeRight(site.unconstrained(), site.eventDims()));
    }
    return new Placing(events);
  }

  /**
   * The handlers that give the sites of a latent space the values that they have at vectors, the
   * inner one first.
   *
   * @param z {@code (*, D)}
   */
  static Handler[] at(LatentSpace space, NDArray z) {
    List<NDArray> parts = space.split(z);
    List<LatentSite> moving = new ArrayList<>();
    Map<String, NDArray> values = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      LatentSite site = space.sites().get(i);
      if (site.moves()) {
        moving.add(site);
        values.put(free(site.name()), parts.get(i));
      } else {
        values.put(site.name(), site.constrain(parts.get(i)).value());
      }
    }
    return new Handler[] {of(moving), new Substitute(values)};
  }

  /** Of how many scans within each other a site is in the steps. */
  static long scans(SampleSite site) {
    return site.plates().stream().filter(plate -> plate.spec().isOfSteps()).count();
  }

  /** The name of the site through which a site is drawn. */
  static String free(String site) {
    return site + ".free";
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        Shape event = site.isLatent() && !site.hasValue() ? events.get(site.name()) : null;
        if (event != null) {
          Distribution distribution = site.distribution();
          Distribution any =
              Normal.of(0, 1)
                  .expand(Shapes.concat(distribution.batchShape(), event))
                  .toEvent(event.dimension());
          NDArray u = AddedSites.of(p, site).sample(free(site.name()), any);
          site.determine(Bijections.to(distribution.support()).forward(u).value());
        }
      }

      @Override
      protected boolean isOfSteps() {
        return true;
      }
    };
  }
}
