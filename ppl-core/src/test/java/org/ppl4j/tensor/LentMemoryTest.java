package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.LeakCheck;

/** Whoever closes what a run still uses is told so, and no memory is read that was freed. */
@ExtendWith(LeakCheck.class)
class LentMemoryTest {

  private static final int SIZE = 100_000;

  private static NDArray data(NDManager manager) {
    double[] values = new double[SIZE];
    Arrays.fill(values, 2);
    return manager.create(values);
  }

  @Test
  void dataThatWereClosedThrowWhereTheyAreUsed() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray data = manager.create(new double[] {1, 2, 3});
      NDArray bound = run.bind(data);
      data.close();

      assertThatThrownBy(bound::exp)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "data of shape (3) are used in a run after they were closed; close them after the"
                  + " last run that uses them");
      assertThatThrownBy(() -> run.bind(data))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "array is used as data after it was closed; close it after the last run that uses"
                  + " it");
    }
  }

  @Test
  void whatWasMadeOfDataKeepsItsValuesWhenTheyAreClosedAndCollected() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray weight = Autograd.variable(run.scalar(3));
      NDArray view;
      NDArray product;
      try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray bound = run.bind(data(manager));
        view = bound.reshape(new Shape(10, SIZE / 10)).get(":, 1:");
        product = bound.mul(weight).sum();
      }
      overwriteFreedMemory();

      assertThat(view.toDoubleArray()).containsOnly(2);
      NDArray gradient = Autograd.grad(product, List.of(weight)).get(0);
      assertThat(gradient.getDouble()).isEqualTo(2.0 * SIZE);
    }
  }

  /** Collects what is not reachable, and takes as much memory as that held, filled with others. */
  private static void overwriteFreedMemory() {
    System.gc();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (int i = 0; i < 20; i++) {
        NDArray unused = data(manager).mul(7);
      }
    }
  }

  @Test
  void textIsNoData() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray text = manager.create(new String[] {"a", "b"});
      String message =
          "array of type 'string' is not data; use float32, float64, int64, int32 or boolean";

      assertThatThrownBy(() -> run.bind(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> run.ones(new Shape(2)).add(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> Tensors.values(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  @Test
  void tensorsOfAClosedVectorThrow() {
    RunConfig config = RunConfig.defaults();
    try (Run run = Run.open(config, 0)) {
      FlatVector vector = FlatVector.zeros(config, 2, "parameter store");
      NDArray values = vector.in(run);
      NDArray variable = vector.variable(run);
      NDArray loss = variable.exp().sum();
      vector.close();

      for (NDArray used : List.of(values, variable)) {
        assertThatThrownBy(() -> used.sin())
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "parameter store is used after it was closed (a vector of size 2); close it after"
                    + " its last use");
      }
      assertThatThrownBy(() -> Autograd.grad(loss, List.of(variable)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("parameter store is used after it was closed");
    }
  }

  @Test
  void largeIntegersAreExactOrRefused() {
    long large = (1L << 53) + 1;
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray plain = manager.create(new long[] {large, 1});
      NDArray bound = run.bind(plain);
      String message =
          "integer 9007199254740993 has no equal among doubles, which are exact to 2^53; read it"
              + " with toLongArray(), or cast the tensor to the float type first";

      assertThat(bound.toLongArray()).containsExactly(large, 1);
      assertThat(bound.getLong(0)).isEqualTo(large);
      assertThat(bound.add(large).toLongArray()).containsExactly(2 * large, large + 1);
      assertThat(bound.sub(large).toLongArray()).containsExactly(0, 1 - large);
      assertThat(bound.eq(large - 1).toBooleanArray()).containsExactly(false, false);
      assertThat(run.create(new long[] {1}, new Shape(1)).mul(large).toLongArray())
          .containsExactly(large);
      assertThat(bound.toType(DataType.FLOAT64, false).getDouble(0)).isEqualTo((double) large);
      for (NDArray array : List.of(plain, bound)) {
        assertThatThrownBy(() -> Tensors.values(array))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(message);
      }
    }
  }
}
