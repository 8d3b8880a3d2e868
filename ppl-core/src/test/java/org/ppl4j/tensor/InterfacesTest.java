package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import com.google.common.io.Resources;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
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

  private record Entry(Class<?> type, Class<?> implementation, Method method) {

    Kind kind() {
      Class<?> owner = owner();
      if (owner.isInterface() || owner == NDArrayIndexer.class) {
        return Kind.DERIVED;
      }
      return owner.getSimpleName().startsWith("Refused") ? Kind.REFUSED : Kind.OPERATION;
    }

    private Class<?> owner() {
      try {
        return implementation
            .getMethod(method.getName(), method.getParameterTypes())
            .getDeclaringClass();
      } catch (NoSuchMethodException e) {
        throw new AssertionError(e);
      }
    }

    String line() {
      String text = kind().name().toLowerCase(Locale.ROOT) + " " + RefusedSources.row(type, method);
      return kind() == Kind.REFUSED ? text + ": " + Refusal.advice(method.getName()) : text;
    }
  }

  private static Stream<Entry> entries() {
    return Stream.of(
            entries(NDArray.class, RunArray.class),
            entries(NDArrayEx.class, RunEx.class),
            entries(NDArrayIndexer.class, RunIndexer.class),
            entries(NDManager.class, RunManager.class))
        .flatMap(entries -> entries);
  }

  private static Stream<Entry> entries(Class<?> type, Class<?> implementation) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getDeclaringClass() != Object.class)
        .map(method -> new Entry(type, implementation, method));
  }

  @Test
  void everyMethodIsClassified() throws IOException {
    List<String> decided =
        Resources.readLines(
            Resources.getResource(InterfacesTest.class, "interfaces.txt"), StandardCharsets.UTF_8);

    List<String> found = entries().map(Entry::line).distinct().sorted().toList();

    assertThat(found).isEqualTo(decided);
  }

  @Test
  void refusedMethodsThrowTheirText() throws IllegalAccessException {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      RunArray tensor = (RunArray) run.ones(new Shape(2, 2));
      for (Entry entry : entries().filter(e -> e.kind() == Kind.REFUSED).toList()) {
        Throwable thrown = call(entry.method(), receiver(entry.type(), run, tensor));

        String name = entry.method().getName();
        assertThat(thrown).as(entry.line()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(thrown)
            .hasMessage(
                "%s method '%s' is refused on a tensor of a run: %s",
                entry.type().getSimpleName(), name, Refusal.advice(name));
      }
    }
  }

  private static Object receiver(Class<?> type, Run run, RunArray tensor) {
    if (type == NDArray.class) {
      return tensor;
    }
    if (type == NDArrayEx.class) {
      return tensor.getNDArrayInternal();
    }
    return type == NDManager.class ? run.manager() : new RunIndexer();
  }

  private static @Nullable Throwable call(Method method, Object receiver)
      throws IllegalAccessException {
    try {
      Object unused = method.invoke(receiver, nothing(method));
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  /** Zeros and nulls. */
  private static @Nullable Object[] nothing(Method method) {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Class<?> parameter : method.getParameterTypes()) {
      arguments.add(parameter.isPrimitive() ? Array.get(Array.newInstance(parameter, 1), 0) : null);
    }
    return arguments.toArray();
  }
}
