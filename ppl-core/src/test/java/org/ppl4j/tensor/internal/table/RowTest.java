package org.ppl4j.tensor.internal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a row says of a function of elements. */
class RowTest {

  private static NumberFunction function(Op op) {
    return Objects.requireNonNull(op.row().function());
  }

  @Test
  void aPublicFunctionIsTheMethodThatCodeCalls() {
    assertThat(Op.EXP.row().method()).isEqualTo(new StaticMethod("java/lang/Math", "exp", "(D)D"));
    assertThat(Op.MAXIMUM.row().method())
        .isEqualTo(new StaticMethod("java/lang/Math", "max", "(DD)D"));
    assertThat(Op.NEG.row().method()).isNull();
    assertThat(Op.SOFTPLUS.row().method()).isNull();
  }

  @Test
  void anExpressionIsAFunctionOfNumbers() {
    assertThat(function(Op.SOFTPLUS).of(0)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(function(Op.LOG_ADD_EXP).of(1, 1)).isCloseTo(1 + Math.log(2), within(1e-15));
    assertThat(function(Op.STANDARDIZED).of(3, 1, 4)).isEqualTo(0.5);
  }

  @Test
  void anExpressionIsToldAllOperands() {
    assertThatThrownBy(() -> function(Op.LOG_ADD_EXP).of(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("function of 2 numbers is given 1; pass all it takes");
    assertThatThrownBy(() -> function(Op.ADD).of(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("function is not one of a number; give it all it takes");
  }

  @Test
  void whatGoesAlongAxesIsNoFunctionOfNumbers() {
    assertThat(Op.LOG_SUM_EXP.row().expression()).isNotNull();
    assertThat(Op.LOG_SUM_EXP.row().function()).isNull();
    assertThat(Op.LOG_NORMAL_INTEGRAL.row().function()).isNull();
  }

  /** What each function of elements up to a choice is: known to Java and the engine, and moving. */
  @ParameterizedTest
  @EnumSource(from = "NEG", to = "WHERE", mode = Mode.INCLUDE)
  void saysAllOfAFunctionOfElements(Op op) {
    Row row = op.row();
    boolean moves = row.derivative() == Row.Derivative.OWN;

    assertThat(row.function() != null || row.expression() != null).isTrue();
    assertThat(op.engine() != null || row.expression() != null).isTrue();
    assertThat(row.slope(0) != null || !row.isKept()).isEqualTo(moves);
  }
}
