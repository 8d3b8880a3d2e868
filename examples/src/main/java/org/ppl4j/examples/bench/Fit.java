package org.ppl4j.examples.bench;

import ai.djl.ndarray.NDManager;
import org.ppl4j.ParamStore;
import org.ppl4j.infer.Svi;

/** A fit with everything it owns. */
public final class Fit implements AutoCloseable {

  private final NDManager manager;
  private final ParamStore params;
  private final Svi<?>.OnData bound;

  @SuppressWarnings("MustBeClosed") // closed with this fit
  <D> Fit(NDManager manager, ParamStore params, Svi<D> svi, D data) {
    this.manager = manager;
    this.params = params;
    this.bound = svi.bind(data);
  }

  /** One step of inference; gives the loss. */
  public double step() {
    return bound.step();
  }

  @Override
  public void close() {
    bound.close();
    params.close();
    manager.close();
  }
}
