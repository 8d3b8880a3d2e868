package org.ppl4j.tensor.graph;

/** A program does what no graph holds; its message says what. */
public final class NotRecordable extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With what cannot be recorded. */
  public NotRecordable(String what) {
    super(what);
  }
}
