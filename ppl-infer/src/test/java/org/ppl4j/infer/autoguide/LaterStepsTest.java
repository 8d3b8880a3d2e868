package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.CountingColumn;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Models;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/**
 * A step after the first reads nothing on the host before its gradient, whatever the guide and the
 * estimator, but for the operands of rows that are computed in Java; and all that it does is rows.
 */
@ExtendWith(LeakCheck.class)
class LaterStepsTest {

  private static final int STEPS = 3;

  private static final Initializer START = Initializer.uniform();

  private static final Map<String, Elbo> ESTIMATORS =
      Map.of("trace", Elbo.trace(), "mean-field", Elbo.meanField());

  static List<Named<Function<Program<Void>, Program<Void>>>> guides() {
    return List.of(
        Named.of("AutoDelta", AutoDelta::of),
        Named.of("AutoNormal", model -> AutoNormal.of(model).initializer(START)),
        Named.of(
            "AutoMultivariateNormal", model -> AutoMultivariateNormal.of(model).initializer(START)),
        Named.of(
            "AutoLowRankMultivariateNormal",
            model -> AutoLowRankMultivariateNormal.of(model, 2).initializer(START)),
        Named.of("AutoStructured", model -> AutoStructured.of(model).initializer(START)),
        Named.of(
            "AutoList",
            model ->
                AutoList.of(model)
                    .group(AutoDelta.of(model), "w", "s")
                    .rest(AutoNormal.of(model).initializer(START))));
  }

  @ParameterizedTest
  @MethodSource("guides")
  void readNothing(Function<Program<Void>, Program<Void>> guide) {
    ESTIMATORS.forEach(
        (name, estimator) -> {
          for (int particles : new int[] {1, 3}) {
            CountingColumn later =
                later(SiteZoo.ZOO, guide.apply(SiteZoo.ZOO), null, estimator, particles);
            assertThat(later.kernelReads()).as("reads of rows with %s", name).isEmpty();
          }
        });
  }

  /** The draws of a beta distribution read both concentrations. */
  @Test
  void rowsReadTheirOperands() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray flips = Models.flips(manager);
      CountingColumn later = later(Models.COIN, Models.COIN_GUIDE, flips, Elbo.trace(), 1);
      assertThat(later.kernelReads()).containsExactly(Map.entry(Op.BETA, 2 * STEPS));
    }
  }

  @Test
  void aReadIsSeen() {
    Program<NDArray> reading =
        (p, flips) -> {
          Models.COIN.run(p, flips);
          assertThat(p.run().ones(new Shape(2)).toDoubleArray()).containsExactly(1, 1);
        };
    CountingColumn later;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray flips = Models.flips(manager);
      later = watched(reading, Models.COIN_GUIDE, flips, Elbo.trace(), 1);
    }
    assertThat(later.readsBeforeGradients()).hasSize(STEPS).allMatch(reads -> reads == 1);
    assertThat(later.faults())
        .hasSize(STEPS)
        .allMatch(
            fault -> fault.startsWith("a program reads a tensor, at " + getClass().getName()));
  }

  @Test
  @Tag("acceptance")
  @Tag("rooms.3")
  @Tag("rooms.4")
  void ofEveryGuideAndPosterior() {
    guides().forEach(guide -> readNothing(guide.getPayload()));
    int fits = 2 * ESTIMATORS.size() * guides().size();
    for (Named<PosteriorCase> row : PosteriorCases.all().toList()) {
      PosteriorCase posterior = row.getPayload();
      for (Elbo estimator : ESTIMATORS.values()) {
        try (NDManager manager = NDManager.newBaseManager()) {
          Program<PosteriorCase.Data> model = posterior.program();
          PosteriorCase.Data data = posterior.data(manager);
          Program<PosteriorCase.Data> guide = AutoNormal.of(model).initializer(START);
          CountingColumn later = later(model, guide, data, estimator, 1);
          assertThat(later.kernelReads()).isEmpty();
          fits++;
        }
      }
    }
    new AcceptancePoint("rooms.3")
        .none("ways round the table in " + fits + " fits, of every guide by every estimator");
    new AcceptancePoint("rooms.4")
        .none("reads before the gradient in later steps of " + fits + " fits");
  }

  private static <D extends @Nullable Object> CountingColumn later(
      Program<D> model, Program<D> guide, D data, Elbo estimator, int particles) {
    CountingColumn later = watched(model, guide, data, estimator, particles);
    assertThat(later.faults()).isEmpty();
    assertThat(later.readsBeforeGradients()).hasSize(STEPS).allMatch(reads -> reads == 0);
    return later;
  }

  private static <D extends @Nullable Object> CountingColumn watched(
      Program<D> model, Program<D> guide, D data, Elbo estimator, int particles) {
    try (Svi<D> svi =
            Svi.builder(model, guide)
                .config(
                    RunConfig.defaults()
                        .withFloatType(FloatType.FLOAT32)
                        .withRecording(Recording.OFF))
                .estimator(estimator)
                .particles(particles)
                .progress(Progress.silent())
                .build();
        Svi<D>.OnData bound = svi.bind(data)) {
      assertThat(bound.step()).isFinite();
      return CountingColumn.over(
          () -> {
            for (int i = 0; i < STEPS; i++) {
              assertThat(bound.step()).isFinite();
            }
          });
    }
  }
}
