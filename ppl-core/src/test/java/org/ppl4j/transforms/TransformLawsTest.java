package org.ppl4j.transforms;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Tally;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.testing.TransformCases;
import org.ppl4j.testing.TransformLaws;

/** Every law for every row of the table. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransformLawsTest {

  private final Tally tally = new Tally();

  @AfterAll
  void everyLawJudged() {
    tally.require();
  }

  static Stream<Named<TransformCase>> cases() {
    return TransformCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void roundTrip(TransformCase row) {
    tally.add("roundTrip", TransformLaws.roundTrip(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logDetIsThatOfTheJacobian(TransformCase row) {
    tally.add("logDetIsThatOfTheJacobian", TransformLaws.logDetIsThatOfTheJacobian(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logDetCancelsUnderInverse(TransformCase row) {
    tally.add("logDetCancelsUnderInverse", TransformLaws.logDetCancelsUnderInverse(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void invertedIsAView(TransformCase row) {
    tally.add("invertedIsAView", TransformLaws.invertedIsAView(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void batches(TransformCase row) {
    tally.add("batches", TransformLaws.batches(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreFinite(TransformCase row) {
    tally.add("gradientsAreFinite", TransformLaws.gradientsAreFinite(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signIsThatOfTheSlope(TransformCase row) {
    tally.add("signIsThatOfTheSlope", TransformLaws.signIsThatOfTheSlope(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tensorsAreReplaced(TransformCase row) {
    tally.add("tensorsAreReplaced", TransformLaws.tensorsAreReplaced(row));
  }
}
