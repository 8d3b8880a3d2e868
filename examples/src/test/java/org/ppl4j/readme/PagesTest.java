package org.ppl4j.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of README and of the guide is the text of something that compiles and runs. */
class PagesTest {

  private static List<Page> pages() {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void javaBlocksAreTheRegionsThatCompile(Page page) {
    assertThat(page.faults()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadSomewhere(Page page) {
    assertThat(page.deadLinks()).isEmpty();
  }

  @Test
  void blocksAreMany() {
    assertThat(pages().stream().mapToInt(page -> page.code().size()).sum())
        .isGreaterThanOrEqualTo(73);
  }

  @Test
  void faultsAreFound() {
    Page page = Page.chapter("data-and-tables");
    String first = page.code().get(0);

    assertThat(page.withText(page.text().replace(first, "")).faults())
        .contains("blocks are not the regions");
    assertThat(page.withText(page.text().replace("HalfNormal.of(1)", "HalfNormal.of(2)")).faults())
        .containsExactly("blocks are not the regions");
    assertThat(page.withText(page.text().replaceFirst("import java[^\n]*\n", "")).faults())
        .singleElement()
        .asString()
        .startsWith("imports are not those of the sources");
    assertThat(page.withText(page.text().replace("Summary shops(", "Summary others(")).faults())
        .containsExactly("blocks are not the regions", "nothing runs others");
    assertThat(page.withText("[a](none.md) [b](flows.md#images) [c](flows.md#none)").deadLinks())
        .containsExactly("none.md", "flows.md#none");
  }
}
