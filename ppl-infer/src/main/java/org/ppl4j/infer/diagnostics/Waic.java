package org.ppl4j.infer.diagnostics;

import com.google.common.collect.ImmutableList;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How well a model predicts new data, by the widely applicable information criterion: of each
 * observation the log of its mean likelihood over the posterior, less the variance of its log
 * likelihood, which is how much the observation itself has helped.
 *
 * <p>{@link Loo} estimates the same, holds longer, and says where it does not hold.
 *
 * <p>Source: Watanabe, "Asymptotic equivalence of Bayes cross validation and widely applicable
 * information criterion in singular learning theory" (2010); Vehtari, Gelman and Gabry, "Practical
 * Bayesian model evaluation using leave-one-out cross-validation and WAIC" (2017).
 */
public final class Waic {

  /** Where the variance is above this, the estimate may be wrong (Vehtari, Gelman, Gabry 2017). */
  public static final double LARGEST_VARIANCE = 0.4;

  /**
   * One observation.
   *
   * @param name of it
   * @param elpd its share of the expected log predictive density
   * @param parameters its share of the effective number of parameters, a variance
   */
  public record Observation(String name, double elpd, double parameters) {}

  private final int draws;
  private final ImmutableList<Observation> observations;

  private Waic(int draws, ImmutableList<Observation> observations) {
    this.draws = draws;
    this.observations = observations;
  }

  /** Of these log likelihoods. */
  public static Waic of(LogLikelihoods likelihoods) {
    return new Waic(
        likelihoods.draws(),
        IntStream.range(0, likelihoods.observations())
            .mapToObj(i -> observation(likelihoods, i))
            .collect(ImmutableList.toImmutableList()));
  }

  private static Observation observation(LogLikelihoods likelihoods, int i) {
    double variance = likelihoods.variance(i);
    return new Observation(likelihoods.names().get(i), likelihoods.logMean(i) - variance, variance);
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

  /** The criterion, on the scale of a deviance: −2 times the {@link #elpd}. */
  public Estimate waic() {
    return elpd().deviance();
  }

  /** What speaks against the estimate: observations with a large variance, if there are some. */
  public Optional<String> warning() {
    long bad =
        observations.stream().filter(each -> !(each.parameters() <= LARGEST_VARIANCE)).count();
    return bad == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d observations have a variance above %s: the estimate may be wrong; take"
                    + " Loo",
                bad,
                observations.size(),
                LARGEST_VARIANCE));
  }

  /** A table of the estimates, then the warning. */
  @Override
  public String toString() {
    return Estimate.head("WAIC", draws, observations.size())
        + elpd().line("elpd_waic")
        + parameters().line("p_waic")
        + waic().line("waic")
        + Wording.warnings(warning().stream().toList());
  }
}
