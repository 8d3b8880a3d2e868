package org.ppl4j.distributions;

import com.google.common.collect.ImmutableSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.DistributionCases;

/** What {@link ExtremeReferenceTest} knows of the families beside the reference. */
final class ExtremeFamilies {

  /** By series of Bessel functions. */
  private static final ImmutableSet<String> SERIES = ImmutableSet.of("VonMises");

  /** Families that still miss the bound. */
  static final ImmutableSet<String> UNFINISHED =
      ImmutableSet.of(
          "Bernoulli",
          "BetaBinomial",
          "Binomial",
          "ContinuousBernoulli",
          "GammaPoisson",
          "Geometric",
          "Kumaraswamy",
          "LogitNormal",
          "Multinomial",
          "NegativeBinomial",
          "Poisson",
          "RelaxedBernoulli",
          "StudentT",
          "VonMises",
          "Weibull",
          "ZeroInflatedNegativeBinomial",
          "ZeroInflatedPoisson");

  /**
   * Values that may miss the bound.
   *
   * @param setting the beginning of the setting's id, which begins with the family's name
   * @param quantity as the reference calls it
   * @param type null for both
   * @param reason why: "not met, because ..."
   */
  record NotMet(String setting, String quantity, @Nullable FloatType type, String reason) {

    boolean covers(ExtremeJudged judged) {
      return judged.setting().id().startsWith(setting)
          && judged.quantity().equals(quantity)
          && (type == null || type == judged.setting().type());
    }
  }

  /** All that is known to miss the bound. */
  static final List<NotMet> NOT_MET =
      List.of(
          new NotMet(
              "HalfCauchy-00",
              "dlog_prob_dparams",
              FloatType.FLOAT32,
              "not met, because the derivative of x / scale is beyond float32 at x = 1e30"));

  /** The reference. */
  static final ExtremeReference REFERENCE = ExtremeReference.read();

  private ExtremeFamilies() {}

  /** The families that are held to the bound. */
  static List<String> judged() {
    return REFERENCE.families().stream().filter(family -> !UNFINISHED.contains(family)).toList();
  }

  /** The law of a family of the reference. */
  static ExtremeLaw law(String family) {
    return new ExtremeLaw(
        DistributionCases.reference(family).orElseThrow(),
        SERIES.contains(family) ? ExtremeJudged.SERIES : ExtremeJudged.FORMULA);
  }

  /** Whether a value may miss the bound. */
  static boolean excuses(ExtremeJudged judged) {
    return NOT_MET.stream().anyMatch(row -> row.covers(judged));
  }
}
