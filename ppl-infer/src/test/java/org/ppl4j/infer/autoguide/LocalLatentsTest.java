package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.autoguide.RowModel.CHOSEN;
import static org.ppl4j.infer.autoguide.RowModel.DRAWN;
import static org.ppl4j.infer.autoguide.RowModel.N;
import static org.ppl4j.infer.autoguide.RowModel.NOISE;
import static org.ppl4j.infer.autoguide.RowModel.PRIOR;
import static org.ppl4j.infer.autoguide.RowModel.drawnRows;
import static org.ppl4j.infer.autoguide.RowModel.model;
import static org.ppl4j.infer.autoguide.RowModel.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.RowModel.Data;
import org.ppl4j.infer.autoguide.RowModel.Opening;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Guides of models with a latent value for each row, of which a step sees some rows. */
@ExtendWith(LeakCheck.class)
class LocalLatentsTest {

  /** The probability of a normal number more than a deviation below its mean. */
  private static final double BELOW = 0.15865525393145707;

  private final RowModel given = new RowModel();

  @AfterEach
  void close() {
    given.close();
  }

  @Nested
  class Loss {

    @Test
    void atThePosteriorItIsTheEvidenceOfTheRowsThatStandForAll() {
      Svi<Data> svi =
          given
              .fit(model(DRAWN), AutoNormal.of(model(DRAWN)).initializer(Initializer.uniform()))
              .build();
      svi.step(given.data);
      double mean = 0;
      for (int step = 1; step <= 300; step++) {
        given.usePosterior();
        double[] rows = drawnRows(step);

        double loss = svi.step(given.data);

        assertThat(loss).isCloseTo(-given.evidence(rows), within(1e-9));
        mean += loss / 300;
      }
      double[] all = new double[N];
      Arrays.setAll(all, i -> i);
      assertThat(mean).isCloseTo(-given.evidence(all), within(2.0));
    }

    @Test
    void withDivergencesInClosedFormItHasThatMean() {
      Svi<Data> svi =
          given
              .fit(model(DRAWN), AutoNormal.of(model(DRAWN)).initializer(Initializer.uniform()))
              .estimator(Elbo.meanField())
              .particles(20_000)
              .build();
      svi.step(given.data);
      given.usePosterior();

      double loss = svi.step(given.data);

      // 8 terms of variance 0.5, three times each, over the particles: 4 standard errors
      assertThat(loss).isCloseTo(-given.evidence(drawnRows(1)), within(0.25));
    }

    @Test
    void itCountsTheRowsOfTheCaller() {
      AutoNormal<Data> guide = AutoNormal.of(model(CHOSEN)).plate("rows", Data::indices);
      Svi<Data> svi = given.fit(model(CHOSEN), guide).build();
      svi.step(given.data);
      for (long[] rows : new long[][] {{3, 1, 9}, {0}, {5, 4, 3, 2, 1, 0}}) {
        given.usePosterior();

        double loss = svi.step(given.data(rows));

        double[] seen = Arrays.stream(rows).asDoubleStream().toArray();
        assertThat(loss).isCloseTo(-given.evidence(seen), within(1e-9));
      }
    }
  }

  @Nested
  class Fits {

    private Map<String, double[]> fitted(AutoNormal<Data> guide, Opening opening, int particles) {
      Svi<Data> svi =
          given
              .fit(model(opening), guide)
              .particles(particles)
              .averaging(Averaging.polynomial(3))
              .build();
      svi.run(given.data, 1000);
      return guide.median(given.params);
    }

    @Test
    void seeingSomeRowsReachesThePosteriorOfEach() {
      AutoNormal<Data> guide = AutoNormal.of(model(DRAWN));
      Map<String, double[]> medians = fitted(guide, DRAWN, 5);
      double[] below = guide.quantiles(given.params, BELOW).get("z");
      double[] above = guide.quantiles(given.params, 1 - BELOW).get("z");

      double[] expected = given.means();
      double sd = 1 / Math.sqrt(precision());
      for (int i = 0; i < N; i++) {
        assertThat(medians.get("z")[i]).isCloseTo(expected[i], within(0.2 * sd));
        assertThat(Math.log(medians.get("s")[i])).isCloseTo(expected[i], within(0.2 * sd));
        assertThat((above[i] - below[i]) / 2).isCloseTo(sd, within(0.2 * sd));
      }
      assertThat(medians.get("b")[0]).isCloseTo(1.3 / 1.25, within(0.1));
      assertThat(medians.keySet()).containsExactly("b", "z", "s");
    }

    @Test
    void anyNumberOfRowsOfTheCallerInEachStep() {
      AutoNormal<Data> guide = AutoNormal.of(model(CHOSEN)).plate("rows", Data::indices);
      Svi<Data> svi = given.fit(model(CHOSEN), guide).averaging(Averaging.polynomial(3)).build();
      for (int i = 0; i < 500; i++) {
        svi.step(given.data(i % N, (i + 1) % N, (i + 5) % N));
        svi.step(given.data(i % N));
      }

      double sd = 1 / Math.sqrt(precision());
      assertThat(guide.quantiles(given.params, 0.5).get("z"))
          .containsExactly(given.means(), within(0.4 * sd));
    }

    @Test
    void pointsOfEachRow() {
      AutoDelta<Data> guide = AutoDelta.of(model(DRAWN));
      given.fit(model(DRAWN), guide).build().run(given.data, 800);

      assertThat(guide.median(given.params).get("z")).containsExactly(given.means(), within(1e-3));
      assertThat(given.params.shape("auto.s")).isEqualTo(new Shape(N));
    }

