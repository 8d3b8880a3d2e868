package org.ppl4j.readme;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** THIRD-PARTY.md lists what is shipped, under the licences that the libraries say they have. */
class ThirdPartyTest {

  private static final Path LIST = Path.of("src/main/resources/META-INF/THIRD-PARTY.md");

  /** Groups of what tests alone use. */
  private static final Set<String> OF_TESTS =
      Set.of(
          "com.tngtech.archunit",
          "net.bytebuddy",
          "org.apiguardian",
          "org.assertj",
          "org.hipparchus",
          "org.junit.jupiter",
          "org.junit.platform",
          "org.opentest4j");

  private static final Set<String> ALLOWED = Set.of("Apache-2.0", "MIT", "BSD");

  /** A library as its pom has it. */
  private record Library(String group, String artifact, String version, Path repository) {

    String name() {
      return group + ":" + artifact;
    }

    /** Of a jar in a repository of Maven, beside which is its pom. */
    static Library of(Path jar) throws Exception {
      Path version = jar.getParent();
      String artifact = version.getParent().getFileName().toString();
      Element project = project(pom(jar));
      String group = child(project, "groupId");
      if (group.isEmpty()) {
        group = child((Element) project.getElementsByTagName("parent").item(0), "groupId");
      }
      Path repository = version.getParent().getParent();
      for (int i = 0; i < group.split("\\.").length; i++) {
        repository = repository.getParent();
      }
      return new Library(group, artifact, version.getFileName().toString(), repository);
    }

    /** Where the pom of a jar is if the jar is in a repository. */
    static Path pom(Path jar) {
      Path version = jar.getParent();
      Path artifact = version.getParent();
      return version.resolve(artifact.getFileName() + "-" + version.getFileName() + ".pom");
    }

    /** The licences of its pom, or of the nearest parent that has some. */
    List<String> licences() throws Exception {
      Path folder = repository.resolve(group.replace('.', '/')).resolve(artifact).resolve(version);
      Element project = project(pom(folder.resolve("jar")));
      NodeList found = project.getElementsByTagName("license");
      if (found.getLength() > 0) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
          names.add(child((Element) found.item(i), "name"));
        }
        return names;
      }
      Element parent = (Element) project.getElementsByTagName("parent").item(0);
      return new Library(
              child(parent, "groupId"),
              child(parent, "artifactId"),
              child(parent, "version"),
              repository)
          .licences();
    }

    private static Element project(Path pom) throws Exception {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(pom.toFile())
          .getDocumentElement();
    }

    private static String child(Element of, String name) {
      for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
        if (node.getNodeName().equals(name)) {
          return node.getTextContent().strip();
        }
      }
      return "";
    }
  }

  /** Libraries and licences of a section's table. */
  private static Map<String, String> listed(String heading) throws IOException {
    String text = Files.readString(LIST);
    int start = text.indexOf("\n## " + heading + "\n");
    int end = text.indexOf("\n## ", start + 1);
    return Pattern.compile("\\| `(.*?)` \\| (.*?) \\|")
        .matcher(text.substring(start, end < 0 ? text.length() : end))
        .results()
        .collect(toMap(row -> row.group(1), row -> row.group(2)));
  }

  /** By name, what is on the class path and neither ours nor the tests'. */
  private static Map<String, Library> libraries() throws Exception {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Map<String, Library> found = new TreeMap<>();
    for (String entry : Splitter.on(File.pathSeparator).split(path)) {
      Path jar = Path.of(entry).toAbsolutePath();
      boolean isOurs = jar.getFileName().toString().startsWith("ppl-");
      if (entry.endsWith(".jar") && !isOurs && Files.exists(Library.pom(jar))) {
        Library library = Library.of(jar);
        if (!OF_TESTS.contains(library.group())) {
          found.put(library.name(), library);
        }
      }
    }
    return found;
  }

  private static String shortName(String licence) {
    return Stream.of("Apache", "MIT", "BSD", "LGPL", "GPL")
        .filter(licence::contains)
        .findFirst()
        .orElse(licence);
  }

  @Test
  void everyLibraryIsListedUnderItsLicence() throws Exception {
    Map<String, String> all = new TreeMap<>(listed("Shipped"));
    all.putAll(listed("Not shipped"));
    Map<String, Library> libraries = libraries();

    assertThat(libraries.keySet()).isEqualTo(all.keySet());
    for (Library library : libraries.values()) {
      assertThat(library.licences().stream().map(ThirdPartyTest::shortName))
          .as(library.name())
          .contains(shortName(all.get(library.name())));
    }
  }

  @Test
  void whatIsShippedMayBe() throws Exception {
    assertThat(listed("Shipped").values()).isNotEmpty().isSubsetOf(ALLOWED);
  }

  @Test
  void whatIsNotShippedIsLeftOutOfTheJar() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    String set = pom.substring(pom.indexOf("<artifactSet>"), pom.indexOf("</artifactSet>"));
    Set<String> left =
        Pattern.compile("<exclude>(.*?)</exclude>")
            .matcher(set)
            .results()
            .map(match -> match.group(1))
            .collect(toCollection(TreeSet::new));

    assertThat(left).isEqualTo(new TreeSet<>(listed("Not shipped").keySet()));
  }
}
