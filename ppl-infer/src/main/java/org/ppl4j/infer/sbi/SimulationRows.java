package org.ppl4j.infer.sbi;

import com.google.common.collect.ImmutableList;
import java.io.Serializable;
import java.util.Arrays;

/** A block of rows of parameters of which data are to be simulated, in plain numbers. */
public final class SimulationRows implements Serializable {

  private static final long serialVersionUID = 1;

  /** So many rows in each block but the last, however many machines there are. */
  private static final int SIZE = 500;

  private final long first;
  private final int columns;
  private final double[] parameters;

  private SimulationRows(long first, int columns, double[] parameters) {
    this.first = first;
    this.columns = columns;
    this.parameters = parameters;
  }

  /** All rows, block by block. */
  static ImmutableList<SimulationRows> blocks(long first, int columns, double[] parameters) {
    ImmutableList.Builder<SimulationRows> blocks = ImmutableList.builder();
    int numbers = SIZE * columns;
    for (int at = 0; at < parameters.length; at += numbers) {
      double[] some = Arrays.copyOfRange(parameters, at, Math.min(parameters.length, at + numbers));
      blocks.add(new SimulationRows(first + at / columns, columns, some));
    }
    return blocks.build();
  }

  /** How many there are. */
  public int count() {
    return parameters.length / columns;
  }

  /** The number of a row, which keys its noise. */
  long number(int row) {
    return first + row;
  }

  double[] parameters(int row) {
    return Arrays.copyOfRange(parameters, row * columns, (row + 1) * columns);
  }

  /** Which rows. */
  @Override
  public String toString() {
    return "rows " + (first + 1) + " to " + (first + count());
  }
}
