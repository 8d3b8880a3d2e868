package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fits go from process to process, and no damage goes unseen. */
@Tag("acceptance")
class SavingAcceptanceTest {

  @TempDir Path folder;
  private SavingChecks checks;

  @BeforeEach
  void open() {
    checks = new SavingChecks(folder);
  }

  @AfterEach
  void close() {
    checks.close();
  }

  @Test
  @Tag("distributions.6")
  void aProcessGoesOnWhereAnotherSaved() throws Exception {
    checks.aProcessGoesOnWhereAnotherSaved();
    line("bits of parameters and later steps that differ between two JVMs and one");
  }

  @Test
  @Tag("distributions.6")
  void damagedAndForeignFilesChangeNothing() throws Exception {
    checks.filesThatWereCutChangeNothing(20);
    line("files cut at 20 places that were loaded or changed something");
    checks.newerVersionsChangeNothing();
    line("files of a newer version that were loaded or changed something");
    checks.otherStructuresChangeNothing();
    line("files of another structure that were loaded or changed something");
    checks.forgedSizesChangeNothing();
    line("files with a forged huge size that were loaded or changed something");
  }

  @Test
  @Tag("distributions.6")
  void killingAProcessThatSavesLeavesAWholeFile() throws Exception {
    int hits = checks.killingAProcessThatSavesLeavesAWholeFile(20);
    assertThat(hits).isGreaterThanOrEqualTo(5);
    System.out.printf(
        Locale.ROOT,
        "distributions.6 kills that fell into a save, at least 5 of 20 %d 5 pass%n",
        hits);
    line("files lost or torn by 20 kills during save");
  }

  @Test
  @Tag("distributions.6")
  void mutatedFilesAreNeverLoaded() throws Exception {
    checks.mutatedFilesChangeNothing(1_000);
    line("crashes and wrong loads of 1000 mutated files");
  }

  /** The checks throw at the first that is not as it should be, so the figure is 0. */
  private static void line(String what) {
    System.out.printf(Locale.ROOT, "distributions.6 %s 0 0 pass%n", what);
  }
}
