package org.ppl4j.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Execution;
import org.ppl4j.ParamSite;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

@ExtendWith(LeakCheck.class)
final class ParamStoreTest extends WithStore {

  private static final RunConfig CONFIG = RunConfig.defaults();

  /** Two parameters; the loss is Σ w² + scale. */
  private static final Program<Void> PROGRAM =
      (p, data) -> {
        NDArray w = p.param("w", () -> p.run().create(new double[] {1, 2, 3}, new Shape(3)));
        NDArray scale = p.param("scale", () -> p.scalar(2), Constraint.POSITIVE);
        p.factor("loss", Tensors.total(w.square()).add(scale));
      };

  @CanIgnoreReturnValue
  private Trace record(Run run, Program<Void> program) {
    return Execution.record(run, params, Rng.Purpose.GUIDE, program, null);
  }

  private void execute(Program<Void> program) {
    try (Run run = Run.open(CONFIG, 0)) {
      record(run, program);
    }
  }

  @Test
  void parametersMayBeMatricesAndDirections() {
    Program<Void> program =
        (p, data) -> {
          NDArray start = p.run().create(new double[] {1.5, 0, -0.5, 0.25}, new Shape(2, 2));
          NDArray factor = p.param("factor", () -> start, Constraint.LOWER_CHOLESKY);
          NDArray corr = p.param("corr", () -> p.run().eye(3), Constraint.CORR_MATRIX);
          double[] unit = {0.6, 0, -0.8};
          NDArray axis =
              p.param("axis", () -> p.run().create(unit, new Shape(3)), Constraint.SPHERE);
          p.factor("loss", factor.sum().add(corr.sum()).add(axis.sum()));
        };
    execute(program);
    execute(program);

    assertThat(params.shape("factor")).isEqualTo(new Shape(2, 2));
    assertThat(params.value("factor"))
        .containsExactly(new double[] {1.5, 0, -0.5, 0.25}, within(1e-15));
    assertThat(params.value("corr"))
        .containsExactly(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, within(1e-15));
    assertThat(params.value("axis")).containsExactly(new double[] {0.6, 0, -0.8}, within(1e-15));
  }

  /** The leak check counts what it owns. */
  @Test
  void aStoreMayOwnItsMemory() {
    ParamStore own = new ParamStore();
    try (own;
        Run run = Run.open(CONFIG, 0)) {
      Trace unused = Execution.record(run, own, Rng.Purpose.GUIDE, PROGRAM, null);
      assertThat(own.get("w").toDoubleArray()).containsExactly(1, 2, 3);
      assertThat(own).hasToString("parameters [w (3), scale ()]");
    }
    assertThat(own).hasToString("parameters, closed");
  }

  @Test
  void firstExecutionCreates() {
    execute(PROGRAM);

    assertThat(params.names()).containsExactly("w", "scale");
    assertThat(params.value("w")).containsExactly(1, 2, 3);
    assertThat(params.value("scale")[0]).isCloseTo(2, within(1e-15));
    assertThat(params.constraint("scale")).isSameAs(Constraint.POSITIVE);
    assertThat(params.shape("w")).isEqualTo(new Shape(3));
  }

  @Test
  void allOfOneExecutionShareOneChunkAndLaterOnesGetAnother() {
    execute(PROGRAM);
    assertThat(params.chunks()).hasSize(1);
    assertThat(params.slots())
        .containsExactly(
            new ParamSlot("w", 0, 0, new Shape(3), Constraint.REAL),
            new ParamSlot("scale", 0, 3, new Shape(), Constraint.POSITIVE));

    execute((p, data) -> p.factor("f", p.param("late", () -> p.scalar(5))));

    assertThat(params.chunks()).hasSize(2);
    assertThat(params.chunks().get(0).values()).containsExactly(1, 2, 3, Math.log(2));
    assertThat(params.chunks().get(1).values()).containsExactly(5);
  }

  @Test
  void gradientsReachTheLeavesInTheFirstStepAndLater() {
    for (int step = 0; step < 2; step++) {
      try (Run run = Run.open(CONFIG, step)) {
        Trace trace = record(run, PROGRAM);
        List<NDArray> leaves = trace.params().stream().map(ParamSite::leaf).toList();
        List<NDArray> gradients = Autograd.grad(trace.logJoint(), leaves);

        assertThat(Tensors.values(gradients.get(0))).containsExactly(2, 4, 6);
        assertThat(Tensors.values(gradients.get(1))[0]).isCloseTo(2, within(1e-14));
      }
    }
  }

  @Test
  void variablesAreAllParametersWhicheverRunsMadeThem() {
    execute(PROGRAM);
    for (int step = 1; step < 3; step++) {
      try (Run run = Run.open(CONFIG, step)) {
        Trace trace =
            record(
                run,
                (p, data) -> {
                  NDArray late = p.param("late", () -> p.run().full(0.5, new Shape(2, 2)));
                  p.factor("late.loss", late.mul(late).mul(late).sum());
                  PROGRAM.run(p, null);
                });
        NDArray gradient = Autograd.flatGrad(trace.logJoint(), params.variables(run));

        assertThat(Tensors.values(gradient))
            .as("step %s", step)
            .containsExactly(new double[] {2, 4, 6, 2, 0.75, 0.75, 0.75, 0.75}, within(1e-14));
      }
    }
  }

