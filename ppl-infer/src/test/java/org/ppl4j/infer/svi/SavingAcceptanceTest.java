package org.ppl4j.infer.svi;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/** Fits go from process to process, and no damage goes unseen. */
@Tag("acceptance")
class SavingAcceptanceTest {

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
  @Tag("distributions.6")
  void aProcessGoesOnWhereAnotherSaved() throws Exception {
    checks.aProcessGoesOnWhereAnotherSaved();
    POINT.none("bits of parameters and later steps that differ between two JVMs and one");
  }

  @Test
  @Tag("distributions.6")
  void damagedAndForeignFilesChangeNothing() throws Exception {
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
  @Tag("distributions.6")
  void killingAProcessThatSavesLeavesAWholeFile() throws Exception {
    int hits = checks.killingAProcessThatSavesLeavesAWholeFile(20);
    POINT.atLeast("kills that fell into a save, of 20", hits, 5);
    POINT.none("files lost or torn by 20 kills during save");
  }

  @Test
  @Tag("trust.4")
  void savesBesideAnotherProcess() throws Exception {
    checks.savesBesideAnotherProcess(20);
    new AcceptancePoint("trust.4").none("failures of 20 saves beside a process that saves too");
  }

  @Test
  @Tag("distributions.6")
  void mutatedFilesAreNeverLoaded() throws Exception {
    checks.mutatedFilesChangeNothing(1_000);
    POINT.none("crashes and wrong loads of 1000 mutated files");
  }
}
