package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Column.Entry;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * The law of shapes: whatever is asked of a tensor, in any public method and with any arguments,
 * the shape and type of what it gives are those of the values; or it throws in words of ours.
 */
@ExtendWith(LeakCheck.class)
class HostileCallsTest {

  private Run run;
  private NDManager manager;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed by close()
  void open() {
    run = Run.open(RunConfig.defaults(), 0);
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void close() {
    run.close();
    manager.close();
  }

  private static HostileCalls all(Run run, NDManager manager) throws IllegalAccessException {
    HostileCalls calls = new HostileCalls(run, manager);
    calls.ofTensors(NDArray.class);
    calls.ofTensors(NDArrayEx.class);
    calls.ofManagers();
    for (Class<?> type : List.of(Tensors.class, Linalg.class, Special.class)) {
      calls.ofStatics(type);
    }
    assertThat(calls.given()).isGreaterThan(4_000);
    assertThat(calls.thrown()).isGreaterThan(2_000);
    return calls;
  }

  @Test
  void shapesAreThoseOfTheValues() throws IllegalAccessException {
    assertThat(all(run, manager).faults()).isEmpty();
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void shapesAreThoseOfTheValuesInBothFloatTypes() throws IllegalAccessException {
    AcceptancePoint point = new AcceptancePoint("trust.1");
    for (FloatType type : FloatType.values()) {
      try (Run own = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        HostileCalls calls = all(own, manager);
        point.shown("results of hostile calls, " + type, calls.given());
        point.shown("errors of hostile calls, " + type, calls.thrown());
        point.atMost("wrong shapes and foreign errors, " + type, calls.faults().size(), 0);
      }
    }
  }

  /** Operations that lie. */
  static final class Planted {

    private Planted() {}

    /** Claims a dim more than there are elements for. */
    public static NDArray longer(NDArray x) {
      RunArray array = (RunArray) x;
      Shape claimed = Shapes.concat(x.getShape(), new Shape(2));
      return array
          .requireRun()
          .adopt(Entry.DATA, PyTorch.get().copy(array.handle()), claimed, x.getDataType());
    }

    /** Claims integers. */
    public static NDArray whole(NDArray x) {
      RunArray array = (RunArray) x;
      Run of = array.requireRun();
      long copy = PyTorch.get().copy(array.handle());
      return of.adopt(Entry.DATA, copy, x.getShape(), DataType.INT32);
    }

    /** Stumbles. */
    public static NDArray last(NDArray x, int axis) {
      return x.expandDims(x.getShape().getShape()[axis] > 1 ? 0 : 1);
    }
  }

  @Test
  void lawSeesWrongShapesWrongTypesAndForeignErrors() throws IllegalAccessException {
    HostileCalls calls = new HostileCalls(run, manager);

    calls.ofStatics(Planted.class);

    assertThat(calls.faults())
        .anyMatch(fault -> fault.startsWith("Planted.longer") && fault.contains("claims (2, 2, 2)"))
        .anyMatch(fault -> fault.startsWith("Planted.whole") && fault.contains("claims int32"))
        .anyMatch(fault -> fault.contains("throws java.lang.ArrayIndexOutOfBoundsException"));
  }

  /** The rule of NumPy: ends beyond the tensor are its ends. */
  @Test
  void slicesAreThoseOfNumPy() {
    int judged = 0;
    for (int size = 0; size <= 5; size++) {
      NDArray x = run.arange(size);
      for (long start = -7; start <= 7; start++) {
        for (long stop = -7; stop <= 7; stop++) {
          for (long step = 1; step <= 3; step++) {
            long[] expected = slice(size, start, stop, step);

            NDArray actual = x.get(new NDIndex().addSliceDim(start, stop, step));

            assertThat(actual.toLongArray())
                .as("%s:%s:%s of %s", start, stop, step, size)
                .isEqualTo(expected);
            assertThat(actual.getShape()).isEqualTo(new Shape(expected.length));
            judged++;
          }
        }
      }
    }
    assertThat(judged).isEqualTo(6 * 15 * 15 * 3);
  }

  private static long[] slice(int size, long start, long stop, long step) {
    long from = start < 0 ? start + size : start;
    long to = stop < 0 ? stop + size : stop;
    return LongStream.range(0, size)
        .filter(i -> i >= from && i < to && (i - Math.max(0, from)) % step == 0)
        .toArray();
  }

  @Test
  void dotsAndOtherDimsStayWhereTheyAre() {
    NDArray x = run.arange(24).reshape(new Shape(2, 3, 4));

    assertThat(x.get("..., 1:9").getShape()).isEqualTo(new Shape(2, 3, 3));
    assertThat(x.get("1, ..., 3").toLongArray()).containsExactly(15, 19, 23);
    assertThat(x.get("1, ..., 7:").getShape()).isEqualTo(new Shape(3, 0));
    assertThat(x.get(":, 1").toLongArray()).containsExactly(4, 5, 6, 7, 16, 17, 18, 19);
    assertThat(x.get(":, 1:9").mean().getDouble()).isEqualTo(13.5);
    assertThat(x.get("...").toLongArray()).hasSize(24);
    assertThat(x.getLong(1, -1, -4)).isEqualTo(20);
  }

  private void refused(String message, Consumer<NDArray> call) {
    NDArray x = run.create(new double[] {0, 1.5, 2, 3, 4, 5}, new Shape(2, 3));
    assertThatThrownBy(() -> call.accept(x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static void ignore(@Nullable Object unused) {}

  @Test
  void errorsSayWhatIsWrongAndWhatToDo() {
    refused(
        "index 9 is beyond dim 1 of a tensor of shape (2, 3); use one from -3 to 2",
        x -> ignore(x.get("0, 9")));
    refused(
        "index names 3 dims, but the tensor has shape (2, 3); index at most its 2 dims",
        x -> ignore(x.get("0, 0, 0")));
    refused(
        "range from 1 below 9 does not lie in axis -1 of a tensor of shape (2, 3), which has 3"
            + " elements; pass a range that does",
        x -> ignore(Tensors.range(x, -1, 1, 9)));
    refused(
        "tensor of shape (2, 3) cannot be reshaped to (-1, -1), which leaves two sizes open; leave"
            + " one",
        x -> ignore(x.reshape(-1, -1)));
    refused(
        "tensor of shape (2, 3) is given axes [0, -2], one of them twice; name each once",
        x -> ignore(x.max(new int[] {0, -2})));
    refused("tensor of shape (3, -1) has a size below 0", x -> ignore(run.zeros(new Shape(3, -1))));
    refused(
        "operation ONE_HOT on shapes [(2, 3)] has an index that is no whole number, of an axis of"
            + " size 6; pass whole numbers from 0 to 5",
        x -> ignore(x.oneHot(6)));
    refused(
        "operation ONE_HOT on shapes [(2, 3)] has index 2 of an axis of size 2; pass whole numbers"
            + " from 0 to 1",
        x -> ignore(x.round().oneHot(2)));
    refused(
        "operation GATHER on shapes [(2, 3), (2, 1)] has an index that is no whole number, of an"
            + " axis of size 3; pass whole numbers from 0 to 2",
        x -> ignore(Tensors.pick(x, run.full(1.5, new Shape(2, 1)))));
    refused(
        "operation INDEX_SELECT on shapes [(2, 3), (1)] has index -1 of an axis of size 2; pass"
            + " whole numbers from 0 to 1",
        x -> ignore(x.get(run.full(-1, new Shape(1)))));
  }

  @Test
  void wholeNumbersOfTheFloatTypeAreIndices() {
    NDArray x = run.create(new double[] {5, 6, 7}, new Shape(3));
    NDArray index = run.create(new double[] {2, 0}, new Shape(2));

    assertThat(Tensors.pick(x, index).toDoubleArray()).containsExactly(7, 5);
    assertThat(x.get(index).toDoubleArray()).containsExactly(7, 5);
    assertThat(index.oneHot(3).toLongArray()).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void meanOfNothingIsNoNumber() {
    NDArray nothing = run.zeros(new Shape(0));

    assertThat(nothing.mean().getDouble()).isNaN();
    assertThat(run.zeros(new Shape(2, 0)).mean(new int[] {1}).toDoubleArray())
        .containsExactly(Double.NaN, Double.NaN);
    assertThat(nothing.sum().getDouble()).isZero();
  }
}
