package org.ppl4j.infer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.ArchitectureRules;

/** The tree of ppl-infer: who may import whom, and that it holds no state. */
class ArchitectureTest {

  private static final JavaClasses CLASSES = ArchitectureRules.classesOf("org.ppl4j.infer");

  static List<ArchRule> rules() {
    return List.of(
        ArchitectureRules.neverImports("org.ppl4j.infer", "org.ppl4j.flows"),
        ArchitectureRules.packagesAreFreeOfCycles(),
        ArchitectureRules.noStaticMutableState(""),
        ArchitectureRules.onlyTensorKnowsTheEngine());
  }

  @Test
  void onlyReportKnowsXChart() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.ppl4j.infer.report")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.knowm.xchart..")
        .because("it is an optional dependency")
        .check(CLASSES);
  }

  /** Each may import what stands left of it, and what inference does not know. */
  @Test
  void theArrowsOfInferenceHold() {
    noClasses()
        .that()
        .resideInAPackage("org.ppl4j.infer")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.ppl4j.infer.*..")
                .and(not(resideInAPackage("org.ppl4j.infer.diagnostics"))))
        .because("posteriors and their draws do not know how they were found")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.ppl4j.infer.latent")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.ppl4j.infer..")
                .and(not(resideInAnyPackage("org.ppl4j.infer", "org.ppl4j.infer.latent"))))
        .because("guides, chains and neural posteriors stand on the latent space")
        .check(CLASSES);
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
