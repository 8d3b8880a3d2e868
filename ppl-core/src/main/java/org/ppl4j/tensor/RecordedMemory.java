package org.ppl4j.tensor;

import org.ppl4j.tensor.internal.plan.Workspace;

/**
 * What {@linkplain RecordedLoss records} compute on that take turns, as those of one fit do, each
 * of other data: together they need no more than the largest. It belongs to one thread at a time.
 */
public final class RecordedMemory {

  private final Workspace arrays = new Workspace();

  Workspace arrays() {
    return arrays;
  }
}
