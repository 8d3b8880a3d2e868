package org.ppl4j.infer.latent;

import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;

/**
 * A program that was made from a model's latent sites, such as a guide, and can tell whether they
 * have changed since.
 *
 * @param <D> the data of the model
 */
public interface ModelBased<D extends @Nullable Object> extends Program<D> {

  /**
   * After an error of a fit: throws one in the user's words if the cause is that the model's latent
   * sites have changed since this program met the store.
   *
   * @throws IllegalArgumentException naming the first site that changed
   */
  void checkUnchanged(Run run, ParamStore params, D data, RuntimeException cause);
}
