package org.ppl4j.distributions;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.ExtremeFamilies.NotMet;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** {@link ExtremeReferenceTest} on every setting. */
@ExtendWith(LeakCheck.class)
@Tag("acceptance")
class ExtremeReferenceAcceptanceTest {

  private static final AcceptancePoint TRUST_LAWS = new AcceptancePoint("trust.1");

  @Test
  @Tag("trust.1")
  void everySettingHolds() {
    List<ExtremeJudged> all = new ArrayList<>();
    for (String family : ExtremeFamilies.REFERENCE.families()) {
      List<ExtremeJudged> judged =
          ExtremeReferenceTest.assertHolds(family, ExtremeFamilies.law(family), 1);
      new TreeMap<>(judged.stream().collect(groupingBy(ExtremeJudged::quantity, counting())))
          .forEach(
              (quantity, count) ->
                  TRUST_LAWS.shown("values of " + family + ", " + quantity, count));
      all.addAll(judged);
    }
    for (NotMet row : ExtremeFamilies.NOT_MET) {
      long missing = all.stream().filter(value -> row.covers(value) && !value.holds()).count();
      assertThat(missing).as("values that miss the bound as %s says", row).isPositive();
      TRUST_LAWS.shown(row.setting() + ", " + row.quantity() + " " + row.reason(), missing);
    }
    TRUST_LAWS.atLeast(
        "families of the reference of extreme parameters",
        all.stream().map(value -> value.setting().family()).distinct().count(),
        38);
    TRUST_LAWS.none("values of the reference of extreme parameters outside the bound");
  }
}
