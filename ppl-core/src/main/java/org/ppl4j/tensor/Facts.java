package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was found to hold of every element of an array of data, so that later runs need not look
 * again. Whoever owns the array owns its facts, and hands both to {@link Run#bind(
 * ai.djl.ndarray.NDArray, Facts)}; a part of the data, such as a slice or some of its rows, has the
 * same facts.
 */
public final class Facts {

  private final int place;
  private final Set<Object> known = ConcurrentHashMap.newKeySet();

  /**
   * Nothing is known yet.
   *
   * @param place of the array among all that its owner has
   */
  public Facts(int place) {
    this.place = place;
  }

  /** The array as a tensor of a run, of which this is known. */
  RunArray of(RunArray whole) {
    boolean isWhole = whole.getDataType() == DataType.INT64;
    whole.requireRun().owned().column().bound(place, isWhole, whole.handle());
    return Shortcuts.wholeOf(whole, this);
  }

  boolean holds(Object fact) {
    return known.contains(fact);
  }

  void add(Object fact) {
    known.add(fact);
  }
}
