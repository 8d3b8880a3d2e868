package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.MapMaker;
import com.google.common.collect.Sets;
import com.google.common.collect.Streams;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.ModelBased;
import org.ppl4j.infer.latent.Start;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * A guide of guides, each of a group of the model's latent sites, independent of each other.
 *
 * <pre>{@code
 * AutoList.of(MODEL)
 *     .group(AutoMultivariateNormal.of(MODEL), "mu", "tau")
 *     .group(BY_HAND, "theta")
 *     .rest(AutoNormal.of(MODEL))
 * }</pre>
 *
 * <p>A part is a guide of this package or of your own, made from the same model, which then draws
 * the sites of its group alone, or any program that draws them. Groups are drawn in the order in
 * which they are named. Each latent site of the model is in one group.
 *
 * <p>The parameters of a guide that has no {@code prefix} of its own are named {@code auto.0.loc}
 * and so on, with the number of its group. A fit looks for one start for all guides that are told
 * none, and each begins at its part of it, given that the others are where they start.
 *
 * @param <D> the data of the model
 */
public final class AutoList<D extends @Nullable Object> implements ModelBased<D> {

  private final Program<D> model;
  private final ImmutableList<Part<D>> parts;
  private final Set<ParamStore> met =
      Collections.newSetFromMap(new MapMaker().weakKeys().makeMap());

  /**
   * A part.
   *
   * @param sites those of its group; null for all that are in no other
   */
  private record Part<D extends @Nullable Object>(
      int number, Program<D> guide, @Nullable ImmutableSet<String> sites) {

    /** Its number and guide, for errors. */
    @Override
    public String toString() {
      return number
          + ", "
          + (guide instanceof ModelBased ? guide.getClass().getSimpleName() : "a program");
    }
  }

  private AutoList(Program<D> model, ImmutableList<Part<D>> parts) {
    this.model = model;
    this.parts = parts;
  }

  /** A guide of a model that has no groups yet. */
  public static <D extends @Nullable Object> AutoList<D> of(Program<D> model) {
    return new AutoList<>(requireNonNull(model, "model"), ImmutableList.of());
  }

  /**
   * With a group that this guide draws; a new guide.
   *
   * @param guide made from the model, or any program that draws these sites
   * @param sites the names of the group's sites, at least one
   * @throws IllegalArgumentException if there is none, or one is in another group
   */
  public AutoList<D> group(Program<D> guide, String... sites) {
    checkArgument(
        sites.length > 0, "group %s of guide 'AutoList' has no site; name one", parts.size());
    ImmutableSet<String> own = ImmutableSet.copyOf(sites);
    for (Part<D> other : parts) {
      for (String name : other.sites() == null ? ImmutableSet.<String>of() : other.sites()) {
        checkArgument(
            !own.contains(name),
            "sample site '%s' is in group %s and in group %s of guide 'AutoList'; name it in one",
            name,
            other.number(),
            parts.size());
      }
    }
    return with(guide, own);
  }

  /**
   * With a guide of all sites that are in no group; a new guide, to which no group is added.
   *
   * @param guide made from the model, or any program that draws these sites
   */
  public AutoList<D> rest(Program<D> guide) {
    return with(guide, null);
  }

  private AutoList<D> with(Program<D> guide, @Nullable ImmutableSet<String> sites) {
    requireNonNull(guide, "guide");
    checkArgument(
        parts.stream().allMatch(part -> part.sites() != null),
        "guide 'AutoList' has a guide of the rest already; name all groups before it");
    ImmutableSet<String> others = named();
    int number = parts.size();
    Program<D> own =
        guide instanceof AutoGuide<D, ?> auto
            ? auto.part(
                site -> sites == null ? !others.contains(site.name()) : sites.contains(site.name()),
                "auto." + number)
            : guide;
    return new AutoList<>(
        model,
        ImmutableList.<Part<D>>builder().addAll(parts).add(new Part<>(number, own, sites)).build());
  }

