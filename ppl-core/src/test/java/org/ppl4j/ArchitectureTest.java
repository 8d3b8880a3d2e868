package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.ArchitectureRules;

/** The tree of ppl-core: who may import whom, and where state may live. */
class ArchitectureTest {

  /**
   * The classes that may hold state: the engine's module and constants of each device, and the
   * cache of generated code, which is asked where there is no engine.
   */
  private static final String[] HOLDERS = {
    "org.ppl4j.tensor.internal.engine.PyTorch", "org.ppl4j.tensor.internal.plan.Code"
  };

  private static final String[] LEFT_TO_RIGHT = {
    "org.ppl4j.handlers",
    "org.ppl4j",
    "org.ppl4j.params",
    "org.ppl4j.distributions",
    "org.ppl4j.transforms",
    "org.ppl4j.nn",
    "org.ppl4j.constraints",
    "org.ppl4j.ode",
    "org.ppl4j.tensor.file",
    "org.ppl4j.tensor",
    "org.ppl4j.tensor.internal.around",
    "org.ppl4j.tensor.internal.plan",
    "org.ppl4j.tensor.internal.graph",
    "org.ppl4j.tensor.internal.engine",
    "org.ppl4j.tensor.internal.table",
    "org.ppl4j.internal",
    "org.ppl4j.internal.math",
  };

  private static final JavaClasses CLASSES = ArchitectureRules.classesOf("org.ppl4j");

  static List<ArchRule> rules() {
    List<ArchRule> rules = new ArrayList<>(ArchitectureRules.importsGoRight(LEFT_TO_RIGHT));
    rules.add(ArchitectureRules.packagesAreFreeOfCycles());
    rules.add(ArchitectureRules.noStaticMutableState(HOLDERS));
    rules.add(ArchitectureRules.onlyTensorKnowsTheEngine());
    return rules;
  }

  @Test
  void everyPackageHasClassesAndThereAreNoOthers() {
    Set<String> packages =
        CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

    assertThat(packages).containsExactlyInAnyOrder(LEFT_TO_RIGHT);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleHolds(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void onlyTheHoldersNeedTheirExemption() {
    List<String> faults =
        ArchitectureRules.noStaticMutableState().evaluate(CLASSES).getFailureReport().getDetails();

    assertThat(faults)
        .hasSameSizeAs(HOLDERS)
        .allMatch(fault -> Arrays.stream(HOLDERS).anyMatch(fault::contains));
  }

  @Test
  @Tag("acceptance")
  @Tag("floor.8")
  void theTreeKeepsItsRules() {
    everyPackageHasClassesAndThereAreNoOthers();
    onlyTheHoldersNeedTheirExemption();
    long broken = rules().stream().filter(rule -> rule.evaluate(CLASSES).hasViolation()).count();

    assertThat(broken).isZero();
    System.out.printf(
        "floor.8 %d 0 pass (broken rules, of %d, over %d classes)%n",
        broken, rules().size(), CLASSES.size());
  }
}
