package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.LogDraws;
import org.ppl4j.testing.SparseCases;
import org.ppl4j.testing.SparseCases.SparseCase;
import org.ppl4j.testing.SparseLaws;

/** Draws that are nearer to an end of their support than a float type can tell. */
@ExtendWith(LeakCheck.class)
class SparseDrawsTest {

  private static final AcceptancePoint TRUST_SPARSE = new AcceptancePoint("trust.2");

  static Stream<Named<SparseCase>> cases() {
    return SparseCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  /** At the least concentration in float64 and at a large one in float32. */
  @ParameterizedTest
  @MethodSource("cases")
  void modelIsGuide(SparseCase row) {
    double least =
        SparseCases.CONCENTRATIONS.stream().filter(c -> c >= row.least()).findFirst().orElseThrow();
    assertThat(judged(row, least, FloatType.FLOAT64)).isPositive();
    assertThat(judged(row, 1e3, FloatType.FLOAT32)).isPositive();
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.2")
  void modelIsGuideEverywhere() {
    int judged = 0;
    int cases = 0;
    for (SparseCase row : SparseCases.all()) {
      for (FloatType type : FloatType.values()) {
        for (double concentration : SparseCases.CONCENTRATIONS) {
          if (concentration >= row.least()) {
            judged += judged(row, concentration, type);
            cases++;
          }
        }
      }
    }
    TRUST_SPARSE.atLeast("families at concentrations where model and guide are one", cases, 1400);
    TRUST_SPARSE.atLeast("log weights judged", judged, 1000 * cases / 10);
    TRUST_SPARSE.none("log weights that are not 0");
  }

  private static int judged(SparseCase row, double concentration, FloatType type) {
    return SparseLaws.modelIsGuide(row, concentration, type, UnaryOperator.identity());
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

  static Stream<Named<LogDraws>> logs() {
    return LogDraws.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void logarithmsOfDrawsFollowTheirLaw(LogDraws row) {
    for (double concentration : SparseCases.CONCENTRATIONS) {
      assertThat(row.followTheirLaw(concentration, UnaryOperator.identity())).isPositive();
    }
    assertThatThrownBy(() -> row.followTheirLaw(1e-3, x -> x.maximum(1e-38).minimum(1 - 1e-12)))
        .isInstanceOf(AssertionError.class);
  }

  static Stream<Named<LogDraws>> ofOneNoise() {
    return LogDraws.all().stream().filter(LogDraws::oneNoise).map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("ofOneNoise")
  void theirDerivativeIsTheQuantiles(LogDraws row) {
    for (double concentration : SparseCases.CONCENTRATIONS) {
      assertThat(row.haveTheQuantilesDerivative(concentration)).isPositive();
    }
  }
}
