package org.ppl4j.examples.missing;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.ppl4j.examples.launcher.Resources;

/** Sixty wines, of which some measurements are taken away; what was there is known. */
final class WineTable {

  /** The columns, in the order of the resources. */
  static final ImmutableList<String> COLUMNS =
      ImmutableList.of("fixed acidity", "pH", "density", "alcohol");

  /** The share of all cells whose value is taken away. */
  private static final double MISSING = 0.07;

  /**
   * A cell whose value was taken away.
   *
   * @param row from 0
   */
  record MissingCell(String column, int row) {

    /** The name of its result, with the row counted from 1. */
    String name() {
      return column + "[" + (row + 1) + "]";
    }
  }

  private final Map<String, double[]> measured = new LinkedHashMap<>();
  private final Map<String, boolean[]> observed = new LinkedHashMap<>();

  private WineTable() {}

  /** The table of the resources, with the same cells missing each time. */
  static WineTable read() {
    WineTable table = new WineTable();
    JsonObject data = Resources.json(WineTable.class, "data.json");
    SplittableRandom random = new SplittableRandom(2);
    for (String column : COLUMNS) {
      double[] values = Resources.numbers(data, column);
      boolean[] there = new boolean[values.length];
      for (int row = 0; row < there.length; row++) {
        there[row] = random.nextDouble() >= MISSING;
      }
      table.measured.put(column, values);
      table.observed.put(column, there);
    }
    return table;
  }

  /** How many wines there are. */
  int rows() {
    return values(COLUMNS.get(0)).length;
  }

  /** The cells whose value is missing, column by column. */
  ImmutableList<MissingCell> missingCells() {
    ImmutableList.Builder<MissingCell> missing = ImmutableList.builder();
    for (String column : COLUMNS) {
      for (int row = 0; row < rows(); row++) {
        if (!isObserved(column, row)) {
          missing.add(new MissingCell(column, row));
        }
      }
    }
    return missing.build();
  }

  boolean isObserved(String column, int row) {
    return requireNonNull(observed.get(column))[row];
  }

  private double[] values(String column) {
    return requireNonNull(measured.get(column));
  }

  /** The mean of what was observed of a column. */
  double mean(String column) {
    double sum = 0;
    int count = 0;
    for (int row = 0; row < rows(); row++) {
      if (isObserved(column, row)) {
        sum += values(column)[row];
        count++;
      }
    }
    return sum / count;
  }

  /** The standard deviation of what was observed of a column. */
  double sd(String column) {
    double mean = mean(column);
    double sum = 0;
    int count = 0;
    for (int row = 0; row < rows(); row++) {
      if (isObserved(column, row)) {
        sum += Math.pow(values(column)[row] - mean, 2);
        count++;
      }
    }
    return Math.sqrt(sum / count);
  }

  /** What was observed, standardised; NaN where it is missing. */
  double standardised(String column, int row) {
    return isObserved(column, row) ? (values(column)[row] - mean(column)) / sd(column) : Double.NaN;
  }

  /** A standardised number in the unit of its column. */
  double unit(MissingCell cell, double x) {
    return mean(cell.column()) + sd(cell.column()) * x;
  }

  /** The value that was taken away. */
  double truth(MissingCell cell) {
    return values(cell.column())[cell.row()];
  }

  /** The data of the model. */
  MissingValues.Table table(NDManager manager) {
    List<NDArray> values = new ArrayList<>();
    List<NDArray> there = new ArrayList<>();
    for (String column : COLUMNS) {
      double[] standardised = new double[rows()];
      for (int row = 0; row < rows(); row++) {
        standardised[row] = standardised(column, row);
      }
      values.add(manager.create(standardised));
      there.add(manager.create(requireNonNull(observed.get(column))));
    }
    return new MissingValues.Table(values, there);
  }
}
