package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Whatever a plain array of DJL answers, a tensor of a run answers too, or says in words of ours
 * that it does not: every method of {@code NDArray} and {@code NDArrayEx} is called on both with
 * many arguments.
 */
class PlainAgreementTest {

  /** What differs on purpose or says nothing about values. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "close",
          "setName",
          "getName",
          "getUid",
          "getManager",
          "getResourceNDArrays",
          "getNDArrayInternal",
          "getArray",
          "getIndexer",
          "getDataType",
          "getDevice",
          "getSparseFormat",
          "getAsObject",
          "getAsString",
          "getAsBytes",
          "isReleased",
          "like",
          "toArray",
          "toDebugString",
          "toDense",
          "rnn", // layers are held against blocks of DJL's
          "lstm",
          "gru",
          "mish", // DJL's takes the logarithm to base 2, Misra's (2019) the natural one
          "cumSum()", // DJL's engine does not flatten, as its documentation says
          "argSort(int, boolean)", // DJL's turns equal elements around where it descends
          "contentEquals(Number)"); // DJL's is false for every scalar

  /** Integers are divided and raised as floats, where DJL cuts the result down. */
  private static final Set<String> FLOATS_OF_INTEGERS = Set.of("pow", "rpow", "rdiv", "rmod");

  private static final double TOLERANCE = 1e-6; // DJL's own forms of some functions take floats

  /** The shapes of the receivers; each is taken of floats and of integers. */
  private static final List<Shape> SHAPES =
      List.of(new Shape(2, 3), new Shape(3, 3), new Shape(4), new Shape(1, 2, 1), new Shape());

  private int compared;
  private final List<String> faults = new ArrayList<>();

  /** Each method on two of the shapes, which alternate from method to method. */
  @Test
  void tensorsAnswerWhatPlainArraysAnswer() throws IllegalAccessException {
    compareAll(2);

    assertThat(faults).isEmpty();
    assertThat(compared).isGreaterThan(1_000);
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void tensorsOfEveryShapeAnswerWhatPlainArraysAnswer() throws IllegalAccessException {
    AcceptancePoint point = new AcceptancePoint("trust.1");
    compareAll(SHAPES.size());

    assertThat(faults).isEmpty();
    point.none("of " + compared + " answers, not those of plain arrays");
  }

  private void compareAll(int shapes) throws IllegalAccessException {
    int methods = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (Class<?> type : List.of(NDArray.class, NDArrayEx.class)) {
        for (Method method : type.getMethods()) {
          boolean relevant =
              !Modifier.isStatic(method.getModifiers())
                  && method.getDeclaringClass() != Object.class
                  && !LEFT_OUT.contains(method.getName())
                  && !LEFT_OUT.contains(signature(method))
                  && !method.getName().endsWith("i") // in place: refused
                  && !method.getName().startsWith("set");
          if (relevant && !isRefused(type, method)) {
            for (int i = 0; i < shapes; i++) {
              Shape shape = SHAPES.get((methods + i) % SHAPES.size());
              compare(method, type == NDArrayEx.class, run, manager, shape);
            }
            methods++;
          }
        }
      }
    }
  }

