package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.Sandbox.number;
import static org.ppl4j.testing.Sandbox.value;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Replay;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Validation;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

@ExtendWith(LeakCheck.class)
final class TraceTest {

  private static final Program<Void> GUIDE =
      (p, data) -> {
        NDArray scale = p.param("scale", () -> p.scalar(2));
        p.sample("x", Normal.of(0.5, scale));
      };

  @Test
  void derivativesOfLogProbApart() {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace = sandbox.recordGuide(GUIDE);
      SampleSite x = trace.site("x");
      List<NDArray> leaf = List.of(trace.params().get(0).leaf());
      double noise = (number(x.value()) - 0.5) / 2;

      assertThat(number(Autograd.grad(x.logProb(), leaf).get(0)))
          .as("total")
          .isCloseTo(-0.5, within(1e-14));
      assertThat(number(Autograd.grad(x.score(), leaf).get(0)))
          .as("score")
          .isCloseTo((noise * noise - 1) / 2, within(1e-14));
      assertThat(number(Autograd.grad(x.pathLogProb(), leaf).get(0)))
          .as("path")
          .isCloseTo(-noise * noise / 2, within(1e-14));
    }
  }

  @Test
  void detachedTraceOutlivesItsRun() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Trace kept;
      double[] x;
      try (Sandbox sandbox = Sandbox.open()) {
        Trace trace =
            sandbox.record(
                (p, data) -> {
                  try (Plate rows = p.plate("rows", 9, 3)) {
                    p.sample("x", Normal.of(0, 1));
                    p.factor("f", p.scalar(2));
                  }
                });
        x = value(trace, "x");
        kept = trace.detached(manager);
      }

      assertThat(kept.value("x").toDoubleArray()).isEqualTo(x);
      assertThat(kept.plates().get(0).indices().getShape()).isEqualTo(new Shape(3));
      assertThatThrownBy(() -> kept.site("x").distribution())
          .hasMessage(
              "sample site 'x' is of a detached trace, which keeps values only; ask for its"
                  + " distribution inside the run");
    }
  }

  @Test
  void sitesOfOneShapeAreAddedBeforeTheyAreSummed() {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace =
          sandbox.record(
              (p, data) -> {
                try (Plate rows = p.plate("rows", 3)) {
                  NDArray one = p.run().ones(new Shape(3));
                  p.factor("a", one);
                  p.factor("b", one.mul(2));
                  p.factor("c", one.mul(3));
                }
              });
      long before = sandbox.run().operations();

      assertThat(number(trace.logJoint())).isCloseTo(18, within(1e-12));
      assertThat(sandbox.run().operations() - before).isLessThanOrEqualTo(5);
    }
  }

  /** They are of all rows and all draws. */
  @Test
  void noDensityIsWorkedOutWhereNothingIsSummedOut() {
    RunConfig unchecked = RunConfig.defaults().withValidation(Validation.OFF);
    try (Sandbox sandbox = Sandbox.open(unchecked, 0)) {
      Trace trace =
          sandbox.record(
              (p, data) -> {
                NDArray x = p.sample("x", Normal.of(0, 1));
                try (Plate rows = p.plate("rows", 3)) {
                  p.observe("y", Normal.of(x, 1), rows.take(new double[] {1, 2, 3}));
                }
              });
      long before = sandbox.run().operations();

      assertThat(TraceChoices.of(sandbox.run(), trace).isEmpty()).isTrue();
      assertThat(sandbox.run().operations()).isEqualTo(before);
      assertThat(number(trace.logJoint())).isFinite();
      assertThat(sandbox.run().operations()).isGreaterThan(before);
    }
  }

  @Test
  void auxiliarySitesNeedNoModel() {
    Program<Void> model = (p, data) -> p.sample("x", Normal.of(0, 1));
    Program<Void> guide =
        (p, data) -> {
          p.sample("x", Normal.of(p.auxiliary("noise", Normal.of(0, 1)), 1));
        };

    try (Sandbox sandbox = Sandbox.open()) {
      Trace drawn = sandbox.recordGuide(guide);
      Trace trace = sandbox.record(model, new Replay(drawn));
      ModelGuide.check(trace, drawn);

      assertThat(drawn.site("noise").isAuxiliary()).isTrue();
    }
  }

  @Test
  void guideOfOtherShapeIsRefused() {
    Program<Void> model =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 3)) {
            p.sample("x", Normal.of(0, 1));
          }
        };
    Program<Void> guide = (p, data) -> p.sample("x", Normal.standard(3).toEvent(1));

    try (Sandbox sandbox = Sandbox.open()) {
      Trace drawn = sandbox.recordGuide(guide);
      Trace trace = sandbox.record(model, new Replay(drawn));

      assertThatThrownBy(() -> ModelGuide.check(trace, drawn))
          .hasMessageStartingWith(
              "guide site 'x' has batch shape () and event shape (3), but the model has (3) and ();"
                  + " open the same plates and declare the same event dims in both\nmodel:\n");
    }
  }

  /** What a guide observes would be taken off the bound, which could be raised without end. */
  @Test
  void guideThatObservesIsRefused() {
    Program<Void> model =
        (p, data) -> p.observe("y", Normal.of(p.sample("x", Normal.of(0, 1)), 1), 2);
    Program<Void> guide =
        (p, data) -> {
          p.sample("x", Normal.of(0, 1));
          p.observe("y", Normal.of(0, 1), 2);
        };

    try (Sandbox sandbox = Sandbox.open()) {
      Trace drawn = sandbox.recordGuide(guide);
      Trace trace = sandbox.record(model, new Replay(drawn));

      assertThatThrownBy(() -> ModelGuide.check(trace, drawn))
          .hasMessageStartingWith(
              "guide observes 'y', whose density would be taken off the bound; observe it in the"
                  + " model only\nmodel:\n");
    }
  }

  @Test
  void guideWithOtherPlateSizeIsRefused() {
    Program<Void> model =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 10)) {
            p.observe("y", Bernoulli.probs(0.5).expand(new Shape(10)), 1);
          }
        };
    Program<Void> guide =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 8)) {
            p.auxiliary("x", Normal.of(0, 1));
          }
        };

    try (Sandbox sandbox = Sandbox.open()) {
      Trace drawn = sandbox.recordGuide(guide);
      Trace trace = sandbox.record(model);

      assertThatThrownBy(() -> ModelGuide.check(trace, drawn))
          .hasMessageStartingWith(
              "plate 'rows' has 8 rows in the guide, but 10 in the model; open both with the same"
                  + " size\nmodel:\n");
    }
  }

  @Test
  void oneProgramRunsOnManyThreadsWithTheSameBits() throws Exception {
    Callable<double[]> draws =
        () -> {
          try (Sandbox sandbox = Sandbox.open()) {
            return value(sandbox.recordGuide(GUIDE), "x");
          }
        };
    double[] alone = draws.call();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (var result : threads.invokeAll(List.of(draws, draws, draws, draws))) {
        assertThat(result.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdown();
    }
  }
}
