package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * The draws of chains, with what they say of themselves. It owns the draws: close it, and read what
 * is to stay before.
 *
 * @param <D> the data of the model
 */
public final class McmcRun<D extends @Nullable Object> implements Posterior<D>, AutoCloseable {

  private final Samples samples;
  private final Summary summary;
  private final SamplerReport report;
  private final Iterations iterations;
  private final ChainEnds ends;
  private final RunStore store;
  private final RunConfig config;

  @MustBeClosed
  McmcRun(
      Samples samples,
      Summary summary,
      SamplerReport report,
      Iterations iterations,
      ChainEnds ends,
      RunStore store,
      RunConfig config) {
    this.samples = samples;
    this.summary = summary;
    this.report = report;
    this.iterations = iterations;
    this.ends = ends;
    this.store = store;
    this.config = config;
  }

  /**
   * All draws, of latent and deterministic sites, the draws of one chain after those of the other;
   * closed with this.
   */
  public Samples samples() {
    return samples;
  }

  /** Mean, standard deviation, quantiles, R-hat and effective sizes of all draws. */
  public Summary summary() {
    return summary;
  }

  /** What the chains did, and what speaks against trusting them. */
  public SamplerReport report() {
    return report;
  }

  /** What the iterations did that made the draws of {@link #samples}, one by one. */
  public Iterations iterations() {
    return iterations;
  }

  /** Where the chains ended whose draws were kept, from where {@link Mcmc#resume} goes on. */
  public ChainEnds ends() {
    return ends;
  }

  /**
   * The same with the draws of some sites alone, in the same arrays: one of them is to be closed.
   *
   * @param sites in the order that they are to have
   * @throws IllegalArgumentException if there is no such site
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public McmcRun<D> only(Collection<String> sites) {
    boolean isAll = samples.names().asList().equals(ImmutableList.copyOf(sites));
    Samples some = samples.only(sites);
    Summary of = isAll ? summary : some.summary();
    return new McmcRun<>(some, of, report, iterations, ends, store, config);
  }

  /**
   * Draws of the chains, evenly spaced: as many of each chain, as far apart as possible.
   *
   * @param data are not looked at, for the chains were given theirs; what predicts may pass others
   * @param draws how many, from 1 to those there are
   */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    return samples.some(draws, config.seed());
  }

  @Override
  public ParamStore params() {
    return store.params();
  }

  @Override
  public RunConfig config() {
    return config;
  }

  /** Frees the draws, and the store if it is the run's own. A second call does nothing. */
  @Override
  public void close() {
    samples.close();
    store.close();
  }

  /** The report, then the summary. */
  @Override
  public String toString() {
    return report + System.lineSeparator() + summary.without(report.warnings());
  }
}
