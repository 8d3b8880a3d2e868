package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Densities of tables with categories, spikes, counts, dates and missing cells in other processes.
 */
@Tag("acceptance")
class TablesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.7");
  private static final int ROWS = 400;

  @TempDir private Path folder;

  @Test
  @Tag("tables.7")
  void drawsAreTheSameBitsInANewProcess() throws Exception {
    Path csv = Files.writeString(folder.resolve("table.csv"), TablesProcess.csv(ROWS));
    List<String> trained = output("train", csv);
    List<String> loaded = output("load", csv);

    assertThat(loaded).hasSameSizeAs(trained);
    assertThat(new HashSet<>(trained)).hasSizeGreaterThan(8 * TablesProcess.DRAWS);
    long different =
        IntStream.range(0, trained.size())
            .filter(i -> !trained.get(i).equals(loaded.get(i)))
            .count();
    POINT.atMost("numbers of " + trained.size() + " whose bits differ in a new JVM", different, 0);
  }

  private List<String> output(String what, Path csv) throws Exception {
    String files = folder.resolve("density").toString();
    return Splitter.on(' ')
        .splitToList(FlowProcess.output(TablesProcess.class, "512m", what, csv.toString(), files));
  }
}
