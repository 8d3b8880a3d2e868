package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Moments;

/**
 * How near chains come to a reference.
 *
 * @param parameters how many were compared
 * @param offset the largest |mean − reference| / sd less what it may be, 0.1 and three Monte Carlo
 *     standard errors
 * @param leastRatio the least standard deviation over the reference's
 * @param largestRatio the largest
 * @param rhat the largest of the parameters
 * @param size their least effective size, of the middle or the ends
 * @param report of the run
 */
record PosteriorFit(
    int parameters,
    double offset,
    double leastRatio,
    double largestRatio,
    double rhat,
    double size,
    SamplerReport report) {

  static PosteriorFit of(
      PosteriorCase posterior, UnaryOperator<Nuts<PosteriorCase.Data>> settings) {
    try (NDManager manager = NDManager.newBaseManager();
        McmcRun<PosteriorCase.Data> run =
            settings
                .apply(Nuts.of(posterior.program()).progress(Progress.silent()))
                .run(posterior.data(manager))) {
      return of(posterior.reference(), run);
    }
  }

  private static PosteriorFit of(ImmutableMap<String, Moments> reference, McmcRun<?> run) {
    Samples samples = run.samples();
    assertThat(samples.chains()).isPositive();
    double offset = Double.NEGATIVE_INFINITY;
    double least = Double.POSITIVE_INFINITY;
    double largest = 0;
    double rhat = 0;
    double size = Double.POSITIVE_INFINITY;
    for (Map.Entry<String, Moments> each : reference.entrySet()) {
      Moments moments = each.getValue();
      Summary.Row row = run.summary().get(each.getKey());
      double error = row.sd() / Math.sqrt(row.bulkSize());
      double off = Math.abs(row.mean() - moments.mean()) / moments.sd();
      offset = Math.max(offset, off - 0.1 - 3 * error / moments.sd());
      least = Math.min(least, row.sd() / moments.sd());
      largest = Math.max(largest, row.sd() / moments.sd());
      rhat = Math.max(rhat, row.rhat());
      size = Math.min(size, Math.min(row.bulkSize(), row.tailSize()));
    }
    return new PosteriorFit(reference.size(), offset, least, largest, rhat, size, run.report());
  }

  /** Whether it is what is wanted of draws that are worth so many. */
  boolean isGood(double leastSize) {
    return rhat < 1.01 && size >= leastSize && offset < 0 && leastRatio > 0.9 && largestRatio < 1.1;
  }
}
