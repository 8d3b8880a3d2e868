package org.ppl4j.transforms;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.testing.TransformCases;
import org.ppl4j.testing.TransformLaws;

/** Every law for every row of the table. */
@ExtendWith(LeakCheck.class)
class TransformLawsTest {

  static Stream<Named<TransformCase>> cases() {
    return TransformCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void roundTrip(TransformCase row) {
    TransformLaws.roundTrip(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logDetIsThatOfTheJacobian(TransformCase row) {
    TransformLaws.logDetIsThatOfTheJacobian(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logDetCancelsUnderInverse(TransformCase row) {
    TransformLaws.logDetCancelsUnderInverse(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void invertedIsAView(TransformCase row) {
    TransformLaws.invertedIsAView(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void batches(TransformCase row) {
    TransformLaws.batches(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreFinite(TransformCase row) {
    TransformLaws.gradientsAreFinite(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signIsThatOfTheSlope(TransformCase row) {
    TransformLaws.signIsThatOfTheSlope(row);
  }
}