  @Test
  void managersCreateWhatPlainOnesCreate() {
    List<Function<NDManager, NDArray>> creations =
        List.of(
            m -> m.create(2.5),
            m -> m.create(7L),
            m -> m.create((byte) 3),
            m -> m.create(true),
            m -> m.create(new float[] {1, 2.5f}),
            m -> m.create(new double[][] {{1, 2}, {3, 4}, {5, 6}}),
            m -> m.create(new long[] {1, 2, 3, 4}, new Shape(2, 2)),
            m -> m.create(new int[][] {{1, 2}}),
            m -> m.create(new boolean[] {true, false}),
            m -> m.create(DoubleBuffer.wrap(new double[] {1, 2, 3, 4}), new Shape(4, 1)),
            m -> m.create(FloatBuffer.wrap(new float[] {1, 2}), new Shape(2)),
            m -> m.create(IntBuffer.wrap(new int[] {1, 2}), new Shape(2)),
            m -> m.create(LongBuffer.wrap(new long[] {1, 2}), new Shape(2)),
            m -> m.zeros(new Shape(2, 0, 3)),
            m -> m.ones(new Shape(2, 3), DataType.FLOAT64),
            m -> m.ones(new Shape(), DataType.INT64),
            m -> m.full(new Shape(2), 3),
            m -> m.full(new Shape(2), 0.5f),
            m -> m.arange(5),
            m -> m.arange(1f, 2f, 0.25f),
            m -> m.arange(5, 1, -2),
            m -> m.eye(3),
            m -> m.eye(2, 3, 0),
            m -> m.linspace(0f, 1f, 5),
            m -> m.linspace(0, 10, 4));
    try (Run run = Run.open(RunConfig.defaults(), 0);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (int i = 0; i < creations.size(); i++) {
        NDArray actual = creations.get(i).apply(run.manager());
        NDArray expected = creations.get(i).apply(manager);

        assertThat(actual).isInstanceOf(RunArray.class);
        assertThat(difference(actual, expected)).as("creation %s", i).isNull();
        assertThat(actual.getDataType().isFloating())
            .as("creation %s", i)
            .isEqualTo(expected.getDataType().isFloating());
      }
    }
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }

  private static boolean isRefused(Class<?> type, Method method) {
    String refused = "refused " + Interfaces.row(type, method);
    return Interfaces.decided().stream().anyMatch(line -> line.startsWith(refused));
  }

  private void compare(Method method, boolean internal, Run run, NDManager manager, Shape shape)
      throws IllegalAccessException {
    Backend ours = Backend.of(run);
    Backend plain = Backend.of(manager, DataType.FLOAT64);
    for (boolean integer : new boolean[] {false, true}) {
      if (integer && FLOATS_OF_INTEGERS.contains(method.getName())) {
        continue;
      }
      for (int choice = 0, refusals = 0; choice < 4 && refusals < 2; choice++) {
        NDArray tensor = array(ours, shape, integer, 0);
        NDArray array = array(plain, shape, integer, 0);
        Object[] oursArguments = arguments(method, ours, run.manager(), shape, choice);
        Object[] plainArguments = arguments(method, plain, manager, shape, choice);
        Object expected =
            call(method, internal ? array.getNDArrayInternal() : array, plainArguments);
        if (expected instanceof Throwable) {
          refusals++; // what DJL cannot do, ours may; an exception of the engine takes 5 ms
          continue;
        }
        Object actual =
            call(method, internal ? tensor.getNDArrayInternal() : tensor, oursArguments);
        compared++;
        String difference = difference(actual, expected);
        if (difference != null) {
          faults.add(
              "%s%s on %s%s: %s"
                  .formatted(
                      method.getName(),
                      Arrays.deepToString(plainArguments).replaceAll("\\s+", " "),
                      shape,
                      integer ? " of integers" : "",
                      difference));
        }
        if (method.getParameterCount() == 0) {
          break;
        }
      }
    }
  }

  private static NDArray array(Backend backend, Shape shape, boolean integer, int shift) {
    int size = (int) shape.size();
    long[] integers = new long[size];
    double[] floats = new double[size];
    for (int i = 0; i < size; i++) {
      integers[i] = (i * 5L + 2 + shift) % 3;
      floats[i] = 0.05 + 0.9 * ((i * 7 + 3 + shift) % 11) / 11;
    }
    return integer ? backend.integers(integers, shape) : backend.floats(floats, shape);
  }

