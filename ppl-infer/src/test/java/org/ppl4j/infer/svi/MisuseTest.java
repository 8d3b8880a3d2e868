package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/** Misuse of memory, threads and files ends in words: no process crashes, no file is spoiled. */
class MisuseTest {

  @TempDir Path folder;

  private void check(List<Misuse> all) throws Exception {
    ImmutableMap<String, String> outcomes =
        MisuseProcess.outcomes(folder, all.stream().map(Misuse::name).toList());
    for (Misuse misuse : all) {
      assertThat(outcomes.get(misuse.name()))
          .as("%s", misuse)
          .contains(misuse.outcome())
          .doesNotStartWith("OVERWRITTEN");
    }
    assertThat(outcomes).containsEntry("status", "0").hasSize(all.size() + 1);
  }

  @Test
  void endsInWordsInOneProcess() throws Exception {
    check(List.of(Misuse.values()));
  }

  @Test
  void aCrashAndASpoiledFileAreSeen() throws Exception {
    ImmutableMap<String, String> outcomes =
        MisuseProcess.outcomes(folder, List.of(MisuseProcess.SPOIL, MisuseProcess.CRASH));

    assertThat(outcomes.get(MisuseProcess.SPOIL)).startsWith("OVERWRITTEN");
    assertThat(outcomes).doesNotContainKey(MisuseProcess.CRASH).containsEntry("status", "134");
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.4")
  void endsInWordsInAProcessEach() throws Exception {
    for (Misuse misuse : Misuse.values()) {
      check(List.of(misuse));
    }
    AcceptancePoint point = new AcceptancePoint("trust.4");
    point.atLeast("cases of misuse, each in a JVM of its own", Misuse.values().length, 20);
    point.none("crashes, and errors in other words than ours");
    point.none("good files that were overwritten");
  }
}
