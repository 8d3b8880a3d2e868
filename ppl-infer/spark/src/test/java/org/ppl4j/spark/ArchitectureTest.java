package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.ArchitectureRules;

/** The tree of ppl-spark: whom it may import, and that it holds no state. */
class ArchitectureTest {

  private static final JavaClasses CLASSES = ArchitectureRules.classesOf("org.ppl4j.spark");

  static List<ArchRule> rules() {
    return List.of(
        ArchitectureRules.neverImports("org.ppl4j.spark", "org.ppl4j.flows"),
        ArchitectureRules.packagesAreFreeOfCycles(),
        ArchitectureRules.noStaticMutableState(),
        ArchitectureRules.onlyTensorKnowsTheEngine());
  }

  @Test
  void thereAreClasses() {
    assertThat(CLASSES).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleHolds(ArchRule rule) {
    rule.check(CLASSES);
  }
}
