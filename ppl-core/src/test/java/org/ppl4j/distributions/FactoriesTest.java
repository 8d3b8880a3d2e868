package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.reflect.ClassPath;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;

/**
 * The factories of all distributions are alike: each has {@code of}; where {@code probs} exists,
 * {@code of} takes what {@code probs} takes, and {@code logits} as well; a parameter is a tensor,
 * or a plain number or vector, in every mixture of up to three such.
 */
class FactoriesTest {

  /** Its argument is a mask, which is no parameter. */
  private static final Class<?> OF_BOOLEANS = Imputed.class;

  /** With more parameters than this, all are tensors or all are plain. */
  private static final int MIXED = 3;

  static List<Class<?>> families() throws IOException {
    List<Class<?>> families = new ArrayList<>();
    for (ClassPath.ClassInfo info :
        ClassPath.from(Distribution.class.getClassLoader())
            .getTopLevelClasses(Distribution.class.getPackageName())) {
      Class<?> type = info.load();
      if (Distribution.class.isAssignableFrom(type) && !factories(type).isEmpty()) {
        families.add(type);
      }
    }
    return families;
  }

  private static List<Method> factories(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(m -> Modifier.isStatic(m.getModifiers()) && Modifier.isPublic(m.getModifiers()))
        .filter(m -> Distribution.class.isAssignableFrom(m.getReturnType()))
        .toList();
  }

  private static List<Method> named(Class<?> type, String name) {
    return factories(type).stream().filter(m -> m.getName().equals(name)).toList();
  }

  @Test
  void allAreFound() throws IOException {
    assertThat(families()).hasSizeGreaterThan(60).contains(Normal.class, Binomial.class);
  }

