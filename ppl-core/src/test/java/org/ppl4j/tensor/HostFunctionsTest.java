package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.internal.graph.Functions;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.WithSandbox;

/**
 * Functions that are computed in Java end at every number, give NaN for it and otherwise what
 * mpmath has, or the engine.
 */
class HostFunctionsTest extends WithSandbox {

  /** Numbers where loops on numbers go wrong, and some where they do not. */
  private static final double[] NUMBERS = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    0.5,
    1,
    -1,
    2.5
  };

  /** The same for functions of four numbers. */
  private static final double[] FEWER = {
    Double.NaN, Double.POSITIVE_INFINITY, 0.0, Double.MIN_VALUE, Double.MAX_VALUE, 0.5, -1, 2.5
  };

  /** Of all points of a function, whatever else the machine does. */
  private static final long LIMIT_MILLIS = 60_000;

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.1");

  private static final double RELATIVE = 1e-12;
  private static final double ABSOLUTE = 4e-15;

  /** What a function gives outside its domain. */
  private static final String OTHERS = "others";

  private static final Map<String, Map<String, OptionalDouble>> WANTED = wanted();

  static Stream<HostFunctions.Found> functions() {
    return HostFunctions.all().values().stream();
  }

  private static List<double[]> points(int count) {
    double[] numbers = count > 3 ? FEWER : NUMBERS;
    List<double[]> points = List.of(new double[0]);
    for (int i = 0; i < count; i++) {
      points =
          points.stream()
              .flatMap(p -> Arrays.stream(numbers).mapToObj(x -> appended(p, x)))
              .toList();
    }
    return points;
  }

  private static double[] appended(double[] point, double x) {
    double[] longer = Arrays.copyOf(point, point.length + 1);
    longer[point.length] = x;
    return longer;
  }

  /**
   * Does something at each point, in a thread of its own that is left behind if it does not end.
   */
  private static void everywhere(String what, List<double[]> points, Consumer<double[]> action)
      throws InterruptedException {
    AtomicReference<double[]> at = new AtomicReference<>();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              for (double[] point : points) {
                at.set(point);
                action.accept(point);
              }
            },
            what);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((of, throwable) -> thrown.set(throwable));
    thread.start();
    thread.join(LIMIT_MILLIS);
    assertThat(thread.isAlive())
        .as("%s has not ended at %s", what, Arrays.toString(at.get()))
        .isFalse();
    if (thrown.get() != null) {
      throw new AssertionError(what + " at " + Arrays.toString(at.get()), thrown.get());
    }
  }

  private static boolean hasNan(double[] x) {
    return Arrays.stream(x).anyMatch(Double::isNaN);
  }

  /** Whether there was something to compare with. */
  @CanIgnoreReturnValue
  private static boolean judge(HostFunctions.Found function, double[] x) {
    double value = function.values().apply(x)[0];
    String what = function + Arrays.toString(x);
    if (hasNan(x)) {
      assertThat(value).as(what).isNaN();
      return true;
    }
    Map<String, OptionalDouble> table = WANTED.getOrDefault(function.name(), Map.of());
    OptionalDouble others = table.getOrDefault(OTHERS, OptionalDouble.empty());
    OptionalDouble wanted = table.getOrDefault(key(x), others);
    wanted.ifPresent(right -> judge(what, value, right));
    return wanted.isPresent();
  }

  private static void judge(String what, double value, double wanted) {
    assertThat(isNear(value, wanted)).as("%s: %s, wanted %s", what, value, wanted).isTrue();
  }

  private static boolean isNear(double value, double wanted) {
    return Double.compare(value, wanted) == 0
        || Math.abs(value - wanted) <= RELATIVE * Math.abs(wanted) + ABSOLUTE;
  }

  private static String key(double[] x) {
    return DoubleStream.of(x).mapToObj(String::valueOf).collect(Collectors.joining(" "));
  }

  private static Map<String, Map<String, OptionalDouble>> wanted() {
    Map<String, Map<String, OptionalDouble>> wanted = new HashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    HostFunctionsTest.class.getResourceAsStream("special_numbers.csv")),
                StandardCharsets.UTF_8))) {
      for (String line : in.lines().skip(1).toList()) {
        List<String> fields = List.of(line.split(",", -1));
        String at = fields.get(1);
        String point =
            at.equals(OTHERS)
                ? at
                : key(Arrays.stream(at.split(" ")).mapToDouble(Double::parseDouble).toArray());
        wanted
            .computeIfAbsent(fields.get(0), name -> new HashMap<>())
            .put(point, number(fields.get(2)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return wanted;
  }

  private static OptionalDouble number(String text) {
    return switch (text) {
      case "any" -> OptionalDouble.empty();
      case "inf" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-inf" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      case "nan" -> OptionalDouble.of(Double.NaN);
      default -> OptionalDouble.of(Double.parseDouble(text));
    };
  }

  @ParameterizedTest
  @MethodSource("functions")
  void functionsEndAndAreRightAtEveryNumber(HostFunctions.Found function)
      throws InterruptedException {
    everywhere(function.name(), points(function.arguments()), x -> judge(function, x));
  }

  @Test
  void allThatHaveReferencesAreFound() {
    assertThat(HostFunctions.all().keySet()).hasSizeGreaterThan(50).containsAll(WANTED.keySet());
  }

  @Test
  @Tag("acceptance")
  @Tag("sound.1")
  void functionsOfNumbers() throws InterruptedException {
    AtomicInteger judged = new AtomicInteger();
    for (HostFunctions.Found function : HostFunctions.all().values()) {
      everywhere(
          function.name(),
          points(function.arguments()),
          x -> judged.addAndGet(judge(function, x) ? 1 : 0));
    }
    POINT.atLeast(
        "values of functions of Java at special numbers, all right", judged.get(), 15_000);
  }

  /** The rows of one operand that a record computes by a function of numbers. */
  static Stream<Op> recordedFunctions() {
    return Arrays.stream(Op.values()).filter(op -> isFunction(op) && op != Op.STOP_GRADIENT);
  }

  private static boolean isFunction(Op op) {
    try {
      return !Double.isNaN(Functions.of(op, 1, 0.5));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("recordedFunctions")
  void recordedFunctionsAreTheEnginesAtEveryNumber(Op op) throws InterruptedException {
    List<double[]> points = points(1);
    double[] x = points.stream().mapToDouble(p -> p[0]).toArray();
    NDArray in = sandbox.run().create(x, new Shape(x.length));
    NDArray out = op == Op.POLYGAMMA ? Special.polygamma(1, in) : Special.apply(op, in);
    double[] wanted = out.toType(DataType.FLOAT64, false).toDoubleArray();

    everywhere(
        op.name(),
        points,
        point -> {
          int i = points.indexOf(point);
          judge(op + Arrays.toString(point), Functions.of(op, 1, point[0]), wanted[i]);
        });
  }

  /** The methods of a stream that draw with parameters. */
  static Stream<Method> samplers() {
    return Arrays.stream(Rng.class.getMethods())
        .filter(method -> method.getParameterCount() > 0)
        .filter(
            method -> Arrays.stream(method.getParameterTypes()).allMatch(NDArray.class::equals));
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void samplersEndAtEveryNumber(Method sampler) throws InterruptedException {
    List<Object> drawn = new ArrayList<>();
    List<double[]> points = points(sampler.getParameterCount());
    everywhere(sampler.getName(), points, point -> drawn.add(draw(sampler, point)));
    assertThat(drawn).hasSameSizeAs(points);
  }

  /** What it draws, or why it does not: then the parameters are at fault. */
  private static Object draw(Method sampler, double[] parameters) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Object[] in =
          Arrays.stream(parameters)
              .mapToObj(x -> run.create(new double[] {x, 1}, new Shape(2)))
              .toArray();
      Rng rng = Rng.of(7, Rng.Purpose.MODEL, 0, sampler.getName());
      return sampler.invoke(rng, in);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      assertThat(e.getCause()).isInstanceOf(IllegalArgumentException.class);
      return e.getCause();
    }
  }

  @Test
  void aFunctionThatDoesNotEndIsNamed() {
    List<double[]> points = List.of(new double[] {1}, new double[] {Double.NaN});
    HostFunctions.Found planted =
        new HostFunctions.Found("planted", 1, x -> new double[] {Double.isNaN(x[0]) ? 2 : 1});

    assertThatThrownBy(() -> everywhere("planted", points, x -> judge(planted, x)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("planted at [NaN]");
  }
}
