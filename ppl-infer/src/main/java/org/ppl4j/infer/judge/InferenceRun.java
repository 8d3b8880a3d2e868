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
  private final Samples samples;
  private final Summary summary;
  private final InferenceReport report;

  /**
   * Of these draws.
   *
   * @param chains closed with this, as the draws
   */
  @MustBeClosed
  InferenceRun(McmcRun<D> chains, Samples samples, InferenceReport report) {
    this.chains = chains;
    this.samples = samples;
    this.summary = samples.summary();
    this.report = report;
  }

  /**
   * All draws, of the model's latent and deterministic sites; closed with this. They are of chains,
   * or have weights.
   */
  public Samples samples() {
    return samples;
  }

  /**
   * Mean, standard deviation and quantiles of all draws, of chains R-hat and effective sizes too.
   */
  public Summary summary() {
    return summary;
  }

  /** The chains that gave the draws or judge them; closed with this. */
  public McmcRun<D> chains() {
    return chains;
  }

  /** What was done, and what speaks against trusting the draws. */
  public InferenceReport report() {
    return report;
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
      if (samples.logWeights().isEmpty()) {
        return Judgement.of(draws, samples, report.warnings());
      }
      try (Samples alike = samples.resample(JUDGED_DRAWS, config().seed())) {
        return Judgement.of(draws, alike, report.warnings());
      }
    }
  }

  /**
   * Draws of the posterior, as {@link Samples#some} chooses them.
   *
   * @param data are not looked at; what predicts may pass others
   * @param draws how many, from 1 to those there are
   */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    return samples.some(draws, config().seed());
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
    samples.close();
    chains.close();
  }

  /** The report, then the summary. */
  @Override
  public String toString() {
    return report + System.lineSeparator() + summary().without(report.warnings());
  }
}
