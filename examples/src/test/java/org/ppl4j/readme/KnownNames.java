package org.ppl4j.readme;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the classes, members and packages that a text about the library may say. */
final class KnownNames {

  private static final List<Path> MODULES =
      Stream.of("ppl-core", "ppl-flows", "ppl-infer", "examples")
          .map(module -> Path.of("..", module))
          .toList();

  private static final Path SPARK = Path.of("..", "ppl-infer", "spark", "src", "main", "java");

  /** What programs use of other libraries. */
  private static final List<String> LIBRARIES =
      List.of(
          "java.lang",
          "ai.djl",
          "ai.djl.inference",
          "ai.djl.ndarray",
          "ai.djl.nn",
          "ai.djl.training.dataset");

  /** Texts, and artifacts of Maven. */
  private static final Pattern NO_NAME = Pattern.compile("\"[^\"]*\"|[\\w.]+:\\w+");

  private static final Pattern TYPE = Pattern.compile("(?<![\\w.])[A-Z]\\w*[a-z]\\w*");
  private static final Pattern MEMBER = Pattern.compile("(?<=\\.|::)[a-z]\\w*|\\b[a-z]\\w*(?=\\()");
  private static final Pattern QUALIFIED = Pattern.compile("\\b(?:org|com|ai)\\.\\w+\\.[\\w.]+");

  private final Set<String> types = new HashSet<>();
  private final Set<String> members = new HashSet<>();
  private final Set<String> packages = new HashSet<>();

  /** Public classes of the library by the page of their package. */
  final Map<Path, Set<String>> publicTypes = new TreeMap<>();

  KnownNames() throws IOException {
    for (String type : List.of("ai.djl.ndarray.NDArray", "ai.djl.ndarray.NDManager")) {
      add(find(type).orElseThrow());
    }
    for (Path module : MODULES) {
      addSources(module.resolve("src/main/java"), true);
      addSources(module.resolve("src/test/java"), false);
    }
    addSources(SPARK, false); // whose classes are not on this class path
  }

  private void addSources(Path root, boolean main) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Path relative = root.relativize(file);
        String name = relative.toString().replace(".java", "").replace('/', '.');
        int dot = name.lastIndexOf('.');
        String simple = name.substring(dot + 1);
        for (int end = dot; end > 0; end = name.lastIndexOf('.', end - 1)) {
          packages.add(name.substring(0, end));
        }
        members.addAll(List.of(name.substring(0, dot).split("\\.")));
        if (simple.equals("package-info")) {
          continue;
        }
        types.add(simple);
        Optional<Class<?>> type = find(name);
        type.ifPresent(this::add);
        if (main && Modifier.isPublic(type.orElseThrow().getModifiers())) {
          publicTypes
              .computeIfAbsent(file.resolveSibling("package-info.java"), page -> new TreeSet<>())
              .add(simple);
        }
      }
    }
  }

  private void add(Class<?> type) {
    types.add(type.getSimpleName());
    Arrays.stream(type.getMethods()).map(Method::getName).forEach(members::add);
    Arrays.stream(type.getDeclaredMethods()).map(Method::getName).forEach(members::add);
    Arrays.stream(type.getFields()).map(Field::getName).forEach(members::add);
    Arrays.stream(type.getDeclaredClasses()).forEach(this::add);
  }

  private static Optional<Class<?>> find(String name) {
    try {
      return Optional.of(Class.forName(name, false, KnownNames.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * The names in a piece of code, whether they exist.
   *
   * @param code an expression, a name of a class or member, or a block, whose members are not
   *     looked at: its compiler does that
   */
  Map<String, Boolean> check(String code) {
    String names = NO_NAME.matcher(code).replaceAll("");
    Map<String, Boolean> found = new TreeMap<>();
    QUALIFIED
        .matcher(names)
        .results()
        .forEach(match -> found.put(match.group(), isQualified(match.group())));
    names = QUALIFIED.matcher(names).replaceAll("");
    TYPE.matcher(names).results().forEach(match -> found.put(match.group(), isType(match.group())));
    if (!code.contains("\n")) {
      MEMBER
          .matcher(names)
          .results()
          .forEach(match -> found.put(match.group(), members.contains(match.group())));
    }
    return found;
  }

  private boolean isQualified(String name) {
    return packages.contains(name) || find(name).isPresent();
  }

  private boolean isType(String name) {
    return types.contains(name)
        || LIBRARIES.stream().anyMatch(library -> find(library + "." + name).isPresent());
  }
}
