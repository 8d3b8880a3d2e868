package org.ppl4j;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ppl4j.tensor.Rng;

/** Which sites and plates were met by executions of which purpose, so that each is checked once. */
final class FirstRuns {

  private record Met(Rng.Purpose purpose, String name) {}

  private final Set<Met> met = ConcurrentHashMap.newKeySet();

  /** Whether the name is met for the first time; false from then on. */
  boolean isFirst(Rng.Purpose purpose, String name) {
    return met.add(new Met(purpose, name));
  }
}
