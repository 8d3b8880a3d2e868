package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableSet;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** One chain that is to be run, in plain numbers, so that it may be run in another JVM. */
public final class ChainWork implements Serializable {

  private static final long serialVersionUID = 1;

  private final int number; // from 1
  private final @Nullable ImmutableSet<String> moved; // null: no searches chose the variables
  private final double[] start;
  private final int starts;
  private final long position; // of its random stream
  private final ChainEnds.@Nullable End resumed;

  ChainWork(
      int number,
      @Nullable ImmutableSet<String> moved,
      double[] start,
      int starts,
      long position,
      ChainEnds.@Nullable End resumed) {
    this.number = number;
    this.moved = moved;
    this.start = start;
    this.starts = starts;
    this.position = position;
    this.resumed = resumed;
  }

  /** The number of the chain, from 1. */
  public int chain() {
    return number;
  }

  /** How often it is begun by now, this time included: 1 unless it was stuck. */
  public int starts() {
    return starts;
  }

  /** The sites that searches moved; null if none chose the variables. */
  @Nullable ImmutableSet<String> moved() {
    return moved;
  }

  double[] start() {
    return start.clone();
  }

  long position() {
    return position;
  }

  ChainEnds.@Nullable End resumed() {
    return resumed;
  }

  /** Which chain, and which of its starts. */
  @Override
  public String toString() {
    return "chain " + number + (starts > 1 ? ", start " + starts : "");
  }
}
