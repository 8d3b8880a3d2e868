package org.ppl4j.infer;

import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * A distribution of a model's latent sites given data, known by its draws: a fitted guide, a neural
 * posterior.
 *
 * @param <D> the model's data
 */
public interface Posterior<D extends @Nullable Object> {

  /**
   * Draws of the latent and deterministic sites of the model. The same posterior gives the same
   * draws each time.
   *
   * @param data the data that the posterior is given
   * @param draws how many, at least 1
   */
  @MustBeClosed
  Samples posterior(D data, int draws);

  /**
   * Mean, standard deviation and quantiles of these draws.
   *
   * @param draws how many, at least 1
   */
  default Summary summary(D data, int draws) {
    try (Samples samples = posterior(data, draws)) {
      return samples.summary();
    }
  }

  /** The parameters of the model and of whatever makes the draws. */
  ParamStore params();

  /** Seed, float type and device of the draws. */
  RunConfig config();
}
