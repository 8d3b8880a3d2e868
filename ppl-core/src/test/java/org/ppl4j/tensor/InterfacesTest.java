package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every method of the four interfaces of DJL that {@code tensor} implements is an operation (ours),
 * derived (DJL's default, made of operations), or refused with a text. The file {@code
 * interfaces.txt} says which; an upgrade of DJL that adds a method fails here until it is decided.
 */
class InterfacesTest {

  private enum Kind {
    OPERATION,
    DERIVED,
    REFUSED
  }

  private static final Rng RNG = Rng.of(0, Rng.Purpose.MODEL, 0, "block");

  /** Of a block in which every method that is one's is done. */
  private record Mode(Rng rng) implements BlockMode {

    @Override
    public boolean isTraining() {
      return true;
    }

    @Override
    public void update(NDArray buffer, NDArray value) {}
  }

  @Test
  void everyMethodIsClassified() {
    List<String> found = new ArrayList<>();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray tensor = run.ones(new Shape(2, 2));
      found.addAll(lines(run, NDArray.class, tensor));
      found.addAll(lines(run, NDArrayEx.class, tensor.getNDArrayInternal()));
      found.addAll(lines(run, NDArrayIndexer.class, new RunIndexer()));
      found.addAll(lines(run, NDManager.class, run.manager()));
    }

    assertThat(found.stream().distinct().sorted().toList()).isEqualTo(Interfaces.decided());
  }

  private static List<String> lines(Run run, Class<?> type, Object receiver) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getDeclaringClass() != Object.class)
        .map(method -> line(run, type, receiver, method))
        .toList();
  }

  private static String line(Run run, Class<?> type, Object receiver, Method method) {
    Kind kind = kind(run, type, receiver, method);
    String row = kind.name().toLowerCase(Locale.ROOT) + " " + Interfaces.row(type, method);
    return kind == Kind.REFUSED ? row + ": " + Refusal.advice(method.getName()) : row;
  }

  private static Kind kind(Run run, Class<?> type, Object receiver, Method method) {
    Throwable thrown = run.inBlock(new Mode(RNG), () -> call(run, receiver, method));
    String refusal = Refusal.of(type.getSimpleName(), method.getName()).getMessage();
    if (thrown instanceof UnsupportedOperationException && refusal.equals(thrown.getMessage())) {
      return Kind.REFUSED;
    }
    try {
      Class<?> owner =
          receiver
              .getClass()
              .getMethod(method.getName(), method.getParameterTypes())
              .getDeclaringClass();
      return owner.isInterface() || owner == NDArrayIndexer.class ? Kind.DERIVED : Kind.OPERATION;
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /** What a call throws. */
  private static @Nullable Throwable call(Run run, Object receiver, Method method) {
    try {
      Object unused = method.invoke(receiver, arguments(run, method));
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** Zeros, arrays without elements, a tensor and nulls. */
  private static @Nullable Object[] arguments(Run run, Method method) {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Class<?> parameter : method.getParameterTypes()) {
      if (parameter.isPrimitive()) {
        arguments.add(Array.get(Array.newInstance(parameter, 1), 0));
      } else if (parameter.isArray()) {
        arguments.add(Array.newInstance(parameter.getComponentType(), 0));
      } else {
        arguments.add(parameter == NDArray.class ? run.ones(new Shape(2, 2)) : null);
      }
    }
    return arguments.toArray();
  }
}
