package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.ArchitectureRules;

/** The tree of ppl-core: who may import whom, and where state may live. */
class ArchitectureTest {

  /** The one class that may hold state: the engine's module and constants of each device. */
  private static final String HOLDER = "org.ppl4j.tensor.EngineHolder";

  private static final String[] LEFT_TO_RIGHT = {
    "org.ppl4j.handlers",
    "org.ppl4j",
    "org.ppl4j.distributions",
    "org.ppl4j.transforms",
    "org.ppl4j.nn",
    "org.ppl4j.constraints",
    "org.ppl4j.tensor",
  };

  private static final JavaClasses CLASSES = ArchitectureRules.classesOf("org.ppl4j");

  @Test
  void thereAreClasses() {
    assertThat(CLASSES).isNotEmpty();
  }

  @Test
  void thereAreNoOtherPackages() {
    assertThat(CLASSES).allMatch(type -> List.of(LEFT_TO_RIGHT).contains(type.getPackageName()));
  }

  @Test
  void importsGoRight() {
    for (ArchRule rule : ArchitectureRules.importsGoRight(LEFT_TO_RIGHT)) {
      rule.check(CLASSES);
    }
  }

  @Test
  void packagesAreFreeOfCycles() {
    ArchitectureRules.packagesAreFreeOfCycles().check(CLASSES);
  }

  @Test
  void noStaticMutableState() {
    ArchitectureRules.noStaticMutableState(HOLDER).check(CLASSES);
  }

  @Test
  void onlyTensorKnowsTheEngine() {
    ArchitectureRules.onlyTensorKnowsTheEngine().check(CLASSES);
  }
}
