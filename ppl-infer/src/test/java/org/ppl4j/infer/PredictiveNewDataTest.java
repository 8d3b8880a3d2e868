package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

/** Predictions for other data than those of the fit. */
@ExtendWith(LeakCheck.class)
class PredictiveNewDataTest extends WithStore {

  private <D extends @Nullable Object> Predictive<D> predictive(Program<D> model) {
    return Predictive.prior(model, params, RunConfig.defaults());
  }

  /** The law of new groups, no y and weights: {@link GroupModel} in closed form. */
  @Test
  void newGroupsAreAsInClosedForm() {
    int judged = 0;
    for (boolean weighted : new boolean[] {false, true}) {
      for (GroupModel.Judged each : GroupModel.judge(manager, params, 20_000, weighted)) {
        assertThat(Math.abs(each.errors())).as("%s, weighted: %s", each, weighted).isLessThan(3);
        judged++;
      }
    }
    assertThat(judged).isEqualTo(2 * 2 * 4);
  }

  @Test
  void rowsOfTheFitComeFirst() {
    Program<Integer> model =
        (p, groups) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          try (Plate plate = p.plate("groups", groups)) {
            NDArray alpha = p.sample("alpha", Normal.of(mu, 1e-3));
            NDArray pair =
                p.sample(
                    "pair", Normal.of(mu.expandDims(-1), Tensors.vector(1e-3, 1e-3)).toEvent(1));
            p.deterministic("sum", alpha.add(pair.sum(new int[] {-1})));
          }
        };
    double[] alpha = {1, 2, 3, 4};
    try (Samples draws =
            Samples.of(
                NDManager.newBaseManager(),
                Map.of(
                    "mu", manager.create(new double[] {10, 20}),
                    "alpha", manager.create(alpha, new Shape(2, 2)),
                    "pair",
                        manager.create(
                            new double[] {1, 2, 3, 4, 5, 6, 7, 8}, new Shape(2, 2, 2))));
        Samples predicted = predictive(model).draw(3, draws)) {
      assertThat(predicted.names()).containsExactly("alpha", "pair", "sum");
      double[] all = predicted.values("alpha");
      assertThat(Arrays.copyOfRange(all, 0, 2)).containsExactly(1, 2);
      assertThat(Arrays.copyOfRange(all, 3, 5)).containsExactly(3, 4);
      assertThat(all[2]).isBetween(9.99, 10.01);
      assertThat(all[5]).isBetween(19.99, 20.01);
      double[] pairs = predicted.values("pair");
      assertThat(Arrays.copyOfRange(pairs, 0, 4)).containsExactly(1, 2, 3, 4);
      assertThat(Arrays.copyOfRange(pairs, 6, 10)).containsExactly(5, 6, 7, 8);
      assertThat(pairs[4]).isBetween(9.99, 10.01).isNotEqualTo(pairs[5]);
    }
  }

  /** Each further step of a series is one more than the step before it, of which it is drawn. */
  @Test
  void stepsOfTheFitComeFirst() {
    Program<Integer> model =
        (p, steps) -> {
          NDArray start = p.sample("start", Normal.of(0, 1));
          p.scan(
              "t",
              steps,
              start,
              (q, t, before) -> {
                NDArray x = q.sample("x", Normal.of(before.add(1), 1e-3));
                q.deterministic("twice", x.mul(2));
                return x;
              });
        };
    try (Samples draws =
            Samples.of(
                NDManager.newBaseManager(),
                Map.of(
                    "start", manager.create(new double[] {0, 0}),
                    "x", manager.create(new double[] {5, 6, 8, 20, 30, 40}, new Shape(2, 3))));
        Samples predicted = predictive(model).draw(5, draws)) {
      double[] x = {5, 6, 8, 9, 10, 20, 30, 40, 41, 42};
      assertThat(predicted.values("x")).containsExactly(x, within(0.02));
      double[] twice = Arrays.stream(x).map(each -> 2 * each).toArray();
      assertThat(predicted.values("twice")).containsExactly(twice, within(0.04));
    }
  }

  /** New series begin at the start, and the others go on, wherever their plate is opened. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void seriesOfTheFitComeFirst(boolean isAround) {
    Program<int[]> model =
        (p, sizes) -> {
          NDArray start = p.run().zeros(new Shape(sizes[0]));
          if (isAround) {
            try (Plate series = p.plate(PlateSpec.of("series", sizes[0]).dim(-1))) {
              p.scan("t", sizes[1], start, (q, t, before) -> next(q, before));
            }
          } else {
            p.scan(
                "t",
                sizes[1],
                start,
                (q, t, before) -> {
                  try (Plate series = q.plate("series", sizes[0])) {
                    return next(q, before);
                  }
                });
          }
        };
    double[] fitted = {5, 20, 6, 30, 8, 40};
    for (int[] sizes : new int[][] {{3, 3}, {2, 4}, {3, 5}}) {
      try (Samples draws =
              Samples.of(
                  NDManager.newBaseManager(),
                  Map.of(
                      "x", manager.create(fitted, new Shape(1, 3, 2)),
                      "pair", manager.zeros(new Shape(1, 3, 2, 2))));
          Samples predicted = predictive(model).draw(sizes, draws)) {
        double[] wanted = new double[sizes[1] * sizes[0]];
        double[] pairs = new double[2 * wanted.length];
        for (int t = 0; t < sizes[1]; t++) {
          for (int j = 0; j < sizes[0]; j++) {
            double before = t == 0 ? 0 : wanted[(t - 1) * sizes[0] + j];
            boolean isFitted = t < 3 && j < 2;
            int at = t * sizes[0] + j;
            wanted[at] = isFitted ? fitted[t * 2 + j] : before + 1;
            pairs[2 * at] = isFitted ? 0 : before;
            pairs[2 * at + 1] = isFitted ? 0 : -before;
          }
        }
        assertThat(predicted.shape("x")).isEqualTo(new Shape(sizes[1], sizes[0]));
        assertThat(predicted.values("x")).containsExactly(wanted, within(0.02));
        assertThat(predicted.values("pair")).containsExactly(pairs, within(0.02));
      }
    }
  }

  private static NDArray next(Ppl p, NDArray before) {
    NDArray pair = Tensors.stack(List.of(before, before.neg()), -1);
    NDArray unused = p.sample("pair", Normal.of(pair, 1e-3).toEvent(1));
    return p.sample("x", Normal.of(before.add(1), 1e-3));
  }

  /** Both plates of a table grow: the old block stays in its corner. */
  @Test
  void platesThatCrossGrowBoth() {
    Program<int[]> model =
        (p, sizes) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          try (Plate rows = p.plate(PlateSpec.of("rows", sizes[0]).dim(-2));
              Plate columns = p.plate(PlateSpec.of("columns", sizes[1]).dim(-1))) {
            p.sample("cell", Normal.of(mu, 1e-3));
          }
        };
    double[] cells = {1, 2, 3, 4, 5, 6};
    try (Samples draws =
            Samples.of(
                NDManager.newBaseManager(),
                Map.of(
                    "mu", manager.create(new double[] {50}),
                    "cell", manager.create(cells, new Shape(1, 2, 3))));
        Samples predicted = predictive(model).draw(new int[] {3, 5}, draws)) {
      assertThat(predicted.shape("cell")).isEqualTo(new Shape(3, 5));
      double[] all = predicted.values("cell");
      for (int i = 0; i < 15; i++) {
        int row = i / 5;
        int column = i % 5;
        if (row < 2 && column < 3) {
          assertThat(all[i]).isEqualTo(cells[row * 3 + column]);
        } else {
          assertThat(all[i]).isBetween(49.99, 50.01);
        }
      }
      assertThat(Arrays.stream(all).distinct().count()).isEqualTo(15);
    }
  }

  /** Rows that are others have nothing of the fit, even if there are as many. */
  @Test
  void newRowsAreDrawn() {
    Program<Integer> model =
        (p, size) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", size)) {
            p.sample("z", Normal.of(mu, 1e-3));
          }
        };
    Map<String, NDArray> sites =
        Map.of(
            "mu", manager.create(new double[] {50, 60}),
            "z", manager.create(new double[6], new Shape(2, 3)));
    try (Samples draws = Samples.of(NDManager.newBaseManager(), sites)) {
      try (Samples kept = predictive(model).draw(3, draws)) {
        assertThat(kept.names()).isEmpty();
      }
      for (int size : new int[] {2, 3, 4}) {
        try (Samples anew = predictive(model).newRows("rows").draw(size, draws)) {
          assertThat(anew.names()).containsExactly("z");
          double[] z = anew.values("z");
          assertThat(Arrays.stream(z, 0, size)).allMatch(x -> Math.abs(x - 50) < 0.01);
          assertThat(Arrays.stream(z, size, 2 * size)).allMatch(x -> Math.abs(x - 60) < 0.01);
        }
      }
      assertThatThrownBy(() -> predictive(model).draw(2, draws).close())
          .hasMessageStartingWith(
              "samples have 3 rows of site 'z' in plate 'rows', but the data have 2; keep the rows"
                  + " of the fit and put new ones behind them, or let Predictive.newRows(\"rows\")"
                  + " draw all");
    }
  }

  @Test
  void weightsChainsAndWarningsStay() {
    Program<Void> model =
        (p, none) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 1));
          p.observe("y", Normal.of(mu, 1), (NDArray) null);
        };
    double[] mu = {1, 2, 3, 4};
    double[] logWeights = {0, Math.log(2), Math.log(3), Math.log(4)};
    try (Samples weighted =
            Samples.weighted(
                NDManager.newBaseManager(),
                Map.of("mu", manager.create(mu)),
                logWeights,
                List.of("far"));
        Samples predicted = predictive(model).draw(null, weighted)) {
      assertThat(predicted.logWeights().orElseThrow())
          .isEqualTo(weighted.logWeights().orElseThrow());
      assertThat(predicted.warnings()).containsExactly("far");
    }
    try (Samples chains =
            Samples.ofChains(NDManager.newBaseManager(), Map.of("mu", manager.create(mu)), 2);
        Samples predicted = predictive(model).draw(null, chains)) {
      assertThat(predicted.chains()).isEqualTo(2);
      assertThat(predicted.names()).containsExactly("y");
    }
    try (Samples none = Samples.of(NDManager.newBaseManager(), Map.of())) {
      assertThatThrownBy(() -> predictive(model).draw(null, none).close())
          .hasMessage("predictive is given 0 draws, but needs at least 1 of at least one site");
    }
  }

  @Test
  void modelWithoutItsDataSaysSo() {
    Program<Void> model = (p, none) -> p.observe("y", Normal.of(0, 1), (NDArray) null);
    Map<String, NDArray> values = Map.of();

    assertThatThrownBy(
            () -> ModelDensity.of(model, params, RunConfig.defaults()).logJoint(null, values))
        .hasMessage(
            "observed site 'y' has no value; pass its data, or predict them by Predictive, which"
                + " needs none");
  }
}