  /** The names of all groups. */
  private ImmutableSet<String> named() {
    return parts.stream()
        .flatMap(part -> part.sites() == null ? Stream.empty() : part.sites().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  private Stream<AutoGuide<D, ?>> guides() {
    return parts.stream()
        .map(Part::guide)
        .flatMap(guide -> guide instanceof AutoGuide<D, ?> auto ? Stream.of(auto) : Stream.empty());
  }

  // --- a program

  @Override
  public void run(Ppl p, D data) {
    if (!met.contains(p.params())) {
      check(Start.of(p, model, data, Initializer.uniform()));
    }
    for (Part<D> part : parts) {
      Members members = new Members(part);
      part.guide().with(q -> members).run(p, data);
      members.check();
    }
    met.add(p.params());
  }

  /** Each latent site is in a group, and groups have no others. */
  private void check(Start start) {
    ImmutableSet<String> named = named();
    ImmutableSet<String> latent =
        Streams.stream(start.trace().latents())
            .map(SampleSite::name)
            .collect(ImmutableSet.toImmutableSet());
    for (String name : named) {
      checkArgument(
          latent.contains(name),
          "guide 'AutoList' has a group of site '%s', but the model has no such latent site; its"
              + " latent sites are %s",
          name,
          Nearest.to(name, latent));
    }
    boolean hasRest = parts.stream().anyMatch(part -> part.sites() == null);
    Set<String> left = Sets.difference(latent, named);
    checkArgument(
        hasRest || left.isEmpty(),
        "sample site '%s' is in no group of guide 'AutoList', whose groups have %s; name it in one,"
            + " or add rest(guide)",
        left.stream().findFirst().orElse(""),
        named);
  }

  /** Sees which sites a part draws: those of its group, each of them. */
  private final class Members extends Handler.Frame {

    private final Part<D> part;
    private final Set<String> drawn = new LinkedHashSet<>();

    Members(Part<D> part) {
      this.part = part;
    }

    @Override
    protected void enter(SampleSite site) {
      if (!site.isLatent() || site.isAuxiliary()) {
        return;
      }
      ImmutableSet<String> own = part.sites();
      checkArgument(
          own == null ? !named().contains(site.name()) : own.contains(site.name()),
          "sample site '%s' is drawn by part %s of guide 'AutoList', which has %s; leave it out"
              + " there, or name it in that group alone",
          site.name(),
          part,
          own == null ? "the rest" : own);
      drawn.add(site.name());
    }

    void check() {
      ImmutableSet<String> own = part.sites();
      if (own != null && drawn.size() < own.size()) {
        throw new IllegalArgumentException(
            "sample site '%s' is in group %s of guide 'AutoList', but its guide does not draw it; draw it there, or name it in another group"
                .formatted(Sets.difference(own, drawn).iterator().next(), part));
      }
    }
  }

  // --- made from a model

  @Override
  public Optional<String> begin(ParamStore params, RunConfig config, BoundData<D> data) {
    Optional<String> none = Optional.empty();
    ImmutableList<AutoGuide<D, ?>> wanting =
        guides().filter(guide -> guide.wantsStart(params)).collect(ImmutableList.toImmutableList());
    if (!wanting.isEmpty()) {
      none =
          DefaultStart.begin(
              model,
              data,
              config,
              wanting.stream().anyMatch(AutoGuide::startsRows),
              start -> wanting.forEach(guide -> guide.begin(params, config, start)));
    }
    for (Part<D> part : parts) {
      if (part.guide() instanceof ModelBased<D> based && !(based instanceof AutoGuide)) {
        none = none.or(() -> based.begin(params, config, data));
      }
    }
    return none;
  }

  @Override
  public void checkUnchanged(Run run, ParamStore params, D data, RuntimeException cause) {
    for (Part<D> part : parts) {
      if (part.guide() instanceof ModelBased<D> based) {
        based.checkUnchanged(run, params, data, cause);
      }
    }
  }

  /**
   * The medians of all sites that guides made from the model draw, by name, row by row of the
   * site's shape; those of programs that are written by hand are not known.
   *
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public Map<String, double[]> median(ParamStore params) {
    ImmutableMap.Builder<String, double[]> medians = ImmutableMap.builder();
    guides().forEach(guide -> medians.putAll(guide.median(params)));
    return medians.buildOrThrow();
  }

  @Override
  public String toString() {
    return "AutoList" + parts;
  }
}
