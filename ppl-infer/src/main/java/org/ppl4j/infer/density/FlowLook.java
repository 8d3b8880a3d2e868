package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;

/** A flow beside rows that no step sees: what a {@link Goal} judges it by. */
public final class FlowLook {

  /** So many rows are compared with draws, each with each. */
  private static final int SOME = 500;

  private final FlowModel model;
  private final Tables rows;
  private final double logProb;

  /**
   * At rows for validation.
   *
   * @param rows in standard units
   * @param logProb their mean log-density, in their own units
   */
  FlowLook(FlowModel model, Tables rows, double logProb) {
    this.model = model;
    this.rows = rows;
    this.logProb = logProb;
  }

  /** The mean log-density of the rows, in their own units. */
  public double logProb() {
    return logProb;
  }

  /** A number of up to 500 of the rows, by draws that are the same at each look. */
  public double of(Function<FlowBatch, NDArray> number) {
    return model.number(rows.range(0, Math.min(rows.rows(), SOME)), number);
  }
}
