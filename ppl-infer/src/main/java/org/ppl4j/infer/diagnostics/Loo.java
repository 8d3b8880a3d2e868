package org.ppl4j.infer.diagnostics;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How well a model predicts an observation that it has not seen: leave-one-out cross-validation
 * without a further fit. The draws of the posterior are weighted by 1 / p(yᵢ | θ), which takes
 * observation i out again, and the weights are smoothed.
 *
 * <pre>{@code
 * Loo loo = Loo.of(ModelDensity.of(model, posterior).logLikelihoods(data, samples));
 * System.out.println(loo);
 * System.out.println(Loo.compare(Map.of("pooled", pooled, "by county", byCounty)));
 * }</pre>
 *
 * <p>k-hat of an observation says how far to trust its figure, as {@link SmoothedWeights} has it:
 * an observation that the model did not expect, or that has its own parameters, cannot be taken out
 * by weights. Draws with weights keep them; k-hat then judges both together.
 *
 * <p>Source: Vehtari, Gelman and Gabry, "Practical Bayesian model evaluation using leave-one-out
 * cross-validation and WAIC" (2017); Vehtari, Simpson, Gelman, Yao and Gabry, "Pareto smoothed
 * importance sampling" (2024), which has the threshold of k-hat by the number of draws.
 */
public final class Loo {

  /**
   * One observation.
   *
   * @param name of it
   * @param elpd its log predictive density given all others
   * @param parameters its share of the effective number of parameters
   * @param standardError the Monte Carlo standard error of the log predictive density
   * @param khat of its weights
   * @param effectiveSize how many draws the weights are worth
   */
  public record Observation(
      String name,
      double elpd,
      double parameters,
      double standardError,
      double khat,
      double effectiveSize) {}

  private final int draws;
  private final ImmutableList<Observation> observations;

  private Loo(int draws, ImmutableList<Observation> observations) {
    this.draws = draws;
    this.observations = observations;
  }

  /** Of these log likelihoods. */
  public static Loo of(LogLikelihoods likelihoods) {
    return new Loo(
        likelihoods.draws(),
        IntStream.range(0, likelihoods.observations())
            .mapToObj(i -> observation(likelihoods, i))
            .collect(ImmutableList.toImmutableList()));
  }

  private static Observation observation(LogLikelihoods likelihoods, int i) {
    double[] logs = likelihoods.column(i);
    double[] ofDraws = likelihoods.weights();
    double efficiency = likelihoods.efficiency(i);
    double[] logWeights = new double[logs.length];
    Arrays.setAll(logWeights, s -> Math.log(ofDraws[s] * logs.length) - logs[s]);
    SmoothedWeights smoothed = SmoothedWeights.ofDependent(efficiency, logWeights);
    double[] weights = smoothed.weights();
    double elpd = LogLikelihoods.logMean(logs, weights);
    double variance = 0;
    for (int s = 0; s < logs.length; s++) {
      double excess = Math.expm1(logs[s] - elpd);
      variance += weights[s] * weights[s] * excess * excess;
    }
    return new Observation(
        likelihoods.names().get(i),
        elpd,
        likelihoods.logMean(i) - elpd,
        Math.sqrt(Math.log1p(variance / efficiency)),
        smoothed.khat(),
        smoothed.effectiveSize() * efficiency);
  }

  /** Each observation for itself. */
  public ImmutableList<Observation> pointwise() {
    return observations;
  }

  /** The expected log predictive density of as many new observations. */
  public Estimate elpd() {
    return Estimate.ofSum(observations.stream().mapToDouble(Observation::elpd).toArray());
  }

  /** The effective number of parameters. */
  public Estimate parameters() {
    return Estimate.ofSum(observations.stream().mapToDouble(Observation::parameters).toArray());
  }

  /** The information criterion, on the scale of a deviance: −2 times the {@link #elpd}. */
  public Estimate looic() {
    return elpd().deviance();
  }

  /** The Monte Carlo standard error of the sum: what more draws of the posterior would lower. */
  public double standardError() {
    return Math.sqrt(
        observations.stream().mapToDouble(each -> Math.pow(each.standardError(), 2)).sum());
  }

  /** Above this k-hat a figure is not to be trusted: min(1 − 1 / log₁₀ S, 0.7) of S draws. */
  public double threshold() {
    return Math.min(1 - 1 / Math.log10(draws), SmoothedWeights.THRESHOLD);
  }

  /** The observations whose k-hat is above the threshold, the worst first. */
  public ImmutableList<Observation> bad() {
    return observations.stream()
        .filter(each -> !(each.khat() <= threshold()))
        .sorted(Comparator.comparingDouble(Observation::khat).reversed())
        .collect(ImmutableList.toImmutableList());
  }

  /** What speaks against the estimate: the bad observations, if there are some. */
  public Optional<String> warning() {
    List<Observation> bad = bad();
    if (bad.isEmpty()) {
      return Optional.empty();
    }
    long hopeless = bad.stream().filter(each -> !(each.khat() <= 1)).count();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "k-hat of %,d of %,d observations is above %.2f%s, the largest %s of '%s': their"
                + " figures may be far off, mostly too good; fit without them one by one, or look"
                + " why the model does not expect them",
            bad.size(),
            observations.size(),
            threshold(),
            hopeless == 0 ? "" : String.format(Locale.ROOT, " (of %,d above 1)", hopeless),
            Wording.beside(threshold(), bad.get(0).khat(), 2),
            bad.get(0).name()));
  }

  /**
   * Models of the same data beside each other, the best first.
   *
   * @param models by name, at least one
   * @throws IllegalArgumentException if there is none, or they are of other observations
   */
  public static LooComparison compare(Map<String, Loo> models) {
    return LooComparison.of(models);
  }

  /** A table of the estimates, then the warning. */
  @Override
  public String toString() {
    return Estimate.head("LOO", draws, observations.size())
        + elpd().line("elpd_loo")
        + parameters().line("p_loo")
        + looic().line("looic")
        + String.format(
            Locale.ROOT, "%nMonte Carlo standard error of elpd_loo: %.2f", standardError())
        + Wording.warnings(warning().stream().toList());
  }
}
