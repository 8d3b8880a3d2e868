package org.ppl4j.infer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.ArchitectureRules;

/** The tree of ppl-infer: who may import whom, and that it holds no state. */
class ArchitectureTest {

  /**
   * Posteriors and their draws do not know how they were found; guides, fits, approximations and
   * neural posteriors stand on the latent space.
   */
  private static final String[] LEFT_TO_RIGHT = {
    "org.ppl4j.infer.report",
    "org.ppl4j.infer.sbi",
    "org.ppl4j.infer.density",
    "org.ppl4j.infer.svi",
    "org.ppl4j.infer.judge",
    "org.ppl4j.infer.autoguide",
    "org.ppl4j.infer.annealing",
    "org.ppl4j.infer.mcmc",
    "org.ppl4j.infer.approximation",
    "org.ppl4j.infer.reparam",
    "org.ppl4j.infer.importance",
    "org.ppl4j.infer.stochastic",
    "org.ppl4j.infer.latent",
    "org.ppl4j.infer.data",
    "org.ppl4j.infer",
    "org.ppl4j.infer.diagnostics",
    "org.ppl4j.infer.internal",
    "org.ppl4j.infer.optim",
  };

  private static final JavaClasses CLASSES = ArchitectureRules.classesOf("org.ppl4j.infer");

  static List<ArchRule> rules() {
    List<ArchRule> rules = new ArrayList<>(ArchitectureRules.importsGoRight(LEFT_TO_RIGHT));
    rules.add(ArchitectureRules.neverImports("org.ppl4j.infer", "org.ppl4j.flows"));
    rules.add(
        ArchitectureRules.neverImports("org.ppl4j.infer.density", "org.ppl4j.infer.autoguide"));
    rules.add(ArchitectureRules.neverImports("org.ppl4j.infer.autoguide", "org.ppl4j.infer.svi"));
    rules.add(
        ArchitectureRules.neverImports("org.ppl4j.infer.importance", "org.ppl4j.infer.latent"));
    rules.add(ArchitectureRules.neverImports("org.ppl4j.infer.reparam", "org.ppl4j.infer.latent"));
    rules.add(ArchitectureRules.packagesAreFreeOfCycles());
    rules.add(ArchitectureRules.noStaticMutableState());
    rules.add(ArchitectureRules.onlyTensorKnowsTheEngine());
    return rules;
  }

  @Test
  void everyPackageHasClassesAndThereAreNoOthers() {
    Set<String> packages =
        CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

    assertThat(packages).containsExactlyInAnyOrder(LEFT_TO_RIGHT);
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

  @ParameterizedTest
  @MethodSource("rules")
  void ruleHolds(ArchRule rule) {
    rule.check(CLASSES);
  }
}
