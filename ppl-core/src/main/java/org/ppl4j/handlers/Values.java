package org.ppl4j.handlers;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.internal.WrittenNames;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Values by the name of a site, brought to each run anew.
 *
 * @param isWritten whether a user wrote the names, so that a program must have them
 */
record Values(ImmutableMap<String, Bringer> byName, boolean isWritten) implements Serializable {

  /** A value, brought to a run. */
  interface Bringer extends Serializable {
    NDArray in(Run run);
  }

  static Values of(Map<String, ? extends NDArray> values) {
    return new Values(ImmutableMap.copyOf(Maps.transformValues(values, Values::bringer)), true);
  }

  private static Bringer bringer(NDArray value) {
    return run -> run.bind(value);
  }

  static Values of(String name, NDArray value) {
    return of(ImmutableMap.of(name, value));
  }

  static Values of(String name, double value) {
    return of(name, Tensors.number(value));
  }

  /** The values of the latent sites of a trace. */
  static Values latents(Trace trace) {
    ImmutableMap.Builder<String, Bringer> values = ImmutableMap.builder();
    for (SampleSite site : trace.latents()) {
      values.put(site.name(), site::value);
    }
    return new Values(values.buildOrThrow(), false);
  }

  /** What a program must have of them. */
  WrittenNames names(String owner, String what) {
    return WrittenNames.of(owner, what, isWritten ? byName.keySet() : ImmutableSet.of());
  }

  @Nullable NDArray find(String name, Ppl p) {
    Bringer value = byName.get(name);
    return value == null ? null : value.in(p.run());
  }

  @Override
  public String toString() {
    return byName.keySet().toString();
  }
}
