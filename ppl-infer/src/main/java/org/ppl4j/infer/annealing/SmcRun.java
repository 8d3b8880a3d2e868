package org.ppl4j.infer.annealing;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * The particles of {@link Smc}, with what they say of themselves. It owns them: close it, and read
 * what is to stay before.
 *
 * @param <D> the data of the model
 */
public final class SmcRun<D extends @Nullable Object> implements Posterior<D>, AutoCloseable {

  private final Samples samples;
  private final SmcReport report;
  private final RunStore store;
  private final RunConfig config;

  @MustBeClosed
  SmcRun(Samples samples, SmcReport report, RunStore store, RunConfig config) {
    this.samples = samples;
    this.report = report;
    this.store = store;
    this.config = config;
  }

  /** The particles, with their weights: latent and deterministic sites; closed with this. */
  public Samples samples() {
    return samples;
  }

  /** The evidence, what particles did, and what speaks against trusting them. */
  public SmcReport report() {
    return report;
  }

  /**
   * Particles chosen by their weights, as draws that count alike.
   *
   * @param data are not looked at, for the particles were given theirs; what predicts may pass
   *     others
   * @param draws how many, from 1 to as many as there are particles
   */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    long all = samples.draws();
    checkArgument(
        draws >= 1 && draws <= all,
        "posterior is asked for %s draws, but there are %s particles; ask for as many, or take more"
            + " particles",
        draws,
        all);
    return samples.resample(draws, config.seed());
  }

  @Override
  public ParamStore params() {
    return store.params();
  }

  @Override
  public RunConfig config() {
    return config;
  }

  /** Frees the particles, and the store if it is the run's own. A second call does nothing. */
  @Override
  public void close() {
    samples.close();
    store.close();
  }

  /** The report, then the summary. */
  @Override
  public String toString() {
    return report + System.lineSeparator() + samples.summary().without(report.warnings());
  }
}
