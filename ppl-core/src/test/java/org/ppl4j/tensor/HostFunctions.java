package org.ppl4j.tensor;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ppl4j.internal.math.DifferentiableFunction;

/**
 * The functions of numbers that the library computes in Java, as they are found: the public methods
 * of {@code org.ppl4j.internal.math} that take numbers, and the constants of type {@link
 * DifferentiableFunction} wherever they are.
 */
final class HostFunctions {

  /** The least order of functions that have one, and more of them. */
  private static final List<Integer> ORDERS = List.of(1, 2, 3);

  /** How many numbers a {@link DifferentiableFunction} is tried with. */
  private static final int MOST_ARGUMENTS = 6;

  private HostFunctions() {}

  /**
   * A function.
   *
   * @param name its class and its own
   * @param arguments how many numbers it takes
   * @param values its value, then its derivatives if it has them; or the parts of a record
   */
  record Found(String name, int arguments, Function<double[], double[]> values) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them, by name. */
  static Map<String, Found> all() {
    Map<String, Found> all = new TreeMap<>();
    for (Class<?> type : types()) {
      constants(type).forEach(f -> all.put(f.name(), f));
      if (type.getPackageName().equals("org.ppl4j.internal.math")
          && Modifier.isPublic(type.getModifiers())) {
        methods(type).forEach(f -> all.put(f.name(), f));
      }
    }
    return all;
  }

  private static List<Class<?>> types() {
    try {
      Path root =
          Path.of(
              DifferentiableFunction.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      try (Stream<Path> files = Files.walk(root)) {
        return files
            .map(file -> root.relativize(file).toString())
            .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
            .map(name -> name.replace(".class", "").replaceAll("[/\\\\]", "."))
            .sorted()
            .<Class<?>>map(HostFunctions::type)
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, HostFunctions.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Found> constants(Class<?> type) {
    List<Found> found = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && DifferentiableFunction.class.isAssignableFrom(field.getType())) {
        DifferentiableFunction f = read(field);
        String name = type.getSimpleName() + "." + field.getName();
        found.add(new Found(name, arguments(f), x -> compute(new HostFunction(f), x)));
      }
    }
    return found;
  }

  private static DifferentiableFunction read(Field field) {
    try {
      field.setAccessible(true);
      return (DifferentiableFunction) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int arguments(DifferentiableFunction f) {
    for (int count = 1; count <= MOST_ARGUMENTS; count++) {
      double[] x = new double[count];
      Arrays.fill(x, 1);
      try {
        f.slopes(x, f.value(x), new double[count]);
        return count;
      } catch (ArrayIndexOutOfBoundsException e) {
        // it takes more
      }
    }
    throw new IllegalStateException(f + " takes more than " + MOST_ARGUMENTS + " numbers");
  }

  /** The value and the derivatives, as the row of the table has them. */
  private static double[] compute(HostFunction function, double[] x) {
    double[][] in = new double[x.length][];
    Arrays.setAll(in, i -> new double[] {x[i]});
    double[][] out = new double[1][1];
    double[][][] slopes = new double[1][x.length][1];
    function.compute(in, out, slopes);
    double[] all = new double[1 + x.length];
    Arrays.setAll(all, i -> i == 0 ? out[0][0] : slopes[0][i - 1][0]);
    return all;
  }

  /** Those that take numbers, orders and switches; each order and each switch is one. */
  private static List<Found> methods(Class<?> type) {
    List<Found> found = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      List<Class<?>> parameters = List.of(method.getParameterTypes());
      int modifiers = method.getModifiers();
      boolean isFunction =
          Modifier.isPublic(modifiers)
              && Modifier.isStatic(modifiers)
              && parameters.contains(double.class)
              && List.of(double.class, int.class, boolean.class).containsAll(parameters);
      if (!isFunction) {
        continue;
      }
      int numbers = (int) parameters.stream().filter(p -> p == double.class).count();
      for (int order : parameters.contains(int.class) ? ORDERS : ORDERS.subList(0, 1)) {
        for (boolean choice : parameters.contains(boolean.class) ? BOTH : BOTH.subList(0, 1)) {
          String name =
              type.getSimpleName()
                  + "."
                  + method.getName()
                  + (parameters.contains(int.class) ? "(" + order + ")" : "")
                  + (parameters.contains(boolean.class) ? "(" + choice + ")" : "");
          found.add(new Found(name, numbers, x -> call(method, x, order, choice)));
        }
      }
    }
    return found;
  }

  private static final List<Boolean> BOTH = List.of(false, true);

  private static double[] call(Method method, double[] x, int order, boolean choice) {
    Class<?>[] types = method.getParameterTypes();
    Object[] arguments = new Object[types.length];
    int next = 0;
    for (int i = 0; i < types.length; i++) {
      arguments[i] = types[i] == double.class ? x[next++] : types[i] == int.class ? order : choice;
    }
    return numbers(invoke(method, null, arguments));
  }

  private static double[] numbers(Object result) {
    if (result instanceof Double value) {
      return new double[] {value};
    }
    Stream<Method> parts =
        result instanceof Record
            ? Arrays.stream(result.getClass().getRecordComponents())
                .map(RecordComponent::getAccessor)
            : Arrays.stream(result.getClass().getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getParameterCount() == 0)
                .filter(m -> m.getReturnType() == double.class);
    return parts.mapToDouble(part -> (double) invoke(part, result)).toArray();
  }

  private static Object invoke(Method method, Object of, Object... arguments) {
    try {
      return method.invoke(of, arguments);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(method + " of " + Arrays.toString(arguments), e);
    }
  }
}
