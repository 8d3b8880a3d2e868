package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Particles;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.LogJointLaw;
import org.ppl4j.testing.Models;
import org.ppl4j.testing.Models.Model;

@ExtendWith(LeakCheck.class)
final class ParticlesTest {

  static Stream<Named<Model<?>>> models() {
    return Models.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void logJointOfParticlesIsEachAlone(Model<?> model) {
    check(model);
  }

  @Test
  @Tag("acceptance")
  @Tag("floor.5")
  void everyModelOfTheTests() {
    int right = 0;
    for (Named<Model<?>> model : models().toList()) {
      check(model.getPayload());
      right++;
    }
    new AcceptancePoint("floor.5").shown("models of the tests, to 1e-12", right);
  }

  @Test
  void lawCatchesLostParticles() {
    Program<Void> wrong =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 3)) {
            NDArray x = p.sample("x", Normal.of(0, 1));
            p.factor("other", x.mul(0).add(Tensors.total(x)));
          }
        };

    assertThatThrownBy(() -> LogJointLaw.check(wrong, null))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("log-joint of particle 0");
  }

  private static <D> void check(Model<D> model) {
    try (NDManager manager = NDManager.newBaseManager()) {
      LogJointLaw.check(model.program(), model.data().apply(manager));
    }
  }

  @Test
  void indexingFromTheLeftIsCaught() {
    Program<Void> wrong =
        (p, data) -> {
          NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
          p.factor("first", w.get(0));
        };

    assertThatThrownBy(() -> record(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("p.pick");
  }

  @Test
  void matrixProductOfBatchedLatentIsCaught() {
    Program<Void> wrong =
        (p, data) -> {
          NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
          p.factor("product", w.matMul(p.run().ones(new Shape(2, 2))));
        };

    assertThatThrownBy(() -> record(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("p.matVec");
  }

  @Test
  void aPickOfPartsFromTooFewDimsIsRefused() {
    Program<Void> wrong =
        (p, data) -> {
          NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
          p.deterministic("v", p.pick(w, p.scalar(1), 1));
        };

    assertThatThrownBy(() -> record(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "pick from a value of shape (2), which has no dim to pick from left of 1 event dims;"
                + " pass values (..., K, event)");
    Program<Void> negative =
        (p, data) -> p.deterministic("v", p.pick(p.scalar(1), p.scalar(1), -1));
    assertThatThrownBy(() -> record(negative))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "pick of values with -1 event dims; pass how many dims stand right of the one to pick"
                + " from");
  }

  /** Else as many particles as rows would be taken for these. */
  @Test
  void rowsFromTheLeftAreCaught() {
    Program<Void> wrong =
        (p, data) -> {
          NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(7)), 1).toEvent());
          try (Plate rows = p.plate("rows", 7, 2)) {
            p.sample("x", Normal.of(rows.take(w), 1));
          }
        };

    assertThatThrownBy(() -> record(wrong, new Particles(7, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "plate 'rows' is to take rows along axis 0, counted from the left, of a tensor with"
                + " extra left dims (shape (")
        .hasMessageContaining("count from the right, as plate.take(x, -1)");
  }

  static Stream<Named<UnaryOperator<NDArray>>> misfits() {
    return Stream.of(
        Named.of("index from the left", w -> w.get(0)),
        Named.of("slice from the left", w -> w.get("0:1")),
        Named.of("axis from the left", w -> w.sum(new int[] {0})),
        Named.of("sum of all", w -> w.sum()),
        Named.of("mean of all", w -> w.mean()),
        Named.of("matrix product", w -> w.matMul(Tensors.run(w).ones(new Shape(2, 2)))),
        Named.of("shape of the program", w -> w.reshape(2)),
        Named.of("flattened", w -> w.flatten()),
        Named.of("other size", w -> w.add(Tensors.run(w).ones(new Shape(3)))),
        Named.of("joined with another rank", w -> w.concat(Tensors.run(w).ones(new Shape(2)), -1)),
        Named.of("picked from a number", w -> Tensors.pick(Tensors.run(w).scalar(1), w)));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void aShapeThatDoesNotFitIsToldWithItsSite(UnaryOperator<NDArray> misfit) {
    Program<Void> wrong =
        (p, data) -> {
          NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
          p.deterministic("v", misfit.apply(w));
        };

    assertThatThrownBy(() -> record(wrong))
        .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
        .hasMessageContaining("\nafter sample site 'w', with ");
  }

  @ParameterizedTest
  @MethodSource("misfitSites")
  void aSiteThatDoesNotFitIsToldByName(Program<Void> wrong) {
    assertThatThrownBy(() -> record(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .containsPattern("(sample|observed) site '[xy]'|after sample site 'w', with ");
  }

  static Stream<Named<Program<Void>>> misfitSites() {
    return Stream.of(
        Named.of(
            "batch of a distribution",
            (p, data) -> {
              NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
              p.sample("x", Normal.of(w, p.run().ones(new Shape(3))));
            }),
        Named.of(
            "event as batch",
            (p, data) -> {
              NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
              p.sample("x", Normal.of(w, 1));
            }),
        Named.of(
            "value of another shape",
            (p, data) -> {
              NDArray w = p.sample("w", Normal.of(p.run().zeros(new Shape(2)), 1).toEvent());
              p.observe("y", Normal.of(w, 1).toEvent(1), p.run().ones(new Shape(3)));
            }));
  }

  @Test
  void particleDimIsLeftOfThePlates() {
    Program<Void> program =
        (p, data) -> {
          p.sample("a", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", 3)) {
            p.sample("b", Normal.of(0, 1));
          }
        };

    try (Run run = Run.open(RunConfig.defaults(), 0);
        NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      Trace trace =
          Execution.record(run, params, Rng.Purpose.MODEL, program, null, new Particles(5, 1));

      assertThat(trace.value("a").getShape()).isEqualTo(new Shape(5, 1));
      assertThat(trace.value("b").getShape()).isEqualTo(new Shape(5, 3));
      assertThat(trace.plateNesting()).isEqualTo(1);
    }
  }

  @Test
  void plateLeftOfTheParticlesIsRefused() {
    Program<Void> program =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 3)) {
            p.sample("b", Normal.of(0, 1));
          }
        };

    assertThatThrownBy(() -> record(program))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "plate 'rows' opens at dim -2, but particles take dim -1 and plates stand right of"
                + " them; make the particles for the deepest nesting of plates");
  }

  @ParameterizedTest
  @MethodSource("models")
  void runsInSinglePrecision(Model<?> model) {
    inSinglePrecision(model);
  }

  private static <D> void inSinglePrecision(Model<D> model) {
    RunConfig config = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        BoundData<D> bound = BoundData.of(model.data().apply(manager), config);
        Run run = Run.open(config, 0)) {
      Trace trace =
          Execution.record(run, params, Rng.Purpose.MODEL, model.program(), bound.in(run));

      assertThat(trace.logJoint().getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(Tensors.values(trace.logJoint())[0]).isFinite();
    }
  }

  private static void record(Program<Void> program) {
    record(program, new Particles(5, 0));
  }

  private static void record(Program<Void> program, Particles particles) {
    try (Run run = Run.open(RunConfig.defaults(), 0);
        NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      Execution.record(run, params, Rng.Purpose.MODEL, program, null, particles);
    }
  }
}
