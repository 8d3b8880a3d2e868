package org.ppl4j.examples.missing;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Reference.Moments;
import org.ppl4j.examples.missing.WineTable.MissingCell;
import org.ppl4j.params.ParamStore;

/**
 * The joint normal distribution of a row, and of its missing values given the rest.
 *
 * <p>Column j is c_j + Σ b_jk · column k + s_j ε. So with A = I − B the row has the precision Λ =
 * Aᵀ diag(1 / s²) A and the mean A⁻¹ c; its missing values h given the observed o have the
 * covariance Λ_hh⁻¹ and the mean μ_h − Λ_hh⁻¹ Λ_ho (x_o − μ_o).
 */
final class NormalRows {

  private final double[] mean;
  private final double[][] precision;

  private NormalRows(double[] mean, double[][] precision) {
    this.mean = mean;
    this.precision = precision;
  }

  /** Of the learned parameters of {@link MissingValues#MODEL}. */
  static NormalRows of(ParamStore params) {
    int n = WineTable.COLUMNS.size();
    double[] mean = new double[n];
    double[][] precision = new double[n][n];
    for (int j = 0; j < n; j++) {
      String column = WineTable.COLUMNS.get(j);
      double[] a = new double[n]; // row j of A
      a[j] = 1;
      mean[j] = params.value(column + " intercept")[0];
      for (int k = 0; k < j; k++) {
        a[k] = -params.value(column + " on " + WineTable.COLUMNS.get(k))[0];
        mean[j] -= a[k] * mean[k];
      }
      double sd = params.value(column + " sd")[0];
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) {
          precision[i][k] += a[i] * a[k] / (sd * sd);
        }
      }
    }
    return new NormalRows(mean, precision);
  }

  /** The posterior of all missing values, in the units of their columns. */
  Reference posterior(WineTable wines) {
    Map<String, Moments> found = new HashMap<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int row = 0; row < wines.rows(); row++) {
        missing(manager, wines, row, found);
      }
    }
    ImmutableMap.Builder<String, Moments> ordered = ImmutableMap.builder();
    for (MissingCell cell : wines.missingCells()) {
      ordered.put(cell.name(), requireNonNull(found.get(cell.name())));
    }
    return new Reference(ordered.buildOrThrow());
  }

  private void missing(NDManager manager, WineTable wines, int row, Map<String, Moments> found) {
    List<Integer> missing = new ArrayList<>();
    for (int j = 0; j < mean.length; j++) {
      if (!wines.isObserved(WineTable.COLUMNS.get(j), row)) {
        missing.add(j);
      }
    }
    int n = missing.size();
    if (n == 0) {
      return;
    }
    double[] block = new double[n * n]; // Λ_hh
    double[] pull = new double[n]; // Λ_ho (x_o − μ_o)
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        block[i * n + k] = precision[missing.get(i)][missing.get(k)];
      }
      for (int j = 0; j < mean.length; j++) {
        if (!missing.contains(j)) {
          double x = wines.standardised(WineTable.COLUMNS.get(j), row);
          pull[i] += precision[missing.get(i)][j] * (x - mean[j]);
        }
      }
    }
    double[] covariance = manager.create(block, new Shape(n, n)).inverse().toDoubleArray();
    for (int i = 0; i < n; i++) {
      double centre = mean[missing.get(i)];
      for (int k = 0; k < n; k++) {
        centre -= covariance[i * n + k] * pull[k];
      }
      MissingCell cell = new MissingCell(WineTable.COLUMNS.get(missing.get(i)), row);
      double sd = Math.sqrt(covariance[i * n + i]) * wines.sd(cell.column());
      found.put(cell.name(), new Moments(wines.unit(cell, centre), sd));
    }
  }
}
