package org.ppl4j.infer.latent;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * A program that was made from a model's latent sites, such as a guide, and can tell whether they
 * have changed since.
 *
 * @param <D> the data of the model
 */
public interface ModelBased<D extends @Nullable Object> extends Program<D> {

  /**
   * Before the first execution of a fit: looks for where to start, if it wants to know more of the
   * model than its own first execution shows, and keeps it in the store. Does nothing unless a
   * program says otherwise; what it fails to find is no error.
   *
   * @param config of the fit
   * @param data of the fit, which are read before it returns
   * @return why it found no start; empty if it did, or looked for none
   * @throws InterruptionException if the thread is interrupted meanwhile; nothing is kept then, and
   *     a further call looks anew
   */
  default Optional<String> begin(ParamStore params, RunConfig config, BoundData<D> data) {
    return Optional.empty();
  }

  /**
   * After an error of a fit: throws one in the user's words if the cause is that the model's latent
   * sites have changed since this program met the store.
   *
   * @throws IllegalArgumentException naming the first site that changed
   */
  void checkUnchanged(Run run, ParamStore params, D data, RuntimeException cause);
}
