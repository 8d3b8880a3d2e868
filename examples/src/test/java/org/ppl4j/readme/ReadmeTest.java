package org.ppl4j.readme;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.ConditionalTransformedDistribution;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Imputed;
import org.ppl4j.examples.Examples;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/** What README and the chapters list is what there is, and their commands run. */
class ReadmeTest {

  private static final Path STARTER = Path.of("../examples/starter");

  private static final String COIN = "src/main/java/com/example/Coin.java";

  @TempDir private Path folder;

  @Test
  void readmeIsShort() {
    assertThat(Page.readme().text().split("\\s+")).hasSizeLessThanOrEqualTo(1500);
  }

  @Test
  void everyChapterIsListed() {
    assertThat(blocks(Page.readme().section("What there is"), "\\(examples/guide/(.*?)\\)"))
        .containsExactlyInAnyOrderElementsOf(
            Page.all().stream().skip(1).map(Page::toString).toList());
  }

  @Test
  void examplesAreThoseOfTheLauncher() {
    assertThat(blocks(Page.chapter("examples").text(), "^\\| (`.*) \\|$"))
        .containsExactlyElementsOf(
            Examples.ALL.stream()
                .map(example -> "`%s` | %s".formatted(example.name(), example.description()))
                .toList());
  }

  @Test
  void distributionsAreThoseOfThePackage() throws Exception {
    String table = Page.chapter("distributions").text();

    assertThat(blocks(String.join("\n", blocks(table, "^(\\| .*)$")), "`(\\w+)`"))
        .containsExactlyInAnyOrderElementsOf(families());
  }

  @Test
  void flowsAreThoseOfThePackage() throws Exception {
    assertThat(blocks(Page.chapter("flows").text(), "^\\| `(\\w+)` \\|"))
        .containsExactlyInAnyOrderElementsOf(flows());
  }

  /** The public classes with a factory of modules or of families of maps, or with several. */
  private static List<String> flows() throws Exception {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("../ppl-flows/src/main/java/org/ppl4j/flows"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (name.equals("package-info") || name.equals("Flows")) {
          continue;
        }
        Class<?> type = Class.forName("org.ppl4j.flows." + name);
        if (Modifier.isPublic(type.getModifiers())
            && Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .anyMatch(method -> makesFlows(method.getReturnType()))) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static boolean makesFlows(Class<?> type) {
    return Stream.of(TransformModule.class, ConditionalTransformModule.class, ScalarFamily.class)
        .anyMatch(kind -> kind.isAssignableFrom(type));
  }

  /** The public distributions that a program can ask for by name. */
  private static List<String> families() throws Exception {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files =
        Files.list(Path.of("../ppl-core/src/main/java/org/ppl4j/distributions"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (name.equals("package-info")) {
          continue;
        }
        Class<?> type = Class.forName("org.ppl4j.distributions." + name);
        boolean distribution =
            Distribution.class.isAssignableFrom(type)
                || type == ConditionalTransformedDistribution.class;
        if (distribution
            && Modifier.isPublic(type.getModifiers())
            && Arrays.stream(type.getMethods())
                .anyMatch(method -> Modifier.isStatic(method.getModifiers()))
            && type != Imputed.class) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** Every name that Pyro exports has a line: what it is here, or what may do instead. */
  @Test
  void namesOfPyroAreTold() throws IOException {
    String page = Page.chapter("from-pyro").text();
    List<String> names = listed("pyro-names.txt");

    assertThat(names).hasSize(250);
    assertThat(names)
        .allSatisfy(name -> assertThat(page).containsPattern("(?<!\\w)" + name + "(?!\\w)"));
  }

  /** Every chapter of Pyro's has a row of its own, in Pyro's order. */
  @Test
  void chaptersOfPyroAreTold() throws IOException {
    Page page = Page.chapter("from-pyro");
    List<String> chapters = listed("pyro-chapters.txt");

    assertThat(chapters).hasSize(82);
    assertThat(chapters(page)).isEqualTo(chapters);
    assertThat(chapters(page.withText(page.text().replace("| `hmm` |", "| hmm |"))))
        .isEqualTo(chapters.stream().filter(name -> !name.equals("hmm")).toList());
  }

  private static List<String> chapters(Page page) {
    return blocks(page.section("Its chapters"), "^\\| `(.*?)` \\| [^|]+ \\| [^|]+ \\|$");
  }

  private static List<String> listed(String resource) throws IOException {
    try (InputStream in = ReadmeTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @Test
  void launcherCommandsRun() {
    String shell =
        Page.all().stream()
            .flatMap(page -> page.blocks("sh").stream())
            .collect(Collectors.joining("\n"));
    List<String> commands = new ArrayList<>(blocks(shell, "-Dexec.args=\"(.*?)\""));
    commands.addAll(blocks(shell, "ppl-examples.jar (.*)"));

    assertThat(commands).hasSize(4);
    for (String command : commands) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      String[] words =
          command.replace("posterior.json", folder.resolve("posterior.json").toString()).split(" ");
      String[] quick =
          words[0].equals("run")
              ? Stream.concat(Stream.of(words), Stream.of("--steps", "50")).toArray(String[]::new)
              : words;

      int status =
          new Launcher(Examples.ALL, new PrintWriter(out, true), new PrintWriter(err, true))
              .execute(quick);

      assertThat(status).as("%s%n%s", command, err).isZero();
    }
    assertThat(folder.resolve("posterior.json")).exists();
  }

  /** The pom of README is the starter's, and so is its model; both have the versions of ours. */
  @Test
  void theStarterIsThatOfReadme() throws IOException {
    String starter = Files.readString(STARTER.resolve("pom.xml"));
    String coin = Page.unwrapped(Files.readString(STARTER.resolve(COIN)));

    assertThat(Page.readme().blocks("xml")).containsExactly(starter.strip());
    assertThat(Page.readme().blocks("java"))
        .allSatisfy(block -> assertThat(coin).contains(Page.unwrapped(block)));
    assertThat(strangeVersions(starter)).containsExactly("1.0"); // its own
    String gradle = Files.readString(STARTER.resolve("build.gradle"));
    for (String artifact : blocks(starter, "<artifactId>(pytorch|xchart|slf4j|ppl-|junit\\w*)")) {
      assertThat(gradle).contains(artifact);
    }
  }

  @Test
  void theBomHasTheVersionsOfThePom() throws IOException {
    String bom = Files.readString(Path.of("../examples/bom/pom.xml"));

    assertThat(strangeVersions(bom)).isEmpty();
    assertThat(blocks(bom, "<artifactId>(.*)</artifactId>"))
        .contains("ppl-core", "ppl-flows", "ppl-infer", "ppl-spark");
  }

  /** The versions in a pom that the parent does not name. */
  private static List<String> strangeVersions(String pom) throws IOException {
    String parent = Files.readString(Path.of("../pom.xml"));
    List<String> versions = blocks(pom, "(?:version|release)>(\\d[^<]*)</");
    assertThat(versions).hasSizeGreaterThanOrEqualTo(4);
    return versions.stream().filter(version -> !parent.contains(">" + version + "<")).toList();
  }

  private static List<String> blocks(String text, String pattern) {
    Matcher matcher =
        Pattern.compile(pattern, pattern.contains("\\n") ? Pattern.DOTALL : Pattern.MULTILINE)
            .matcher(text);
    return matcher.results().map(result -> result.group(1)).collect(Collectors.toList());
  }
}
