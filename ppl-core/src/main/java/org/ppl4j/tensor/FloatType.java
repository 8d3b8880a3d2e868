package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;

/** The one float type of a run; plain numbers and data are brought to it. */
public enum FloatType {
  /** Single precision, for networks, flows and GPUs. */
  FLOAT32(DataType.FLOAT32, 126, 24),
  /** Double precision, the default. */
  FLOAT64(DataType.FLOAT64, 1022, 53);

  private final DataType dataType;
  private final double logRange;
  private final double gapBelowOne;

  FloatType(DataType dataType, int exponents, int digits) {
    this.dataType = dataType;
    this.logRange = exponents * Math.log(2);
    this.gapBelowOne = Math.scalb(1.0, -digits);
  }

  /** The engine's data type. */
  public DataType dataType() {
    return dataType;
  }

  /**
   * The logarithm of the largest number whose inverse is a normal number too: that of the inverse
   * of the smallest normal number.
   */
  public double logRange() {
    return logRange;
  }

  /** How far the largest number below 1 is from it. */
  public double gapBelowOne() {
    return gapBelowOne;
  }
}