  private static Object[] arguments(
      Method method, Backend backend, NDManager manager, Shape shape, int choice) {
    Class<?>[] types = method.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = argument(types[i], backend, manager, shape, choice, i);
    }
    return arguments;
  }

  private static Object argument(
      Class<?> type, Backend backend, NDManager manager, Shape shape, int choice, int place) {
    int option = choice + place;
    if (type == NDArray.class) {
      return array(backend, shape, choice % 2 == 1, 1 + place);
    } else if (type == NDList.class) {
      return new NDList(array(backend, shape, choice % 2 == 1, 1));
    } else if (type == NDManager.class) {
      return manager;
    } else if (type == Number.class) {
      return List.<Number>of(2, 0.5, -1, 3L, 1.5f, 0).get(option % 6);
    } else if (type == int.class) {
      return List.of(1, 0, -1, 2).get(option % 4);
    } else if (type == long.class) {
      return List.of(1L, 2L, 0L).get(option % 3);
    } else if (type == double.class) {
      return List.of(2.0, 0.5).get(option % 2);
    } else if (type == float.class) {
      return List.of(0.5f, 1f).get(option % 2);
    } else if (type == boolean.class) {
      return option % 2 == 0;
    } else if (type == Shape.class) {
      return List.of(new Shape(6), new Shape(1, 2), new Shape(2, 3), new Shape(2, 2, 3), shape)
          .get(option % 5);
    } else if (type == int[].class) {
      return List.of(new int[] {0}, new int[] {1}, new int[] {0, 1}, new int[] {1, 0})
          .get(option % 4);
    } else if (type == long[].class) {
      return List.of(new long[] {1}, new long[] {1, 2}, new long[] {0, 1}, new long[] {2, 3})
          .get(option % 4);
    } else if (type == DataType.class) {
      return DataType.FLOAT64;
    } else if (type == SparseFormat.class) {
      return SparseFormat.DENSE;
    } else if (type == NDIndex.class) {
      return new NDIndex(List.of("0", "..., 0", "1:", "0, 1", ":, 1").get(option % 5));
    } else if (type == String.class) {
      return List.of("0", "..., 0", "1:", "0, 1").get(option % 4);
    } else if (type == Object[].class) {
      return new Object[0];
    }
    throw new AssertionError("no argument of " + type);
  }

  private static @Nullable Object call(Method method, Object receiver, Object[] arguments)
      throws IllegalAccessException {
    try {
      return method.invoke(receiver, arguments);
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  private static @Nullable String difference(@Nullable Object actual, @Nullable Object expected) {
    if (actual instanceof Throwable thrown) {
      String text = String.valueOf(thrown.getMessage());
      boolean refused =
          thrown instanceof UnsupportedOperationException
              || thrown instanceof IllegalArgumentException;
      return refused ? null : "throws " + thrown.getClass().getSimpleName() + " " + text;
    }
    if (expected instanceof NDArray array) {
      return difference((NDArray) actual, array);
    }
    if (expected instanceof NDList list) {
      NDList ours = (NDList) actual;
      if (ours.size() != list.size()) {
        return ours.size() + " results for " + list.size();
      }
      for (int i = 0; i < list.size(); i++) {
        String difference = difference(ours.get(i), list.get(i));
        if (difference != null) {
          return difference;
        }
      }
      return null;
    }
    String ours = text(actual);
    String theirs = text(expected);
    return ours.equals(theirs) ? null : ours + " for " + theirs;
  }

  private static String text(@Nullable Object value) {
    return String.format(Locale.ROOT, "%s", Arrays.deepToString(new Object[] {value}));
  }

  private static @Nullable String difference(NDArray actual, NDArray expected) {
    if (!actual.getShape().equals(expected.getShape())) {
      return "shape " + actual.getShape() + " for " + expected.getShape();
    }
    double[] a = actual.toDoubleArray();
    double[] b = Backend.host(expected);
    for (int i = 0; i < a.length; i++) {
      boolean same =
          Double.compare(a[i], b[i]) == 0
              || Math.abs(a[i] - b[i]) <= TOLERANCE * (1 + Math.abs(b[i]));
      if (!same) {
        return Arrays.toString(a) + " for " + Arrays.toString(b);
      }
    }
    return null;
  }
}
