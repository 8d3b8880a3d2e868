package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/** What can be asked of a guide under the parameters that its fit has left in the store. */
abstract class FittedGuide<D extends @Nullable Object> implements Posterior<D> {

  final FitRuns<D> runs;
  final Stepper<D> stepper;

  FittedGuide(FitRuns<D> runs) {
    this.runs = runs;
    this.stepper = runs.stepper();
  }

  /** The settings of its runs. */
  @Override
  public RunConfig config() {
    runs.checkOpen();
    return stepper.config();
  }

  @Override
  public ParamStore params() {
    runs.checkOpen();
    return stepper.params();
  }

  /**
   * {@inheritDoc}
   *
   * <p>All draws are made in one run, or in a few if they are large. A plate whose rows the library
   * would draw is seen with all its rows. Parameters are those of the store as they are: see {@link
   * Svi#useBest}.
   */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    checkArgument(draws >= 1, "posterior is asked for %s draws, but needs at least 1", draws);
    try (BoundData<D> bound = BoundData.of(data, config())) {
      return runs.alone(() -> stepper.posterior(bound, draws));
    }
  }

  /**
   * The draws that {@link #posterior} gives, with the weights that make them draws of the posterior
   * where k-hat is small, and the log evidence.
   *
   * <pre>{@code
   * try (ImportanceSamples weighted = svi.importance(data, 10_000)) {
   *   System.out.println(weighted.samples().summary());
   *   System.out.println(weighted.logEvidence());
   * }
   * }</pre>
   *
   * @param draws how many, at least 1
   * @throws IllegalArgumentException if the guide draws points, or the data are some rows of a
   *     plate only
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public ImportanceSamples importance(D data, int draws) {
    checkArgument(draws >= 1, "svi is asked for %s weighted draws, but needs at least 1", draws);
    try (BoundData<D> bound = BoundData.of(data, config())) {
      return runs.alone(() -> stepper.weighted(bound, draws));
    }
  }

  /**
   * The log importance weights log p(x, z) − log q(z) of the draws z that {@link #posterior} gives,
   * in their order: their mean is the evidence lower bound, and {@code SmoothedWeights.of} says how
   * far the guide can be trusted. The report of a {@code run} has done so with 1,000 of them.
   *
   * @param draws how many, at least 1
   * @throws IllegalArgumentException if the guide draws points, or the data are some rows of a
   *     plate only
   */
  public double[] logWeights(D data, int draws) {
    checkArgument(draws >= 1, "svi is asked for %s weights, but needs at least 1", draws);
    try (BoundData<D> bound = BoundData.of(data, config())) {
      return runs.alone(() -> stepper.logWeights(bound, draws));
    }
  }
}
