package org.ppl4j.flows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.RecordedLaw;

/** {@link RecordedLaw} of every row of the table of flows, both ways, and of conditional forms. */
@ExtendWith(LeakCheck.class)
class RecordedFlowsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("recorded.1");

  private static void check(FlowCase row, int dim, boolean isInverse, RecordedLaw law) {
    FlowGradients.check(row, dim, isInverse, law);
    FlowGradients.conditional(row, dim, isInverse, law);
  }

  /** One way each, by turns. */
  @Test
  void flowsAreAsByTheEngine() {
    RecordedLaw law = new RecordedLaw(FloatType.FLOAT64, 20);
    boolean isInverse = false;
    for (FlowCase row : FlowCases.all()) {
      check(row, 2, isInverse, law);
      isInverse = !isInverse;
    }
    law.report(POINT, "flows of [2]");
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  @Tag("acceptance")
  @Tag("recorded.1")
  void flowsOfSeveralDimsAreAsByTheEngine(FloatType floatType) {
    RecordedLaw law = new RecordedLaw(floatType, 1);
    List<Integer> dims = List.of(1, 2, 5);
    for (FlowCase row : FlowCases.all()) {
      for (int dim : dims) {
        check(row, dim, false, law);
        check(row, dim, true, law);
      }
    }
    law.report(POINT, "flows of " + dims);
  }
}