  @ParameterizedTest
  @MethodSource("families")
  void haveOf(Class<?> family) {
    assertThat(named(family, "of")).as("factories `of` of %s", family).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("families")
  void ofTakesProbabilities(Class<?> family) {
    for (String other : List.of("probs", "logits", "gate", "gateLogits")) {
      if (!named(family, other).isEmpty()) {
        assertThat(signatures(family, other)).isEqualTo(signatures(family, "of"));
      }
    }
  }

  private static List<String> signatures(Class<?> family, String name) {
    return named(family, name).stream()
        .map(m -> Arrays.toString(m.getParameterTypes()))
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("families")
  void takeEveryMixtureOfNumbersAndTensors(Class<?> family) {
    for (Method tensors : ofTensors(family)) {
      List<Integer> plain = mayBePlain(family, tensors);
      for (int mixture = 0; mixture < 1 << plain.size(); mixture++) {
        boolean isMixed = mixture > 0 && mixture < (1 << plain.size()) - 1;
        if (isMixed && plain.size() > MIXED) {
          continue;
        }
        assertThat(mixed(tensors, plain, mixture))
            .as("%s with numbers for %s of %s", tensors, Integer.toBinaryString(mixture), plain)
            .isPresent();
      }
    }
  }

  /** Of each name the factory of tensors with the fewest parameters. */
  private static Collection<Method> ofTensors(Class<?> family) {
    var smallest = new TreeMap<String, Method>();
    for (Method factory : factories(family)) {
      List<Class<?>> types = List.of(factory.getParameterTypes());
      if (types.contains(NDArray.class) && types.stream().noneMatch(FactoriesTest::isPlain)) {
        smallest.merge(
            factory.getName(),
            factory,
            (a, b) -> a.getParameterCount() < b.getParameterCount() ? a : b);
      }
    }
    return family == OF_BOOLEANS ? List.of() : smallest.values();
  }

  /** A whole number of type int is a size, and no parameter. */
  private static boolean isPlain(Class<?> type) {
    return type == double.class || type == long.class || type == double[].class;
  }

  /** The places of all parameters that are no matrices. */
  private static List<Integer> mayBePlain(Class<?> family, Method tensors) {
    List<Argument> arguments =
        row(family)
            .map(DistributionCase::withoutRun)
            .map(Distribution::arguments)
            .orElse(List.of());
    List<Integer> places = tensorPlaces(tensors);
    return IntStream.range(0, places.size())
        .filter(i -> i >= arguments.size() || !isMatrix(arguments.get(i)))
        .mapToObj(places::get)
        .toList();
  }

  private static boolean isMatrix(Argument argument) {
    return argument.eventDims() == 2;
  }

  private static List<Integer> tensorPlaces(Method tensors) {
    return IntStream.range(0, tensors.getParameterCount())
        .filter(i -> tensors.getParameterTypes()[i] == NDArray.class)
        .boxed()
        .toList();
  }

  private static Optional<DistributionCase> row(Class<?> family) {
    return DistributionCases.all().stream()
        .filter(row -> row.withoutRun().getClass() == family)
        .findFirst();
  }

  /** The factory of the same name that takes numbers where the bits of {@code mixture} are set. */
  private static Optional<Method> mixed(Method tensors, List<Integer> plain, int mixture) {
    return named(tensors.getDeclaringClass(), tensors.getName()).stream()
        .filter(
            m ->
                m.getParameterCount() == tensors.getParameterCount()
                    && IntStream.range(0, m.getParameterCount())
                        .allMatch(i -> fits(m, tensors, i, isSet(plain, mixture, i))))
        .findFirst();
  }

  private static boolean isSet(List<Integer> plain, int mixture, int place) {
    return plain.contains(place) && (mixture >> plain.indexOf(place) & 1) == 1;
  }

  private static boolean fits(Method factory, Method tensors, int place, boolean isPlain) {
    Class<?> type = factory.getParameterTypes()[place];
    return isPlain ? isPlain(type) : type == tensors.getParameterTypes()[place];
  }

  /** Each overload puts its arguments where the factory of tensors has them. */
  @Test
  void allMakeTheSame() throws IOException, ReflectiveOperationException {
    int judged = 0;
    for (Class<?> family : families()) {
      for (Method tensors : ofTensors(family)) {
        List<double[]> numbers = row(family).map(DistributionCase::parameters).orElse(List.of());
        if (tensorPlaces(tensors).size() != numbers.size()
            || tensors.getParameterCount() != numbers.size()
            || !takes(tensors, numbers)) {
          continue; // a base, a size, or numbers that are logits or a matrix
        }
        for (Method factory : named(family, tensors.getName())) {
          if (factory.getParameterCount() == numbers.size()) {
            assertThat(made(factory, numbers)).as("%s", factory).isEqualTo(made(tensors, numbers));
            judged++;
          }
        }
      }
    }
    assertThat(judged).isGreaterThan(200);
  }

  private static boolean takes(Method factory, List<double[]> numbers)
      throws ReflectiveOperationException {
    try {
      return !made(factory, numbers).isEmpty();
    } catch (InvocationTargetException e) {
      return false;
    }
  }

  /** Names and numbers of the arguments. */
  private static List<String> made(Method factory, List<double[]> numbers)
      throws ReflectiveOperationException {
    Object[] values = new Object[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(factory.getParameterTypes()[i], numbers.get(i));
    }
    return ((Distribution) factory.invoke(null, values))
        .arguments().stream()
            .map(a -> a.name() + Arrays.toString(Tensors.values(a.value())))
            .toList();
  }

  private static Object value(Class<?> type, double[] numbers) {
    if (type == double.class) {
      return numbers[0];
    }
    if (type == long.class) {
      return (long) numbers[0];
    }
    if (type == double[].class) {
      return numbers;
    }
    return Tensors.vector(numbers);
  }

  @Test
  void ofIsByProbabilities() {
    assertThat(Binomial.of(10, 0.3).logProb(3))
        .isCloseTo(Math.log(120 * 0.027 * 0.0823543), within(1e-14));
  }

  @Test
  void expandTakesSizes() {
    int columns = 4;

    assertThat(Normal.of(0, 1).expand(3, columns).batchShape()).isEqualTo(new Shape(3, 4));
    assertThatThrownBy(() -> Normal.of(0, 1).expand(3).expand(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("distribution 'Normal' has batch shape (3), which does not expand to (2)");
  }
}
