package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.infer.svi.NormalMean.GUIDE;
import static org.ppl4j.infer.svi.NormalMean.MODEL;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.FitReport.Stop;
import org.ppl4j.params.ParamStore;

/** Steps that fail, runs that end early, and fits that are refused. */
class SviGuardTest {

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
  class Guard {

    private Program<NDArray> faultyAt(long step, double weight) {
      return (p, x) -> {
        MODEL.run(p, x);
        p.factor("fault", p.scalar(p.run().counter() == step ? weight : 0));
      };
    }

    @Test
    void aStepWithoutFiniteLossIsSkippedAndItsSiteNamed() {
      Svi<NDArray> svi = fit(faultyAt(3, Double.NaN), GUIDE).build();
      svi.run(data, 3);
      double before = params.value("loc")[0];

      FitReport report = svi.run(data, 1);

      assertThat(params.value("loc")[0]).isEqualTo(before);
      assertThat(report.skippedSteps()).isEqualTo(1);
      assertThat(report.skipped().get(0).step()).isEqualTo(4);
      assertThat(report.skipped().get(0).cause())
          .startsWith("sample site 'fault' has log density NaN");
      assertThat(svi.step(data)).isFinite();
    }

    @Test
    void aGradientThatIsNotFiniteIsFoundToo() {
      Program<NDArray> model =
          (p, x) -> {
            MODEL.run(p, x);
            NDArray loc = p.param("loc");
            if (p.run().counter() == 2) {
              p.factor("root", loc.sub(loc.stopGradient()).sqrt());
            }
          };
      Svi<NDArray> svi = fit(model, GUIDE).build();
      svi.run(data, 2);
      double before = params.value("loc")[0];

      FitReport report = svi.run(data, 1);

      assertThat(params.value("loc")[0]).isEqualTo(before);
      assertThat(report.skipped().get(0).loss()).isFinite();
      assertThat(report.skipped().get(0).cause()).matches("parameter 'loc' has gradient .*");
    }

    @Test
    void theOperationIsNamed() {
      Program<NDArray> model =
          (p, x) -> {
            MODEL.run(p, x);
            NDArray zero = p.param("loc").mul(0);
            p.factor("ratio", p.run().counter() == 1 ? zero.div(zero) : zero);
          };
      Svi<NDArray> svi = fit(model, GUIDE).build();

      FitReport report = svi.run(data, 2);

      assertThat(report.skipped().get(0).cause())
          .isEqualTo(
              "sample site 'ratio' has log density NaN; first operation not finite: DIV giving"
                  + " shape ()");
    }

    @Test
    void aFitThatIsNeverFiniteGivesUp() {
      Program<NDArray> model =
          (p, x) -> {
            MODEL.run(p, x);
            p.factor("fault", p.scalar(p.run().counter() > 0 ? Double.NaN : 0));
          };

      FitReport report = fit(model, GUIDE).build().run(data, 5000);

      assertThat(report.stop()).isEqualTo(Stop.NON_FINITE);
      assertThat(report.steps()).isEqualTo(101);
      assertThat(report.skippedSteps()).isEqualTo(100);
      assertThat(report.skipped()).hasSize(5);
    }
  }

  @Nested
  class Ending {

    @Test
    void anInterruptEndsAfterTheStepAndKeepsTheFlag() {
      Program<NDArray> model =
          (p, x) -> {
            MODEL.run(p, x);
            if (p.run().counter() == 9) {
              Thread.currentThread().interrupt();
            }
          };

      FitReport report = fit(model, GUIDE).build().run(data, 1000);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(report.stop()).isEqualTo(Stop.INTERRUPTED);
      assertThat(report.steps()).isEqualTo(10);
    }

    @Test
    void withoutARuleItMakesAllItsSteps() {
      FitReport report = fit(MODEL, GUIDE).stopping(StoppingRule.never()).build().run(data, 1234);

      assertThat(report.stop()).isEqualTo(Stop.STEPS);
      assertThat(report.steps()).isEqualTo(1234);
      assertThat(report.losses().size()).isEqualTo(1234);
    }
  }

  @Nested
  class Mistakes {

    @Test
    void settingsOutOfRange() {
      assertThatThrownBy(() -> fit(MODEL, GUIDE).particles(0))
          .hasMessage("svi has 0 particles, but needs at least 1");
      assertThatThrownBy(() -> fit(MODEL, GUIDE).build().run(data, 0))
          .hasMessage("svi is to run 0 steps, but needs at least 1");
    }

    @Test
    void aGuideThatDrawsDiscreteValues() {
      Program<NDArray> model = (p, x) -> p.sample("z", Bernoulli.probs(0.5));
      Program<NDArray> guide =
          (p, x) -> p.sample("z", Bernoulli.probs(p.param("q", () -> p.scalar(0.5))));

      assertThatThrownBy(() -> fit(model, guide).build().step(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sample site 'z' of the guide draws from Bernoulli, which has no derivative along its"
                  + " draws, but the trace estimator needs one; take one of the estimators [score"
                  + " function, reweighted wake-sleep, forward kl], or leave the site out of the"
                  + " guide, so that it is summed out of the model");
    }

    @Test
    void dataOfAnotherShapeThanTheAutoguideWasMadeFor() {
      Program<NDArray> rowwise =
          (p, x) -> {
            try (Plate rows = p.plate("rows", x.size(0))) {
              p.observe("x", Normal.of(p.sample("local", Normal.of(0, 1)), 1), rows.take(x));
            }
          };
      Svi<NDArray> svi = fit(rowwise, AutoNormal.of(rowwise)).build();
      svi.step(data);
      NDArray longer = manager.create(new double[] {1, 2, 3, 4, 5, 6, 7});

      assertThatThrownBy(() -> svi.step(longer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the model's latent sites have changed: guide 'AutoNormal' was made for sample site"
                  + " 'local' of batch shape (5) and event shape (), but now there is sample site"
                  + " 'local' of batch shape (7) and event shape (); use one parameter store for"
                  + " each shape of data, or put the rows in a plate whose size does not change");
      assertThat(svi.step(data)).isFinite();
    }

    @Test
    void aGuideWithoutTheModelsSite() {
      Program<NDArray> guide = (p, x) -> p.sample("m", Normal.of(0, 1));

      assertThatThrownBy(() -> fit(MODEL, guide).build().step(data))
          .hasMessageStartingWith("model site 'mu' is latent, but the guide does not sample it");
    }

    @Test
    void aGuideWithoutParametersIsRefused() {
      Svi<NDArray> svi = fit(MODEL, (p, x) -> p.sample("mu", Normal.of(0, 1))).build();

      assertThatThrownBy(() -> svi.run(data, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "loss depends on no parameter; ask for one by p.param(name, ...)");
    }
  }
}
