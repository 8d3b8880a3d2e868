package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Planted faults that the rules must catch. */
class ArchitectureRulesTest {

  @Test
  void staticStateIsCaught() {
    EvaluationResult result =
        ArchitectureRules.noStaticMutableState()
            .evaluate(
                new ClassFileImporter().importClasses(Stateful.class, Counter.class, Value.class));

    assertThat(result.getFailureReport().getDetails())
        .extracting(line -> line.substring(line.lastIndexOf('$') + 1))
        .containsExactlyInAnyOrder(
            "Stateful.open is not final",
            "Stateful.NAMES is a collection that is not declared immutable",
            "Stateful.WORDS is an array",
            "Stateful.COUNT is a mutable AtomicInteger",
            "Counter.count");
  }

  @Test
  void theHolderIsExempt() {
    EvaluationResult result =
        ArchitectureRules.noStaticMutableState(Stateful.class.getName())
            .evaluate(new ClassFileImporter().importClasses(Stateful.class, Counter.class));

    assertThat(result.hasViolation()).isFalse();
  }

  @Test
  void importsToTheLeftAreCaught() {
    List<ArchRule> rules =
        ArchitectureRules.importsGoRight("java.util.concurrent.atomic", "org.ppl4j.testing");

    assertThat(rules)
        .singleElement()
        .matches(
            rule ->
                rule.evaluate(new ClassFileImporter().importClasses(Stateful.class))
                    .hasViolation());
  }

  /** A class that breaks the rule about static fields in every way, beside what is right. */
  static final class Stateful {
    static int open = 1;
    static final List<String> NAMES = List.of("a");
    static final String[] WORDS = {"a"};
    static final AtomicInteger COUNT = new AtomicInteger();
    static final Counter COUNTER = new Counter();

    static final ImmutableList<String> LIST = ImmutableList.of("a");
    static final Value VALUE = new Value(1);
    private static final double[] TABLE = {1, 2};

    private Stateful() {}

    static double first() {
      return TABLE[0];
    }
  }

  /** An object with state. */
  static final class Counter {
    int count;
  }

  /** An object without state. */
  record Value(int count) {}
}
