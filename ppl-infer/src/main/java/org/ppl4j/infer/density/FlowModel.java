package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.handlers.Scale;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Transform;

/**
 * A flow as a program on tables in standard units: what training, densities and samples have in
 * common.
 *
 * @param flow from noise to rows
 * @param dim how many columns a row has
 * @param params where the flow's tensors live
 * @param config of all runs
 */
record FlowModel(Flow flow, int dim, ParamStore params, RunConfig config) {

  private static final String SITE = "y";

  /** So many rows are in one run. */
  static final int MAX_ROWS = 8192;

  private TransformedDistribution distribution(Ppl p, @Nullable NDArray x) {
    return TransformedDistribution.of(Normal.standard(dim).toEvent(1), flow.transform(p, x));
  }

  /** The mean log-density of a batch of a table with {@code all} rows. */
  Program<Rows> likelihood(long all) {
    Program<Rows> sum =
        (p, rows) -> {
          try (Plate plate = p.plate(PlateSpec.of("rows", all).given(rows.y().size(0)))) {
            p.observe(SITE, distribution(p, rows.x()), plate.take(rows.y()));
          }
        };
    return sum.with(new Scale(1.0 / all));
  }

  /** The log-density of each row, in standard units. */
  double[] logProb(Tables tables) {
    return each(tables, TransformedDistribution::logProb);
  }

  /** The probability of less than each row, of one column, in standard units. */
  double[] cdf(Tables tables) {
    return each(
        tables,
        (density, y) -> {
          NDArray noise = density.transform().inverse(y).value();
          return Normal.of(0, 1).cdf(noise.mul(sign(density.transform(), y)));
        });
  }

  /** What is greater with each probability, the rows of {@code y}; in standard units. */
  double[] quantile(Tables probabilities) {
    return each(
        probabilities,
        (density, p) -> {
          NDArray noise = Normal.of(0, 1).icdf(p).mul(sign(density.transform(), p));
          return density.transform().forward(noise).value();
        });
  }

  /** 1 where the map of one number rises, −1 where it falls; of the shape of {@code like}. */
  private static NDArray sign(Transform transform, NDArray like) {
    NDArray one = Tensors.run(like).ones(like.getShape());
    return transform.forward(one).value().sub(transform.forward(one.neg()).value()).sign();
  }

  /** A number for each row, by a function of its density and the row. */
  private double[] each(
      Tables tables, BiFunction<TransformedDistribution, NDArray, NDArray> function) {
    double[] result = new double[tables.rows()];
    for (int from = 0; from < result.length; from += MAX_ROWS) {
      int to = Math.min(from + MAX_ROWS, result.length);
      try (NDManager manager = NDManager.newBaseManager();
          BoundData<Rows> bound = BoundData.of(tables.range(from, to).rows(manager), config);
          Run run = Run.open(config, 0)) {
        Program<Rows> program =
            (p, rows) ->
                p.deterministic("values", function.apply(distribution(p, rows.x()), rows.y()));
        Trace trace =
            run.withoutGradients(
                () -> Execution.record(run, params, Rng.Purpose.PREDICT, program, bound.in(run)));
        double[] some = Tensors.values(trace.value("values"));
        System.arraycopy(some, 0, result, from, some.length);
      }
    }
    return result;
  }

  /**
   * Draws, in standard units.
   *
   * @param count how many
   * @param x one context a draw; null without
   * @param call keys the noise
   */
  Table sample(int count, @Nullable Table x, long call) {
    double[] result = new double[count * dim];
    for (int from = 0, piece = 0; from < count; from += MAX_ROWS, piece++) {
      int to = Math.min(from + MAX_ROWS, count);
      Table some = x == null ? null : x.range(from, to);
      String plate = "draws." + piece;
      try (NDManager manager = NDManager.newBaseManager();
          BoundData<Optional<NDArray>> bound =
              BoundData.of(Optional.ofNullable(some).map(table -> table.array(manager)), config);
          Run run = Run.open(config, call)) {
        int size = to - from;
        double[] drawn =
            run.withoutGradients(
                () -> {
                  Trace trace =
                      Execution.record(
                          run,
                          params,
                          Rng.Purpose.PREDICT,
                          (p, context) -> {
                            try (Plate draws = p.plate(plate, size)) {
                              p.sample(
                                  SITE + "." + draws.name(), distribution(p, context.orElse(null)));
                            }
                          },
                          bound.in(run));
                  return Tensors.values(trace.value(SITE + "." + plate));
                });
        System.arraycopy(drawn, 0, result, from * dim, drawn.length);
      }
    }
    return new Table("sample", dim, result);
  }

  /** The mean of {@link #logProb}. */
  double meanLogProb(Tables tables) {
    return Arrays.stream(logProb(tables)).average().orElseThrow();
  }

  /**
   * Makes the flow's tensors, in an execution.
   *
   * @param contextDim how many entries a context has; 0 without
   */
  void create(int contextDim) {
    try (Run run = Run.open(config, 0)) {
      Optional<NDArray> x =
          contextDim == 0 ? Optional.empty() : Optional.of(run.zeros(new Shape(1, contextDim)));
      Execution.record(
          run,
          params,
          Rng.Purpose.PREDICT,
          (p, context) -> flow.transform(p, context.orElse(null)),
          x);
    }
  }
}
