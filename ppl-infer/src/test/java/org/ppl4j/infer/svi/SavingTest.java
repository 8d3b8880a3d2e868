package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/** Checks of files, a few in each build and many in acceptance. */
class SavingTest {

  /** The checks throw at the first that is not as it should be. */
  private static final AcceptancePoint POINT = new AcceptancePoint("distributions.6");

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
  void aProcessGoesOnWhereAnotherSaved() throws Exception {
    checks.aProcessGoesOnWhereAnotherSaved();
  }

  @Test
  void damagedAndForeignFilesChangeNothing() throws Exception {
    checks.filesThatWereCutChangeNothing(10);
    checks.newerVersionsChangeNothing();
    checks.otherStructuresChangeNothing();
    checks.forgedSizesChangeNothing();
    checks.mutatedFilesChangeNothing(50);
  }

  @Test
  void killingAProcessThatSavesLeavesAWholeFile() throws Exception {
    assertThat(checks.killingAProcessThatSavesLeavesAWholeFile(3)).isPositive();
  }

  @Test
  @Tag("acceptance")
  @Tag("distributions.6")
  void aProcessGoesOnAsAFigure() throws Exception {
    checks.aProcessGoesOnWhereAnotherSaved();
    POINT.none("bits of parameters and later steps that differ between two JVMs and one");
  }

  @Test
  @Tag("acceptance")
  @Tag("distributions.6")
  void twentyDamagedFilesChangeNothing() throws Exception {
    checks.filesThatWereCutChangeNothing(20);
    POINT.none("files cut at 20 places that were loaded or changed something");
    checks.newerVersionsChangeNothing();
    POINT.none("files of a newer version that were loaded or changed something");
    checks.otherStructuresChangeNothing();
    POINT.none("files of another structure that were loaded or changed something");
    checks.forgedSizesChangeNothing();
    POINT.none("files with a forged huge size that were loaded or changed something");
  }

  @Test
  @Tag("acceptance")
  @Tag("distributions.6")
  void killingTwentyProcessesLeavesWholeFiles() throws Exception {
    int hits = checks.killingAProcessThatSavesLeavesAWholeFile(20);
    POINT.atLeast("kills that fell into a save, of 20", hits, 5);
    POINT.none("files lost or torn by 20 kills during save");
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.4")
  void savesBesideAnotherProcess() throws Exception {
    checks.savesBesideAnotherProcess(20);
    new AcceptancePoint("trust.4").none("failures of 20 saves beside a process that saves too");
  }

  @Test
  @Tag("acceptance")
  @Tag("distributions.6")
  void mutatedFilesAreNeverLoaded() throws Exception {
    checks.mutatedFilesChangeNothing(1_000);
    POINT.none("crashes and wrong loads of 1000 mutated files");
  }
}
