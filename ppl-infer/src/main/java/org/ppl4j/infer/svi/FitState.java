package org.ppl4j.infer.svi;

/**
 * Where a fit is in its life. In each of these it can be interrupted, saved and loaded, and what is
 * made after that is to the bits what would have been made without.
 *
 * <pre>{@code
 * SEARCH → ENGINE ⇄ RECORDED → ENDED → ENGINE ...
 * }</pre>
 */
public enum FitState {
  /**
   * Nothing was made yet: the next step looks for where to start, by short fits from several seeds
   * if they were asked for, and as a guide that was made from the model wants it. A search that is
   * interrupted, or in which a program throws, leaves nothing; the next step begins it anew.
   */
  SEARCH("looks for where to start"),
  /** Where to start is known; the latest step, if there was one, was the engine's. */
  ENGINE("steps by the engine"),
  /** The latest step was computed from a record. */
  RECORDED("steps from a record"),
  /** The latest run is at its end, so that the next is one of its own, from these parameters. */
  ENDED("at its end");

  private final String words;

  FitState(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
