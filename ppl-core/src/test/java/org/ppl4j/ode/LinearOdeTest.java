package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Linear equations of any size, several at once: exp(A t) and its derivatives, by Hipparchus. */
@ExtendWith(LeakCheck.class)
class LinearOdeTest {

  private static final Solver SOLVER = Solver.dormandPrince(1e-11);
  private static final double[] TIMES = {0, 0.3, 1.1, 2};
  private static final int ROWS = 5;

  /** Some hundred tolerances, grown as the states are. */
  private static final double EXACT = 1e-8;

  /** dz/dt = A z, θ the entries of A, row by row. */
  private static Equation linear(int size) {
    return (time, state, theta) -> {
      List<NDArray> rates = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        NDArray row = Tensors.range(theta, -1, (long) i * size, (i + 1L) * size);
        rates.add(row.mul(state).sum(new int[] {-1}, true));
      }
      return Tensors.concat(rates, -1);
    };
  }

  private static double[] random(Random random, int count) {
    return random.doubles(count, -1, 1).toArray();
  }

  private static RealMatrix matrix(double[] entries, int size) {
    RealMatrix matrix = new Array2DRowRealMatrix(size, size);
    for (int i = 0; i < entries.length; i++) {
      matrix.setEntry(i / size, i % size, entries[i]);
    }
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void statesAndGradientsAreThoseOfTheExponential(int size) {
    Random random = new Random(size);
    Equation equation = linear(size);
    double[] matrices = random(random, ROWS * size * size);
    double[] starts = random(random, ROWS * size);
    double[] weights = random(random, ROWS * TIMES.length * size);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray theta =
          Autograd.variable(run.create(matrices, new Shape(ROWS, 1, (long) size * size)));
      NDArray start = Autograd.variable(run.create(starts, new Shape(ROWS, 1, size)));

      NDArray states = Ode.solve(SOLVER, equation, start, TIMES, theta);
      NDArray sum = states.mul(run.create(weights, states.getShape())).sum();
      List<NDArray> gradients = Autograd.grad(sum, List.of(start, theta));

      assertThat(states.getShape()).isEqualTo(new Shape(ROWS, TIMES.length, size));
      double[] expected = new double[ROWS * TIMES.length * size];
      double[] inStart = new double[starts.length];
      double[] inTheta = new double[matrices.length];
      for (int at = 0; at < ROWS * TIMES.length; at++) {
        int row = at / TIMES.length;
        RealMatrix a = matrix(part(matrices, row, size * size), size);
        double[] z = part(starts, row, size);
        double[] w = part(weights, at, size);
        double time = TIMES[at % TIMES.length];
        RealMatrix growth = MatrixUtils.matrixExponential(a.scalarMultiply(time));
        System.arraycopy(growth.operate(z), 0, expected, at * size, size);
        add(inStart, row * size, growth.preMultiply(w));
        for (int entry = 0; entry < size * size; entry++) {
          double slope = dot(w, slope(a, entry, time).operate(z));
          inTheta[row * size * size + entry] += slope;
        }
      }
      assertClose("states", states, EXACT, expected);
      assertClose("in the start", gradients.get(0), EXACT, inStart);
      assertClose("in the matrix", gradients.get(1), EXACT, inTheta);
    }
  }

  private static double[] part(double[] all, int number, int length) {
    double[] part = new double[length];
    System.arraycopy(all, number * length, part, 0, length);
    return part;
  }

  private static void add(double[] to, int from, double[] more) {
    for (int i = 0; i < more.length; i++) {
      to[from + i] += more[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * Of exp(A t) in an entry of A: the upper right part of the exponential of a matrix that has A t
   * twice on its diagonal. Source: Van Loan, "Computing integrals involving the matrix exponential"
   * (1978), theorem 1.
   */
  private static RealMatrix slope(RealMatrix a, int entry, double time) {
    int size = a.getRowDimension();
    RealMatrix both = new Array2DRowRealMatrix(2 * size, 2 * size);
    both.setSubMatrix(a.scalarMultiply(time).getData(), 0, 0);
    both.setSubMatrix(a.scalarMultiply(time).getData(), size, size);
    both.setEntry(entry / size, size + entry % size, time);
    return MatrixUtils.matrixExponential(both).getSubMatrix(0, size - 1, size, 2 * size - 1);
  }

  /** Each row has the bits that it has alone, with what leads to infinity beside it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void rowsAreWhatTheyAreAlone(int size) {
    Random random = new Random(7);
    Equation linear = linear(size);
    // z³ leads to infinity from where it is larger than what is linear, which is in one row.
    Equation equation =
        (time, state, theta) -> linear.rate(time, state, theta).add(state.mul(state.square()));
    double[][] starts = new double[ROWS][];
    double[][] matrices = new double[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      starts[row] = random(random, size);
      matrices[row] = random(random, size * size);
      for (int i = 0; i < size; i++) {
        starts[row][i] *= row == 2 ? 100 : 0.1;
        matrices[row][i * size + i] = -2;
      }
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray all =
          Ode.solve(
              SOLVER,
              equation,
              run.bind(Tensors.matrix(starts)).expandDims(-2),
              TIMES,
              run.bind(Tensors.matrix(matrices)).expandDims(-2));
      int finite = 0;
      for (int row = 0; row < ROWS; row++) {
        NDArray alone =
            Ode.solve(
                SOLVER,
                equation,
                run.create(starts[row], new Shape(size)),
                TIMES,
                run.create(matrices[row], new Shape((long) size * size)));
        double[] together = Tensors.values(Tensors.range(all, -3, row, row + 1L));
        assertThat(together).containsExactly(Tensors.values(alone));
        finite += Double.isFinite(together[together.length - 1]) ? 1 : 0;
      }
      assertThat(finite).isEqualTo(ROWS - 1);
    }
  }
}
