package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What acceptance tests write down, and what a resumed run leaves out. */
class LedgerTest {

  @TempDir private Path folder;

  @Test
  void linesHaveTheCommitAndTheTime() throws IOException {
    Ledger ledger = new Ledger(folder.resolve("target/acceptance.txt"), "abc1234");

    ledger.add("trust.8 spikes 0.01 0.02 pass");
    ledger.add("trust.8 stray draws 0.1 0.1 pass");

    List<String> lines = Files.readAllLines(ledger.file());
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .matches("abc1234 \\d{4}-\\d\\d-\\d\\dT[0-9:]+Z trust\\.8 spikes 0\\.01 0\\.02 pass");
  }

  @Test
  void testIsDoneOnTheCommitThatItPassedOn() {
    Path file = folder.resolve("acceptance.txt");
    Ledger ledger = new Ledger(file, "abc1234");
    assertThat(ledger.isDone("[class:A]/[method:x()]")).isFalse();

    ledger.done("[class:A]/[method:x()]");

    assertThat(ledger.isDone("[class:A]/[method:x()]")).isTrue();
    assertThat(ledger.isDone("[method:x()]")).isFalse();
    assertThat(new Ledger(file, "def5678").isDone("[class:A]/[method:x()]")).isFalse();
  }

  /** Code that no commit has may be other code each time. */
  @Test
  void nothingIsDoneWhereFilesDifferFromTheCommit() {
    Ledger ledger = new Ledger(folder.resolve("acceptance.txt"), "abc1234+");

    ledger.done("[method:x()]");

    assertThat(ledger.isDone("[method:x()]")).isFalse();
  }

  @Test
  void folderWithoutGitHasNoCommit() {
    assertThat(Ledger.commit(folder)).isEqualTo("unknown");
  }
}
