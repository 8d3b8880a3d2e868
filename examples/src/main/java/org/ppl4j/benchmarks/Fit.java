package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.Iterators;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Trace;
import org.ppl4j.benchmarks.PeerCases.Case;
import org.ppl4j.handlers.Replay;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** A fit of a peer's case, with everything it owns. */
public final class Fit implements AutoCloseable {

  private final NDManager manager;
  private final ParamStore params;
  private final List<Svi<?>.OnData> bound = new ArrayList<>();
  private final DoubleSupplier step;
  private final LongSupplier operations;

  @SuppressWarnings("MustBeClosedChecker") // closed with this
  <D> Fit(NDManager manager, RunConfig config, Case<D> peer) {
    ParamStore store = new ParamStore(manager, config);
    Svi<D> svi =
        Svi.builder(peer.model(), peer.guide())
            .params(store)
            .config(config)
            .optimizer(Adam.withRate(peer.rate()))
            .progress(Progress.silent())
            .build();
    if (peer.areBound()) {
      peer.batches().forEach(batch -> bound.add(svi.bind(batch)));
      Iterator<Svi<?>.OnData> next = Iterators.cycle(bound);
      this.step = () -> next.next().step();
    } else {
      Iterator<D> next = Iterators.cycle(peer.batches());
      this.step = () -> svi.step(next.next());
    }
    this.manager = manager;
    this.params = store;
    this.operations = () -> forwardOperations(config, store, peer);
  }

  private static <D> long forwardOperations(RunConfig config, ParamStore params, Case<D> peer) {
    try (BoundData<D> data = BoundData.of(peer.batches().get(0), config);
        Run run = Run.open(config, 0)) {
      D inRun = data.in(run);
      Trace guide = Execution.record(run, params, Rng.Purpose.GUIDE, peer.guide(), inRun);
      Trace model =
          Execution.record(run, params, Rng.Purpose.MODEL, peer.model(), inRun, new Replay(guide));
      NDArray loss = guide.logJoint().sub(model.logJoint());
      double value = Tensors.values(loss)[0];
      return Double.isNaN(value) ? -1 : run.operations();
    }
  }

  /** One step of inference; gives the loss. */
  public double step() {
    return step.getAsDouble();
  }

  /** Engine operations of the forward part of a step: guide, model and loss. */
  public long forwardOperations() {
    return operations.getAsLong();
  }

  @Override
  public void close() {
    bound.forEach(Svi.OnData::close);
    params.close();
    manager.close();
  }
}
