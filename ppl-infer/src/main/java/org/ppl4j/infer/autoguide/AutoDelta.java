package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Delta;
import org.ppl4j.tensor.Shapes;

/**
 * A point for each continuous latent site of a model. Fitting it finds the maximum of the posterior
 * density (MAP) in the constrained space, as Pyro's does.
 *
 * <p>Parameters: for each site {@code x} one {@code auto.x} of the site's shape, in its support.
 * Starts at the {@link Initializer}'s values ({@link Initializer#median()}).
 *
 * @param <D> the data of the model
 */
public final class AutoDelta<D extends @Nullable Object> extends AutoGuide<D> {

  private AutoDelta(Program<D> model, Initializer initializer, String prefix) {
    super(model, initializer, prefix);
  }

  /** The guide of points of a model. */
  public static <D extends @Nullable Object> AutoDelta<D> of(Program<D> model) {
    return new AutoDelta<>(model, Initializer.median(), "auto");
  }

  /** Starting at these values; a new guide. */
  public AutoDelta<D> initializer(Initializer initializer) {
    return new AutoDelta<>(model, initializer, prefix);
  }

  /** With another name before those of its parameters than {@code auto}; a new guide. */
  public AutoDelta<D> prefix(String prefix) {
    return new AutoDelta<>(model, initializer, prefix);
  }

  @Override
  public void run(Ppl p, D data) {
    for (Slot slot : slots(p, data)) {
      NDArray value = p.param(parameter(slot), () -> initial(p, data, slot), slot.support());
      Delta delta = Delta.of(value, slot.event().dimension());
      slot.inPlates(p, () -> p.sample(slot.name(), delta, slot.support()));
    }
  }

  private String parameter(Slot slot) {
    return prefix + "." + slot.name();
  }

  private NDArray initial(Ppl p, D data, Slot slot) {
    NDArray value = p.run().bind(start(p, data).site(slot.name()).value());
    return value.broadcast(Shapes.concat(slot.batch(), slot.event()));
  }

  @Override
  public Map<String, double[]> median(ParamStore params) {
    ImmutableMap.Builder<String, double[]> values = ImmutableMap.builder();
    for (Slot slot : slots(params)) {
      values.put(slot.name(), params.value(parameter(slot)));
    }
    return values.buildOrThrow();
  }

  @Override
  public String toString() {
    return "AutoDelta";
  }
}
