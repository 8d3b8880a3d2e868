package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.svi.NormalMean.EVIDENCE;
import static org.ppl4j.infer.svi.NormalMean.GUIDE;
import static org.ppl4j.infer.svi.NormalMean.MEAN;
import static org.ppl4j.infer.svi.NormalMean.MODEL;
import static org.ppl4j.infer.svi.NormalMean.SD;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.FitReport.Stop;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

class SviTest {

  private final NormalMean given = new NormalMean();
  private final NDManager manager = given.manager;
  private final ParamStore params = given.params;
  private final NDArray data = given.data;

  @AfterEach
  void close() {
    given.close();
  }

  private Svi.Builder<NDArray> fit(Program<NDArray> model, Program<NDArray> guide) {
    return given.fit(model, guide);
  }

  @Nested
  class Truth {

    @ParameterizedTest
    @EnumSource(FloatType.class)
    void conjugateNormalReachesItsClosedForm(FloatType floatType) {
      Svi<NDArray> svi =
          fit(MODEL, GUIDE)
              .config(RunConfig.defaults().withFloatType(floatType))
              .particles(20)
              .averaging(Averaging.polynomial(3))
              .build();

      FitReport report = svi.run(data, 5000);

      assertThat(report.stop()).isEqualTo(Stop.CONVERGED);
      assertThat(params.value("loc")[0]).isCloseTo(MEAN, within(0.01 * SD));
      assertThat(params.value("scale")[0]).isCloseTo(SD, within(0.01 * SD));
    }

    @Test
    void theLossAtThePosteriorIsTheEvidenceWhateverTheNoise() {
      Svi<NDArray> svi = fit(MODEL, GUIDE).build();
      svi.step(data);
      params.set("loc", MEAN);
      params.set("scale", SD);

      double loss = svi.step(data);

      assertThat(loss).isCloseTo(-EVIDENCE, within(1e-10));
    }

    @Test
    void coinFindsItsBeta() {
      Program<NDArray> model =
          (p, flips) -> {
            NDArray fairness = p.sample("fairness", Beta.of(10, 10));
            try (Plate plate = p.plate("flips", flips.size(0))) {
              p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
            }
          };
      Program<NDArray> guide =
          (p, flips) -> {
            NDArray alpha = p.param("alpha", () -> p.scalar(15), Constraint.POSITIVE);
            NDArray beta = p.param("beta", () -> p.scalar(15), Constraint.POSITIVE);
            p.sample("fairness", Beta.of(alpha, beta));
          };
      NDArray flips = manager.create(new float[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});

      fit(model, guide)
          .optimizer(Adam.withRate(0.01))
          .averaging(Averaging.polynomial(3))
          .particles(10)
          .build()
          .run(flips, 3000);

      double alpha = params.value("alpha")[0];
      double beta = params.value("beta")[0];
      assertThat(alpha / (alpha + beta)).isCloseTo(16.0 / 30, within(0.005));
      assertThat(alpha + beta).isCloseTo(30, within(1.5));
    }
  }

  @Nested
  class Noise {

    @Test
    void theSameSeedGivesTheSameBits() {
      double[] first = fitted(3);
      double[] again = fitted(3);
      double[] other = fitted(4);

      assertThat(again).containsExactly(first);
      assertThat(other).isNotEqualTo(first);
    }

    private double[] fitted(long seed) {
      try (ParamStore own = new ParamStore(manager)) {
        RunConfig config = RunConfig.defaults().withSeed(seed);
        fit(MODEL, GUIDE).params(own).config(config).build().run(data, 50);
        return new double[] {own.value("loc")[0], own.value("scale")[0]};
      }
    }

    @Test
    void twoHalvesAreTheBitsOfAnUnbrokenRun() {
      Svi.Builder<NDArray> builder = fit(MODEL, GUIDE).averaging(Averaging.polynomial(3));
      double unbroken;
      try (ParamStore own = new ParamStore(manager)) {
        builder.params(own).build().run(data, 100);
        unbroken = own.value("loc")[0];
      }
      Svi<NDArray> svi = builder.params(params).build();

      svi.run(data, 60);
      svi.run(data, 40);

      assertThat(params.value("loc")[0]).isEqualTo(unbroken);
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
      List<Callable<double[]>> fits = new ArrayList<>();
      for (long seed = 0; seed < 4; seed++) {
        long own = seed;
        fits.add(() -> fitted(own));
      }
      List<double[]> alone = new ArrayList<>();
      for (Callable<double[]> fit : fits) {
        alone.add(fit.call());
      }
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<double[]>> together = threads.invokeAll(fits);
        for (int i = 0; i < fits.size(); i++) {
          assertThat(together.get(i).get()).containsExactly(alone.get(i));
        }
      } finally {
        threads.shutdownNow();
      }
    }

