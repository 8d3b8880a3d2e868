package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data that were simulated, and what from.
 *
 * @param <D> the data
 * @param truth the values of latent sites by name, drawn from the prior, each row by row
 * @param data drawn from the model given these values
 */
public record Simulated<D extends @Nullable Object>(
    ImmutableMap<String, ImmutableDoubleArray> truth, D data) {

  /** Of these. */
  public Simulated {
    checkArgument(!truth.isEmpty(), "simulated data have no truth; name at least one latent site");
  }

  /**
   * Of these.
   *
   * @throws IllegalArgumentException if there is no value
   */
  public static <D extends @Nullable Object> Simulated<D> of(Map<String, double[]> truth, D data) {
    ImmutableMap.Builder<String, ImmutableDoubleArray> values = ImmutableMap.builder();
    truth.forEach((name, x) -> values.put(name, ImmutableDoubleArray.copyOf(x)));
    return new Simulated<>(values.buildOrThrow(), data);
  }
}
