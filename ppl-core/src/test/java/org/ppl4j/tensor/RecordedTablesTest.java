package org.ppl4j.tensor;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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

/**
 * {@link RecordedLaw} of every row of the tables of distributions and transforms, in one of the
 * float types; acceptance has both.
 */
@ExtendWith(LeakCheck.class)
class RecordedTablesTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("recorded.1");

  @Test
  void distributionsAreAsByTheEngine() {
    distributions(FloatType.FLOAT64);
  }

  @Test
  void transformsAreAsByTheEngine() {
    transforms(FloatType.FLOAT32);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  @Tag("acceptance")
  @Tag("recorded.1")
  void allAreAsByTheEngine(FloatType floatType) {
    distributions(floatType);
    transforms(floatType);
  }

  private static void distributions(FloatType floatType) {
    RecordedLaw law = new RecordedLaw(floatType);
    for (DistributionCase row : DistributionCases.all()) {
      if (DistributionGradients.isMoving(row)) {
        DistributionGradients.density(row, law);
        DistributionGradients.draws(row, law::draws);
      }
    }
    law.report(POINT, "distributions and draws");
  }

  private static void transforms(FloatType floatType) {
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
