package org.ppl4j.infer.judge;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase.Data;

/** Models of groups in centred form, by chains that nothing was said to. */
@ExtendWith(LeakCheck.class)
class HierarchyTest {

  static List<Hierarchy> few() {
    return List.of(Hierarchy.schools(), Hierarchy.lines(20, 10, 1));
  }

  @ParameterizedTest
  @MethodSource("few")
  void chainsAreRight(Hierarchy each) {
    try (NDManager manager = NDManager.newBaseManager();
        McmcRun<Data> run =
            Nuts.of(each.model()).progress(Progress.silent()).run(each.data().apply(manager))) {
      assertThat(HierarchiesAcceptanceTest.wrong(run.summary(), each.reference().get())).isZero();
      assertThat(run.report().largestRhat()).isLessThan(Chains.LARGEST_RHAT);
      assertThat(run.report().divergences()).isLessThan(40);
      assertThat(run.report().toString()).contains("\n  non-centred ");
    }
  }
}
