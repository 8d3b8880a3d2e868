package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Lists;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.Draws.Batch;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * What an execution for one draw has drawn, and a draw beside it, a little further in unconstrained
 * space: two draws by which {@link ManyDraws} finds out whether programs hold many, without noise.
 *
 * <p>It outlives the run: close it.
 */
public final class Neighbours implements AutoCloseable {

  /** How far they are from each other. */
  private static final double SPACING = 0.1;

  private final NDManager manager;
  private final Map<String, NDArray> values = new HashMap<>(); // (2, shape)
  private final Set<Long> sizes = new HashSet<>();

  private Neighbours(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Of programs that were executed in a run.
   *
   * @param alone what they did for one draw, in their order
   */
  @MustBeClosed
  public static Neighbours of(Run run, List<Trace> alone) {
    Neighbours neighbours = new Neighbours(NDManager.newBaseManager(run.config().device()));
    for (Trace trace :
        Lists.reverse(alone)) { // a model knows its sites' supports, a guide need not
      trace.plates().forEach(plate -> neighbours.sizes.add(plate.batch()));
      for (SampleSite site : trace.sites()) {
        for (long size : site.value().getShape().getShape()) {
          neighbours.sizes.add(size);
        }
        if (site.isLatent() && !neighbours.values.containsKey(site.name())) {
          NDArray value = run.bind(site.value());
          NDArray both = Tensors.stack(List.of(value, beside(run, site)), 0);
          neighbours.values.put(site.name(), Tensors.copy(both, neighbours.manager));
        }
      }
    }
    return neighbours;
  }

  /** The value itself where its support is no image of unconstrained numbers. */
  private static NDArray beside(Run run, SampleSite site) {
    NDArray value = run.bind(site.value());
    Transform bijection;
    try {
      bijection = Bijections.to(site.distribution().support());
    } catch (IllegalArgumentException none) {
      return value;
    }
    return bijection.forward(bijection.inverse(value).value().add(SPACING)).value();
  }

  /** The least number from 3 that no dim of a site is long, so that no row is taken for a draw. */
  int unlikeAnySize() {
    int count = 3;
    while (sizes.contains((long) count)) {
      count++;
    }
    return count;
  }

  /**
   * Gives some draws their values where programs would draw: one and the other in turn. What
   * follows from other sites is found from these.
   */
  Handler given(Batch batch) {
    return p -> new Given(p, batch);
  }

  private final class Given extends Handler.Frame {

    private final Ppl p;
    private final Batch batch;

    Given(Ppl p, Batch batch) {
      this.p = p;
      this.batch = batch;
    }

    @Override
    protected void enter(SampleSite site) {
      NDArray both = values.get(site.name());
      if (both != null && site.isLatent() && !site.hasValue() && site.distribution().hasDensity()) {
        site.substitute(value(p.run().bind(both), site.distribution().eventShape().dimension()));
      }
    }

    private NDArray value(NDArray both, int eventDims) {
      Shape shape = both.getShape();
      int axis = -shape.dimension();
      if (batch.count() == 0) {
        long which = batch.from() % 2;
        return Tensors.reshape(Tensors.range(both, axis, which, which + 1), shape.slice(1));
      }
      long[] inTurn = new long[batch.count()];
      Arrays.setAll(inTurn, i -> (batch.from() + i) % 2);
      NDArray index = p.run().create(inTurn, new Shape(inTurn.length));
      long[] sizes = new long[1 + batch.nesting() + eventDims];
      Arrays.fill(sizes, 1);
      sizes[0] = batch.count();
      int own = shape.dimension() - 1;
      System.arraycopy(shape.getShape(), 1, sizes, sizes.length - own, own);
      return Tensors.reshape(Tensors.select(both, index, axis), new Shape(sizes));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
