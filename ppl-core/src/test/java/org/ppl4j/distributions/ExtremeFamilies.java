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

  /**
   * Values that may miss the bound.
   *
   * @param setting the beginning of the setting's id, which begins with the family's name
   * @param x the value, null for all
   * @param quantity as the reference calls it
   * @param type null for both
   * @param reason why: "not met, because ..."
   */
  record NotMet(
      String setting,
      @Nullable Double x,
      String quantity,
      @Nullable FloatType type,
      String reason) {

    boolean covers(ExtremeJudged judged) {
      return judged.setting().id().startsWith(setting)
          && (x == null || x == judged.row().point().get("x").getAsDouble())
          && judged.quantity().equals(quantity)
          && (type == null || type == judged.setting().type());
    }
  }

  private static final String OTHER_TURN =
      "not met, because angles are those from −π to π, where a turn begins; there it is loc − π";

  /** All that is known to miss the bound. */
  static final List<NotMet> NOT_MET =
      List.of(
          withoutEntropy("Binomial"),
          withoutEntropy("GammaPoisson"),
          withoutEntropy("NegativeBinomial"),
          withoutEntropy("Poisson"),
          new NotMet(
              "HalfCauchy-00",
              1.0000000150474662e30,
              "dlog_prob_dparams",
              FloatType.FLOAT32,
              "not met, because the derivative of x / scale is beyond float32 at x = 1e30"),
          new NotMet(
              "Kumaraswamy-02",
              null,
              "dlog_prob_dparams",
              FloatType.FLOAT32,
              "not met, because it is what 1/a leaves of 1/a = 1e6, which is 0.1 in float32"),
          new NotMet(
              "RelaxedBernoulli-06",
              0.5,
              "log_prob",
              null,
              "not met, because terms as large as the temperature, 1e8, are subtracted, for the"
                  + " sake of the limits at 0 and 1"),
          new NotMet("VonMises-06", 3.5, "log_prob", null, OTHER_TURN),
          new NotMet("VonMises-06", 3.5, "log_sf", null, OTHER_TURN),
          new NotMet("VonMises-06", 3.5, "dlog_prob_dx", null, OTHER_TURN),
          new NotMet("VonMises-06", 3.5, "dlog_prob_dparams", null, OTHER_TURN),
          new NotMet("VonMises-08", 1.0, "log_sf", null, OTHER_TURN));

  /** The reference. */
  static final ExtremeReference REFERENCE = ExtremeReference.read();

  private ExtremeFamilies() {}

  private static NotMet withoutEntropy(String family) {
    return new NotMet(
        family + "-", null, "entropy", null, "not met, because it is a sum without a closed form");
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
