package org.ppl4j.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.Examples;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.testing.AcceptancePoint;

/** Every name that README, the guide and the pages of the packages say exists. */
class NamesTest {

  private static final Path ROOT = Path.of("..");

  private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
  private static final Pattern PROFILE = Pattern.compile("-P(\\w+)");
  private static final Pattern TAG =
      Pattern.compile(
          "\\{@(?:code|linkplain|link)[\\s*]+([^{}]*(?:\\{[^{}]*(?:\\{[^{}]*\\}[^{}]*)*\\}[^{}]*)*)\\}");

  @Test
  void namesOfTheReadmeExist() throws IOException {
    assertThat(unknown(readme(new KnownNames()))).isEmpty();
  }

  @Test
  void namesOfThePagesExist() throws IOException {
    assertThat(unknown(pages(new KnownNames()))).isEmpty();
  }

  /** The page is the map of its package: who looks for a class finds it there. */
  @Test
  void everyPublicClassIsOnThePageOfItsPackage() throws IOException {
    for (Map.Entry<Path, Set<String>> entry : new KnownNames().publicTypes.entrySet()) {
      String page = Files.readString(entry.getKey());
      for (String type : entry.getValue()) {
        assertThat(page).as("%s", entry.getKey()).containsPattern("\\b" + type + "\\b");
      }
    }
  }

  @Test
  void whatDoesNotExistIsFound() throws IOException {
    KnownNames names = new KnownNames();

    assertThat(unknown(names.check("Svi.of(model, guide).runn(data)"))).containsExactly("runn");
    assertThat(unknown(names.check("Svy.of(model)"))).containsExactly("Svy");
    assertThat(unknown(names.check("org.ppl4j.infer.Svi"))).containsExactly("org.ppl4j.infer.Svi");
    assertThat(unknown(names.check(".svi"))).isEmpty();
    assertThat(unknown(names.check("org.ppl4j.infer.svi"))).isEmpty();
    assertThat(isCommand("run radon --batch 128")).isTrue();
    assertThat(isCommand("run radon --task one")).isFalse();
    assertThat(isCommand("run uranium")).isFalse();
    assertThat(areProfiles("mvn verify -Pacceptance")).isTrue();
    assertThat(areProfiles("mvn verify -Paccept")).isFalse();
  }

  @Test
  @Tag("acceptance")
  @Tag("rooms.8")
  void everyNameExists() throws IOException {
    KnownNames names = new KnownNames();
    Map<String, Boolean> all = new TreeMap<>(readme(names));
    all.putAll(pages(names));

    new AcceptancePoint("rooms.8")
        .atMost("unknown of %d names".formatted(all.size()), unknown(all).size(), 0);
  }

  private static List<String> unknown(Map<String, Boolean> names) {
    return names.entrySet().stream()
        .filter(name -> !name.getValue())
        .map(Map.Entry::getKey)
        .collect(Collectors.toList());
  }

  /** A page without blocks of code, which are compiled, and without the names of others. */
  private static String ours(Page page) {
    String text = page.text().replaceAll("(?s)```.*?```", "");
    return page.toString().startsWith("from-") ? text.replaceAll("(?m)^\\|[^|]*\\|", "|") : text;
  }

  /** Those in the text of README and the guide. */
  private static Map<String, Boolean> readme(KnownNames names) throws IOException {
    String ours = Page.all().stream().map(NamesTest::ours).collect(Collectors.joining());
    Map<String, Boolean> found = new TreeMap<>();
    Matcher spans = SPAN.matcher(ours);
    while (spans.find()) {
      String span = spans.group(1);
      if (span.startsWith("run ") || span.startsWith("--")) {
        found.put(span, isCommand(span));
      } else if (span.startsWith("mvn ") || span.startsWith("-") || span.startsWith("java ")) {
        found.put(span, areProfiles(span));
      } else if (span.contains("/") && !span.contains(" ")) {
        found.put(span, span.startsWith("target/") || Files.exists(ROOT.resolve(span)));
      } else {
        found.putAll(names.check(span));
      }
    }
    return found;
  }

  /** Whether the example, or any if none is named, has the options. */
  private static boolean isCommand(String command) {
    List<String> words = List.of(command.split(" "));
    return Examples.ALL.stream()
        .map(Example::name)
        .filter(name -> words.get(0).startsWith("--") || name.equals(words.get(1)))
        .map(NamesTest::help)
        .anyMatch(
            help -> words.stream().filter(word -> word.startsWith("--")).allMatch(help::contains));
  }

  private static String help(String example) {
    StringWriter out = new StringWriter();
    int status =
        new Launcher(Examples.ALL, new PrintWriter(out, true), new PrintWriter(out, true))
            .execute("run", example, "--help");
    assertThat(status).isZero();
    return out.toString();
  }

  private static boolean areProfiles(String command) throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    return PROFILE
        .matcher(command)
        .results()
        .allMatch(profile -> pom.contains("<id>" + profile.group(1) + "</id>"));
  }

  private static Map<String, Boolean> pages(KnownNames names) throws IOException {
    Map<String, Boolean> found = new TreeMap<>();
    for (Path page : names.publicTypes.keySet()) {
      String text = Files.readString(page);
      Matcher tags = TAG.matcher(text.substring(0, text.indexOf("*/")));
      while (tags.find()) {
        boolean block = tags.start() >= 5 && text.startsWith("<pre>", tags.start() - 5);
        String code = tags.group(1).replaceAll("\\n \\*", "\n");
        found.putAll(names.check(block ? code : code.replaceAll("\\s+", " ")));
      }
    }
    return found;
  }
}
