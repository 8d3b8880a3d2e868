package org.ppl4j.infer.approximation;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.latent.LatentSite;

/**
 * What the importance weights of draws say of where they came from.
 *
 * @param khat the shape of the tail of the weights
 * @param effectiveSize how many draws of the posterior the weighted ones are worth
 * @param undefined how many draws have a log density of NaN; their weight is 0
 * @param mean the number of a latent site whose mean the weights move farthest
 * @param shift by how many of its standard deviations
 * @param sd the number of a latent site whose standard deviation they change most
 * @param ratio of the plain one to the weighted one
 */
record WeightCheck(
    Khat khat,
    double effectiveSize,
    int undefined,
    String mean,
    double shift,
    String sd,
    double ratio) {

  /** Half of what a mean may be off by: the figure's own error is about 0.02. */
  private static final double MAX_SHIFT = 0.05;

  private static final double MAX_RATIO = 1.05;

  /** Of draws with their weights. */
  static WeightCheck of(Target<?> target, Weighed weighed) {
    if (Doubles.max(weighed.logWeights()) == Double.NEGATIVE_INFINITY) {
      Khat none = new Khat(Double.POSITIVE_INFINITY, weighed.logWeights().length, "");
      return new WeightCheck(none, 0, weighed.undefined(), "", 0, "", 1);
    }
    SmoothedWeights smoothed = weighed.smoothed();
    double[] weights = smoothed.weights();
    double[] equal = new double[weights.length];
    Arrays.fill(equal, 1.0 / equal.length);
    String mean = "";
    double shift = 0;
    String sd = "";
    double ratio = 1;
    Map<String, double[]> sites = target.latents(weighed.vectors());
    for (LatentSite site : target.space().sites()) {
      double[] values = sites.getOrDefault(site.name(), new double[0]);
      int size = values.length / weights.length;
      for (int i = 0; i < size; i++) {
        double[] plain = moments(values, size, i, equal);
        double[] moved = moments(values, size, i, weights);
        if (plain[1] == 0 || moved[1] == 0) {
          continue; // a number that does not vary
        }
        double by = Math.abs(moved[0] - plain[0]) / moved[1];
        double times = plain[1] / moved[1];
        if (by > shift) {
          shift = by;
          mean = site.name() + Summary.subscript(site.shape(), i);
        }
        if (Math.abs(Math.log(times)) > Math.abs(Math.log(ratio))) {
          ratio = times;
          sd = site.name() + Summary.subscript(site.shape(), i);
        }
      }
    }
    return new WeightCheck(
        Khat.of(smoothed), smoothed.effectiveSize(), weighed.undefined(), mean, shift, sd, ratio);
  }

  /** Mean and standard deviation of a column of values. */
  private static double[] moments(double[] values, int columns, int column, double[] weights) {
    double mean = 0;
    for (int i = 0; i < weights.length; i++) {
      mean += weights[i] * values[i * columns + column];
    }
    double square = 0;
    for (int i = 0; i < weights.length; i++) {
      double off = values[i * columns + column] - mean;
      square += weights[i] * off * off;
    }
    return new double[] {mean, Math.sqrt(square)};
  }

  /** What speaks against the weighted draws. */
  ImmutableList<String> ofWeighted() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    if (khat.isWarning()) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "k-hat of the weights is %s, above 0.7: the posterior is far from the normal"
                  + " approximation, and weights do not mend it; write the model in other"
                  + " variables, or sample it by Nuts.of(model)",
              Wording.beside(SmoothedWeights.THRESHOLD, khat.value(), 2)));
    } else if (effectiveSize < Chains.MIN_SIZE) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the %,d weighted draws are worth %s, below %.0f: too few for means and intervals;"
                  + " draw more, or sample it by Nuts.of(model)",
              khat.weights(),
              Wording.beside(Chains.MIN_SIZE, effectiveSize, 0),
              Chains.MIN_SIZE));
    }
    if (undefined > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "of %,d draws %,d have a log density of NaN and count for nothing; look for an"
                  + " operation that overflows far out",
              khat.weights(),
              undefined));
    }
    return warnings.build();
  }

  /** What speaks against the draws without their weights. */
  ImmutableList<String> ofPlain() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warnings.addAll(ofWeighted());
    if (khat.isWarning()) {
      return warnings.build();
    }
    if (shift > MAX_SHIFT) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "by the weights the mean of '%s' is %.2f standard deviations off; take"
                  + " importance(data, draws), which counts draws by them",
              mean,
              shift));
    }
    if (Math.abs(Math.log(ratio)) > Math.log(MAX_RATIO)) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "by the weights the standard deviation of '%s' is %.2f times what it should be; take"
                  + " importance(data, draws), which counts draws by them",
              sd,
              ratio));
    }
    return warnings.build();
  }

  /** Effective size and k-hat. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d weighted draws are worth %,.0f; k-hat %.2f",
        khat.weights(),
        effectiveSize,
        khat.value());
  }
}
