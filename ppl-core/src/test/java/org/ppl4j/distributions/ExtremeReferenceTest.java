package org.ppl4j.distributions;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.ExtremeFamilies.NotMet;
import org.ppl4j.distributions.ExtremeJudged.Form;
import org.ppl4j.distributions.ExtremeReference.Setting;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * Every family of the reference of extreme parameters, every quantity, both float types, plain
 * numbers and tensors, on every other setting; acceptance has all.
 */
@ExtendWith(LeakCheck.class)
class ExtremeReferenceTest {

  private static final AcceptancePoint TRUST_LAWS = new AcceptancePoint("trust.1");

  private static final int STEP = 2;

  static Set<String> families() {
    return ExtremeFamilies.REFERENCE.families();
  }

  @ParameterizedTest
  @MethodSource("families")
  void holds(String family) {
    assertHolds(family, ExtremeFamilies.law(family), STEP);
  }

  @Test
  void aCancellingVarianceIsCaught() {
    ExtremeLaw law = ExtremeFamilies.law("Normal");
    ExtremeLaw faulty =
        new ExtremeLaw(
            parameters -> new Cancelling(law.constructor().apply(parameters)), law.tolerance());

    assertThatThrownBy(() -> assertHolds("Normal", faulty, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("quantity=log_variance")
        .hasMessageNotContaining("quantity=log_prob");
  }

  /** Whose variance is E x² − m². */
  private static final class Cancelling extends WrappedDistribution {

    Cancelling(Distribution base) {
      super(base, base.batchShape(), base.eventShape());
    }

    @Override
    protected NDArray doVariance() {
      NDArray square = base.mean().square();
      return base.variance().add(square).sub(square);
    }

    @Override
    public Distribution withParameters(UnaryOperator<NDArray> operator) {
      return new Cancelling(base.withParameters(operator));
    }
  }

  /**
   * On every {@code step}-th setting each value holds or is in the table of those that do not, and
   * all that the reference knows was judged in each float type and form.
   */
  @CanIgnoreReturnValue
  static List<ExtremeJudged> assertHolds(String family, ExtremeLaw law, int step) {
    List<ExtremeJudged> all = new ArrayList<>();
    for (FloatType type : FloatType.values()) {
      List<Setting> settings = some(ExtremeFamilies.REFERENCE.settings(family, type), step);
      Set<String> quantities = new TreeSet<>();
      settings.forEach(setting -> quantities.addAll(setting.quantities()));
      List<ExtremeJudged> judged = law.judge(settings, type);
      assertThat(quantities(judged, Form.TENSORS)).containsAll(quantities).isNotEmpty();
      quantities.remove("dlog_prob_dparams");
      assertThat(quantities(judged, Form.NUMBERS)).containsAll(quantities).isNotEmpty();
      all.addAll(judged);
    }
    assertThat(all.stream().filter(value -> !value.holds() && !ExtremeFamilies.excuses(value)))
        .as("of %s values, wrong", all.size())
        .isEmpty();
    return all;
  }

  private static List<Setting> some(Stream<Setting> settings, int step) {
    List<Setting> all = settings.toList();
    return Stream.iterate(0, i -> i < all.size(), i -> i + step).map(all::get).toList();
  }

  private static Set<String> quantities(List<ExtremeJudged> judged, Form form) {
    return judged.stream()
        .filter(value -> value.form() == form)
        .map(ExtremeJudged::quantity)
        .collect(toCollection(TreeSet::new));
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.1")
  void everySettingHolds() {
    List<ExtremeJudged> all = new ArrayList<>();
    for (String family : ExtremeFamilies.REFERENCE.families()) {
      List<ExtremeJudged> judged = assertHolds(family, ExtremeFamilies.law(family), 1);
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
