package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

/** Plain Java arrays as data. */
@ExtendWith(LeakCheck.class)
final class PlainArraysTest {

  private static final RunConfig CONFIG = RunConfig.defaults();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(double[][] x, double[] y, int[] group, long[] count, boolean[] seen) {}

  private static Rows rows() {
    return new Rows(
        new double[][] {{1, 2}, {3, 4}, {5, 6}},
        new double[] {0.5, -1, 2},
        new int[] {0, 1, 1},
        new long[] {7, 8, 9},
        new boolean[] {true, false, true});
  }

  @Test
  void eachTypeIsATensorOfItsShape() {
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.record(
          (p, none) -> {
            Rows rows = rows();
            NDArray x = p.constant(rows.x());
            assertThat(x.getShape()).isEqualTo(new Shape(3, 2));
            assertThat(Tensors.values(x)).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(Tensors.values(p.constant(rows.y()))).containsExactly(0.5, -1, 2);
            assertThat(p.constant(rows.group()).getDataType()).isEqualTo(DataType.INT64);
            assertThat(Tensors.values(p.constant(rows.group()))).containsExactly(0, 1, 1);
            assertThat(Tensors.values(p.constant(rows.count()))).containsExactly(7, 8, 9);
            assertThat(p.constant(rows.seen()).getDataType()).isEqualTo(DataType.BOOLEAN);
          });
    }
  }

  private enum Matrix {
    DOUBLES(new double[][] {{1, 2}, {3, 4}, {5, 6}}, DataType.FLOAT64),
    LONGS(new long[][] {{1, 2}, {3, 4}, {5, 6}}, DataType.INT64),
    INTS(new int[][] {{1, 2}, {3, 4}, {5, 6}}, DataType.INT64),
    BOOLEANS(new boolean[][] {{true, false}, {true, true}, {false, true}}, DataType.BOOLEAN);

    private final Object rows;
    private final DataType type;

    Matrix(Object rows, DataType type) {
      this.rows = rows;
      this.type = type;
    }

    private NDArray taken(Plate plate, Object x) {
      return switch (this) {
        case DOUBLES -> plate.take((double[][]) x);
        case LONGS -> plate.take((long[][]) x);
        case INTS -> plate.take((int[][]) x);
        case BOOLEANS -> plate.take((boolean[][]) x);
      };
    }

    private NDArray step(Step step, Object x) {
      return switch (this) {
        case DOUBLES -> step.take((double[][]) x);
        case LONGS -> step.take((long[][]) x);
        case INTS -> step.take((int[][]) x);
        case BOOLEANS -> step.take((boolean[][]) x);
      };
    }

    private NDArray constant(Ppl p, Object x) {
      return switch (this) {
        case DOUBLES -> p.constant((double[][]) x);
        case LONGS -> p.constant((long[][]) x);
        case INTS -> p.constant((int[][]) x);
        case BOOLEANS -> p.constant((boolean[][]) x);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMatrixIsOneTensorAndItsRowsAreTaken(Matrix matrix) {
    Program<Object> program =
        (p, rows) -> {
          NDArray all = matrix.constant(p, rows);
          assertThat(all.getShape()).isEqualTo(new Shape(3, 2));
          assertThat(all.getDataType()).isEqualTo(matrix.type);
          double[] numbers = Tensors.values(all);
          assertThat(numbers[2]).isEqualTo(matrix == Matrix.BOOLEANS ? 1 : 3);
          assertThat(matrix.constant(p, rows)).isSameAs(all);
          try (Plate plate = p.plate("rows", 3, 2)) {
            long[] seen = plate.indices().toLongArray();
            double[] taken = Tensors.values(matrix.taken(plate, rows));
            for (int i = 0; i < 4; i++) {
              assertThat(taken[i]).isEqualTo(numbers[(int) (2 * seen[i / 2] + i % 2)]);
            }
          }
          List<double[]> steps = new ArrayList<>();
          p.scan(
              "t",
              3,
              p.scalar(0),
              (q, t, before) -> {
                steps.add(Tensors.values(matrix.step(t, rows)));
                return before;
              });
          assertThat(steps.get(steps.size() - 1)).containsExactly(numbers[4], numbers[5]);
        };
    try (BoundData<Object> bound = BoundData.of(matrix.rows, CONFIG);
        Sandbox sandbox = Sandbox.open();
        Run run = Run.open(CONFIG, 0)) {
      Trace trace =
          Execution.record(run, sandbox.params(), Rng.Purpose.MODEL, program, bound.in(run));
      assertThat(trace.plates()).isNotEmpty();
    }
  }

  @Test
  void anArrayIsOneTensorOfItsRun() {
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.record(
          (p, none) -> {
            double[] y = rows().y();
            assertThat(p.constant(y)).isSameAs(p.constant(y)).isNotSameAs(p.constant(y.clone()));
          });
    }
  }

  @Test
  void observedNumbersHaveTheLogJointOfTheirTensor() {
    double[] y = rows().y();
    Program<double[]> plain = (p, data) -> p.observe("y", normals(), data);
    Program<NDArray> tensor = (p, data) -> p.observe("y", normals(), data);
    try (Sandbox sandbox = Sandbox.open()) {
      assertThat(logJoint(sandbox.run(), plain, y))
          .isEqualTo(logJoint(sandbox.run(), tensor, Tensors.vector(y)));
    }
  }

  private static Distribution normals() {
    return Normal.of(Tensors.vector(1, 2, 3), 2).toEvent();
  }

  private static <D> double logJoint(Run run, Program<D> program, D data) {
    try (Sandbox store = Sandbox.open()) {
      return Tensors.values(
          Execution.record(run, store.params(), Rng.Purpose.MODEL, program, data).logJoint())[0];
    }
  }

  @Test
  void platesTakeTheRowsOfEachStep() {
    Program<Rows> program =
        (p, rows) -> {
          try (Plate plate = p.plate("rows", rows.y().length, 2)) {
            long[] seen = plate.indices().toLongArray();
            for (int i = 0; i < 2; i++) {
              int row = (int) seen[i];
              assertThat(Tensors.values(plate.take(rows.x()))[2 * i]).isEqualTo(rows.x()[row][0]);
              assertThat(Tensors.values(plate.take(rows.y()))[i]).isEqualTo(rows.y()[row]);
              assertThat(Tensors.values(plate.take(rows.group()))[i]).isEqualTo(rows.group()[row]);
              assertThat(Tensors.values(plate.take(rows.count()))[i])
                  .isEqualTo((double) rows.count()[row]);
              assertThat(plate.take(rows.seen()).getDataType()).isEqualTo(DataType.BOOLEAN);
            }
          }
        };
    for (int step = 0; step < 4; step++) {
      try (Sandbox sandbox = Sandbox.open();
          Run run = Run.open(CONFIG, step)) {
        assertThat(
                Execution.record(run, sandbox.params(), Rng.Purpose.MODEL, program, rows())
                    .plates())
            .hasSize(1);
      }
    }
  }

  @Test
  void boundArraysAreConvertedOnceForAllRuns() {
    RunConfig floats = CONFIG.withFloatType(FloatType.FLOAT32);
    Rows rows = rows();
    try (BoundData<Rows> bound = BoundData.of(rows, floats)) {
      rows.y()[0] = 100;
      rows.x()[0][0] = 100;
      for (int step = 0; step < 2; step++) {
        try (Run run = Run.open(floats, step)) {
          Rows inRun = bound.in(run);
          assertThat(inRun.x()[0]).containsExactly(1, 2);
          NDArray y = PlainArrays.in(run, inRun.y());
          assertThat(y.getDataType()).isEqualTo(DataType.FLOAT32);
          assertThat(Tensors.values(y)).containsExactly(0.5, -1, 2);
          assertThat(Tensors.values(PlainArrays.in(run, inRun.x()))[0]).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void raggedRowsMayStandInDataButAreNoTensor() {
    double[][] ragged = {{1, 2}, {3}};
    try (BoundData<double[][]> bound = BoundData.of(ragged, CONFIG);
        Run run = Run.open(CONFIG, 0)) {
      double[][] inRun = bound.in(run);
      assertThat(inRun[1]).containsExactly(3);
      assertThatThrownBy(() -> PlainArrays.in(run, inRun))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("matrix has rows of 2 and 1 numbers; pass as many in each");
      assertThatThrownBy(() -> PlainArrays.in(run, new double[0][]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("matrix has no row; pass at least one");
    }
  }
}
