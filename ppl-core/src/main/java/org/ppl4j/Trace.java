package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Tensors;

/**
 * What one execution did: its sites, parameters and plates, in order.
 *
 * <p>A trace lives in its run, as its tensors do; {@link #detached} makes one that outlives it.
 */
public final class Trace {

  private final List<SampleSite> sites;
  private final List<ParamSite> params;
  private final List<Plate> plates;
  private final Map<String, NDArray> updates;
  private @Nullable Map<String, SampleSite> byName;
  private @Nullable NDArray logJoint;

  private Trace(
      List<SampleSite> sites,
      List<ParamSite> params,
      List<Plate> plates,
      Map<String, NDArray> updates) {
    this.sites = sites;
    this.params = params;
    this.plates = plates;
    this.updates = updates;
  }

  /** A trace in the making, for recorders. */
  public static Builder builder() {
    return new Builder();
  }

  /** A trace in the making. */
  public static final class Builder {

    private final List<SampleSite> sites = new ArrayList<>();
    private final List<ParamSite> params = new ArrayList<>();
    private final List<Plate> plates = new ArrayList<>();
    private final Set<String> paramNames = new HashSet<>();
    private Map<String, NDArray> updates = Map.of();

    private Builder() {}

    /** Adds a settled site. */
    @CanIgnoreReturnValue
    public Builder add(SampleSite site) {
      sites.add(site);
      return this;
    }

    /** Adds a parameter; one that is there already is not added again. */
    @CanIgnoreReturnValue
    public Builder add(ParamSite site) {
      if (paramNames.add(site.name())) {
        params.add(site);
      }
      return this;
    }

    /** Adds a plate. */
    @CanIgnoreReturnValue
    public Builder add(Plate plate) {
      plates.add(plate);
      return this;
    }

    /** With what modules find for their buffers, also while densities are worked out later. */
    Builder updates(Map<String, NDArray> updates) {
      this.updates = updates;
      return this;
    }

    /** The trace; the builder must not be used after this. */
    public Trace build() {
      return new Trace(sites, params, plates, updates);
    }
  }

  // --- sites

  /** All sites in order: latent, observed, factors, deterministic values. */
  public List<SampleSite> sites() {
    return java.util.Collections.unmodifiableList(sites);
  }

  /** The latent sites in order. */
  public Iterable<SampleSite> latents() {
    return Iterables.filter(sites, SampleSite::isLatent);
  }

  /** The observed sites in order. */
  public Iterable<SampleSite> observed() {
    return Iterables.filter(sites, SampleSite::isObserved);
  }

  /** The parameters in the order of their first use. */
  public List<ParamSite> params() {
    return java.util.Collections.unmodifiableList(params);
  }

  /** The plates in the order of their first opening. */
  public List<Plate> plates() {
    return java.util.Collections.unmodifiableList(plates);
  }

  /** Whether there is a site of this name. */
  public boolean has(String name) {
    return index().containsKey(name);
  }

  /**
   * The site of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public SampleSite site(String name) {
    SampleSite site = find(name);
    checkArgument(
        site != null,
        "trace has no sample site '%s'; its sites are %s",
        name,
        Nearest.to(name, index().keySet()));
    return site;
  }

  /** The site of this name; null if there is none. */
  public @Nullable SampleSite find(String name) {
    return index().get(name);
  }

  /**
   * The value of the site of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public NDArray value(String name) {
    return site(name).value();
  }

  /** How many dims, from the right, its plates own; particles do not count. */
  public int plateNesting() {
    int nesting = 0;
    for (Plate plate : plates) {
      nesting = Math.max(nesting, -plate.dim());
    }
    return nesting;
  }

  private Map<String, SampleSite> index() {
    Map<String, SampleSite> known = byName;
    if (known == null) {
      known = new LinkedHashMap<>();
      for (SampleSite site : sites) {
        known.put(site.name(), site);
      }
      byName = known;
    }
    return known;
  }

  // --- log probabilities

  /**
   * log p(all sites): the sum over the sites of their masked and scaled log probabilities, a
   * number. Particles are summed over. Sites that have all their values at once are summed out.
   */
  public NDArray logJoint() {
    NDArray known = logJoint;
    if (known == null) {
      known = sum(sites);
      logJoint = known;
    }
    return known;
  }

  /** The sum of the log probabilities of some sites, masked and scaled, a number. */
  public static NDArray sum(Iterable<SampleSite> sites) {
    return Tensors.addAll(shares(sites));
  }

  /**
   * Numbers whose sum is the log joint, fewer than sites: for sums over several traces, which are
   * cheaper when done at once with {@link Tensors#addAll}.
   */
  public List<NDArray> logJointShares() {
    return shares(sites);
  }

