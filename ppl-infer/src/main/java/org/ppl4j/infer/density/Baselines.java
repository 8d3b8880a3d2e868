package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.DensityReport.Alternative;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * The simple distributions that are fitted beside a flow: a normal distribution, or the linear
 * regression given contexts, {@linkplain SimpleRows mixtures} of them, additive and, given
 * contexts, polynomial regressions. They and the flow are mixed by what the validation rows say:
 * see {@link Stacking}. Where they give {@linkplain SpikeMasses spikes another mass} than rows have
 * there, the flow stands alone.
 */
final class Baselines {

  /** What has more columns, contexts and all, has none. */
  private static final int MOST_COLUMNS = 1000;

  /** So many validation rows have no need of more noise. */
  private static final int ENOUGH_TO_LOOK_AT = 1000;

  private Baselines() {}

  /** Whether there are simple distributions of such rows. */
  static boolean areOf(DataUnits units) {
    return !units.y().support().isMade()
        && units.cells() == null
        && units.contextDim() + units.y().freeDim() <= MOST_COLUMNS;
  }

  /**
   * A flow and the simple distributions, each as far as validation rows say. Simple ones that have
   * a part have learned from the validation rows as well in the end, and a flow of weight 0 is kept
   * for what it alone can answer.
   *
   * @param flow trained by likelihood
   * @param rows that it was trained on
   */
  static Learned mixed(LearnedFlow flow, Tables rows, Tables validation, RunConfig config) {
    DataUnits units = flow.units();
    if (!areOf(units)) {
      return Learned.of(flow);
    }
    Rng rng = Rng.of(config.seed(), Rng.Purpose.PLATE, 0, "density.baselines");
    Tables frequentRows = rows.asFrequent(rng.split("weights"));
    Tables noisy = units.noisy(frequentRows, rng.split("rows"));
    SimpleRows simple = SimpleRows.of(units, noisy, rng.split("simple"));
    Tables frequent = validation.asFrequent(rng.split("validation weights"));
    int times = units.y().hasNoise() ? 1 + ENOUGH_TO_LOOK_AT / validation.rows() : 1;
    Tables looked = units.noisy(frequent.repeated(times), rng.split("validation"));
    double[][] each =
        simple.parts().stream().map(part -> part.rows().logProb(looked)).toArray(double[][]::new);
    double[][] logs = {
      numbers(LogSums.of(each, simple.weights())), numbers(flow.rows().logProb(looked))
    };
    Optional<String> fault =
        SpikeMasses.fault(simple.distribution(), units.y().spikes(), frequentRows);
    double[] weights =
        fault.isPresent() ? new double[] {0, 1} : Stacking.weights(logs, validation.rows());

    List<Alternative> alternatives = new ArrayList<>();
    alternatives.add(new Alternative("flow", mean(logs[1]), weights[1]));
    if (simple.parts().stream().noneMatch(SimpleRows.Part::isNormal)) {
      SimpleRows.Part normal = SimpleRows.Part.normal(units.withoutMargins(), noisy);
      alternatives.add(new Alternative(normal.toString(), mean(normal.rows().logProb(looked)), 0));
    }
    List<RowDistribution> all = new ArrayList<>(List.of(flow.rows()));
    List<Double> shares = new ArrayList<>(List.of(weights[1]));
    Tables every = noisy.and(units.noisy(frequent, rng.split("others")));
    for (int k = 0; k < each.length; k++) {
      SimpleRows.Part part = simple.parts().get(k);
      double share = weights[0] * part.weight();
      alternatives.add(new Alternative(part.toString(), mean(each[k]), share));
      if (share > 0) {
        all.add(part.refined(every).rows());
        shares.add(share);
      }
    }
    @Nullable DensityReport report = flow.report();
    LearnedFlow reported =
        new LearnedFlow(
            flow.model(),
            units,
            report == null
                ? null
                : report.with(
                    ImmutableList.copyOf(alternatives),
                    ImmutableList.<String>builder()
                        .addAll(report.notes())
                        .addAll(fault.stream().toList())
                        .build()));
    RowDistribution mixed =
        all.size() == 1 ? all.get(0) : new MixtureDistribution(all, Doubles.toArray(shares));
    return new Learned(mixed, ImmutableList.of(reported));
  }

  private static double mean(double[] logs) {
    return Arrays.stream(logs).average().orElseThrow();
  }

  /** With nothing where there is no number. */
  private static double[] numbers(double[] logs) {
    return Arrays.stream(logs)
        .map(log -> Double.isNaN(log) ? Double.NEGATIVE_INFINITY : log)
        .toArray();
  }
}
