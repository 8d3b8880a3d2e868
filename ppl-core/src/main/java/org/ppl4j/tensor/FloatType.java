package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;

/** The one float type of a run; plain numbers and data are brought to it. */
public enum FloatType {
  /** Single precision, for networks, flows and GPUs. */
  FLOAT32(DataType.FLOAT32),
  /** Double precision, the default. */
  FLOAT64(DataType.FLOAT64);

  private final DataType dataType;

  FloatType(DataType dataType) {
    this.dataType = dataType;
  }

  /** The engine's data type. */
  public DataType dataType() {
    return dataType;
  }
}
