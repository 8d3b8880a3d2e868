package org.ppl4j.tensor;

import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.DistributionGradients;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.RecordedLaw;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.testing.TransformCases;
import org.ppl4j.testing.TransformGradients;

/** {@link RecordedLaw} of every row of the tables of distributions and transforms. */
@ExtendWith(LeakCheck.class)
class RecordedTablesTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("recorded.1");

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void distributionsAreAsByTheEngine(FloatType floatType) {
    RecordedLaw law = new RecordedLaw(floatType);
    for (DistributionCase row : DistributionCases.all()) {
      if (DistributionGradients.isMoving(row)) {
        DistributionGradients.density(row, law);
        DistributionGradients.draws(row, law::draws);
      }
    }
    law.report(POINT, "distributions and draws");
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void transformsAreAsByTheEngine(FloatType floatType) {
    RecordedLaw law = new RecordedLaw(floatType);
    List<TransformCase> firsts =
        TransformCases.all().stream().filter(TransformGradients::isFirst).toList();
    int next = 0;
    for (TransformCase row : TransformCases.all()) {
      TransformGradients.forward(row, law);
      TransformGradients.inverse(row, law);
      TransformGradients.behind(row, firsts.get(next++ % firsts.size()), law);
    }
    law.report(POINT, "transforms");
  }
}
