package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Mask;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.handlers.Scale;

/** Small programs of every kind, with data, for laws that hold for all programs. */
public final class Models {

  /**
   * A program with its data.
   *
   * @param program the program
   * @param data makes its data on a manager
   */
  public record Model<D>(Program<D> program, Function<NDManager, D> data) {}

  /** Observations of rows in groups. */
  public record Rows(NDArray x, NDArray y, NDArray group, int groups) {}

  /** A coin of unknown fairness. */
  public static final Program<NDArray> COIN =
      (p, flips) -> {
        NDArray fairness = p.sample("fairness", Beta.of(10, 10));
        try (Plate plate = p.plate("flips", flips.size(0))) {
          p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
        }
      };

  /** A guide of {@link #COIN}. */
  public static final Program<NDArray> COIN_GUIDE =
      (p, flips) -> {
        NDArray alpha = p.param("alpha", () -> p.scalar(15), Constraint.POSITIVE);
        NDArray beta = p.param("beta", () -> p.scalar(15), Constraint.POSITIVE);
        p.sample("fairness", Beta.of(alpha, beta));
      };

  /** Varying intercepts, rows subsampled. */
  public static final Program<Rows> GROUPS =
      (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        NDArray slope = p.sample("slope", Normal.of(0, 1));
        NDArray alpha;
        try (Plate groups = p.plate("groups", data.groups())) {
          alpha = p.sample("alpha", Normal.of(mu, tau));
        }
        try (Plate rows = p.plate("rows", data.x().size(0), 2)) {
          NDArray mean = p.pick(alpha, rows.take(data.group())).add(rows.take(data.x()).mul(slope));
          p.observe("y", Normal.of(mean, 0.3), rows.take(data.y()));
        }
      };

  private static final Program<NDArray> REGRESSION =
      (p, x) -> {
        NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
        NDArray sd = p.sample("sd", Gamma.of(2, 1));
        try (Plate rows = p.plate("rows", x.size(0))) {
          p.observe("y", Normal.of(p.matVec(rows.take(x), w), sd), x.get("..., 0"));
        }
      };

  private static final Program<NDArray> CROSSED =
      (p, table) -> {
        NDArray row;
        NDArray column;
        try (Plate rows = p.plate(PlateSpec.of("rows", table.size(0)).dim(-2))) {
          row = p.sample("row", Normal.of(0, 1));
          try (Plate columns = p.plate(PlateSpec.of("columns", table.size(1)).dim(-1))) {
            NDArray cell = p.sample("cell", Normal.of(row, 1));
            p.observe("table", Normal.of(cell, 0.5), table);
          }
        }
        try (Plate columns = p.plate(PlateSpec.of("columns", table.size(1)).dim(-1))) {
          column = p.sample("column", Normal.of(0, 1));
          p.factor("tilt", column.mul(-0.1));
        }
        p.deterministic("sum", row.add(column));
      };

  private static final Program<NDArray> MIXTURE =
      (p, y) -> {
        NDArray loc;
        try (Plate components = p.plate("components", 3)) {
          loc = p.sample("loc", Normal.of(0, 10));
        }
        try (Plate rows = p.plate("rows", y.size(0))) {
          NDArray z = p.sample("z", Categorical.probs(p.run().full(1.0 / 3, new Shape(3))));
          p.observe("y", Normal.of(p.pick(loc, z), 1), rows.take(y));
        }
      };

  private static final Program<NDArray> SERIES =
      (p, y) -> {
        NDArray state = p.scalar(0);
        for (int t : p.loop("t", 4)) {
          state = p.sample("state", Normal.of(state.mul(0.9), 1));
          p.observe("y", Normal.of(state, 0.1), y.get(t));
        }
      };

  private static final Program<NDArray> SCALED =
      (p, y) -> {
        Program<NDArray> part =
            (q, data) -> {
              NDArray mu = q.sample("mu", Normal.of(0, 1));
              try (Plate rows = q.plate("rows", data.size(0))) {
                q.observe("y", Normal.of(mu, 1), rows.take(data));
              }
            };
        part.with(new Scale(0.25), new Prefix("a")).run(p, y);
        try (Plate rows = p.plate("rows", y.size(0))) {
          Program<NDArray> masked = (q, data) -> q.observe("y", Normal.of(0, 1), rows.take(data));
          masked.with(new Mask(y.gt(1.5)), new Prefix("b")).run(p, y);
        }
        part.with(new Mask(false), new Prefix("c")).run(p, y);
      };

