package org.ppl4j.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import com.google.common.cache.Cache;
import com.google.errorprone.annotations.concurrent.LazyInit;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/**
 * The rules of the source tree that every module checks about itself. A rule about a package
 * without classes holds; that there are classes is a test of its own.
 */
public final class ArchitectureRules {

  private static final String PROJECT = "org.ppl4j";

  private ArchitectureRules() {}

  /** The classes of these packages and those below them, without the tests. */
  public static JavaClasses classesOf(String... packages) {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages(packages);
  }

  /**
   * Imports go from left to right in this list of packages, over any number of steps.
   *
   * @param leftToRight exact package names, none below another's
   */
  public static List<ArchRule> importsGoRight(String... leftToRight) {
    List<ArchRule> rules = new ArrayList<>();
    for (int i = 1; i < leftToRight.length; i++) {
      rules.add(
          noClasses()
              .that()
              .resideInAPackage(leftToRight[i])
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(Arrays.copyOf(leftToRight, i))
              .allowEmptyShould(true)
              .because("imports go from " + String.join(" to ", leftToRight)));
    }
    return rules;
  }

  /** No class of one package, or of those below it, knows a class of the other. */
  public static ArchRule neverImports(String importer, String imported) {
    return noClasses()
        .that()
        .resideInAPackage(importer + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(imported + "..");
  }

  /** No two packages of the project import each other, directly or through others. */
  public static ArchRule packagesAreFreeOfCycles() {
    return slices().assignedFrom(PACKAGES).should().beFreeOfCycles();
  }

  /** Only one package knows the classes of DJL's PyTorch engine. */
  public static ArchRule onlyTensorKnowsTheEngine() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(PROJECT + ".tensor", PROJECT + ".tensor.internal.engine")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .allowEmptyShould(true);
  }

  /**
   * Static fields are final and hold values. A private array of numbers counts as a table of
   * constants; a collection has to be declared as one of Guava's immutable ones.
   *
   * @param holders the full names of the classes that may hold state
   */
  public static ArchRule noStaticMutableState(String... holders) {
    return fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .haveNameNotMatching(Arrays.stream(holders).map(Pattern::quote).collect(joining("|")))
        .should(holdAValue())
        .allowEmptyShould(true);
  }

  private static final SliceAssignment PACKAGES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return type.getPackageName().startsWith(PROJECT)
              ? SliceIdentifier.of(type.getPackageName())
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "packages of the project";
        }
      };

  private static ArchCondition<JavaField> holdAValue() {
    return new ArchCondition<>("be final and hold a value") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
          return;
        }
        fault(field)
            .ifPresent(
                fault ->
                    events.add(
                        SimpleConditionEvent.violated(
                            field, "static field " + field.getFullName() + " " + fault)));
      }
    };
  }

  private static Optional<String> fault(JavaField field) {
    JavaClass type = field.getRawType();
    if (!field.getModifiers().contains(JavaModifier.FINAL)) {
      return Optional.of("is not final");
    }
    if (type.isArray()) {
      boolean table =
          field.getModifiers().contains(JavaModifier.PRIVATE)
              && type.getBaseComponentType().isPrimitive();
      return table ? Optional.empty() : Optional.of("is an array");
    }
    boolean collection = type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    if (collection && !type.getName().startsWith("com.google.common.collect.Immutable")) {
      return Optional.of("is a collection that is not declared immutable");
    }
    return isCell(type) ? Optional.of("is a mutable " + type.getSimpleName()) : faultInside(type);
  }

  /**
   * A class of the project is looked into, with its subclasses: a static object of it is state. A
   * view that is made on first use, the same whoever makes it, is none if it says {@link LazyInit};
   * nor is a tensor, which is a number without a run where a value holds it.
   */
  private static Optional<String> faultInside(JavaClass type) {
    if (!type.getPackageName().startsWith(PROJECT)) {
      return Optional.empty();
    }
    List<JavaField> inside = new ArrayList<>(type.getAllFields());
    type.getAllSubclasses().forEach(subclass -> inside.addAll(subclass.getFields()));
    return inside.stream()
        .filter(field -> field.getOwner().getPackageName().startsWith(PROJECT))
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .filter(field -> !field.isAnnotatedWith(LazyInit.class))
        .filter(field -> !field.getRawType().isAssignableTo(NDArray.class))
        .filter(
            field ->
                !field.getModifiers().contains(JavaModifier.FINAL) || isCell(field.getRawType()))
        .map(field -> "holds the mutable field " + field.getFullName())
        .findFirst();
  }

  /** Whether objects of a type exist to be changed, or own memory. */
  private static boolean isCell(JavaClass type) {
    return Set.of("java.util.concurrent.atomic", "java.util.concurrent.locks")
            .contains(type.getPackageName())
        || type.isAssignableTo(ThreadLocal.class)
        || type.isAssignableTo(StringBuilder.class)
        || type.isAssignableTo(Random.class)
        || type.isAssignableTo(ConcurrentMap.class)
        || type.isAssignableTo(Cache.class)
        || type.isAssignableTo(AutoCloseable.class);
  }
}
