package org.ppl4j.examples.missing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.missing.WineTable.MissingCell;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/**
 * A table of measurements with missing values, and what they probably were: each column depends on
 * the columns before it, how much is learned, and {@code p.observe} with a mask makes the missing
 * values latent.
 *
 * <p>Given what was learned, the joint distribution of a row is normal, so that the posterior of
 * its missing values is known exactly. In a row with one the mean-field guide reaches it; in a row
 * with more it reaches the means.
 */
public final class MissingValues implements Example {

  /**
   * The data, column by column, each with mean 0 and standard deviation 1.
   *
   * @param values anything where nothing was observed (N)
   * @param observed where something was (N)
   */
  public record Table(List<NDArray> values, List<NDArray> observed) {}

  /** value of a column ~ N(intercept + Σ coefficient · column before, sd), all three learned. */
  public static final Program<Table> MODEL =
      (p, table) -> {
        try (Plate wines = p.plate("wines", table.values().get(0).size(0))) {
          List<NDArray> complete = new ArrayList<>();
          for (String column : WineTable.COLUMNS) {
            NDArray mean = p.param(column + " intercept", () -> p.scalar(0));
            for (int before = 0; before < complete.size(); before++) {
              String on = column + " on " + WineTable.COLUMNS.get(before);
              mean = mean.add(complete.get(before).mul(p.param(on, () -> p.scalar(0))));
            }
            NDArray sd = p.param(column + " sd", () -> p.scalar(1), Constraint.POSITIVE);
            NDArray value = wines.take(table.values().get(complete.size()));
            NDArray observed = wines.take(table.observed().get(complete.size()));
            complete.add(p.observe(column, Normal.of(mean, sd), value, observed));
          }
        }
      };

  /** The wines. */
  public static Table wines(NDManager manager) {
    return WineTable.read().table(manager);
  }

  /** The fit of this example, before its first step. */
  static Svi.Builder<Table> fit(ParamStore params, int steps) {
    Tracker rate =
        Tracker.cosine().setBaseValue(0.05f).optFinalValue(0.0005f).setMaxUpdates(steps).build();
    return Svi.builder(MODEL, AutoNormal.of(MODEL))
        .params(params)
        .optimizer(Adam.withRate(rate).betas(0.9, 0.99))
        .particles(10)
        .averaging(Averaging.polynomial(3))
        .stopping(StoppingRule.never());
  }

  @Override
  public String name() {
    return "missing";
  }

  @Override
  public String description() {
    return "a table of 60 wines with missing values, imputed: beside the exact posterior";
  }

  @Override
  public boolean writesFiles() {
    return false;
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    return run(options, 10_000);
  }

  /** With so many draws of the posterior. */
  ExampleResult run(ExampleOptions options, int draws) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, options.config())) {
      WineTable wines = WineTable.read();
      Table table = wines.table(manager);
      int steps = options.steps().orElse(5000);
      Svi<Table> svi = fit(params, steps).progress(options.progress()).build();
      FitReport report = svi.run(table, steps);
      options.report(() -> Report.of(svi, report, table).model(MODEL, table).title(name()));
      try (Samples posterior = options.draws(svi, table, draws)) {
        Summary filled = filled(wines, posterior.summary());
        return new ExampleResult(
            filled,
            NormalRows.of(params).posterior(wines),
            ImmutableMap.of(
                "missing values",
                (double) wines.missingCells().size(),
                "error of the imputed values in sd of their columns",
                error(wines, filled),
                "loss",
                report.finalLoss(),
                "steps",
                (double) report.steps()));
      }
    }
  }

  /** The missing values alone, in the units of their columns. */
  private static Summary filled(WineTable wines, Summary summary) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (MissingCell cell : wines.missingCells()) {
      Summary.Row row = summary.get(cell.column() + ".missing[" + (cell.row() + 1) + "]");
      rows.put(
          cell.name(),
          new Summary.Row(
              wines.unit(cell, row.mean()),
              row.sd() * wines.sd(cell.column()),
              wines.unit(cell, row.q05()),
              wines.unit(cell, row.q50()),
              wines.unit(cell, row.q95())));
    }
    return new Summary(rows.buildOrThrow());
  }

  /** The root mean square of imputed less true values; 1 or so for the mean of the column. */
  private static double error(WineTable wines, Summary filled) {
    ImmutableList<MissingCell> missing = wines.missingCells();
    double squares = 0;
    for (MissingCell cell : missing) {
      double off = filled.get(cell.name()).mean() - wines.truth(cell);
      squares += Math.pow(off / wines.sd(cell.column()), 2);
    }
    return Math.sqrt(squares / missing.size());
  }
}
