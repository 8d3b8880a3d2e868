package org.ppl4j.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Constraints are read back from what they print. */
class ConstraintTextTest {

  static Stream<Constraint> all() {
    return Stream.concat(
        constants(),
        Stream.of(
            Constraint.interval(-1, 5.5),
            Constraint.interval(1e-300, 1e300),
            Constraint.greaterThan(2),
            Constraint.greaterThanEq(-2),
            Constraint.lessThan(0.1),
            Constraint.lessThanEq(0),
            Constraint.integerInterval(-1, 2),
            Constraint.multinomial(7),
            Constraint.independent(Constraint.POSITIVE, 2),
            Constraint.independent(Constraint.interval(0, 2), 1),
            Constraint.stack(List.of(Constraint.REAL, Constraint.interval(0, 2))),
            Constraint.cat(List.of(Constraint.POSITIVE, Constraint.REAL), 2, 3),
            Constraint.cat(
                List.of(
                    Constraint.stack(List.of(Constraint.REAL, Constraint.POSITIVE)),
                    Constraint.independent(Constraint.lessThan(1), 1)),
                2,
                3)));
  }

  /** Every constant of the class, so that a new one must be read back too. */
  private static Stream<Constraint> constants() {
    return Arrays.stream(Constraint.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .map(ConstraintTextTest::constant);
  }

  private static Constraint constant(Field field) {
    try {
      return (Constraint) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void textGivesTheConstraintBack(Constraint constraint) {
    assertThat(Constraint.parse(constraint.toString())).isEqualTo(constraint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Positive",
        "interval(0, 1)", // prints with decimal points
        "interval(2.0, 1.0)",
        "interval(1.0)",
        "interval(NaN, 1.0)",
        "above ",
        "above x",
        "above (3)", // a tensor
        "independent(real, 99999999999)",
        "independent(real, 0)",
        "independent(real)",
        "stack[]",
        "stack[real, nothing]",
        "cat[real, real]",
        "cat[real, real][1]",
        "cat[real][1][1]",
        "cat[",
        "stack[(]"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> Constraint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "cannot be made from its text; use a constant of Constraint, or bounds that are plain"
                + " numbers");
  }

  @Test
  void nestingHasAnEnd() {
    String deep = "independent(".repeat(100_000) + "real" + ", 1)".repeat(100_000);

    assertThatThrownBy(() -> Constraint.parse(deep)).isInstanceOf(IllegalArgumentException.class);
  }
}
