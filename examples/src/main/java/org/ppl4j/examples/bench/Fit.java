package org.ppl4j.examples.bench;

import ai.djl.ndarray.NDManager;
import org.ppl4j.Bound;
import org.ppl4j.ParamStore;
import org.ppl4j.infer.Svi;

/** A fit with everything it owns. */
public final class Fit implements AutoCloseable {

  /** One step; gives the loss. */
  private interface Step {
    double make();
  }

  private final NDManager manager;
  private final ParamStore params;
  private final Bound<?> bound;
  private final Step step;

  <D> Fit(NDManager manager, ParamStore params, Svi<D> svi, D data) {
    this.manager = manager;
    this.params = params;
    Bound<D> converted = Bound.of(data, svi.config());
    this.bound = converted;
    this.step = () -> svi.step(converted);
  }

  /** One step of inference; gives the loss. */
  public double step() {
    return step.make();
  }

  @Override
  public void close() {
    bound.close();
    params.close();
    manager.close();
  }
}