  private static final Program<NDArray> HOLES =
      (p, table) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 1));
        try (Plate columns = p.plate("columns", 2)) {
          NDArray loc = p.sample("loc", Normal.of(mu, 1));
          try (Plate rows = p.plate("rows", 3)) {
            NDArray seen = table.gt(1.5);
            NDArray whole = p.observe("x", Gamma.of(loc.exp(), 2), table, seen);
            p.observe("y", Normal.of(whole, 1), table);
          }
        }
      };

  private static final Program<NDArray> PRODUCT =
      (p, x) -> {
        NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
        NDArray mean = p.matVec(x, w);
        p.observe("y", Normal.of(mean, 1).toEvent(1), x.get("..., 0"));
        p.factor("size", p.matVec(x, p.deterministic("v", w.mul(0.5))).sum(new int[] {-1}));
      };

  private static final Program<NDArray> PICKS =
      (p, index) -> {
        NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(7)), 1).toEvent());
        NDArray z = p.sample("z", Categorical.probs(p.run().full(1.0 / 7, new Shape(7))));
        p.observe("number", Normal.of(p.pick(w, p.scalar(3)), 1), 0.5);
        p.observe("category", Normal.of(p.pick(w, z), 1), 0.1);
        p.observe("several", Normal.of(p.pick(w, index), 1).toEvent(1), index);
      };

  /** Indices that begin with dots, of a vector, of a matrix and of vectors in a plate. */
  private static final Program<NDArray> DOTS =
      (p, y) -> {
        NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(7)), 1).toEvent());
        NDArray table = p.sample("table", Normal.of(p.run().zeros(new Shape(2, 3)), 1).toEvent());
        NDArray loc = w.get("..., -1").add(table.get("..., 1, 0"));
        p.factor("tail", w.get("..., 4:").mul(0.1).sum(new int[] {-1}));
        p.factor("even", w.get("..., ::2").square().mul(-0.1).sum(new int[] {-1}));
        try (Plate rows = p.plate("rows", y.size(0))) {
          NDArray pair = p.sample("pair", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent(1));
          NDArray mean = pair.get("..., -1:").squeeze(-1).add(loc);
          p.observe("y", Normal.of(mean, pair.get("..., 0").exp()), rows.take(y));
        }
      };

  private static final Program<NDArray> PLATED_PICKS =
      (p, index) -> {
        NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(7)), 1).toEvent());
        NDArray alpha;
        try (Plate groups = p.plate("groups", 7)) {
          alpha = p.sample("alpha", Normal.of(0, 1));
        }
        p.observe("number", Normal.of(p.pick(w, p.scalar(3)), 1), 0.5);
        p.observe("group", Normal.of(p.pick(alpha, p.scalar(3)), 1), 0.5);
        try (Plate rows = p.plate("rows", index.size(0))) {
          NDArray z = p.sample("z", Categorical.probs(p.run().full(1.0 / 7, new Shape(7))));
          NDArray picked = p.pick(w, rows.take(index)).add(p.pick(alpha, rows.take(index)));
          NDArray drawn = p.pick(w, z).add(p.pick(alpha, z));
          p.observe("y", Normal.of(picked.add(drawn), 1), rows.take(index));
        }
      };

  /**
   * Rows and matrices of tables: of a state, of the two before, of rows, of the rows' own tables.
   */
  private static final Program<NDArray> TABLES =
      (p, y) -> {
        Distribution row = Dirichlet.of(p.run().ones(new Shape(3)));
        NDArray moves = p.sample("moves", row.expand(new Shape(3)).toEvent(1));
        NDArray pairs = p.sample("pairs", row.expand(new Shape(3, 3)).toEvent(2));
        NDArray before = p.sample("start", Categorical.probs(p.run().full(1.0 / 3, new Shape(3))));
        NDArray state = p.sample("first", Categorical.probs(p.pick(moves, before, 1)));
        for (int unused : p.loop("t", 3)) {
          NDArray from = p.pick(p.pick(pairs, before, 2), state, 1);
          before = state;
          state = p.sample("state", Categorical.probs(from));
        }
        try (Plate rows = p.plate("rows", y.size(0))) {
          NDArray z = p.sample("z", Categorical.probs(p.pick(moves, state, 1)));
          NDArray next = p.sample("next", Categorical.probs(p.pick(moves, z, 1)));
          NDArray own = p.sample("own", row.expand(new Shape(3)).toEvent(1));
          NDArray weights = p.pick(own, next.expandDims(-1), 1).squeeze(-2);
          p.observe("y", Categorical.probs(weights), rows.take(y));
        }
      };

  private Models() {}

  /** All of them. */
  public static Stream<Named<Model<?>>> all() {
    return Stream.of(
        named("coin", COIN, Models::flips),
        named("coin guide", COIN_GUIDE, Models::flips),
        named("groups", GROUPS, Models::rows),
        named(
            "regression",
            REGRESSION,
            m -> m.create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(3, 2))),
        named(
            "product",
            PRODUCT,
            m ->
                m.create(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5}, new Shape(7, 2))),
        named("picks", PICKS, m -> m.create(new long[] {0, 2, 6, 2, 1, 0, 5})),
        named("dots", DOTS, m -> m.create(new double[] {0.3, -1, 2})),
        named("picks in plates", PLATED_PICKS, m -> m.create(new long[] {0, 2, 6, 2, 1, 0, 5})),
        named("tables", TABLES, m -> m.create(new long[] {0, 2, 1, 2})),
        named("crossed", CROSSED, m -> m.create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(3, 2))),
        named("mixture", MIXTURE, m -> m.create(new double[] {-1, 0.5, 2, 3})),
        named("series", SERIES, m -> m.create(new double[] {0.1, 0.2, 0.3, 0.4})),
        named("holes", HOLES, m -> m.create(new double[] {1, 2, 3, 1, 5, 6}, new Shape(3, 2))),
        named("scaled", SCALED, m -> m.create(new double[] {1, 2, 3})));
  }

  /** Ten flips, six of them heads. */
  public static NDArray flips(NDManager manager) {
    return manager.create(new float[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
  }

  /** Four rows in three groups. */
  public static Rows rows(NDManager manager) {
    return new Rows(
        manager.create(new double[] {1, 2, 3, 4}),
        manager.create(new double[] {1, 2, 2.5, 4}),
        manager.create(new int[] {0, 1, 2, 1}),
        3);
  }

  private static <D> Named<Model<?>> named(
      String name, Program<D> program, Function<NDManager, D> data) {
    return Named.of(name, new Model<>(program, data));
  }
}