  private static List<NDArray> shares(Iterable<SampleSite> sites) {
    List<Share> shares = new ArrayList<>();
    List<SampleSite> ofChoices = new ArrayList<>();
    for (SampleSite site : sites) {
      if (site.kind() == SampleSite.Kind.DETERMINISTIC) {
        continue;
      }
      if (isOfChoices(site)) {
        ofChoices.add(site);
      } else if (!site.isMaskedOut()) {
        Share.add(shares, site.masked(site.logProb()), site.scale());
      }
    }
    List<NDArray> totals = Share.totals(shares);
    if (!ofChoices.isEmpty()) {
      totals.add(Tensors.total(Elimination.logSum(ofChoices)));
    }
    return totals;
  }

  /**
   * The sites that count and whose log probabilities are known one by one: all but those that are
   * summed out, and those that depend on one of these.
   */
  public List<SampleSite> counted() {
    return sites.stream()
        .filter(site -> site.kind() != SampleSite.Kind.DETERMINISTIC)
        .filter(site -> !isOfChoices(site) && !site.isMaskedOut())
        .toList();
  }

  /**
   * The logarithm of the sum over the values of all sites that are summed out, {@code (particles,
   * 1, …)}; empty if there are none.
   */
  public Optional<NDArray> logSummedOut() {
    List<SampleSite> ofChoices =
        sites.stream()
            .filter(site -> site.kind() != SampleSite.Kind.DETERMINISTIC && isOfChoices(site))
            .toList();
    return ofChoices.isEmpty() ? Optional.empty() : Optional.of(Elimination.logSum(ofChoices));
  }

  /** Whether a site is one of all values, or counts otherwise for each of another's. */
  static boolean isOfChoices(SampleSite site) {
    return site.isEnumerated()
        || site.chain() != null
        || (!site.isMaskedOut() && HiddenDims.anyOf(site.logProb()));
  }

  /**
   * The log joint of each particle.
   *
   * @param dim the particles' dim, −1 or less
   * @return {@code (count)}
   */
  public NDArray logJoints(int dim) {
    NDArray total = Tensors.number(0);
    List<SampleSite> ofChoices = new ArrayList<>();
    for (SampleSite site : sites) {
      if (site.kind() != SampleSite.Kind.DETERMINISTIC && isOfChoices(site)) {
        ofChoices.add(site);
        continue;
      }
      if (site.kind() == SampleSite.Kind.DETERMINISTIC || site.isMaskedOut()) {
        continue;
      }
      NDArray counted = site.masked(site.logProb());
      NDArray sum = Tensors.sumRight(counted, -dim - 1);
      total = total.add(site.scale() == 1 ? sum : sum.mul(site.scale()));
    }
    if (!ofChoices.isEmpty()) {
      total = total.add(Tensors.sumRight(Elimination.logSum(ofChoices), -dim - 1));
    }
    return total;
  }

  /** Summands of one shape and scale, so that they are added before they are summed. */
  private static final class Share {
    private final Shape shape;
    private final double scale;
    private NDArray value;

    private Share(NDArray value, double scale) {
      this.shape = value.getShape();
      this.scale = scale;
      this.value = value;
    }

    static void add(List<Share> shares, NDArray logProb, double scale) {
      // Numbers are added all at once in the end.
      boolean number = logProb.getShape().dimension() == 0;
      for (Share share : number ? List.<Share>of() : shares) {
        if (share.scale == scale && share.shape.equals(logProb.getShape())) {
          share.value = share.value.add(logProb);
          return;
        }
      }
      shares.add(new Share(logProb, scale));
    }

    static List<NDArray> totals(List<Share> shares) {
      List<NDArray> terms = new ArrayList<>(shares.size());
      for (Share share : shares) {
        NDArray sum = Tensors.total(share.value);
        terms.add(share.scale == 1 ? sum : sum.mul(share.scale));
      }
      return terms;
    }
  }

  // --- beyond the run

  /**
   * Gives the buffers of modules, such as running statistics, the values that were found for them:
   * what a step of learning does in its end, once its loss is known, if it succeeds. Tensors of the
   * run that were made of these buffers are not read after that.
   */
  public void updateBuffers(ParamStore params) {
    params.buffers().update(updates);
  }

  /** What modules have found for their buffers so far, by name. */
  public Map<String, NDArray> updates() {
    return java.util.Collections.unmodifiableMap(updates);
  }

  /**
   * A copy that outlives the run: names, kinds, values, plates and their rows, on {@code manager};
   * without distributions and parameters.
   */
  public Trace detached(NDManager manager) {
    checkNotNull(manager, "manager");
    Map<String, Plate> copies = new HashMap<>();
    for (Plate plate : plates) {
      copies.put(plate.name(), plate.detached(manager));
    }
    List<SampleSite> values = sites.stream().map(site -> site.detached(manager, copies)).toList();
    return new Trace(
        values,
        List.of(),
        plates.stream().map(p -> copies.getOrDefault(p.name(), p)).toList(),
        Map.of());
  }

  /** The table of the sites. */
  public SiteTable table() {
    return SiteTable.of(this);
  }

  /** The names of the sites. */
  @Override
  public String toString() {
    return "Trace" + ImmutableList.copyOf(index().keySet());
  }
}
