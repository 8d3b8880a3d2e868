package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Clipping;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.FitListener.Next;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** A fit that is saved and loaded goes on with the bits of an unbroken one. */
@ExtendWith(LeakCheck.class)
final class FitFileTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(17);
  private static final int STEPS = 130;
  private static final int FIRST = 73; // within a block of the smoothed loss

  /** Rows subsampled, so that the noise of the rows must go on too. */
  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 3));
        NDArray sd = p.sample("sd", HalfNormal.of(2));
        try (Plate rows = p.plate("rows", y.size(0), 3)) {
          p.observe("y", Normal.of(mu, sd), rows.take(y));
        }
      };

  /** Its second parameter is first reached in the eleventh step: a chunk of its own. */
  private static Program<NDArray> lateGuide() {
    return (p, y) -> {
      NDArray loc = p.param("loc", () -> p.scalar(0.5));
      NDArray scale = p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
      NDArray late = p.run().counter() < 10 ? p.scalar(0) : p.param("late", () -> p.scalar(0.1));
      p.sample("mu", Normal.of(loc.add(late), scale));
      p.sample("sd", LogNormal.of(loc, scale));
    };
  }

  @TempDir Path folder;
  private Path path;
  private NDManager manager;
  private NDArray data;

  @BeforeEach
  void open() {
    path = folder.resolve("fit.ppl");
    manager = NDManager.newBaseManager();
    data = manager.create(new double[] {1, 2, 3, 4, 5, 2.5, 3.5}, new Shape(7));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Svi.Builder<NDArray> builder(Program<NDArray> guide, ParamStore params) {
    return Svi.builder(MODEL, guide)
        .params(params)
        .config(CONFIG)
        .optimizer(Adam.withRate(0.05))
        .averaging(Averaging.polynomial(3))
        .stopping(StoppingRule.never())
        .progress(Progress.silent());
  }

  /** All that can be seen of a fit: every iterate, bit by bit. */
  private static List<double[]> state(Svi<NDArray> svi) {
    List<double[]> state = new ArrayList<>();
    svi.params().chunks().forEach(chunk -> state.add(chunk.values()));
    boolean best = svi.useBest();
    svi.params().chunks().forEach(chunk -> state.add(chunk.values()));
    svi.useLast();
    svi.params().chunks().forEach(chunk -> state.add(chunk.values()));
    state.add(new double[] {svi.steps(), best ? 1 : 0});
    return state;
  }

  private static void assertSame(List<double[]> one, List<double[]> other) {
    assertThat(one).hasSameSizeAs(other);
    for (int i = 0; i < one.size(); i++) {
      assertThat(Arrays.equals(one.get(i), other.get(i)))
          .as("state %s: %s %s", i, Arrays.toString(one.get(i)), Arrays.toString(other.get(i)))
          .isTrue();
    }
  }

  static Stream<Named<UnaryOperator<Svi.Builder<NDArray>>>> settings() {
    return Stream.of(
        Named.of("adam", b -> b),
        Named.of("sgd", b -> b.optimizer(Sgd.withRate(0.001))),
        Named.of(
            "clipping", b -> b.optimizer(Adam.withRate(0.05).clipping(Clipping.relative(1.1)))),
        Named.of("no averaging", b -> b.averaging(Averaging.none())),
        Named.of("exponential averaging", b -> b.averaging(Averaging.exponential(0.9))),
        Named.of("particles", b -> b.particles(4)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void resumedFitHasTheBitsOfAnUnbrokenOne(UnaryOperator<Svi.Builder<NDArray>> setting) {
    for (Program<NDArray> guide : List.of(AutoNormal.of(MODEL), lateGuide())) {
      List<double[]> unbroken;
      try (ParamStore params = new ParamStore(manager)) {
        Svi<NDArray> svi = setting.apply(builder(guide, params)).build();
        svi.run(data, STEPS);
        unbroken = state(svi);
      }
      try (ParamStore params = new ParamStore(manager)) {
        Svi<NDArray> svi = setting.apply(builder(guide, params)).build();
        svi.run(data, FIRST);
        svi.save(path);
      }
      try (ParamStore params = new ParamStore(manager)) {
        Svi<NDArray> svi = setting.apply(builder(guide, params)).build();
        svi.load(path);
        assertThat(svi.steps()).isEqualTo(FIRST);
        svi.run(data, STEPS - FIRST);
        assertSame(state(svi), unbroken);
      }
    }
  }

  /** Otherwise it would start anew, with the losses and counters of the other. */
  @Test
  void aFitWithoutAnyOfTheFilesParametersIsRefused() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = builder(lateGuide(), params).build();
      svi.run(data, 3);
      svi.save(path);
    }
    String message =
        "fit was loaded from a file with parameters [loc, scale], but its model and guide have"
            + " [auto.loc, auto.scale]; load the file into the fit that saved it";
    List<Consumer<Svi<NDArray>>> uses =
        List.of(
            svi -> svi.step(data),
            svi -> svi.run(data, 3),
            svi -> assertThat(svi.logWeights(data, 5)).hasSize(5));
    for (Consumer<Svi<NDArray>> use : uses) {
      try (ParamStore params = new ParamStore(manager)) {
        Svi<NDArray> svi = builder(AutoNormal.of(MODEL), params).build();
        svi.load(path);
        assertThatThrownBy(() -> use.accept(svi))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(message);
      }
    }
  }

  @Test
  void runSavedByAListenerGoesOnInTheMiddle() {
    FitReport unbroken;
    FitReport resumed;
    try (ParamStore params = new ParamStore(manager)) {
      unbroken = stopping(builder(AutoNormal.of(MODEL), params)).build().run(data);
    }
    try (ParamStore params = new ParamStore(manager)) {
      List<Svi<NDArray>> fit = new ArrayList<>();
      FitListener listener =
          new FitListener() {
            @Override
            public Next onStep(Step step) {
              if (step.step() == FIRST) {
                fit.get(0).save(path);
              }
              return step.step() < FIRST + 20 ? Next.GO_ON : Next.STOP;
            }
          };
      fit.add(stopping(builder(AutoNormal.of(MODEL), params)).listener(listener).build());
      fit.get(0).run(data);
    }
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = stopping(builder(AutoNormal.of(MODEL), params)).build();
      svi.load(path);
      resumed = svi.run(data);
    }

    assertThat(resumed.stop()).isEqualTo(FitReport.Stop.CONVERGED);
    assertThat(resumed.losses().toArray()).isEqualTo(unbroken.losses().toArray());
    assertThat(resumed.bestLoss()).isEqualTo(unbroken.bestLoss());
    assertThat(resumed.bestStep()).isEqualTo(unbroken.bestStep());
    assertThat(resumed.finalLoss()).isEqualTo(unbroken.finalLoss());
  }

  private static Svi.Builder<NDArray> stopping(Svi.Builder<NDArray> builder) {
    return builder.stopping(StoppingRule.standard().atLeast(100).tolerance(0.1));
  }

  @Test
  void skippedStepsOfTheRunAreSavedToo() {
    Program<NDArray> wild =
        (p, y) -> {
          NDArray loc = p.param("loc", () -> p.scalar(0.5));
          boolean bad = p.run().counter() % 10 == 3;
          NDArray scale = p.scalar(1);
          p.sample("mu", Normal.of(bad ? loc.div(0) : loc, scale));
          p.sample("sd", LogNormal.of(loc, scale));
        };
    FitReport unbroken;
    try (ParamStore params = new ParamStore(manager)) {
      unbroken = builder(wild, params).build().run(data, 60);
    }
    try (ParamStore params = new ParamStore(manager);
        ParamStore again = new ParamStore(manager)) {
      FitListener stop =
          new FitListener() {
            @Override
            public Next onStep(Step step) {
              return step.step() < 25 ? Next.GO_ON : Next.STOP;
            }
          };
      Svi<NDArray> svi = builder(wild, params).listener(stop).build();
      svi.run(data, 60);
      svi.save(path);
      Svi<NDArray> resumed = builder(wild, again).build();
      resumed.load(path);
      FitReport report = resumed.run(data, 35);

      assertThat(report.skippedSteps()).isEqualTo(unbroken.skippedSteps()).isEqualTo(6);
      assertThat(report.skipped()).isEqualTo(unbroken.skipped());
      assertThat(report.losses().toArray()).isEqualTo(unbroken.losses().toArray());
    }
  }

  @Test
  void parametersOfAFitCanBeLoadedAlone() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = builder(AutoNormal.of(MODEL), params).build();
      svi.run(data, FIRST);
      svi.save(path);
      try (ParamStore again = ParamStore.open(manager, path)) {
        assertThat(again.value("auto.loc")).isEqualTo(params.value("auto.loc"));
        assertThat(again.value("auto.scale")).isEqualTo(params.value("auto.scale"));
      }
    }
  }

  @Test
  void aFitMayBeLoadedIntoOneThatHasMadeSteps() {
    List<double[]> expected;
    try (ParamStore params = new ParamStore(manager);
        ParamStore other = new ParamStore(manager)) {
      Svi<NDArray> svi = builder(AutoNormal.of(MODEL), params).build();
      svi.run(data, 20); // no best yet
      svi.save(path);
      Svi<NDArray> later = builder(AutoNormal.of(MODEL), other).build();
      later.run(data, STEPS);
      later.load(path);
      svi.run(data, 60);
      later.run(data, 60);
      expected = state(svi);
      assertSame(state(later), expected);
    }
  }

  // --- files that do not fit

  private void assertRefused(Svi.Builder<NDArray> other, String message) {
    Svi<NDArray> svi = other.build();
    int names = svi.params().names().size();
    assertThatThrownBy(() -> svi.load(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file '" + path + "' " + message);
    assertThat(svi.steps()).isZero();
    assertThat(svi.params().names()).hasSize(names);
  }

  @Test
  void otherSettingsAreNamed() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = builder(AutoNormal.of(MODEL), params).build();
      svi.run(data, 5);
      svi.save(path);
    }
    try (ParamStore params = new ParamStore(manager)) {
      Program<NDArray> guide = AutoNormal.of(MODEL);
      assertRefused(
          builder(guide, params).config(CONFIG.withSeed(4)),
          "has a fit with seed '17', but this fit has '4'; build the fit with the file's"
              + " config(..)");
      assertRefused(
          builder(guide, params).config(CONFIG.withFloatType(FloatType.FLOAT32)),
          "has parameters in 'FLOAT64', but this fit has 'FLOAT32'; build the fit with the file's"
              + " config(..)");
      assertRefused(
          builder(guide, params).averaging(Averaging.none()),
          "has averaging 'polynomial 3.0', but this fit has 'none'; build the fit with the file's"
              + " averaging(..)");
      assertRefused(
          builder(guide, params).optimizer(Sgd.withRate(0.1)),
          "has 2 vectors of optimizer '"
              + Adam.withRate(0.05)
              + "', but this fit has optimizer '"
              + Sgd.withRate(0.1)
              + "', which remembers 0; build the fit with the file's optimizer(..)");
      params.save(path);
      assertRefused(
          builder(guide, params),
          "has no 'fit.seed'; pass a file that svi.save wrote, or load its parameters by"
              + " ParamStore");
    }
  }

  @Test
  void anotherRateIsWelcome() {
    try (ParamStore params = new ParamStore(manager);
        ParamStore again = new ParamStore(manager)) {
      Svi<NDArray> svi = builder(AutoNormal.of(MODEL), params).build();
      svi.run(data, 5);
      svi.save(path);
      Svi<NDArray> slower =
          builder(AutoNormal.of(MODEL), again).optimizer(Adam.withRate(0.001)).build();
      slower.load(path);
      slower.run(data, 5);

      assertThat(slower.steps()).isEqualTo(10);
    }
  }
}
