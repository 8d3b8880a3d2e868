package org.ppl4j.handlers;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Tensors;

/** Values by the name of a site. */
record Values(ImmutableMap<String, NDArray> byName) {

  static Values of(Map<String, ? extends NDArray> values) {
    return new Values(ImmutableMap.copyOf(values));
  }

  static Values of(String name, NDArray value) {
    return new Values(ImmutableMap.of(name, value));
  }

  static Values of(String name, double value) {
    return of(name, Tensors.number(value));
  }

  /** The values of the latent sites of a trace. */
  static Values latents(Trace trace) {
    ImmutableMap.Builder<String, NDArray> values = ImmutableMap.builder();
    for (SampleSite site : trace.latents()) {
      values.put(site.name(), site.value());
    }
    return new Values(values.buildOrThrow());
  }

  @Nullable NDArray find(String name) {
    return byName.get(name);
  }
}
