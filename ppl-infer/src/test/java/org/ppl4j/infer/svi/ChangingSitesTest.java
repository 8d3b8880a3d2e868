package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.reparam.LocScale;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;

/** Programs whose sites are not those of their first execution: each is refused at that step. */
@ExtendWith(LeakCheck.class)
class ChangingSitesTest {

  private static final double[] X = {3.1, 4.7, 5.2};

  private NDManager manager;
  private ParamStore params;
  private NDArray data;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager);
    data = manager.create(X);
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  private Svi<NDArray> svi(Program<NDArray> model, Program<NDArray> guide, int particles) {
    return Svi.builder(model, guide)
        .params(params)
        .particles(particles)
        .progress(Progress.silent())
        .build();
  }

  private static void observe(Ppl p, NDArray mean, NDArray x) {
    try (Plate rows = p.plate("rows", X.length)) {
      p.observe("x", Normal.of(mean, 1), rows.take(x));
    }
  }

  private static void draw(Ppl p, String name) {
    NDArray loc = p.param(name + ".loc", () -> p.scalar(0));
    NDArray scale = p.param(name + ".scale", () -> p.scalar(1), Constraint.POSITIVE);
    p.sample(name, Normal.of(loc, scale));
  }

  /** Draws a second site once so many executions were made. */
  private static Program<NDArray> second(int after, boolean observes) {
    AtomicInteger executions = new AtomicInteger();
    return (p, x) -> {
      NDArray a;
      if (observes) {
        a = p.sample("a", Normal.of(0, 5));
      } else {
        draw(p, "a");
        a = p.scalar(0);
      }
      if (executions.getAndIncrement() >= after) {
        if (observes) {
          a = a.add(p.sample("b", Normal.of(0, 5)));
        } else {
          draw(p, "b");
        }
      }
      if (observes) {
        observe(p, a, x);
      }
    };
  }

  private static Program<NDArray> steady(boolean observes) {
    return second(Integer.MAX_VALUE, observes);
  }

  /** Programs of which one changes, and the words of the refusal. */
  record Case(Program<NDArray> model, Program<NDArray> guide, String message) {}

  /** The first checks make so many executions of a program. */
  private static final int CHECKS = 4;

  /** The checks come before the first step, which is one execution more. */
  static Stream<Named<Case>> planted() {
    return Stream.of(
        Named.of(
            "a guide with one site more from the second step on",
            new Case(
                steady(true), second(CHECKS + 1, false), "guide site 'b' is not in the model;")),
        Named.of(
            "a model with one site more from the second step on",
            new Case(
                second(CHECKS + 1, true),
                steady(false),
                "model site 'b' is latent, but the guide")),
        Named.of(
            "a site of another shape from the second step on",
            new Case(
                shapes(Integer.MAX_VALUE, true),
                shapes(CHECKS + 1, false),
                "sample site 'w' has a value of shape (3), but its distribution has")));
  }

  private static Program<NDArray> shapes(int before, boolean observes) {
    AtomicInteger executions = new AtomicInteger();
    return (p, x) -> {
      int size = executions.getAndIncrement() < before ? 2 : 3;
      NDArray w = p.sample("w", Normal.standard(size).toEvent(1));
      if (observes) {
        observe(p, w.sum(new int[] {-1}).add(p.sample("a", Normal.of(0, 5))), x);
      } else {
        draw(p, "a");
      }
    };
  }

  @ParameterizedTest
  @MethodSource("planted")
  void aChangeIsRefusedAtTheStepThatHasIt(Case planted) {
    Svi<NDArray> svi = svi(planted.model(), planted.guide(), 1);

    assertThat(svi.step(data)).isFinite();
    assertThatThrownBy(() -> svi.step(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(planted.message());
  }

  /** The sites with particles are other ones than without. */
  @Test
  void aReparameterizationThatLooksAtShapesIsOfOneDraw() {
    Program<NDArray> model =
        (p, x) -> {
          NDArray a = p.sample("a", Normal.of(2, 5));
          observe(p, p.sample("b", Normal.of(a, 1)), x);
        };
    Program<NDArray> looking =
        model.with(
            Reparam.of(
                site ->
                    site.distribution().batchShape().dimension() == 0
                        ? null
                        : LocScale.nonCentred()));

    assertThat(svi(looking, AutoNormal.of(looking), 2).step(data)).isFinite();
  }

  /** A last batch that is smaller has other shapes, and fits. */
  @Test
  void anotherNumberOfRowsIsNoChangeOfProgram() {
    Program<NDArray> rows =
        (p, x) -> {
          NDArray a = p.sample("a", Normal.of(0, 5));
          try (Plate plate = p.plate("rows", x.size(0))) {
            p.observe("x", Normal.of(a, 1), plate.take(x));
          }
        };
    try (NDArray fewer = manager.create(new double[] {1, 2})) {
      Svi<NDArray> svi = svi(rows, AutoNormal.of(rows), 1);

      assertThat(svi.step(data)).isFinite();
      assertThat(svi.step(fewer)).isFinite();
      assertThat(svi.step(data)).isFinite();
    }
  }

  @Test
  void drawsOfALoadedGuideAreComparedWithTheModel() {
    Svi<NDArray> svi = svi(steady(true), second(0, false), 1);

    assertThatThrownBy(() -> svi.posterior(data, 10).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("guide site 'b' is not in the model;");
  }
}
