package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Gaps;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Inference of values that were not observed. */
@ExtendWith(LeakCheck.class)
final class MissingValuesTest {

  record Table(NDArray x, NDArray observed, NDArray y) {}

  /** x ~ N(1, 2) with holes, y ~ N(3 x, 0.5): each missing x has a normal posterior. */
  private static final Program<Table> MODEL =
      (p, data) -> {
        try (Plate rows = p.plate("rows", data.y().size(0))) {
          NDArray x =
              p.observe("x", Normal.of(1, 2), rows.take(data.x()), rows.take(data.observed()));
          p.observe("y", Normal.of(x.mul(3), 0.5), rows.take(data.y()));
        }
      };

  private static final Program<Table> GUIDE =
      (p, data) -> {
        Shape shape = data.y().getShape();
        NDArray loc = p.param("loc", () -> p.run().zeros(shape));
        NDArray scale = p.param("scale", () -> p.run().ones(shape), Constraint.POSITIVE);
        try (Plate rows = p.plate("rows", shape.get(0))) {
          p.sample("x.missing", Normal.of(loc, scale));
        }
      };

  // 1/4 + 9/0.25 and (1/4 + 3 y/0.25) / precision, by the product of two normal densities
  private static final double PRECISION = 0.25 + 36;
  private static final double[] Y = {3, -6, 4.5, 9};

  private NDManager manager;
  private ParamStore params;
  private Table data;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager, RunConfig.defaults().withSeed(5));
    data =
        new Table(
            manager.create(new double[] {1, Double.NaN, 1.4, Double.NaN}),
            manager.create(new boolean[] {true, false, true, false}),
            manager.create(Y));
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  private Svi<Table> svi(Program<Table> guide) {
    return Svi.builder(MODEL, guide)
        .params(params)
        .optimizer(Adam.withRate(0.02))
        .averaging(Averaging.polynomial(8))
        .particles(10)
        .progress(Progress.silent())
        .build();
  }

  private static double mean(int row) {
    return (0.25 + 12 * Y[row]) / PRECISION;
  }

  @Test
  void automaticGuideFindsThePosteriorAndConverges() {
    Svi<Table> svi = svi(AutoNormal.of(MODEL).initializer(Initializer.uniform()));
    FitReport report = svi.run(data);

    assertThat(report.stop()).isEqualTo(FitReport.Stop.CONVERGED);
    check(params.value("auto.loc"), params.value("auto.scale"));
  }

  @Test
  void guideWrittenByHandDoesSoToo() {
    Svi<Table> svi = svi(GUIDE);
    svi.run(data, 1000);

    check(params.value("loc"), params.value("scale"));
  }

  /** What stands for nothing has the mean 0 and the scale 1, and does not run away. */
  private static void check(double[] loc, double[] scale) {
    double sd = 1 / Math.sqrt(PRECISION);
    assertThat(loc).containsExactly(new double[] {0, mean(1), 0, mean(3)}, within(0.05));
    assertThat(scale).containsExactly(new double[] {1, sd, 1, sd}, within(0.05));
  }

  /** The same with a number for each gap alone. */
  @Test
  void gapsHaveThePosteriorOfMissingRows() {
    record Columns(Gaps x, NDArray y) {}
    Program<Columns> model =
        (p, columns) -> {
          NDArray unknown;
          try (Plate gaps = p.plate("gaps", columns.x().count())) {
            unknown = p.sample("x.missing", Normal.of(1, 2));
          }
          try (Plate rows = p.plate("rows", columns.y().size(0))) {
            NDArray seen = rows.take(columns.x().seen());
            p.observe("x", Normal.of(1, 2).mask(seen), rows.take(columns.x().values()));
            NDArray x = columns.x().complete(p, rows, unknown);
            p.observe("y", Normal.of(x.mul(3), 0.5), rows.take(columns.y()));
          }
        };
    Columns columns = new Columns(Gaps.of(1, Double.NaN, 1.4, Double.NaN), data.y());

    try (LaplacePosterior<Columns> found = LaplaceApproximation.of(model).run(columns);
        Samples draws = found.posterior(columns, 20_000)) {
      assertThat(draws.mean("x.missing"))
          .containsExactly(new double[] {mean(1), mean(3)}, within(0.005));
      assertThat(draws.summary().get("x.missing[1]").sd())
          .isCloseTo(1 / Math.sqrt(PRECISION), within(0.005));
    }
  }

  @Test
  void predictionsDrawTheObservedPartAnew() {
    Svi<Table> svi = svi(AutoNormal.of(MODEL));
    svi.run(data, 1000);

    try (Samples predicted = Predictive.of(MODEL, svi).draw(data, 2000)) {
      double[] x = predicted.values("x");
      double[] y = predicted.values("y");
      assertThat(predicted.get("x").getShape()).isEqualTo(new Shape(2000, 4));
      assertThat(x).doesNotContain(1, 1.4, Double.NaN);
      assertThat(column(x, 0)).isCloseTo(1, within(0.2));
      assertThat(column(y, 0)).isCloseTo(3, within(0.6)); // of an x drawn anew
      assertThat(column(y, 1)).isCloseTo(3 * mean(1), within(0.1)); // of the x inferred
    }
  }

  private static double column(double[] values, int at) {
    double sum = 0;
    for (int i = at; i < values.length; i += 4) {
      sum += values[i];
    }
    return 4 * sum / values.length;
  }

  @Test
  void automaticGuideNamesTheSiteThatIsDiscrete() {
    Program<Table> flips =
        (p, table) -> {
          try (Plate rows = p.plate("rows", 4)) {
            NDArray heads = rows.take(table.y()).gt(0);
            p.observe("flip", Poisson.of(0.3), heads, rows.take(table.observed()));
          }
        };
    Svi<Table> svi = Svi.builder(flips, AutoNormal.of(flips)).params(params).build();

    assertThatThrownBy(() -> svi.step(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sample site 'flip.missing' is discrete (non-negative integer) and not summed out,"
                + " since its support has no end or an InferConfig says so, but guide 'AutoNormal'"
                + " draws continuous sites only; draw it by Nuts, or in"
                + " a guide written by hand, or bound it by Truncated.of");
  }

  @Test
  void guideThatForgetsThemIsTold() {
    Svi<Table> svi =
        Svi.builder(MODEL, (p, table) -> p.auxiliary("other", Normal.of(0, 1)))
            .params(params)
            .build();

    assertThatThrownBy(() -> svi.step(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "model site 'x.missing' is latent, but the guide does not sample it");
  }

  @Test
  void floatsOfBothTypesWork() {
    try (NDManager small = NDManager.newBaseManager();
        ParamStore store =
            new ParamStore(small, RunConfig.defaults().withFloatType(FloatType.FLOAT32))) {
      Svi<Table> svi = Svi.builder(MODEL, GUIDE).params(store).progress(Progress.silent()).build();
      svi.run(data, 50);

      assertThat(Arrays.stream(store.value("loc")).allMatch(Double::isFinite)).isTrue();
    }
  }
}
