package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.internal.math.BetaTails;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.internal.math.IncompleteGamma;
import org.ppl4j.internal.math.StableKernel;
import org.ppl4j.internal.math.StudentTails;
import org.ppl4j.testing.LeakCheck;

/** Functions of Java go into files by their names. */
@ExtendWith(LeakCheck.class)
class NamedFunctionsTest {

  private static final int MOST_ARGUMENTS = 4;

  /** Of each a place where it is defined: shapes from 0 to 1, and few successes of three. */
  private static final double[] ARGUMENTS = {0.4, 0.6, 0.3};

  private static final double[] OF_SUCCESSES = {0.4, 0.6, 3, 2};

  /** All that the library has. */
  static Stream<DifferentiableFunction> functions() {
    return Stream.of(
            BetaTails.class,
            IncompleteGamma.class,
            StableKernel.class,
            StudentTails.class,
            BetaBinomialSums.class,
            LogTails.class,
            VonMisesKernel.class)
        .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
        .filter(field -> field.getType() == DifferentiableFunction.class)
        .map(NamedFunctionsTest::value);
  }

  private static DifferentiableFunction value(Field field) {
    try {
      return (DifferentiableFunction) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(DifferentiableFunction f) {
    for (int arguments = 1; arguments <= MOST_ARGUMENTS; arguments++) {
      String name = NamedFunctions.name(f, arguments);
      if (name != null) {
        return name;
      }
    }
    throw new AssertionError("function " + f + " has no name in files");
  }

  @Test
  void noTwoHaveOneName() {
    assertThat(functions().map(NamedFunctionsTest::name)).hasSize(24).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void aFunctionComesBackByItsName(DifferentiableFunction f) {
    String name = name(f);
    int arguments = NamedFunctions.of(name).arguments();
    double[] all = name.startsWith("betabinomial") ? OF_SUCCESSES : ARGUMENTS;
    double[] x = Arrays.copyOf(all, arguments);
    PlainMap map =
        PlainMap.of(
            name,
            RunConfig.defaults(),
            List.of(new Shape(1, arguments)),
            (run, in) -> HostFunction.apply(f, columns(in.get(0), arguments)),
            new double[][] {x},
            new double[][] {Arrays.stream(x).map(each -> each < 1 ? each / 2 : each).toArray()});

    assertThat(map.text()).contains("\nfunction " + name + "\n");
    assertThat(map.of(x)).containsExactly(new double[] {f.value(x)}, within(1e-15));
    assertThat(f.value(x)).isFinite();
    PlainMap again = PlainMap.read(map.text(), map.numbers());
    assertThat(again.of(x)).containsExactly(map.of(x));
    assertThatThrownBy(
            () -> PlainMap.read(map.text().replace("function ", "function my."), map.numbers()))
        .hasMessageContaining("has the line 'function my." + name + "', which this release does");
  }

  private static NDArray[] columns(NDArray x, int count) {
    List<NDArray> columns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      columns.add(Tensors.range(x, -1, i, i + 1L));
    }
    return columns.toArray(NDArray[]::new);
  }
}
