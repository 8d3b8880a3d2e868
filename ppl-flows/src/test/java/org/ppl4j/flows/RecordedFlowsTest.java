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

  private static void check(FloatType floatType, List<Integer> dims, int each) {
    RecordedLaw law = new RecordedLaw(floatType, each);
    for (FlowCase row : FlowCases.all()) {
      for (int dim : dims) {
        for (boolean isInverse : new boolean[] {false, true}) {
          FlowGradients.check(row, dim, isInverse, law);
          FlowGradients.conditional(row, dim, isInverse, law);
        }
      }
    }
    law.report(POINT, "flows of " + dims);
  }

  @Test
  void flowsAreAsByTheEngine() {
    check(FloatType.FLOAT64, List.of(2), 20);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  @Tag("acceptance")
  @Tag("recorded.1")
  void flowsOfSeveralDimsAreAsByTheEngine(FloatType floatType) {
    check(floatType, List.of(1, 2, 5), 1);
  }
}
