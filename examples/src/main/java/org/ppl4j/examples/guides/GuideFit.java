package org.ppl4j.examples.guides;

import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.infer.Summary;

/**
 * A guide fitted to a posterior.
 *
 * @param summary of its draws
 * @param khat of its draws
 * @param steps of the fit
 * @param points of some draws: two numbers of each, for a picture
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record GuideFit(Summary summary, double khat, int steps, double[] points) {

  /** The largest offset of a mean, in standard deviations of the reference. */
  double offset(Reference reference) {
    return reference.largestOffset(summary);
  }

  /** The least ratio of a standard deviation to that of the reference. */
  double leastRatio(Reference reference) {
    return reference.parameters().keySet().stream()
        .mapToDouble(name -> ratio(reference, name))
        .min()
        .orElseThrow();
  }

  /** The largest such ratio. */
  double largestRatio(Reference reference) {
    return reference.parameters().keySet().stream()
        .mapToDouble(name -> ratio(reference, name))
        .max()
        .orElseThrow();
  }

  private double ratio(Reference reference, String name) {
    return summary.get(name).sd() / reference.get(name).sd();
  }
}
