package org.ppl4j.distributions;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.ClosedForm.Setting;
import org.ppl4j.distributions.ClosedFormLaw.Judged;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * The families that the reference of extreme parameters lacks, by closed forms at the same
 * extremes: every quantity, both float types, plain numbers and tensors, at one setting of each;
 * under {@code acceptance} at all.
 */
@ExtendWith(LeakCheck.class)
class ExtremeClosedFormsTest {

  private static final AcceptancePoint TRUST_LAWS = new AcceptancePoint("trust.1");

  private static final ImmutableList<ClosedForm> FAMILIES =
      ImmutableList.<ClosedForm>builder()
          .addAll(ClosedFormCounts.all())
          .addAll(ClosedFormMatrices.all())
          .add(ClosedFormCorrelations.lkj())
          .addAll(ClosedFormNumbers.all())
          .build();

  static List<ClosedForm> families() {
    return FAMILIES;
  }

  @ParameterizedTest
  @MethodSource("families")
  void holds(ClosedForm closed) {
    assertHolds(closed, 1);
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void everySettingHolds() {
    List<Judged> all = new ArrayList<>();
    for (ClosedForm closed : FAMILIES) {
      List<Judged> judged = assertHolds(closed, closed.settings().size());
      long count = judged.stream().filter(Judged::holds).count();
      TRUST_LAWS.shown("values of " + closed + " by closed forms", count);
      all.addAll(judged);
    }
    new TreeMap<>(
            all.stream()
                .filter(value -> !value.holds())
                .collect(groupingBy(value -> value.closed() + " " + value.excuse(), counting())))
        .forEach(TRUST_LAWS::shown);
    TRUST_LAWS.atLeast("families by closed forms", FAMILIES.size(), 22);
    TRUST_LAWS.none("values of closed forms outside the bound");
  }

  @Test
  void aSmallErrorIsCaught() {
    ClosedForm walk =
        FAMILIES.stream()
            .filter(closed -> closed.toString().equals("GaussianRandomWalk"))
            .findFirst()
            .orElseThrow();
    ClosedForm faulty =
        walk.constructedBy(p -> GaussianRandomWalk.of(p.apply("scale").mul(1 + 1e-9), 3));

    assertThatThrownBy(() -> assertHolds(faulty, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("quantity=log_prob");
  }

  /** At the first settings each value holds or is excused, and each quantity was judged. */
  @CanIgnoreReturnValue
  private static List<Judged> assertHolds(ClosedForm closed, int settings) {
    List<Judged> all = new ArrayList<>();
    for (FloatType type : FloatType.values()) {
      for (Setting setting : closed.settings().subList(0, settings)) {
        List<Judged> judged = ClosedFormLaw.judge(closed, setting, type);
        TreeSet<String> quantities = new TreeSet<>();
        judged.forEach(value -> quantities.add(value.quantity()));
        assertThat(quantities).containsAll(closed.formulas().keySet());
        all.addAll(judged);
      }
    }
    assertThat(all.stream().filter(value -> !value.holds() && value.excuse().isEmpty()))
        .as("of %s values, wrong", all.size())
        .isEmpty();
    return all;
  }
}
