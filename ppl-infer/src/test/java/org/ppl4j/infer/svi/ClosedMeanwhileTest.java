package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.djl.ndarray.NDManager;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/**
 * A store or a fit that another thread closes ends the fit with an error: at whatever moment, and
 * neither thread waits for the other.
 */
@ExtendWith(LeakCheck.class)
class ClosedMeanwhileTest {

  private static final int FITS = 60;
  private static final Duration LIMIT = Duration.ofSeconds(60); // a fit takes milliseconds

  private static final Program<Void> MODEL = (p, none) -> p.sample("x", Normal.of(0, 1));

  /** One fit, closed after so many steps. */
  private static Throwable closed(Recording recording, boolean isStore, int steps) {
    RunConfig config = RunConfig.defaults().withRecording(recording);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      CountDownLatch begun = new CountDownLatch(steps);
      try (Svi<Void> svi =
          Svi.builder(MODEL, AutoNormal.of(MODEL).initializer(Initializer.uniform()))
              .params(params)
              .config(config)
              .progress(Progress.silent())
              .listener(
                  new FitListener() {
                    @Override
                    public Next onStep(Step step) {
                      begun.countDown();
                      return Next.GO_ON;
                    }
                  })
              .build()) {
        Thread closing =
            new Thread(
                () -> {
                  Uninterruptibles.awaitUninterruptibly(begun);
                  if (isStore) {
                    params.close();
                  } else {
                    svi.close();
                  }
                });
        closing.start();
        Throwable thrown = catchThrowable(() -> svi.run(null, 1_000_000));
        Uninterruptibles.joinUninterruptibly(closing);
        return thrown;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Recording.class,
      names = {"REQUIRED", "OFF"})
  void theFitEnds(Recording recording) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < FITS; i++) {
      boolean isStore = i % 2 == 0;
      int steps = 1 + random.nextInt(200);
      String seed =
          "seed 1, fit %d, %s closed after %d steps".formatted(i, isStore ? "store" : "svi", steps);
      Throwable thrown =
          assertTimeoutPreemptively(LIMIT, () -> closed(recording, isStore, steps), seed);
      assertThat(thrown)
          .as(seed)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("used after it was closed");
    }
  }
}
