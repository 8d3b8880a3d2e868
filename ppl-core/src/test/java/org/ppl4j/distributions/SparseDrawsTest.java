package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.SparseCases;
import org.ppl4j.testing.SparseCases.SparseCase;
import org.ppl4j.testing.SparseLaws;

/** Draws that are nearer to an end of their support than a float type can tell. */
@ExtendWith(LeakCheck.class)
class SparseDrawsTest {

  static Stream<Named<SparseCase>> cases() {
    return SparseCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void modelIsGuide(SparseCase row) {
    int judged = 0;
    for (FloatType type : FloatType.values()) {
      for (double concentration : SparseCases.CONCENTRATIONS) {
        if (concentration >= row.least()) {
          judged += SparseLaws.modelIsGuide(row, concentration, type, UnaryOperator.identity());
        }
      }
    }
    assertThat(judged).isPositive();
  }

  @Test
  void clampIsCaught() {
    for (SparseCase row : SparseCases.all()) {
      if (row.name().matches("Gamma|Beta|Dirichlet of 50|Weibull|InverseGamma")) {
        assertThatThrownBy(
                () ->
                    SparseLaws.modelIsGuide(
                        row, 1e-3, FloatType.FLOAT64, x -> new Planted(x, Planted.Fault.ofClamp())))
            .as(row.name())
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining("log weight");
      }
    }
  }
}