  @Test
  void aParameterReadWithoutGradientsHasOneAfterwards() {
    execute(PROGRAM);
    try (Run run = Run.open(CONFIG, 1)) {
      NDArray read = run.withoutGradients(() -> params.leaf(run, "w"));
      NDArray gradient = Autograd.flatGrad(Tensors.total(read.square()), params.variables(run));

      assertThat(params.leaf(run, "w")).isSameAs(read);
      assertThat(Tensors.values(gradient)).containsExactly(2, 4, 6, 0);
    }
  }

  @Test
  void initialValueIsMadeOnceAndComparedOnce() {
    int[] calls = {0};
    Program<Void> program =
        (p, data) ->
            p.factor(
                "f",
                p.param(
                    "w",
                    () -> {
                      calls[0]++;
                      return p.scalar(1);
                    }));
    execute(program);
    assertThat(calls[0]).isEqualTo(1);
    execute(program);
    execute(program);

    assertThat(calls[0]).isEqualTo(2);
  }

  private static Program<Void> starting(Shape... shapes) {
    return (p, data) -> {
      for (Shape shape : shapes) {
        p.factor("f" + shape.size(), p.param("w", () -> p.run().ones(shape)).mean());
      }
    };
  }

  @Test
  void oneNameWithTwoShapesIsRefused() {
    String message =
        "parameter 'w' exists with shape (2), but starts here at a value of shape (3); use one"
            + " shape in both places, or another name";

    assertThatThrownBy(() -> execute(starting(new Shape(2), new Shape(3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> execute(starting(new Shape(3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void setChangesTheConstrainedValue() {
    execute(PROGRAM);
    params.set("scale", 0.25);
    params.set("w", manager.create(new double[] {4, 5, 6}));

    assertThat(params.value("scale")[0]).isCloseTo(0.25, within(1e-15));
    assertThat(params.get("w").toDoubleArray()).containsExactly(4, 5, 6);
  }

  @Test
  void wrongValuesAreRefused() {
    execute(PROGRAM);

    assertThatThrownBy(() -> params.set("scale", -1))
        .hasMessage(
            "parameter 'scale' is set to [-1.0], which is outside its constraint 'positive'; pass a"
                + " value inside");
    assertThatThrownBy(() -> params.set("scale", Double.POSITIVE_INFINITY))
        .hasMessage(
            "parameter 'scale' is set to [Infinity], which is not finite; pass finite numbers");
    assertThatThrownBy(() -> params.set("w", 1, 2))
        .hasMessage("parameter 'w' has shape (3), but was given 2 values; pass 3");
    assertThatThrownBy(() -> params.value("v"))
        .hasMessage("parameter 'v' does not exist; ask for one of [w, scale]");
    assertThatThrownBy(
            () ->
                execute(
                    (p, data) ->
                        p.factor("f", p.param("z", () -> p.scalar(-1), Constraint.POSITIVE))))
        .hasMessage(
            "parameter 'z' starts at [-1.0], which is outside its constraint 'positive'; pass a"
                + " value inside");
  }

  @Test
  void oneParameterHasOneConstraint() {
    execute(PROGRAM);

    assertThatThrownBy(
            () -> execute((p, data) -> p.factor("f", p.param("scale", () -> p.scalar(1)))))
        .hasMessage(
            "parameter 'scale' exists with constraint 'positive', but is asked for with 'real'; use"
                + " one of them in both places");
  }

  @Test
  void floatTypesMustAgree() {
    execute(PROGRAM);

    assertThatThrownBy(
            () -> {
              try (Run run = Run.open(CONFIG.withFloatType(FloatType.FLOAT32), 0)) {
                record(run, PROGRAM);
              }
            })
        .hasMessage(
            "parameter 'w' is stored in FLOAT64, but the run is in FLOAT32; build both from one"
                + " RunConfig");
  }

  @Test
  void anEmptyStoreTakesOverAnother() {
    RunConfig seeded = CONFIG.withSeed(77);
    try (ParamStore other = new ParamStore(manager, seeded);
        ParamStore third = new ParamStore(manager)) {
      try (Run run = Run.open(CONFIG, 0)) {
        Execution.record(run, other, Rng.Purpose.GUIDE, PROGRAM, null);
      }
      other.set("w", 7, 8, 9);

      params.adopt(other);

      assertThat(other.names()).isEmpty();
      assertThat(params.value("w")).containsExactly(7, 8, 9);
      assertThat(params.config()).contains(seeded);
      assertThatThrownBy(() -> params.adopt(third))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "store has parameters "
                  + params.names()
                  + " and cannot take over another; use an empty one");
    }
    assertThat(params.value("w")).containsExactly(7, 8, 9);
  }

  @Test
  void parameterMayBeFetchedByNameAlone() {
    execute(PROGRAM);
    try (Run run = Run.open(CONFIG, 1)) {
      Trace trace = record(run, (p, data) -> p.deterministic("x", p.param("scale")));

      assertThat(Tensors.values(trace.value("x"))[0]).isCloseTo(2, within(1e-15));
      assertThat(trace.params().get(0).constraint()).isSameAs(Constraint.POSITIVE);
    }
  }

  @Test
  void usedTwiceIsOneParameter() {
    try (Run run = Run.open(CONFIG, 0)) {
      Trace trace =
          record(
              run,
              (p, data) -> {
                NDArray once = p.param("w", () -> p.scalar(3));
                NDArray twice = p.param("w", () -> p.scalar(4));
                p.factor("f", once.mul(twice));
              });

      assertThat(trace.params()).hasSize(1);
      assertThat(Tensors.values(trace.logJoint())).containsExactly(9);
    }
  }
}
