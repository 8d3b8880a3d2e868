package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BaselineCommitTest {

  @Test
  void aCommitThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> BaselineCommit.classPath("nothing"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("commit 'nothing' is the baseline, but git")
        .hasMessageMatching("(?s).*(run this in a clone that has the commit|install it)");
  }
}
