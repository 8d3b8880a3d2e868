package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.LeakCheck;

/** Kernels of users; {@code com.example.own} has one. */
@ExtendWith(LeakCheck.class)
class KernelSamplerTest {

  private static final Program<Void> MODEL = (p, none) -> p.sample("x", Normal.of(0, 1));

  /** Says a number less than it has names. */
  private static final TransitionKernel FORGETFUL =
      new TransitionKernel() {
        @Override
        public Transition move(ChainState state, Rng rng) {
          return Transition.of(1, 1, 3);
        }

        @Override
        public ImmutableList<String> statistics() {
          return ImmutableList.of("one__", "two__");
        }
      };

  private static KernelSampler<Void> sampler() {
    return KernelSampler.of(MODEL, "forgetful", target -> FORGETFUL).progress(Progress.silent());
  }

  @Test
  void whatAKernelLearnsIsItsOwn() {
    assertThatThrownBy(() -> sampler().metric(Metric.DENSE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "forgetful has metric DENSE, but its kernel learns what it moves by; pass it to the"
                + " kernel");
    assertThatThrownBy(() -> sampler().targetAcceptance(0.5))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("forgetful has target acceptance 0.5");
  }

  @Test
  void eachStatisticHasANumber() {
    assertThatThrownBy(KernelSamplerTest::closed)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            "kernel has statistics [one__, two__], but its transition 1 numbers of them; pass one"
                + " for each");
  }

  private static void closed() {
    try (McmcRun<Void> run = sampler().warmup(5).draws(5).run(null)) {
      assertThat(run.samples().draws()).isNegative();
    }
  }
}