    @Test
    void pointsOfTheRowsOfTheCaller() {
      AutoDelta<Data> guide = AutoDelta.of(model(CHOSEN)).plate("rows", Data::indices);
      Svi<Data> svi = given.fit(model(CHOSEN), guide).build();
      svi.step(given.data);
      double[] before = guide.median(given.params).get("z");

      svi.run(given.data(0, 5), 600);

      double[] after = guide.median(given.params).get("z");
      for (int i = 0; i < N; i++) {
        boolean seen = i == 0 || i == 5;
        assertThat(after[i])
            .isCloseTo(seen ? given.means()[i] : before[i], within(seen ? 1e-3 : 0.8));
      }
    }
  }

  @Nested
  class Draws {

    @Test
    void areOfAllRowsAndSoArePredictions() {
      Program<Data> model = model(DRAWN);
      Svi<Data> svi =
          given.fit(model, AutoNormal.of(model).initializer(Initializer.uniform())).build();
      svi.step(given.data);
      given.usePosterior();

      try (Samples posterior = svi.posterior(given.data, 20_000);
          Samples predicted = Predictive.of(model, svi).draw(given.data, 500)) {
        assertThat(posterior.shape("z")).isEqualTo(new Shape(N));
        assertThat(posterior.mean("z")).containsExactly(given.means(), within(0.02));
        assertThat(predicted.shape("y")).isEqualTo(new Shape(N));
        assertThat(predicted.mean("y")).containsExactly(given.means(), within(0.2));
      }
    }
  }

  @Nested
  class Holes {

    /** y ~ N(0, 1.5) with holes and z ~ N(y, 0.5), whose rows are seen some at a time. */
    record Table(NDArray y, NDArray seen, NDArray z) {}

    @Test
    void areFilledRowByRow() {
      Program<Table> model =
          (p, table) -> {
            try (Plate rows = p.plate("rows", N, 4)) {
              NDArray full =
                  p.observe(
                      "y", Normal.of(0, PRIOR), rows.take(table.y()), rows.take(table.seen()));
              p.observe("z", Normal.of(full, NOISE), rows.take(table.z()));
            }
          };
      double[] holed = given.y.clone();
      boolean[] seen = new boolean[N];
      for (int i = 0; i < N; i++) {
        seen[i] = i % 3 != 0;
        holed[i] = seen[i] ? given.y[i] : Double.NaN;
      }
      AutoNormal<Table> guide = AutoNormal.of(model);
      given
          .fit(model, guide)
          .averaging(Averaging.polynomial(3))
          .build()
          .run(
              new Table(
                  given.manager.create(holed),
                  given.manager.create(seen),
                  given.manager.create(given.y)),
              1000);

      double[] filled = guide.median(given.params).get("y.missing");
      double[] below = guide.quantiles(given.params, BELOW).get("y.missing");
      double[] above = guide.quantiles(given.params, 1 - BELOW).get("y.missing");
      double sd = 1 / Math.sqrt(precision());
      for (int i = 0; i < N; i += 3) {
        assertThat(filled[i]).isCloseTo(given.means()[i], within(0.2 * sd));
        assertThat((above[i] - below[i]) / 2).isCloseTo(sd, within(0.2 * sd));
      }
    }
  }

  @Nested
  class Starts {

    @Test
    void withAValueForEachRow() {
      double[] first = new double[N];
      Arrays.setAll(first, i -> Math.sin(i));
      AutoNormal<Data> guide =
          AutoNormal.of(model(DRAWN))
              .initializer(Initializer.value(Map.of("z", first), Initializer.feasible()));
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Execution.record(run, given.params, Rng.Purpose.GUIDE, guide, given.data);
      }

      assertThat(given.params.value("auto.loc.z")).containsExactly(first);
    }

    @Test
    void rowsThatTheCallerDoesNotShowStartLikeThoseHeShows() {
      double[] first = {10, 20, 30, 40};
      AutoNormal<Data> guide =
          AutoNormal.of(model(CHOSEN))
              .plate("rows", Data::indices)
              .initializer(Initializer.value(Map.of("z", first), Initializer.feasible()));
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Execution.record(run, given.params, Rng.Purpose.GUIDE, guide, given.data);
      }

      assertThat(given.params.value("auto.loc.z"))
          .containsExactly(10, 20, 20, 40, 30, 20, 30, 10, 10, 20, 30, 40);
    }
  }

  @Test
  void dataThatHoldTheRowsAndSayWhich() {
    record Some(NDArray y, NDArray which) {}
    Program<Some> model =
        (p, some) -> {
          try (Plate rows = p.plate(PlateSpec.of("rows", N).given(some.y().size(0)))) {
            NDArray z = p.sample("z", Normal.of(0, PRIOR));
            p.observe("y", Normal.of(z, NOISE), rows.take(some.y()));
          }
        };
    AutoDelta<Some> guide = AutoDelta.of(model).plate("rows", Some::which);
    Svi<Some> svi =
        Svi.builder(model, guide)
            .params(given.params)
            .optimizer(Adam.withRate(0.05))
            .progress(Progress.silent())
            .build();
    for (int i = 0; i < 1000; i++) {
      int a = i % N;
      int b = (i + 5) % N;
      svi.step(
          new Some(
              given.manager.create(new double[] {given.y[a], given.y[b]}),
              given.manager.create(new long[] {a, b})));
    }

    assertThat(guide.median(given.params).get("z")).containsExactly(given.means(), within(0.01));
  }
}
