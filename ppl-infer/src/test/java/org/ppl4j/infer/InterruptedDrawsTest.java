package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.approximation.Exploration;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** What executes a program draw by draw ends at the next draw when its thread is interrupted. */
@ExtendWith(LeakCheck.class)
class InterruptedDrawsTest {

  private static final int DRAWS = 400;
  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(3);

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray data = manager.create(1.5);
  private final AtomicInteger executions = new AtomicInteger();
  private int last = Integer.MAX_VALUE; // at which it is interrupted

  /** Indexes a latent from the left, so that it holds no more than one draw. */
  private final Program<NDArray> model =
      (p, y) -> {
        if (executions.incrementAndGet() == last) {
          Thread.currentThread().interrupt();
        }
        NDArray x = p.sample("x", Normal.standard(2).toEvent(1));
        NDArray isHigh = p.sample("is_high", Bernoulli.probs(0.5));
        p.observe("y", Normal.of(x.get(0).add(isHigh), 1), y);
      };

  @AfterEach
  void close() {
    boolean unused = Thread.interrupted();
    manager.close();
  }

  private Samples draws() {
    double[] values = new double[2 * DRAWS];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.sin(i);
    }
    NDManager own = NDManager.newBaseManager();
    return Samples.of(own, Map.of("x", own.create(values, new Shape(DRAWS, 2))));
  }

  /** Some work on draws. */
  record Work(String name, Consumer<InterruptedDrawsTest> body) {

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Work> works() {
    return List.of(
        new Work("most likely values", test -> test.withChoices(Choices::mostLikely)),
        new Work("draws of choices", test -> test.withChoices(Choices::draw)),
        new Work("probabilities", InterruptedDrawsTest::probabilities),
        new Work("predictions", InterruptedDrawsTest::predictions),
        new Work("log likelihoods", InterruptedDrawsTest::logLikelihoods),
        new Work("log weights", test -> test.withFit(test::logWeights)),
        new Work("draws of a guide", test -> test.withFit(test::posterior)));
  }

  /** Values of discrete sites. */
  private interface Values {
    Samples of(Choices<NDArray> choices, NDArray data, Samples draws);
  }

  private void withChoices(Values values) {
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Samples draws = draws();
        Samples found = values.of(Choices.of(model, params, CONFIG), data, draws)) {
      assertThat(found.draws()).isEqualTo(DRAWS);
    }
  }

  private void probabilities() {
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Samples draws = draws()) {
      assertThat(Choices.of(model, params, CONFIG).marginals(data, draws, "is_high")).hasSize(2);
    }
  }

  private void predictions() {
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Samples found = Predictive.prior(model, params, CONFIG).draw(data, DRAWS)) {
      assertThat(found.draws()).isEqualTo(DRAWS);
    }
  }

  private void logLikelihoods() {
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Samples draws = draws()) {
      assertThat(ModelDensity.of(model, params, CONFIG).logLikelihoods(data, draws).names())
          .hasSize(1);
    }
  }

  private void withFit(Consumer<Svi<NDArray>> work) {
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Svi<NDArray> svi =
            Svi.builder(model, AutoNormal.of(model))
                .params(params)
                .config(CONFIG)
                .progress(Progress.silent())
                .build()) {
      var unused = svi.step(data);
      executions.set(0);
      work.accept(svi);
    }
  }

  private void logWeights(Svi<NDArray> svi) {
    assertThat(svi.logWeights(data, DRAWS)).hasSize(DRAWS);
  }

  private void posterior(Svi<NDArray> svi) {
    try (Samples draws = svi.posterior(data, DRAWS)) {
      assertThat(draws.draws()).isEqualTo(DRAWS);
    }
  }

  private void explore() {
    try (Exploration<NDArray> found = Pathfinder.of(model).config(CONFIG).explore(data)) {
      assertThat(found.tried()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("works")
  void endsAtTheNextDraw(Work work) {
    work.body().accept(this);
    int all = executions.getAndSet(0);
    assertThat(all).isGreaterThan(DRAWS);
    last = all - DRAWS / 2;

    assertThatThrownBy(() -> work.body().accept(this))
        .isInstanceOf(InterruptionException.class)
        .hasMessageEndingWith(
            "was interrupted before its end; clear the thread's flag, and run it again");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(executions.get()).isBetween(last, last + 2);
  }

  /** Weights for a report are many, but those of an interrupted fit are not waited for. */
  @Test
  void aFitThatIsInterruptedIsNotJudged() {
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Svi<NDArray> svi =
            Svi.builder(model, AutoNormal.of(model))
                .params(params)
                .config(CONFIG)
                .progress(Progress.silent())
                .build()) {
      var unused = svi.step(data);
      last = executions.get() + 3;

      Assessment assessment = svi.run(data, 1000).assessment();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(assessment).isEqualTo(Assessment.unknown("the fit was interrupted"));
    }
  }

  /** It looks at a model twice, and then makes its density; each may take long. */
  @Test
  void aSearchLooksAtTheFlagBeforeItMakesADensity() {
    last = 1;

    assertThatThrownBy(this::explore)
        .isInstanceOf(InterruptionException.class)
        .hasMessageStartingWith("exploration was interrupted before its end");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(executions.get()).isLessThan(6);
  }
}
