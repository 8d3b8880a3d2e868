package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few of the checks that acceptance makes in number. */
class SavingTest {

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
}
