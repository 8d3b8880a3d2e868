package org.ppl4j.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the generator of the site reads: README, all that its links lead to, and the index that is
 * searched.
 *
 * <p>Pages keep their places and begin with their titles. A source becomes a page that shows it, a
 * folder one that lists it. Headings have the anchors that links have in the repository. {@code
 * examples/site/pom.xml} starts this file as a program, so that it knows the JDK only.
 */
final class SitePages {

  private static final Pattern LINK = Pattern.compile("]\\((?!\\w+:)([^)#\\s]+)(#[^)\\s]+)?\\)");

  private static final Pattern HEADING = Pattern.compile("(#+) (.*)");

  /** A part of a page under its heading; the first is under the page's title. */
  private record Section(String address, String page, String heading, StringBuilder text) {}

  private final Path root;
  private final Queue<Path> waiting = new ArrayDeque<>();
  private final Set<Path> met = new HashSet<>();
  private final Map<Path, String> pages = new LinkedHashMap<>();
  private final List<Section> sections = new ArrayList<>();

  private SitePages(Path root) {
    this.root = root;
  }

  /**
   * Writes pages of Markdown and the index.
   *
   * @param arguments the root of the repository, and the folder for what is made
   */
  public static void main(String[] arguments) throws IOException {
    SitePages site = from(Path.of(arguments[0]), Path.of("README.md"));
    Path out = Path.of(arguments[1]);
    for (Map.Entry<Path, String> page : site.pages.entrySet()) {
      write(out.resolve("markdown").resolve(page.getKey()), page.getValue());
    }
    write(out.resolve("resources/js/search-index.js"), site.index());
  }

  /**
   * A page and all that can be reached from it.
   *
   * @param root of the repository
   * @param first relative to it
   */
  static SitePages from(Path root, Path first) throws IOException {
    SitePages site = new SitePages(root);
    site.meet(first);
    while (!site.waiting.isEmpty()) {
      site.read(site.waiting.remove());
    }
    return site;
  }

  /** The Markdown of each page, by its place. */
  Map<Path, String> pages() {
    return pages;
  }

  /** A script that sets {@code searchIndex}: a section an entry. */
  String index() {
    StringJoiner entries = new StringJoiner(",\n", "const searchIndex = [\n", "\n];\n");
    for (Section section : sections) {
      if (section.heading.equals("Imports")) {
        continue;
      }
      entries.add(
          "{address: %s, page: %s, heading: %s, text: %s}"
              .formatted(
                  quoted(section.address),
                  quoted(section.page),
                  quoted(section.heading),
                  quoted(section.text.toString())));
    }
    return entries.toString();
  }

  /** What a link to a heading says, as GitHub has it; the generator wants a letter first. */
  private static String anchor(String heading) {
    String words = heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "");
    return words.replace(' ', '-').replaceFirst("^\\d", "a$0");
  }

  private void meet(Path place) {
    if (met.add(place)) {
      waiting.add(place);
    }
  }

  private void read(Path place) throws IOException {
    Path file = root.resolve(place);
    String name = place.getFileName().toString();
    if (Files.isDirectory(file)) {
      pages.put(place.resolve("index.md"), linked(listed(file), place.resolve("index.md")));
    } else if (name.endsWith(".md")) {
      pages.put(place, linked(anchored(Files.readString(file), place), place));
    } else {
      String language = name.substring(name.lastIndexOf('.') + 1);
      pages.put(
          place.resolveSibling(name + ".md"),
          "# %s\n\n```%s\n%s\n```\n"
              .formatted(name, language, Files.readString(file).stripTrailing()));
    }
  }

  private static String listed(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      StringJoiner lines = new StringJoiner("\n", "# " + folder.getFileName() + "\n\n", "\n");
      files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(file -> !file.startsWith("target"))
          .sorted()
          .forEach(file -> lines.add(link(file, file)));
      return lines.toString();
    }
  }

  /** With links to the pages that show what they lead to, which is read too. */
  private String linked(String text, Path place) {
    return LINK.matcher(text)
        .replaceAll(
            link -> {
              Path target = place.resolveSibling(link.group(1)).normalize();
              meet(target);
              String page = link.group(1).replaceFirst("\\.md$", "");
              page += Files.isDirectory(root.resolve(target)) ? "/index.html" : ".html";
              String anchor = link.group(2) == null ? "" : "#" + anchor(link.group(2));
              return Matcher.quoteReplacement("](" + page + anchor + ")");
            });
  }

  /** With an anchor at each heading, and links to them under the title; adds to the sections. */
  private String anchored(String text, Path place) {
    String address = place.toString().replaceFirst("\\.md$", ".html");
    StringJoiner contents = new StringJoiner("\n", "\n", "\n");
    String title = "";
    boolean code = false;
    StringBuilder page = new StringBuilder();
    for (String line : text.lines().toList()) {
      code ^= line.startsWith("```");
      Matcher heading = HEADING.matcher(line);
      if (code || !heading.matches()) {
        page.append(line).append('\n');
        sections.get(sections.size() - 1).text.append(line).append('\n');
        continue;
      }
      String words = heading.group(2);
      String anchor = anchor(words);
      switch (heading.group(1)) {
        case "#" -> title = words;
        case "##" -> contents.add(link(words, "#" + anchor));
        default -> {}
      }
      page.append("%s <a id=\"%s\"></a>%s\n".formatted(heading.group(1), anchor, words));
      sections.add(new Section(address + "#" + anchor, title, words, new StringBuilder()));
    }
    return page.toString().replaceFirst("\n", Matcher.quoteReplacement("\n" + contents));
  }

  private static String link(String text, String to) {
    return "- [%s](%s)".formatted(text, to);
  }

  /** Text without the marks of Markdown. */
  private static String plain(String text) {
    return text.replaceAll("\\[([^\\]]*)]\\([^)\\s]*\\)", "$1")
        .replaceAll("```\\w*|[`|]|-{3,}", " ")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String quoted(String text) {
    return '"' + plain(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
