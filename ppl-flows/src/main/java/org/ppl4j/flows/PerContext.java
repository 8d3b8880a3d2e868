package org.ppl4j.flows;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** What a layer has for a size of context, 0 for none; each made once. */
final class PerContext<T> {

  private final IntFunction<T> maker;
  private final Map<Integer, T> made = new ConcurrentHashMap<>();

  PerContext(IntFunction<T> maker) {
    this.maker = maker;
  }

  T of(int contextDim) {
    T known = made.get(contextDim);
    return known != null ? known : made.computeIfAbsent(contextDim, maker::apply);
  }
}
