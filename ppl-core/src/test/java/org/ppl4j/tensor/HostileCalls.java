package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls public methods with arguments that nobody should pass, and judges what they give: a tensor
 * whose shape and type are those of its values, or an error in words of ours.
 */
final class HostileCalls {

  private static final ImmutableSet<String> LEFT_OUT =
      ImmutableSet.of("close", "setName", "getManager", "toString", "toDebugString");

  private static final ImmutableList<Function<Backend, NDArray>> RECEIVERS =
      ImmutableList.of(
          b -> b.floats(new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, new Shape(2, 3)),
          b -> b.integers(new long[] {2, 0, 1, 3}, new Shape(4)),
          b -> b.floats(new double[] {0.5}, new Shape()),
          b -> b.floats(new double[0], new Shape(0)),
          b -> b.floats(new double[0], new Shape(2, 0)),
          b -> b.floats(new double[] {1, 0, 2}, new Shape(3, 1)).broadcast(new Shape(3, 2)),
          b -> b.floats(new double[] {1, 0, 0}, new Shape(3)).gt(0.5),
          b -> b.floats(new double[] {1, 2, 3, 4}, new Shape(2, 2)).mul(2.0).add(1.0));

  private final Run run;
  private final NDManager manager;
  private final Backend ours;
  private final Map<Class<?>, ImmutableList<Object>> hostile = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private int given;
  private int thrown;

  /**
   * Calls in a run.
   *
   * @param manager of copies that are looked at
   */
  HostileCalls(Run run, NDManager manager) {
    this.run = run;
    this.manager = manager;
    this.ours = Backend.of(run);
  }

  /** What is not as it should be. */
  List<String> faults() {
    return faults;
  }

  /** How many tensors were looked at. */
  int given() {
    return given;
  }

  /** How many errors were looked at. */
  int thrown() {
    return thrown;
  }

  /**
   * Every method of a type on tensors of all kinds.
   *
   * @param type {@code NDArray} or {@code NDArrayEx}
   */
  void ofTensors(Class<?> type) throws IllegalAccessException {
    for (Method method : type.getMethods()) {
      if (isOpenTo(method)) {
        for (int i = 0; i < RECEIVERS.size(); i++) {
          NDArray receiver = RECEIVERS.get(i).apply(ours);
          calls(method, type == NDArray.class ? receiver : receiver.getNDArrayInternal(), i);
        }
      }
    }
  }

  /** Every method of the run's manager. */
  void ofManagers() throws IllegalAccessException {
    for (Method method : NDManager.class.getMethods()) {
      if (isOpenTo(method)) {
        calls(method, run.manager(), 0);
      }
    }
  }

  /** Every static method of a type. */
  void ofStatics(Class<?> type) throws IllegalAccessException {
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers())) {
        for (int i = 0; i < 2; i++) {
          calls(method, null, i);
        }
      }
    }
  }

  private static boolean isOpenTo(Method method) {
    return !Modifier.isStatic(method.getModifiers())
        && method.getDeclaringClass() != Object.class
        && !LEFT_OUT.contains(method.getName());
  }

  /** One after the other; a method that is refused as such is refused once. */
  private void calls(Method method, @Nullable Object receiver, int shift)
      throws IllegalAccessException {
    Class<?>[] types = method.getParameterTypes();
    int most = 1;
    for (Class<?> type : types) {
      most = Math.max(most, hostile(type).size());
    }
    boolean isRefused = false;
    for (int choice = 0; choice < most && !isRefused; choice++) {
      Object[] arguments = arguments(types, choice, shift);
      if (arguments == null) {
        return;
      }
      String call = call(method, arguments, receiver);
      try {
        judge(call, method.invoke(receiver, arguments));
      } catch (InvocationTargetException e) {
        judge(call, e.getCause());
        isRefused |= choice == 0 && e.getCause() instanceof UnsupportedOperationException;
      }
    }
  }

  private ImmutableList<Object> hostile(Class<?> type) {
    return hostile.computeIfAbsent(type, key -> HostileArguments.of(key, ours, run.manager()));
  }

  private Object @Nullable [] arguments(Class<?>[] types, int choice, int shift) {
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      ImmutableList<Object> all = hostile(types[i]);
      if (all.isEmpty()) {
        return null;
      }
      arguments[i] = all.get((choice + i * (1 + shift)) % all.size());
    }
    return arguments;
  }

  private void judge(String call, @Nullable Object result) {
    if (result instanceof NDArray array) {
      judge(call, array);
    } else if (result instanceof List<?> list) {
      list.forEach(each -> judge(call, each));
    }
  }

  private void judge(String call, NDArray array) {
    if (!Tensors.isTensor(array) || !hasRun(array)) {
      return; // plain, or of no run yet
    }
    given++;
    try (NDArray copy = Tensors.copy(array, manager)) {
      if (!copy.getShape().equals(array.getShape())) {
        faults.add(call + ": claims " + array.getShape() + " for " + copy.getShape());
      } else if (copy.getDataType() != array.getDataType()) {
        faults.add(call + ": claims " + array.getDataType() + " for " + copy.getDataType());
      }
    }
  }

  private static boolean hasRun(NDArray array) {
    try {
      return Tensors.run(array).isOpen();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void judge(String call, Throwable error) {
    thrown++;
    boolean isInWords =
        error.getMessage() != null
            && (error instanceof IllegalArgumentException
                || error instanceof IllegalStateException
                || error instanceof UnsupportedOperationException);
    if (!isInWords) {
      faults.add(call + ": throws " + error);
    }
  }

  private static String call(Method method, Object[] arguments, @Nullable Object receiver) {
    return "%s.%s%s on %s"
        .formatted(
            method.getDeclaringClass().getSimpleName(),
            method.getName(),
            Arrays.deepToString(arguments).replaceAll("\\s+", " "),
            receiver);
  }
}
