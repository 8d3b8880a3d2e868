package org.ppl4j.infer.reparam;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.internal.WrittenNames;

/**
 * Draws latent sites of a program through others, so that a guide or a sampler sees a posterior
 * that is easier to follow; the program itself stays as it is written.
 *
 * <pre>{@code
 * Program<Schools> other = MODEL.with(Reparam.of("theta", LocScale.nonCentred()));
 * Svi.builder(other, AutoNormal.of(other)) ...
 * }</pre>
 *
 * <p>A site that is replaced becomes deterministic under its old name, so that results have it
 * still. Sites that are observed, or have been given a value inside, stay as they are. Put it
 * outside of the whole program: what it draws stands in the plates that the site is in, and is one
 * site for all steps of a scan, of which it sees each. Of a scan within a scan it does not.
 *
 * <p>Source: Gorinova, Moore and Hoffman, "Automatic reparameterisation of probabilistic programs"
 * (2020).
 */
public final class Reparam implements Handler {

  private final Function<SampleSite, @Nullable Reparameterization> choice;
  private final ImmutableMap<String, Reparameterization> byName;

  private Reparam(
      Function<SampleSite, @Nullable Reparameterization> choice,
      ImmutableMap<String, Reparameterization> byName) {
    this.choice = choice;
    this.byName = byName;
  }

  /** One site, by name. */
  public static Reparam of(String name, Reparameterization reparameterization) {
    return of(ImmutableMap.of(name, reparameterization));
  }

  /**
   * Some sites, by name. A program that ends without having met one of them throws {@link
   * IllegalArgumentException}.
   */
  public static Reparam of(Map<String, ? extends Reparameterization> byName) {
    ImmutableMap<String, Reparameterization> copy = ImmutableMap.copyOf(byName);
    return new Reparam(site -> copy.get(site.name()), copy);
  }

  /** The latent sites for which the function gives a way; it sees each on its way out. */
  public static Reparam of(Function<SampleSite, @Nullable Reparameterization> choice) {
    return new Reparam(requireNonNull(choice, "choice"), ImmutableMap.of());
  }

  /**
   * Every latent site of a location-scale family one of whose location and scale is not a plain
   * number, non-centred: {@link LocScale}.
   */
  public static Reparam automatic() {
    return of(site -> LocScale.depends(site) ? LocScale.nonCentred() : null);
  }

  /** The sites that it was given by name. */
  @Override
  public String toString() {
    return byName.isEmpty() ? "reparam by a function of the site" : "reparam of " + byName.keySet();
  }

  @Override
  public Frame begin(Ppl p) {
    WrittenNames names = WrittenNames.of("reparam", "sample site", byName.keySet());
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        names.meet(site.name());
        if (site.isLatent() && !site.hasValue()) {
          Reparameterization way = choice.apply(site);
          if (way != null) {
            site.determine(way.value(p, site));
          }
        }
      }

      @Override
      protected boolean isOfSteps() {
        return true;
      }

      @Override
      protected void end() {
        names.check();
      }
    };
  }
}
