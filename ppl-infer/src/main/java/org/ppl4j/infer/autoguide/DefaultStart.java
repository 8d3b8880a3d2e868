package org.ppl4j.infer.autoguide;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.Start;
import org.ppl4j.infer.mcmc.NormalStart;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * Where a guide starts if it is told nothing: at the normal distribution that {@link Pathfinder}
 * finds, or a short chain where that fits badly ({@link NormalStart}), so that neither the units of
 * the data nor the place of the mass matter.
 *
 * <p>There is none for a model with parameters of its own, which would move it; with sites of which
 * a step sees some rows only, for guides that have no use for it there; or with more than {@value
 * #LARGEST} numbers, whose paths take long.
 *
 * @param sites the latent sites of the model
 * @param space of them, all rows
 * @param normal of all their numbers
 */
record DefaultStart(
    ImmutableList<SampleSite> sites, LatentSpace space, NormalApproximation normal) {

  private static final int LARGEST = 1000;

  private static final int MANY = 200;

  /**
   * Looks for it.
   *
   * @param withRows whether there is one where a step sees some rows only of a site
   * @param use what is done with it, if there is one
   * @return why it was not found; empty if it was, or none was looked for
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  static <D extends @Nullable Object> Optional<String> begin(
      Program<D> model,
      BoundData<D> data,
      RunConfig config,
      boolean withRows,
      Consumer<DefaultStart> use) {
    try {
      of(model, data, config, withRows).ifPresent(use);
      return Optional.empty();
    } catch (IllegalArgumentException | IllegalStateException | EngineException none) {
      InterruptionException.check("the search for the start of a guide", none);
      return Optional.of(String.valueOf(none.getMessage()));
    }
  }

  /**
   * That of some of the sites, of which each step sees all rows, given that the others are where
   * they start; empty for none.
   */
  Optional<NormalApproximation> global(Predicate<SampleSite> wanted) {
    int[] places = globalPlaces(wanted);
    return places.length == 0 ? Optional.empty() : Optional.of(of(places));
  }

  /** The places of the numbers of those sites in the whole vector. */
  int[] globalPlaces(Predicate<SampleSite> wanted) {
    Set<String> rows = Set.copyOf(space.local().names());
    return places(site -> wanted.test(site) && !rows.contains(site.name()));
  }

  /** That of some of the numbers, in order, given that the others are where they start. */
  NormalApproximation of(int[] places) {
    return places.length == normal.size() ? normal : normal.conditional(places);
  }

  /** The places of the numbers of some sites in the whole vector. */
  int[] places(Predicate<SampleSite> wanted) {
    return space.places(among(wanted));
  }

  /** Some of the sites. */
  LatentSpace space(Predicate<SampleSite> wanted) {
    return space.only(among(wanted));
  }

  private Predicate<LatentSite> among(Predicate<SampleSite> wanted) {
    ImmutableSet<String> names =
        sites.stream().filter(wanted).map(SampleSite::name).collect(ImmutableSet.toImmutableSet());
    return site -> names.contains(site.name());
  }

  private static <D extends @Nullable Object> Optional<DefaultStart> of(
      Program<D> model, BoundData<D> data, RunConfig config, boolean withRows) {
    ImmutableList<SampleSite> sites;
    LatentSpace space;
    boolean isSuitable;
    try (NDManager manager = NDManager.newBaseManager(config.device());
        ParamStore params = new ParamStore(manager, config);
        Run run = Run.open(config, 0)) {
      run.cutLongScans();
      Start start = Start.of(run, params, model, data.in(run), Initializer.uniform());
      sites = ImmutableList.copyOf(start.trace().latents());
      space = start.space("pathfinder", Set.of());
      isSuitable =
          start.trace().params().isEmpty()
              && (withRows || space.local().isEmpty())
              && !space.isEmpty()
              && space.size() <= LARGEST;
    }
    return isSuitable
        ? Optional.of(
            new DefaultStart(
                sites,
                space,
                normal(model, data.value(), config, withRows || space.size() <= MANY)))
        : Optional.empty();
  }

  /**
   * By as many searches as there are by default, from the prior too, with few draws for each bound,
   * since a start need not be the best: single paths end where rows are all alike, or far from rows
   * whose units are not those of the start. Of more than {@value #MANY} numbers two from near 0 are
   * tried before, unless sites have rows of their own. A path without an end, as that of a density
   * without a mode, takes as long as some thousands of steps. It is the same whether these are
   * recorded or not.
   */
  private static <D extends @Nullable Object> NormalApproximation normal(
      Program<D> model, D data, RunConfig config, boolean isByAll) {
    RunConfig recorded = config.withRecording(Recording.WHERE_POSSIBLE);
    Pathfinder<D> all = Pathfinder.of(model).config(recorded).boundDraws(5);
    if (isByAll) {
      return NormalStart.of(model, data, recorded, List.of(all));
    }
    Pathfinder<D> few = all.initializer(Initializer.uniform()).paths(2);
    return NormalStart.of(model, data, recorded, List.of(few, all));
  }
}
