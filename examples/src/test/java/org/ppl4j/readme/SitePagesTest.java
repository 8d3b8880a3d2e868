package org.ppl4j.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SitePagesTest {

  private static final Path ROOT = Path.of("..");

  @Test
  void everyChapterIsAPage() throws IOException {
    SitePages site = SitePages.from(ROOT, Path.of("README.md"));

    assertThat(site.pages().keySet())
        .containsAll(
            Page.all().stream().map(page -> ROOT.relativize(page.file()).normalize()).toList());
  }

  @Test
  void chaptersAreInTheMenuInTheOrderOfReadme() throws IOException {
    String menu = Files.readString(ROOT.resolve("examples/site/site.xml"));
    List<String> chapters =
        Pattern.compile("\\n\\| \\[(.*)]\\((.*)\\.md\\)")
            .matcher(Page.readme().text())
            .results()
            .map(row -> row.group(1) + " " + row.group(2))
            .toList();

    assertThat(chapters).hasSize(Page.all().size() - 1);
    assertThat(
            Pattern.compile("<item name=\"(.*)\" href=\"(examples/.*)\\.html\"/>")
                .matcher(menu)
                .results()
                .map(item -> item.group(1) + " " + item.group(2)))
        .isEqualTo(chapters);
  }

  @Test
  void whatALinkLeadsToIsAPage(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("README.md"),
        """
        # One
        [a](b/c.md#is-it-right) [d](b/D.java) [b](b) [out](https://example.com)
        """);
    Files.createDirectory(folder.resolve("b"));
    Files.writeString(
        folder.resolve("b/c.md"),
        """
        # Two
        Words `of` [One](../README.md).
        ## Is it "right"?
        ```sh
        # no heading
        ```
        """);
    Files.writeString(folder.resolve("b/D.java"), "class D {}\n");

    SitePages site = SitePages.from(folder, Path.of("README.md"));

    assertThat(site.pages())
        .containsOnlyKeys(
            Path.of("README.md"), Path.of("b/c.md"), Path.of("b/D.java.md"), Path.of("b/index.md"))
        .containsEntry(Path.of("b/D.java.md"), "# D.java\n\n```java\nclass D {}\n```\n")
        .containsEntry(Path.of("b/index.md"), "# b\n\n- [D.java](D.java.html)\n- [c.md](c.html)\n");
    assertThat(site.pages().get(Path.of("README.md")))
        .contains("[a](b/c.html#is-it-right) [d](b/D.java.html) [b](b/index.html) [out](https://");
    assertThat(site.pages().get(Path.of("b/c.md")))
        .startsWith(
            "# <a id=\"two\"></a>Two\n\n- [Is it \"right\"?](#is-it-right)\nWords `of` [One](../README.html)")
        .contains("\n## <a id=\"is-it-right\"></a>Is it \"right\"?\n```sh\n# no heading\n");
    assertThat(site.index())
        .contains(
            "{address: \"b/c.html#two\", page: \"Two\", heading: \"Two\", text: \"Words of One.\"}",
            "{address: \"b/c.html#is-it-right\", page: \"Two\", heading: \"Is it \\\"right\\\"?\","
                + " text: \"# no heading\"}");
  }
}
