package org.ppl4j.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.testing.ArchitectureRules;

/** The tree of the examples: who may import whom. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      ArchitectureRules.classesOf(
          "org.ppl4j.examples", "org.ppl4j.studies", "org.ppl4j.benchmarks");

  static List<ArchRule> rules() {
    return List.of(
        ArchitectureRules.packagesAreFreeOfCycles(),
        ArchitectureRules.onlyTensorKnowsTheEngine(),
        theListAloneKnows("org.ppl4j.studies"),
        theListAloneKnows("org.ppl4j.benchmarks"),
        ArchitectureRules.neverImports("org.ppl4j.benchmarks", "org.ppl4j.examples"),
        ArchitectureRules.neverImports("org.ppl4j.benchmarks", "org.ppl4j.studies"));
  }

  /** Studies may use an example, but no example a study. */
  private static ArchRule theListAloneKnows(String packages) {
    return noClasses()
        .that()
        .resideInAPackage("org.ppl4j.examples..")
        .and()
        .doNotHaveFullyQualifiedName("org.ppl4j.examples.Examples")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages + "..");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleHolds(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void everyExampleIsListed() {
    assertThat(Examples.ALL.stream().map(example -> example.getClass().getName()))
        .containsExactlyInAnyOrderElementsOf(
            CLASSES.stream()
                .filter(
                    type ->
                        type.isTopLevelClass()
                            && !type.isInterface()
                            && type.isAssignableTo(Example.class))
                .map(JavaClass::getName)
                .collect(Collectors.toList()));
  }
}
