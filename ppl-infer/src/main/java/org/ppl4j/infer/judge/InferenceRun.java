package org.ppl4j.infer.judge;

import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * A posterior that {@link Inference} found, with what it says of itself. It owns its draws: close
 * it, and read what is to stay before.
 *
 * @param <D> the data of the model
 */
public final class InferenceRun<D extends @Nullable Object> implements Posterior<D>, AutoCloseable {

  /** So many draws know a mean to a sixtieth of a standard deviation. */
  static final int JUDGED_DRAWS = 4000;

  private final McmcRun<D> chains;
  private final InferenceReport report;

  @MustBeClosed
  InferenceRun(McmcRun<D> chains, InferenceReport report) {
    this.chains = chains;
    this.report = report;
  }

  /** All draws, of the model's latent and deterministic sites; closed with this. */
  public Samples samples() {
    return chains.samples();
  }

  /** Mean, standard deviation, quantiles, R-hat and effective sizes of all draws. */
  public Summary summary() {
    return chains.summary();
  }

  /** What was done, and what speaks against trusting the draws. */
  public InferenceReport report() {
    return report;
  }

  /** The chains that made the draws. */
  public McmcRun<D> chains() {
    return chains;
  }

  /**
   * What the chains say of another way to the same posterior: a fitted guide, {@code
   * Laplace.of(model).run(data)}, a neural posterior of the same model.
   *
   * @param other whose first 4,000 draws are judged; sites that this has not are left out
   * @param data those that this was given
   */
  public Judgement judge(Posterior<D> other, D data) {
    try (Samples draws = other.posterior(data, JUDGED_DRAWS)) {
      return Judgement.of(draws, samples());
    }
  }

  /** Draws as {@link McmcRun#posterior} has them. */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    return chains.posterior(data, draws);
  }

  @Override
  public ParamStore params() {
    return chains.params();
  }

  @Override
  public RunConfig config() {
    return chains.config();
  }

  /** Frees the draws, and the store if it is the run's own. A second call does nothing. */
  @Override
  public void close() {
    chains.close();
  }

  /** The report, then the summary. */
  @Override
  public String toString() {
    return report + System.lineSeparator() + summary();
  }
}
