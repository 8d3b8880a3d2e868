package org.ppl4j.readme;

import com.google.common.base.CaseFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * README or a chapter of the guide, and the regions of sources that its blocks of Java repeat.
 *
 * <p>The blocks of {@code data-and-tables.md} are the regions of {@code DataAndTablesPage}, in the
 * same order; where the other module has a class of the name, its regions follow. The last block of
 * a page lists the imports.
 */
record Page(Path file, String text) {

  private static final Path ROOT = Path.of("..");

  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/test/java/org/ppl4j/guide"),
          ROOT.resolve("ppl-infer/spark/src/test/java/org/ppl4j/spark"));

  private static final Pattern REGION =
      Pattern.compile("// region\\n(.*?)\\n *// endregion", Pattern.DOTALL);

  private static final Pattern LINK = Pattern.compile("]\\((?!http)([^)#\\s]+)(#[^)\\s]+)?\\)");

  private static final Pattern MEMBER =
      Pattern.compile("\\bstatic (?:final )?(?:[\\w.]+)(?:<[^;{=]*?>)?(?:\\[])* (\\w+)(?:\\(| =)");

  /** README. */
  static Page readme() {
    return of(ROOT.resolve("README.md"));
  }

  /** README and every chapter there is. */
  static List<Page> all() {
    try (Stream<Path> chapters = Files.list(ROOT.resolve("examples/guide"))) {
      return Stream.concat(Stream.of(readme()), chapters.sorted().map(Page::of)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Page of(Path file) {
    return new Page(file, read(file));
  }

  /** The chapter of the name. */
  static Page chapter(String name) {
    return of(ROOT.resolve("examples/guide").resolve(name + ".md"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page with another text. */
  Page withText(String other) {
    return new Page(file, other);
  }

  /** The text under a heading of the second level. */
  String section(String heading) {
    int start = text.indexOf("\n## " + heading + "\n");
    int end = text.indexOf("\n## ", start + 1);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  /** The blocks of a language. */
  List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\\n(.*?)\\n```", Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** The blocks of Java but the imports. */
  List<String> code() {
    return blocks("java").stream().filter(block -> !block.startsWith("import ")).toList();
  }

  /** The regions of its sources. */
  List<String> regions() {
    return sources().stream()
        .flatMap(source -> REGION.matcher(read(source)).results())
        .map(match -> match.group(1))
        .toList();
  }

  /** What is wrong with its blocks of Java; empty for a page that is right. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (!unwrapped(code()).equals(unwrapped(regions()))) {
      faults.add("blocks are not the regions");
    }
    String imports =
        blocks("java").stream()
            .filter(block -> block.startsWith("import "))
            .collect(Collectors.joining("\n\n"));
    if (!imports.equals(neededImports())) {
      faults.add("imports are not those of the sources, but should be\n" + neededImports());
    }
    String sources = sources().stream().map(Page::withTest).collect(Collectors.joining());
    for (String member : members()) {
      if (Pattern.compile("\\b" + member + "\\b").matcher(sources).results().count() < 2) {
        faults.add("nothing runs " + member);
      }
    }
    return faults;
  }

  /** Its links within the repository to files, or headings of the second level, that are not. */
  List<String> deadLinks() {
    return LINK.matcher(text)
        .results()
        .filter(link -> !leadsSomewhere(link.group(1), link.group(2)))
        .map(link -> link.group(1) + (link.group(2) == null ? "" : link.group(2)))
        .toList();
  }

  private boolean leadsSomewhere(String path, @Nullable String anchor) {
    Path target = file.resolveSibling(path);
    if (anchor == null || !Files.exists(target)) {
      return Files.exists(target);
    }
    return read(target)
        .lines()
        .filter(line -> line.startsWith("## "))
        .map(line -> line.substring(3).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", ""))
        .anyMatch(heading -> anchor.equals("#" + heading.replace(' ', '-')));
  }

  /** Of the library and others, that the blocks have need of. */
  private String neededImports() {
    String code = String.join("\n", code());
    return sources().stream()
        .flatMap(source -> read(source).lines())
        .filter(line -> line.startsWith("import ") && !line.contains("org.ppl4j.guide."))
        .filter(line -> Pattern.compile("\\b" + simpleName(line) + "\\b").matcher(code).find())
        .sorted()
        .distinct()
        .collect(Collectors.joining("\n"));
  }

  private static String simpleName(String line) {
    return line.substring(line.lastIndexOf('.') + 1, line.length() - 1);
  }

  /** The programs and methods that its blocks declare. */
  private List<String> members() {
    return code().stream()
        .flatMap(block -> MEMBER.matcher(block).results())
        .map(match -> match.group(1))
        .toList();
  }

  private List<Path> sources() {
    String name =
        CaseFormat.LOWER_HYPHEN.to(
            CaseFormat.UPPER_CAMEL,
            file.getFileName().toString().replace(".md", "").toLowerCase(Locale.ROOT));
    return SOURCES.stream()
        .map(folder -> folder.resolve(name + "Page.java"))
        .filter(Files::exists)
        .toList();
  }

  /** A source and, where it has one, its test. */
  private static String withTest(Path source) {
    Path test =
        source.resolveSibling(source.getFileName().toString().replace(".java", "Test.java"));
    return read(source) + (Files.exists(test) ? read(test) : "");
  }

  private static List<String> unwrapped(List<String> code) {
    return code.stream().map(Page::unwrapped).toList();
  }

  /** Code without line breaks, which depend on how far it is indented. */
  static String unwrapped(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  @Override
  public String toString() {
    return file.getFileName().toString();
  }
}
