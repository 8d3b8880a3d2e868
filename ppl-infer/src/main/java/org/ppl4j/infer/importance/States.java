package org.ppl4j.infer.importance;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * The states that a step of a {@link ParticleFilter} starts from: the values of latent and
 * deterministic sites at the time before, or when they were drawn last.
 */
public final class States {

  private final Run run;
  private final ImmutableMap<String, ParticleSite> sites;
  private final boolean isMany;

  /**
   * States in a run.
   *
   * @param isMany whether they are of particles, of which the run holds many
   */
  States(Run run, ImmutableMap<String, ParticleSite> sites, boolean isMany) {
    this.run = run;
    this.sites = sites;
    this.isMany = isMany;
  }

  /**
   * The value of a site, with a dim for the particles on the left of all plates.
   *
   * @throws IllegalArgumentException if there is no such site
   */
  public NDArray get(String name) {
    ParticleSite site = sites.get(name);
    checkArgument(
        site != null,
        "states have no site '%s', only %s; draw it at the first time, or ask for one of these",
        name,
        Nearest.to(name, names()));
    NDArray value = requireNonNull(site).in(run);
    return isMany ? Tensors.particles(value) : value;
  }

  /** The names of the sites. */
  public ImmutableSet<String> names() {
    return sites.keySet();
  }
}
