package org.ppl4j.examples;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static com.google.common.collect.ImmutableListMultimap.toImmutableListMultimap;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Multimaps;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.testing.ArchitectureRules;

/** The tree of the examples: who may import whom. */
class ArchitectureTest {

  private static final JavaClasses ALL = ArchitectureRules.classesOf("org.ppl4j");

  private static final JavaClasses CLASSES =
      ALL.that(
          resideInAnyPackage(
              "org.ppl4j.examples..", "org.ppl4j.studies..", "org.ppl4j.benchmarks.."));

  /** What users may import, of all modules. */
  private static final ImmutableList<JavaClass> PUBLIC =
      ALL.stream()
          .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
          .filter(type -> !type.getPackageName().startsWith("org.ppl4j.testing"))
          .filter(type -> !type.getSimpleName().endsWith("Test"))
          .collect(toImmutableList());

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
  void publicNamesAreUnique() {
    ImmutableListMultimap<String, String> all =
        PUBLIC.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(toImmutableListMultimap(JavaClass::getSimpleName, JavaClass::getName));
    assertThat(all.size()).isGreaterThan(400);
    assertThat(Multimaps.filterKeys(all, name -> all.get(name).size() > 1).asMap()).isEmpty();
  }

  @Test
  void noPublicSignatureHasAnInternalType() {
    List<String> members = new ArrayList<>();
    int judged = 0;
    for (JavaClass type : PUBLIC) {
      if (isInternal(type)) {
        continue;
      }
      for (JavaCodeUnit member : type.getCodeUnits()) {
        if (member.getModifiers().contains(JavaModifier.PUBLIC)) {
          judged++;
          boolean isOpen =
              Stream.concat(Stream.of(member.getReturnType()), member.getParameterTypes().stream())
                  .flatMap(part -> part.getAllInvolvedRawTypes().stream())
                  .noneMatch(ArchitectureTest::isInternal);
          if (!isOpen) {
            members.add(member.getFullName());
          }
        }
      }
    }
    assertThat(judged).isGreaterThan(3000);
    assertThat(members).isEmpty();
  }

  /** What one class alone extends is better a part of that class. */
  @Test
  void noAbstractClassHasOneHeir() {
    ImmutableList<JavaClass> judged =
        ALL.stream()
            .filter(type -> !type.getPackageName().startsWith("org.ppl4j.testing"))
            .filter(type -> !type.isInterface() && !type.isEnum())
            .filter(type -> type.getModifiers().contains(JavaModifier.ABSTRACT))
            .collect(toImmutableList());
    assertThat(judged).hasSizeGreaterThan(25);
    assertThat(judged).filteredOn(type -> type.getSubclasses().size() < 2).isEmpty();
  }

  private static boolean isInternal(JavaClass type) {
    return type.getPackageName().contains(".internal");
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
