package org.ppl4j.examples.missing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Reference.Moments;
import org.ppl4j.examples.missing.WineTable.MissingCell;
import org.ppl4j.infer.Progress;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;

/** The table with missing values, and the closed form that it is judged by. */
@ExtendWith(LeakCheck.class)
final class MissingValuesTest {

  private static final List<String> COLUMNS = WineTable.COLUMNS;

  @Test
  void missingCellsAreTheSameEachTimeAndSomeRowsHaveTwo() {
    List<MissingCell> missing = WineTable.read().missingCells();

    assertThat(WineTable.read().missingCells()).isEqualTo(missing);
    assertThat(missing).hasSize(15);
    assertThat(missing.stream().map(MissingCell::row).distinct()).hasSize(13);
  }

  /**
   * Σ_ho Σ_oo⁻¹ and its Schur complement in Hipparchus, while the example inverts a block of the
   * precision.
   */
  @Test
  void posteriorOfTheMissingValuesIsTheConditionalOfTheJointDistribution() {
    WineTable wines = WineTable.read();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      MissingValues.fit(params, 20)
          .progress(Progress.silent())
          .build()
          .run(wines.table(manager), 20);

      Reference exact = NormalRows.of(params).posterior(wines);

      RealMatrix inverse = inverse(params);
      RealMatrix sds =
          MatrixUtils.createRealDiagonalMatrix(
              COLUMNS.stream().mapToDouble(c -> params.value(c + " sd")[0]).toArray());
      RealMatrix root = inverse.multiply(sds);
      RealMatrix covariance = root.multiply(root.transpose());
      RealVector mean =
          inverse.operate(
              MatrixUtils.createRealVector(
                  COLUMNS.stream().mapToDouble(c -> params.value(c + " intercept")[0]).toArray()));
      assertThat(exact.parameters()).hasSize(wines.missingCells().size());
      for (MissingCell cell : wines.missingCells()) {
        Moments expected = conditional(wines, cell, mean, covariance);
        Moments found = exact.get(cell.name());
        assertThat(found.mean()).as(cell.name()).isCloseTo(expected.mean(), within(1e-12));
        assertThat(found.sd()).as(cell.name()).isCloseTo(expected.sd(), within(1e-12));
      }
    }
  }

  /** (I − B)⁻¹ for the learned coefficients. */
  private static RealMatrix inverse(ParamStore params) {
    RealMatrix a = MatrixUtils.createRealIdentityMatrix(COLUMNS.size());
    for (int j = 0; j < COLUMNS.size(); j++) {
      for (int k = 0; k < j; k++) {
        a.setEntry(j, k, -params.value(COLUMNS.get(j) + " on " + COLUMNS.get(k))[0]);
      }
    }
    return MatrixUtils.inverse(a);
  }

  private static Moments conditional(
      WineTable wines, MissingCell cell, RealVector mean, RealMatrix covariance) {
    int[] h = {COLUMNS.indexOf(cell.column())};
    int[] o =
        IntStream.range(0, COLUMNS.size())
            .filter(j -> wines.isObserved(COLUMNS.get(j), cell.row()))
            .toArray();
    List<Double> off = new ArrayList<>();
    for (int j : o) {
      off.add(wines.standardised(COLUMNS.get(j), cell.row()) - mean.getEntry(j));
    }
    RealMatrix cross = covariance.getSubMatrix(h, o);
    RealMatrix weights = cross.multiply(MatrixUtils.inverse(covariance.getSubMatrix(o, o)));
    double[] residual = off.stream().mapToDouble(x -> x).toArray();
    double centre = mean.getEntry(h[0]) + weights.operate(residual)[0];
    double variance =
        covariance.getEntry(h[0], h[0]) - weights.multiply(cross.transpose()).getEntry(0, 0);
    return new Moments(wines.unit(cell, centre), Math.sqrt(variance) * wines.sd(cell.column()));
  }
}
