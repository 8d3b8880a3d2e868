package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

@ExtendWith(LeakCheck.class)
class PredictiveTest {

  /** Two groups of three rows, a site of each shape. */
  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 3));
        NDArray w = p.sample("w", Normal.standard(2).toEvent(1));
        p.deterministic("norm", w.square().sum(new int[] {-1}));
        p.deterministic("constant", p.scalar(7));
        try (Plate groups = p.plate("groups", 3)) {
          NDArray sigma = p.sample("sigma", HalfNormal.of(1));
          NDArray shifted = p.deterministic("shifted", mu.add(sigma));
          try (Plate rows = p.plate("rows", 2)) {
            p.observe("y", Normal.of(shifted, 0.1), y);
          }
        }
      };

  private NDManager manager;
  private ParamStore params;
  private NDArray data;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager);
    data = manager.create(new double[] {5, 6, 7, 5.1, 6.1, 7.1}, new Shape(2, 3));
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  private Svi<NDArray> fitted() {
    Svi<NDArray> svi =
        Svi.builder(MODEL, AutoNormal.of(MODEL))
            .params(params)
            .optimizer(Adam.withRate(0.05))
            .particles(10)
            .progress(Progress.silent())
            .build();
    svi.run(data, 300);
    return svi;
  }

  @Test
  void samplesHaveTheShapesAndNamesOfTheSites() {
    Svi<NDArray> svi = fitted();

    try (Samples samples = svi.posterior(data, 11)) {
      assertThat(samples.draws()).isEqualTo(11);
      assertThat(samples.names())
          .containsExactly("mu", "w", "norm", "constant", "sigma", "shifted");
      assertThat(samples.get("mu").getShape()).isEqualTo(new Shape(11));
      assertThat(samples.get("w").getShape()).isEqualTo(new Shape(11, 2));
      assertThat(samples.get("sigma").getShape()).isEqualTo(new Shape(11, 3));
      assertThat(samples.values("constant")).hasSize(11).containsOnly(7);
      assertThat(samples.summary().rows().keySet())
          .containsExactly(
              "mu",
              "w[1]",
              "w[2]",
              "norm",
              "constant",
              "sigma[1]",
              "sigma[2]",
              "sigma[3]",
              "shifted[1]",
              "shifted[2]",
              "shifted[3]");
      double[] mu = samples.values("mu");
      double[] sigma = samples.values("sigma");
      double[] shifted = samples.values("shifted");
      double[] w = samples.values("w");
      double[] norm = samples.values("norm");
      for (int i = 0; i < 11; i++) {
        assertThat(norm[i])
            .isCloseTo(w[2 * i] * w[2 * i] + w[2 * i + 1] * w[2 * i + 1], within(1e-12));
        for (int group = 0; group < 3; group++) {
          assertThat(shifted[3 * i + group]).isCloseTo(mu[i] + sigma[3 * i + group], within(1e-12));
        }
      }
      assertThat(samples.mean("sigma")).hasSize(3);
    }
  }

  @Test
  void posteriorPredictionsAreNewData() {
    Predictive<NDArray> predictive = Predictive.of(MODEL, fitted());

    try (Samples predicted = predictive.draw(data, 2000)) {
      assertThat(predicted.names()).containsExactly("norm", "constant", "shifted", "y");
      assertThat(predicted.get("y").getShape()).isEqualTo(new Shape(2000, 2, 3));
      double[] mean = predicted.mean("y");
      double[] y = data.toDoubleArray();
      for (int i = 0; i < 6; i++) {
        assertThat(mean[i]).isCloseTo(y[i], within(0.5)).isNotEqualTo(y[i]);
      }
      double[] shifted = predicted.values("shifted");
      double[] draws = predicted.values("y");
      double squares = 0;
      for (int i = 0; i < draws.length; i++) {
        double residual = draws[i] - shifted[3 * (i / 6) + i % 3];
        squares += residual * residual;
      }
      assertThat(Math.sqrt(squares / draws.length)).isCloseTo(0.1, within(0.005));
    }
  }

  @Test
  void priorPredictionsKnowNoData() {
    RunConfig config = RunConfig.defaults();
    params.close();
    params = new ParamStore(manager, config);

    try (Samples prior = Predictive.prior(MODEL, params, config).draw(data, 5000)) {
      assertThat(prior.names())
          .containsExactly("mu", "w", "norm", "constant", "sigma", "shifted", "y");
      Summary.Row mu = prior.summary().get("mu");
      assertThat(mu.mean()).isCloseTo(0, within(0.2));
      assertThat(mu.sd()).isCloseTo(3, within(0.1));
      assertThat(prior.summary().get("y[1,1]").sd()).isGreaterThan(2.8);
    }
  }

  /** A model whose parameters nobody has fitted has those that it begins with. */
  @Test
  void priorPredictionsNeedNoStore() {
    RunConfig config = RunConfig.defaults().withSeed(7);
    params.close();
    params = new ParamStore(manager, config);

    try (Samples own = Predictive.prior(MODEL).config(config).draw(data, 50);
        Samples given = Predictive.prior(MODEL, params, config).draw(data, 50);
        Samples other = Predictive.prior(MODEL).draw(data, 50)) {
      assertThat(own.values("y")).isEqualTo(given.values("y"));
      assertThat(other.values("y")).isNotEqualTo(given.values("y"));
    }
  }

  @Test
  @SuppressWarnings("MustBeClosed") // they throw
  void mistakesAreNamed() {
    Svi<NDArray> svi = fitted();
    try (Samples samples = svi.posterior(data, 3)) {
      assertThatThrownBy(() -> samples.get("nu"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "samples have no site 'nu', only [mu, w, norm, sigma, constant, shifted]; ask for one"
                  + " of these");
      samples.close();
      assertThatThrownBy(() -> samples.get("mu"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "samples are used after they were closed; read what is to stay before, or keep a"
                  + " copy()");
    }
    assertThatThrownBy(() -> svi.posterior(data, 0).close())
        .hasMessage("posterior is asked for 0 draws, but needs at least 1");
    assertThatThrownBy(() -> Predictive.of(MODEL, svi).draw(data, 0).close())
        .hasMessage("predictive is asked for 0 draws, but needs at least 1");
  }
}
