package org.ppl4j.infer.internal;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * The parameters of a fit or of chains: in a store of the user's, or in one of their own, which is
 * closed with this.
 *
 * @param own the manager of the store; null if the store is the user's
 */
public record RunStore(ParamStore params, @Nullable NDManager own) implements AutoCloseable {

  /** The store that is given, or a new one of these settings. */
  public static RunStore of(@Nullable ParamStore given, RunConfig config) {
    if (given != null) {
      return new RunStore(given, null);
    }
    NDManager own = config.newManager();
    return new RunStore(new ParamStore(own, config), own);
  }

  @Override
  public void close() {
    if (own != null) {
      params.close();
      own.close();
    }
  }
}
