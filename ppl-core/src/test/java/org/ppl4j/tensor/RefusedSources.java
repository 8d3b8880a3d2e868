package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the classes that refuse the methods of DJL's interfaces, below {@code src/generated/java}.
 * A class refuses every method of its interface but the {@code derived} ones of {@code
 * interfaces.txt}; our operations override what it refuses.
 *
 * <p>It needs DJL alone, so that it runs where the module does not compile, as after an upgrade
 * that adds an abstract method: {@value #COMMAND}, at the root.
 */
final class RefusedSources {

  static final String COMMAND = "mvn exec:exec@refusals -pl ppl-core";

  /** Relative to the folder of the module. */
  static final Path FOLDER = Path.of("src/generated/java/org/ppl4j/tensor");

  private static final Path TABLE = Path.of("src/test/resources/org/ppl4j/tensor/interfaces.txt");

  private static final Map<String, Class<?>> CLASSES =
      Map.of(
          "RefusedArray", NDArray.class,
          "RefusedArrayEx", NDArrayEx.class,
          "RefusedManager", NDManager.class);

  private static final Pattern QUALIFIED = Pattern.compile("((?:[a-z]\\w*\\.)+)([A-Z]\\w*)");
  private static final int WIDTH = 100;

  private RefusedSources() {}

  /** Writes all files anew. */
  public static void main(String[] arguments) throws IOException {
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
    }
  }

  /** The text of each file, by its name. */
  static Map<String, String> files() throws IOException {
    Set<String> table = Set.copyOf(Files.readAllLines(TABLE));
    Map<String, String> files = new TreeMap<>();
    CLASSES.forEach((name, type) -> files.put(name + ".java", source(name, type, table)));
    return files;
  }

  /** A method as the table writes it, such as {@code NDArray.get(NDManager, long[])}. */
  static String row(Class<?> type, Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(
            Collectors.joining(", ", type.getSimpleName() + "." + method.getName() + "(", ")"));
  }

  private static String source(String name, Class<?> type, Set<String> table) {
    Set<String> imports = new TreeSet<>();
    String body =
        Arrays.stream(type.getMethods())
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .filter(method -> !table.contains("derived " + row(type, method)))
            .sorted(Comparator.comparing(method -> row(type, method)))
            .map(method -> refusal(type, method, imports))
            .collect(Collectors.joining("\n"));
    String implemented = named(type, imports);
    return """
        // Written by %s, in the tests; to write it anew: %s
        package %s;

        %s
        /** Refuses each method of {@link %s} that is not derived from others. */
        abstract class %s implements %s {

        %s}
        """
        .formatted(
            RefusedSources.class.getSimpleName(),
            COMMAND,
            RefusedSources.class.getPackageName(),
            imports.stream().map("import %s;\n"::formatted).collect(Collectors.joining()),
            type.getSimpleName(),
            name,
            implemented,
            body);
  }

  private static String refusal(Class<?> type, Method method, Set<String> imports) {
    return """
          @Override
        %s
            throw Refusal.of("%s", "%s");
          }
        """
        .formatted(declaration(method, imports), type.getSimpleName(), method.getName());
  }

  /** Parameters are a, b, c, laid out as the formatter lays them out. */
  private static String declaration(Method method, Set<String> imports) {
    List<String> parameters = new ArrayList<>();
    for (Type parameter : method.getGenericParameterTypes()) {
      parameters.add(named(parameter, imports) + " " + (char) ('a' + parameters.size()));
    }
    if (method.isVarArgs()) {
      int last = parameters.size() - 1;
      parameters.set(last, parameters.get(last).replace("[] ", "... "));
    }
    String head =
        "  public %s%s %s("
            .formatted(
                variables(method, imports),
                named(method.getGenericReturnType(), imports),
                method.getName());
    String tail = ") {";
    String line = head + String.join(", ", parameters) + tail;
    if (line.length() <= WIDTH) {
      return line;
    }
    String below = "      " + String.join(", ", parameters) + tail;
    return below.length() <= WIDTH
        ? head + "\n" + below
        : head + "\n      " + String.join(",\n      ", parameters) + tail;
  }

  private static String variables(Method method, Set<String> imports) {
    List<String> variables = new ArrayList<>();
    for (TypeVariable<Method> variable : method.getTypeParameters()) {
      variables.add(variable.getName() + " extends " + named(variable.getBounds()[0], imports));
    }
    return variables.isEmpty() ? "" : "<" + String.join(", ", variables) + "> ";
  }

  /** A type by its short name; what that has to import is added. */
  private static String named(Type type, Set<String> imports) {
    Matcher names = QUALIFIED.matcher(type.getTypeName());
    String text =
        names.replaceAll(
            name -> {
              if (!name.group(1).equals("java.lang.")) {
                imports.add(name.group());
              }
              return name.group(2);
            });
    return text.replace('$', '.');
  }
}
