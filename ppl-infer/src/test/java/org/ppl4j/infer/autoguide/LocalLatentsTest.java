package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.LKJCholesky;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Guides of models with a latent value for each row, of which a step sees some rows. */
@ExtendWith(LeakCheck.class)
class LocalLatentsTest {

  private static final int N = 12;
  private static final double PRIOR = 1.5;
  private static final double NOISE = 0.5;

  /** Rows, and which of them a step sees. */
  record Data(NDArray y, NDArray w, NDArray indices) {}

  private NDManager manager;
  private ParamStore params;
  private Data data;
  private final double[] y = new SplittableRandom(5).doubles(N, -3, 3).toArray();

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager);
    data = data(7, 2, 4, 11);
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  private Data data(long... rows) {
    return new Data(manager.create(y), manager.create(1.3), manager.create(rows));
  }

  /** How the plate of the rows opens. */
  private interface Opening {
    PlateSpec rows(Data data);
  }

  private static final Opening ALL = data -> PlateSpec.of("rows", N);
  private static final Opening DRAWN = data -> PlateSpec.of("rows", N).batch(4);
  private static final Opening CHOSEN = data -> PlateSpec.of("rows", N).indices(data.indices());

  /** b ~ N(0, 2), w ~ N(b, 1); in each row z ~ N(0, 1.5), y ~ N(z, 0.5) and the same in logs. */
  private static Program<Data> model(Opening opening) {
    return (p, d) -> {
      NDArray b = p.sample("b", Normal.of(0, 2));
      p.observe("w", Normal.of(b, 1), d.w());
      try (Plate rows = p.plate(opening.rows(d))) {
        NDArray z = p.sample("z", Normal.of(0, PRIOR));
        NDArray s = p.sample("s", LogNormal.of(0, PRIOR));
        NDArray seen = rows.take(d.y());
        p.observe("y", Normal.of(z, NOISE), seen);
        p.observe("ys", LogNormal.of(s.log(), NOISE), seen.exp());
      }
    };
  }

  private static double precision() {
    return 1 / (PRIOR * PRIOR) + 1 / (NOISE * NOISE);
  }

  private double[] means() {
    return Arrays.stream(y).map(v -> v / (NOISE * NOISE) / precision()).toArray();
  }

  private void usePosterior() {
    double[] sds = new double[N];
    Arrays.fill(sds, 1 / Math.sqrt(precision()));
    params.set("auto.loc", 1.3 / 1.25);
    params.set("auto.scale", 1 / Math.sqrt(1.25));
    for (String site : new String[] {"z", "s"}) {
      params.set("auto.loc." + site, means());
      params.set("auto.scale." + site, sds);
    }
  }

  private static double logNormal(double x, double variance) {
    return -0.5 * (Math.log(2 * Math.PI * variance) + x * x / variance);
  }

  /** The evidence of rows that stand for all. */
  private double evidence(double[] rows) {
    double sum = 0;
    for (double row : rows) {
      double each = logNormal(y[(int) row], PRIOR * PRIOR + NOISE * NOISE);
      sum += 2 * each - y[(int) row]; // the second is a density of exp(y)
    }
    return logNormal(1.3, 5) + sum * N / rows.length;
  }

  private Svi.Builder<Data> fit(Program<Data> model, AutoGuide<Data, ?> guide) {
    return Svi.builder(model, guide)
        .params(params)
        .optimizer(Adam.withRate(falling(1000)))
        .stopping(StoppingRule.never())
        .progress(Progress.silent());
  }

  /** To a twentieth in so many steps. */
  private static Tracker falling(int steps) {
    return Tracker.factor()
        .setBaseValue(0.1f)
        .setFactor((float) Math.pow(0.05, 1.0 / steps))
        .build();
  }

  @Nested
  class Loss {

    @Test
    void atThePosteriorItIsTheEvidenceOfTheRowsThatStandForAll() {
      Svi<Data> svi = fit(model(DRAWN), AutoNormal.of(model(DRAWN))).build();
      svi.step(data);
      double mean = 0;
      for (int step = 1; step <= 300; step++) {
        usePosterior();
        double[] rows = drawnRows(step);

        double loss = svi.step(data);

        assertThat(loss).isCloseTo(-evidence(rows), within(1e-9));
        mean += loss / 300;
      }
      double[] all = new double[N];
      Arrays.setAll(all, i -> i);
      assertThat(mean).isCloseTo(-evidence(all), within(2.0));
    }

    @Test
    void withDivergencesInClosedFormItHasThatMean() {
      Svi<Data> svi =
          fit(model(DRAWN), AutoNormal.of(model(DRAWN)))
              .estimator(Elbo.meanField())
              .particles(20_000)
              .build();
      svi.step(data);
      usePosterior();

      double loss = svi.step(data);

      // 8 terms of variance 0.5, three times each, over the particles: 4 standard errors
      assertThat(loss).isCloseTo(-evidence(drawnRows(1)), within(0.25));
    }

    @Test
    void itCountsTheRowsOfTheCaller() {
      AutoNormal<Data> guide = AutoNormal.of(model(CHOSEN)).plate("rows", Data::indices);
      Svi<Data> svi = fit(model(CHOSEN), guide).build();
      svi.step(data);
      for (long[] rows : new long[][] {{3, 1, 9}, {0}, {5, 4, 3, 2, 1, 0}}) {
        usePosterior();

        double loss = svi.step(data(rows));

        double[] seen = Arrays.stream(rows).asDoubleStream().toArray();
        assertThat(loss).isCloseTo(-evidence(seen), within(1e-9));
      }
    }
  }

  private static double[] drawnRows(long step) {
    try (Run run = Run.open(RunConfig.defaults(), step)) {
      return Arrays.stream(run.rng(Rng.Purpose.PLATE, "rows").sample(N, 4))
          .asDoubleStream()
          .toArray();
    }
  }

  @Nested
  class Fits {

    private Map<String, double[]> fitted(Opening opening, int particles) {
      AutoNormal<Data> guide = AutoNormal.of(model(opening));
      Svi<Data> svi =
          fit(model(opening), guide)
              .particles(particles)
              .averaging(Averaging.polynomial(3))
              .build();
      svi.run(data, 1000);
      return guide.median(params);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void seeingSomeRowsReachesThePosteriorOfEach(int particles) {
      Map<String, double[]> medians = fitted(DRAWN, particles);

      double[] expected = means();
      double sd = 1 / Math.sqrt(precision());
      for (int i = 0; i < N; i++) {
        assertThat(medians.get("z")[i]).isCloseTo(expected[i], within(0.2 * sd));
        assertThat(Math.log(medians.get("s")[i])).isCloseTo(expected[i], within(0.2 * sd));
        assertThat(params.value("auto.scale.z")[i]).isCloseTo(sd, within(0.2 * sd));
      }
      assertThat(medians.get("b")[0]).isCloseTo(1.3 / 1.25, within(0.1));
      assertThat(medians.keySet()).containsExactly("b", "z", "s");
    }

    @Test
    void anyNumberOfRowsOfTheCallerInEachStep() {
      AutoNormal<Data> guide = AutoNormal.of(model(CHOSEN)).plate("rows", Data::indices);
      Svi<Data> svi = fit(model(CHOSEN), guide).averaging(Averaging.polynomial(3)).build();
      for (int i = 0; i < 500; i++) {
        svi.step(data(i % N, (i + 1) % N, (i + 5) % N));
        svi.step(data(i % N));
      }

      double sd = 1 / Math.sqrt(precision());
      assertThat(guide.quantiles(params, 0.5).get("z")).containsExactly(means(), within(0.4 * sd));
    }

    @Test
    void pointsOfEachRow() {
      AutoDelta<Data> guide = AutoDelta.of(model(DRAWN));
      fit(model(DRAWN), guide).build().run(data, 800);

      assertThat(guide.median(params).get("z")).containsExactly(means(), within(1e-3));
      assertThat(params.shape("auto.s")).isEqualTo(new Shape(N));
    }

    @Test
    void pointsOfTheRowsOfTheCaller() {
      AutoDelta<Data> guide = AutoDelta.of(model(CHOSEN)).plate("rows", Data::indices);
      Svi<Data> svi = fit(model(CHOSEN), guide).build();
      svi.step(data);
      double[] before = guide.median(params).get("z");

      svi.run(data(0, 5), 600);

      double[] after = guide.median(params).get("z");
      for (int i = 0; i < N; i++) {
        boolean seen = i == 0 || i == 5;
        assertThat(after[i]).isCloseTo(seen ? means()[i] : before[i], within(seen ? 1e-3 : 0.8));
      }
    }
  }

  @Nested
  class Draws {

    @Test
    void areOfAllRowsAndSoArePredictions() {
      Program<Data> model = model(DRAWN);
      Svi<Data> svi = fit(model, AutoNormal.of(model)).build();
      svi.step(data);
      usePosterior();

      try (Samples posterior = svi.posterior(data, 20_000);
          Samples predicted = Predictive.of(model, svi).draw(data, 500)) {
        assertThat(posterior.shape("z")).isEqualTo(new Shape(N));
        assertThat(posterior.mean("z")).containsExactly(means(), within(0.02));
        assertThat(predicted.shape("y")).isEqualTo(new Shape(N));
        assertThat(predicted.mean("y")).containsExactly(means(), within(0.2));
      }
    }
  }

  /** Crossed plates of which both are subsampled, an event, a global site. */
  private static final Program<Void> CROSSED =
      (p, none) -> {
        p.sample("g", Normal.of(0, 1));
        try (Plate columns = p.plate(PlateSpec.of("columns", 5).batch(3).dim(-1))) {
          p.sample("c", LogNormal.of(0, 1));
          try (Plate rows = p.plate(PlateSpec.of("rows", 4).batch(2).dim(-2))) {
            p.sample("rc", Normal.standard(3).toEvent(1));
          }
        }
        try (Plate rows = p.plate(PlateSpec.of("rows", 4).batch(2).dim(-2))) {
          p.sample("r", Normal.of(0, 1));
        }
      };

  private static double[] counting(long size) {
    double[] values = new double[Math.toIntExact(size)];
    Arrays.setAll(values, i -> Math.sin(i));
    return values;
  }

  @Nested
  class Shapes {

    private void begun(Run run) {
      AutoNormal<Void> guide = AutoNormal.of(CROSSED).initialScale(0.3);
      Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);
      for (String site : new String[] {"c", "rc", "r"}) {
        String loc = "auto.loc." + site;
        params.set(loc, counting(params.shape(loc).size()));
      }
    }

    @Test
    void eachRowHasItsParametersWhereItsPlatesSeeIt() {
      try (Run first = Run.open(RunConfig.defaults(), 0)) {
        begun(first);
      }
      try (Run run = Run.open(RunConfig.defaults(), 8)) {
        AutoNormal<Void> guide = AutoNormal.of(CROSSED).initialScale(0.3);
        Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null);

        assertThat(params.shape("auto.loc.rc")).isEqualTo(new Shape(4, 5, 3));
        assertThat(params.shape("auto.loc.r")).isEqualTo(new Shape(4, 1));
        double[] columns = Tensors.values(trace.plates().get(0).indices());
        double[] rows = Tensors.values(trace.plates().get(1).indices());
        double density = Tensors.values(trace.site("auto.latent").logProb())[0];
        double[] rc = Tensors.values(trace.value("rc"));
        double[] r = Tensors.values(trace.value("r"));
        double[] c = Tensors.values(trace.value("c"));
        for (int i = 0; i < 2; i++) {
          density += 2 * at(r[i], Math.sin(rows[i]));
          for (int j = 0; j < 3; j++) {
            for (int k = 0; k < 3; k++) {
              double loc = Math.sin((rows[i] * 5 + columns[j]) * 3 + k);
              density += 2 * 5 / 3.0 * at(rc[(i * 3 + j) * 3 + k], loc);
            }
          }
        }
        for (int j = 0; j < 3; j++) {
          double u = Math.log(c[j]);
          density += 5 / 3.0 * (at(u, Math.sin(columns[j])) - u);
        }
        assertThat(Tensors.values(trace.logJoint())[0]).isCloseTo(density, within(1e-10));
      }
    }

    private double at(double x, double loc) {
      return logNormal(x - loc, 0.09);
    }

    @Test
    void particlesSeeTheSameRowsAndDrawApart() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        AutoNormal<Void> guide = AutoNormal.of(CROSSED);
        Particles seven = new Particles(7, 2);
        Trace guides = Execution.record(run, params, Rng.Purpose.GUIDE, guide, null, seven);
        Trace models =
            Execution.record(
                run, params, Rng.Purpose.MODEL, CROSSED, null, new Replay(guides), seven);

        assertThat(guides.value("rc").getShape()).isEqualTo(new Shape(7, 2, 3, 3));
        assertThat(guides.value("c").getShape()).isEqualTo(new Shape(7, 1, 3));
        double sum = 0;
        for (double each : Tensors.values(models.logJoints(seven.dim()))) {
          sum += each;
        }
        assertThat(Tensors.values(models.logJoint())[0]).isCloseTo(sum, within(1e-10));
        for (SampleSite site : guides.latents()) {
          double[] values = Tensors.values(site.value());
          assertThat(Arrays.stream(values).distinct().count()).isEqualTo(values.length);
        }
      }
    }

    @Test
    void vectorsAndMatricesOfEachRow() {
      Program<Void> model =
          (p, none) -> {
            try (Plate rows = p.plate(PlateSpec.of("rows", 6).batch(2))) {
              p.sample("simplex", Dirichlet.of(p.run().ones(new Shape(4))));
              p.sample("corr", LKJCholesky.of(3, 2));
            }
          };
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, AutoNormal.of(model), null);
        Trace scored =
            Execution.record(run, params, Rng.Purpose.MODEL, model, null, new Replay(trace));

        assertThat(params.shape("auto.loc.simplex")).isEqualTo(new Shape(6, 3));
        assertThat(params.shape("auto.loc.corr")).isEqualTo(new Shape(6, 3));
        assertThat(trace.value("simplex").getShape()).isEqualTo(new Shape(2, 4));
        assertThat(trace.value("corr").getShape()).isEqualTo(new Shape(2, 3, 3));
        for (SampleSite site : trace.latents()) {
          NDArray value = site.value();
          assertThat(Tensors.values(site.distribution().logProb(value)))
              .containsExactly(Tensors.values(site.logProb()), within(1e-9));
          assertThat(Tensors.values(scored.site(site.name()).logProb())).hasSize(2);
          assertThat(site.scale()).isEqualTo(3);
        }
      }
    }

    @Test
    void oneRowOfOne() {
      Program<Void> model =
          (p, none) -> {
            try (Plate rows = p.plate(PlateSpec.of("rows", 3).batch(1))) {
              p.sample("z", Normal.of(0, 1));
            }
          };
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Trace trace = Execution.record(run, params, Rng.Purpose.GUIDE, AutoNormal.of(model), null);

        assertThat(trace.value("z").getShape()).isEqualTo(new Shape(1));
        assertThat(params.names()).containsExactly("auto.loc.z", "auto.scale.z");
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
      double[] holed = y.clone();
      boolean[] seen = new boolean[N];
      for (int i = 0; i < N; i++) {
        seen[i] = i % 3 != 0;
        holed[i] = seen[i] ? y[i] : Double.NaN;
      }
      AutoNormal<Table> guide = AutoNormal.of(model);
      Svi.builder(model, guide)
          .params(params)
          .optimizer(Adam.withRate(falling(1000)))
          .stopping(StoppingRule.never())
          .averaging(Averaging.polynomial(3))
          .progress(Progress.silent())
          .build()
          .run(new Table(manager.create(holed), manager.create(seen), manager.create(y)), 1000);

      double[] filled = guide.median(params).get("y.missing");
      double sd = 1 / Math.sqrt(precision());
      for (int i = 0; i < N; i += 3) {
        assertThat(filled[i]).isCloseTo(means()[i], within(0.2 * sd));
        assertThat(params.value("auto.scale.y.missing")[i]).isCloseTo(sd, within(0.2 * sd));
      }
    }
  }

  @Nested
  class Starts {

    @Test
    void withAValueForEachRow() {
      double[] first = counting(N);
      AutoNormal<Data> guide =
          AutoNormal.of(model(DRAWN))
              .initializer(Initializer.value(Map.of("z", first), Initializer.feasible()));
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Execution.record(run, params, Rng.Purpose.GUIDE, guide, data);
      }

      assertThat(params.value("auto.loc.z")).containsExactly(first);
    }

    @Test
    void rowsThatTheCallerDoesNotShowStartLikeThoseHeShows() {
      double[] first = {10, 20, 30, 40};
      AutoNormal<Data> guide =
          AutoNormal.of(model(CHOSEN))
              .plate("rows", Data::indices)
              .initializer(Initializer.value(Map.of("z", first), Initializer.feasible()));
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Execution.record(run, params, Rng.Purpose.GUIDE, guide, data);
      }

      assertThat(params.value("auto.loc.z"))
          .containsExactly(10, 20, 20, 40, 30, 20, 30, 10, 10, 20, 30, 40);
    }
  }

  @Nested
  class Mistakes {

    private void refuses(Opening opening, String message) {
      Program<Data> model = model(opening);
      assertThatThrownBy(() -> fit(model, AutoNormal.of(model)).build().step(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }

    @Test
    void rowsOfTheCallerThatTheGuideIsNotTold() {
      refuses(
          CHOSEN,
          "sample site 'z' is in plate 'rows', of which the model chooses 4 of 12 rows, but guide"
              + " 'AutoNormal' keeps parameters for each row and does not know which they are; tell"
              + " it by plate(\"rows\", data -> indices)");
    }

    @Test
    void dataThatHoldSomeRowsOnly() {
      Program<NDArray> given =
          (p, some) -> {
            try (Plate rows = p.plate(PlateSpec.of("rows", 100).given(12))) {
              p.observe("y", Normal.of(p.sample("z", Normal.of(0, 1)), 1), rows.take(some));
            }
          };
      assertThatThrownBy(
              () -> {
                try (Run run = Run.open(RunConfig.defaults(), 0)) {
                  Execution.record(
                      run, params, Rng.Purpose.GUIDE, AutoDelta.of(given), run.bind(data.y()));
                }
              })
          .hasMessage(
              "sample site 'z' is in plate 'rows', of which the data hold 12 of 100 rows, but guide"
                  + " 'AutoDelta' keeps parameters for each row and does not know which they are;"
                  + " tell it by plate(\"rows\", data -> indices)");
    }

    @Test
    void rowsOfAPlateThatTheCallerDoesNotChoose() {
      AutoNormal<Data> guide = AutoNormal.of(model(ALL)).plate("rows", Data::indices);
      assertThatThrownBy(() -> fit(model(ALL), guide).build().step(data))
          .hasMessage(
              "guide 'AutoNormal' was told the rows of plate 'rows', but the model opens no plate"
                  + " of this name with PlateSpec.indices or given; its plates are [rows[12] at"
                  + " -1]");
    }

    @Test
    void otherRowsThanTheModelSees() {
      AutoNormal<Data> guide =
          AutoNormal.of(model(CHOSEN)).plate("rows", d -> d.indices().add(1).mod(N));
      assertThatThrownBy(() -> fit(model(CHOSEN), guide).build().step(data))
          .hasMessageStartingWith(
              "plate 'rows' sees other rows in the guide than in the model: its row 0 is 8 there,"
                  + " but 7 in the model; open both with the same indices\nmodel:\n");
    }

    @Test
    void anotherBatchThanBefore() {
      Program<NDArray> model =
          (p, x) -> {
            try (Plate rows = p.plate("rows", 12, x.size(0))) {
              p.sample("z", Normal.of(0, 1));
            }
          };
      Svi<NDArray> svi =
          Svi.builder(model, AutoNormal.of(model))
              .params(params)
              .progress(Progress.silent())
              .build();
      svi.step(manager.create(new double[3]));

      assertThatThrownBy(() -> svi.step(manager.create(new double[5])))
          .hasMessage(
              "the model's latent sites have changed: guide 'AutoNormal' was made for sample site"
                  + " 'z' of batch shape (12) and event shape () with 3 rows of plate 'rows' a"
                  + " step, but now there is sample site 'z' of batch shape (12) and event shape ()"
                  + " with 5 rows of plate 'rows' a step; use one parameter store for each shape of"
                  + " data, or put the rows in a plate whose size does not change");
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
            .params(params)
            .optimizer(Adam.withRate(0.05))
            .progress(Progress.silent())
            .build();
    for (int i = 0; i < 1000; i++) {
      int a = i % N;
      int b = (i + 5) % N;
      svi.step(
          new Some(manager.create(new double[] {y[a], y[b]}), manager.create(new long[] {a, b})));
    }

    assertThat(guide.median(params).get("z")).containsExactly(means(), within(0.01));
  }
}