    @Test
    void boundDataGiveTheSameBits() {
      double loss;
      try (ParamStore own = new ParamStore(manager)) {
        loss = fit(MODEL, GUIDE).params(own).build().step(data);
      }
      Svi<NDArray> svi = fit(MODEL, GUIDE).build();
      try (var bound = svi.bind(data)) {
        assertThat(bound.step()).isEqualTo(loss);
      }
    }
  }

  @Nested
  class Parameters {

    @Test
    void oneThatNoSiteReachedStaysAndKeepsItsMoments() {
      Program<NDArray> guide =
          (p, x) -> {
            NDArray even = p.param("even", () -> p.scalar(0));
            NDArray loc = p.param("loc", () -> p.scalar(0));
            boolean uses = p.run().counter() % 2 == 0;
            p.sample("mu", Normal.of(uses ? loc.add(even) : loc, 1));
          };
      Program<NDArray> sometimes =
          (p, x) -> {
            boolean uses = p.run().counter() % 2 == 0;
            NDArray loc = p.param("loc", () -> p.scalar(0));
            p.sample("mu", Normal.of(uses ? loc.add(p.param("even", () -> p.scalar(0))) : loc, 1));
          };
      Svi<NDArray> svi = fit(MODEL, sometimes).build();
      svi.step(data);
      double before = params.value("even")[0];

      svi.step(data);

      assertThat(before).isNotZero();
      assertThat(params.value("even")[0]).isEqualTo(before);
      svi.step(data);
      assertThat(params.value("even")[0]).isNotEqualTo(before);
      try (ParamStore own = new ParamStore(manager)) {
        Svi<NDArray> always = fit(MODEL, guide).params(own).build();
        always.step(data);
        double after = own.value("even")[0];
        always.step(data);
        assertThat(own.value("even")[0]).as("reached: momentum moves it").isNotEqualTo(after);
      }
    }

    @Test
    void oneThatAppearsLaterIsLearnedToo() {
      Program<NDArray> guide =
          (p, x) -> {
            NDArray loc = p.param("loc", () -> p.scalar(0));
            if (p.run().counter() >= 5) {
              loc = loc.add(p.param("late", () -> p.scalar(0)));
            }
            p.sample("mu", Normal.of(loc, 1));
          };
      Svi<NDArray> svi = fit(MODEL, guide).build();

      svi.run(data, 5);
      assertThat(params.has("late")).isFalse();
      svi.run(data, 5);

      assertThat(params.value("late")[0]).isNotZero();
      assertThat(params.chunks()).hasSize(2);
    }

    @Test
    void theBestAndTheLastCanBeHad() {
      Svi<NDArray> svi = fit(MODEL, GUIDE).optimizer(Sgd.withRate(0.05)).build();
      assertThat(svi.useBest()).isFalse();
      FitReport report = svi.run(data, 200);
      double last = params.value("loc")[0];

      assertThat(svi.useBest()).isTrue();
      double best = params.value("loc")[0];
      svi.useLast();

      assertThat(report.bestStep()).isPositive();
      assertThat(params.value("loc")[0]).isEqualTo(last);
      assertThat(best).isNotZero();
    }

    @Test
    void closingTheStoreFreesWhatTheOptimizerRemembers() {
      long before = org.ppl4j.tensor.Run.liveTensors();
      try (ParamStore own = new ParamStore(manager)) {
        fit(MODEL, GUIDE).params(own).averaging(Averaging.polynomial(1)).build().run(data, 60);
      }

      assertThat(org.ppl4j.tensor.Run.liveTensors()).isEqualTo(before);
    }
  }

  /** The same bits as with a store that is given; data need no manager. */
  @Test
  void withoutAStoreItHasOneOfItsOwn() {
    FitReport expected = fit(MODEL, GUIDE).build().run(data, 50);
    ParamStore own;
    try (Svi<NDArray> svi =
        Svi.builder(MODEL, GUIDE)
            .optimizer(Adam.withRate(0.05))
            .progress(Progress.silent())
            .build()) {
      FitReport report = svi.run(Tensors.array(Tensors.values(data), data.getShape()), 50);
      assertThat(report.losses().toArray()).isEqualTo(expected.losses().toArray());
      own = svi.params();
      assertThat(svi.summary(data, 100).rows().keySet()).isNotEmpty();
    }
    assertThatThrownBy(own::names).isInstanceOf(IllegalStateException.class);
    try (Svi<NDArray> svi = Svi.of(MODEL, GUIDE)) {
      assertThat(svi.config()).isEqualTo(RunConfig.defaults());
    }
  }

  @Nested
  class Draws {

    @Test
    void areThoseOfTheGuide() {
      Svi<NDArray> svi = fit(MODEL, GUIDE).particles(10).build();
      svi.run(data, 300);
      double loc = params.value("loc")[0];
      double scale = params.value("scale")[0];

      try (Samples samples = svi.posterior(data, 20_000)) {
        assertThat(samples.names()).containsExactly("mu");
        assertThat(samples.get("mu").getShape()).isEqualTo(new Shape(20_000));
        Summary.Row row = samples.summary().get("mu");
        assertThat(row.mean()).isCloseTo(loc, within(4 * scale / Math.sqrt(20_000)));
        assertThat(row.sd()).isCloseTo(scale, within(0.02 * scale));
        assertThat(samples.mean("mu")[0]).isCloseTo(row.mean(), within(1e-12));
      }
    }

    @Test
    void areTheSameEachTime() {
      Svi<NDArray> svi = fit(MODEL, GUIDE).build();
      svi.run(data, 10);
      try (Samples first = svi.posterior(data, 7);
          Samples again = svi.posterior(data, 7)) {
        assertThat(again.values("mu")).containsExactly(first.values("mu"));
      }
    }
  }
}
