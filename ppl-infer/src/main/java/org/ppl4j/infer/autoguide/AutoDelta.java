package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Delta;

/**
 * A point for each continuous latent site of a model. Fitting it finds the maximum of the posterior
 * density (MAP) in the constrained space, as Pyro's does.
 *
 * <p>Parameters: for each site {@code x} one {@code auto.x} of the site's shape, in its support;
 * with all rows of its plates, should a step see some of them only. Starts at the {@link
 * Initializer}'s values ({@link Initializer#uniform()}).
 *
 * @param <D> the data of the model
 */
public final class AutoDelta<D extends @Nullable Object> extends AutoGuide<D> {

  private AutoDelta(
      Program<D> model,
      Initializer initializer,
      String prefix,
      ImmutableMap<String, Function<D, NDArray>> rows) {
    super(model, initializer, prefix, rows);
  }

  /** The guide of points of a model. */
  public static <D extends @Nullable Object> AutoDelta<D> of(Program<D> model) {
    return new AutoDelta<>(model, Initializer.uniform(), "auto", ImmutableMap.of());
  }

  /** Starting at these values; a new guide. */
  public AutoDelta<D> initializer(Initializer initializer) {
    return new AutoDelta<>(model, initializer, prefix, rows);
  }

  /** With another name before those of its parameters than {@code auto}; a new guide. */
  public AutoDelta<D> prefix(String prefix) {
    return new AutoDelta<>(model, initializer, prefix, rows);
  }

  /**
   * With the rows of a plate that the caller chooses; a new guide.
   *
   * @param name the plate, which the model opens by {@code PlateSpec.indices} or {@code given}
   * @param indices of the data, int64 {@code (B)}: the rows that they see
   */
  public AutoDelta<D> plate(String name, Function<D, NDArray> indices) {
    return new AutoDelta<>(model, initializer, prefix, with(name, indices));
  }

  @Override
  public void run(Ppl p, D data) {
    for (Slot slot : slots(p, data)) {
      NDArray value =
          p.param(parameter(slot), () -> initial(p, data, List.of(slot)).get(0), slot.support());
      int eventDims = slot.event().dimension();
      slot.sample(
          p,
          spec -> opening(spec, data),
          rows -> Delta.of(slot.isLocal() ? rows.take(value, eventDims) : value, eventDims));
    }
  }

  private String parameter(Slot slot) {
    return prefix + "." + slot.name();
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
