package org.ppl4j.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Buffers that modules update in a step, and modules that are not those whose tensors there are.
 */
@ExtendWith(LeakCheck.class)
final class BuffersTest {

  @TempDir private Path folder;

  /** y = x + sum, where the sum grows by what is inverted while learning; 100 more at first. */
  private record Sums(int size) implements TransformModule {

    @Override
    public List<TensorSpec> tensors() {
      return List.of(
          TensorSpec.parameter("weight", new Shape(size), 0),
          TensorSpec.buffer("sum", new Shape(), (rng, run) -> run.scalar(0)));
    }

    @Override
    public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
      return new Map(tensors, training);
    }

    private static final class Map extends Transform {

      private final NamedTensors tensors;
      private final boolean training;

      Map(NamedTensors tensors, boolean training) {
        super(0);
        this.tensors = tensors;
        this.training = training;
      }

      @Override
      protected Mapped doForward(NDArray x) {
        double more = tensors.isFirst("sum") ? 100 : 0;
        return new Mapped(x.add(tensors.get("sum")).add(more), Tensors.number(0));
      }

      @Override
      protected Mapped doInverse(NDArray y) {
        if (training) {
          tensors.update("sum", tensors.get("sum").add(y.sum()));
        }
        return new Mapped(y.sub(tensors.get("sum")), Tensors.number(0));
      }

      @Override
      public Transform withParameters(UnaryOperator<NDArray> operator) {
        return new Map(tensors.map(operator), training);
      }

      @Override
      public Constraint codomain() {
        return Constraint.REAL;
      }

      @Override
      public String toString() {
        return "sums";
      }
    }
  }

  private static Program<Void> observing(double y) {
    return (p, none) -> {
      Transform sums = p.module("sums", new Sums(2));
      p.deterministic("image of 0", sums.forward(p.scalar(0)).value());
      p.observe("y", TransformedDistribution.of(Normal.of(0, 1), sums), y);
    };
  }

  private static double imageOfZero(Trace trace) {
    return Sandbox.value(trace, "image of 0")[0];
  }

  /** What a step does if it succeeds; the image of 0 in it. */
  private static double step(Sandbox sandbox, double y) {
    Trace trace = sandbox.record(observing(y));
    assertThat(Sandbox.number(trace.logJoint())).isFinite();
    double image = imageOfZero(trace);
    trace.updateBuffers(sandbox.params());
    return image;
  }

  @Test
  void updatesHoldFromTheNextStepOn() {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThat(step(sandbox, 3)).isEqualTo(100);
      assertThat(step(sandbox, 4)).isEqualTo(3);
      assertThat(step(sandbox, 0)).isEqualTo(7);
    }
  }

  @Test
  void aStepThatDoesNotEndChangesNothing() {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace dropped = sandbox.record(observing(3));
      assertThat(Sandbox.number(dropped.logJoint())).isFinite();

      assertThat(imageOfZero(sandbox.record(observing(3)))).isEqualTo(100);
      assertThat(sandbox.params().statistics()).isEmpty();
    }
  }

  @Test
  void nothingIsUpdatedWhereNothingIsLearned() {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace =
          Execution.record(
              sandbox.run(), sandbox.params(), Rng.Purpose.PREDICT, observing(3), null);
      assertThat(Sandbox.number(trace.logJoint())).isFinite();
      trace.updateBuffers(sandbox.params());

      assertThat(sandbox.params().statistics()).isEmpty();
    }
  }

  @Test
  void copiesUnderPrefixesHaveBuffersOfTheirOwn() {
    try (Sandbox sandbox = Sandbox.open()) {
      Program<Void> both =
          (p, none) -> {
            observing(1).with(new Prefix("a")).run(p, null);
            observing(2).with(new Prefix("b")).run(p, null);
          };
      Trace trace = sandbox.record(both);
      assertThat(Sandbox.number(trace.logJoint())).isFinite();
      trace.updateBuffers(sandbox.params());

      Trace next = sandbox.record(both);
      assertThat(Sandbox.value(next, "a.image of 0")).containsExactly(1);
      assertThat(Sandbox.value(next, "b.image of 0")).containsExactly(2);
      assertThat(sandbox.params().statistics()).containsOnlyKeys("a.sums.sum", "b.sums.sum");
    }
  }

  @Test
  void filesAndOtherStoresKeepThem() {
    Path path = folder.resolve("params.ppl");
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.record(observing(0));
      sandbox.params().save(path);
      try (Sandbox other = Sandbox.open()) {
        other.params().load(path);
        assertThat(imageOfZero(other.record(observing(0)))).isEqualTo(100); // still the first
        assertThat(step(sandbox, 5)).isEqualTo(100);
        sandbox.params().save(path);
        other.params().load(path);
        assertThat(imageOfZero(other.record(observing(0)))).isEqualTo(5);
      }
      try (Sandbox taker = Sandbox.open()) {
        taker.params().adopt(sandbox.params());
        assertThat(imageOfZero(taker.record(observing(0)))).isEqualTo(5);
        assertThat(sandbox.params().statistics()).isEmpty();
      }
    }
  }

  @Test
  void onlyBuffersAreUpdatedByValuesOfTheirShape() {
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.record(
          (p, none) -> {
            NamedTensors[] bound = new NamedTensors[1];
            Transform sums =
                p.module(
                    "sums",
                    new TransformModule() {
                      @Override
                      public List<TensorSpec> tensors() {
                        return new Sums(2).tensors();
                      }

                      @Override
                      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
                        bound[0] = tensors;
                        return new Sums(2).bind(tensors, rng, training);
                      }
                    });
            assertThat(sums).isNotNull();
            assertThatThrownBy(() -> bound[0].update("weight", p.run().ones(new Shape(2))))
                .hasMessage("tensor 'weight' is no buffer; only buffers are updated");
            assertThatThrownBy(() -> bound[0].update("sum", p.run().ones(new Shape(2))))
                .hasMessage("buffer 'sum' has shape (), but is updated by a value of shape (2)");
            assertThatThrownBy(() -> bound[0].update("none", p.scalar(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'none' is missing; there are [weight, sum]");
          });
    }
  }

  private static TransformModule module(TensorSpec... specs) {
    return new TransformModule() {
      @Override
      public List<TensorSpec> tensors() {
        return List.of(specs);
      }

      @Override
      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
        return new Sums.Map(tensors, training);
      }
    };
  }

  /** Loads what a program with {@link Sums} saved, then binds another module to its name. */
  private void refused(TransformModule other, String message) {
    Path path = folder.resolve("params.ppl");
    try (Sandbox sandbox = Sandbox.open()) {
      assertThat(step(sandbox, 1)).isEqualTo(100);
      sandbox.params().save(path);
    }
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = ParamStore.open(manager, path);
        Run run = Run.open(params.config().orElseThrow(), 0)) {
      assertThatThrownBy(() -> params.transform(run, "sums", other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      Program<Void> program = (p, none) -> assertThat(p.module("sums", other)).isNotNull();
      assertThatThrownBy(() -> Execution.record(run, params, Rng.Purpose.PREDICT, program, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThat(params.names()).containsExactly("sums.weight");
    }
  }

  @Test
  void anotherModulesTensorsAreRefused() {
    TensorSpec sum = TensorSpec.buffer("sum", new Shape(), (rng, run) -> run.scalar(0));
    TensorSpec weight = TensorSpec.parameter("weight", new Shape(2), 0);
    refused(
        module(sum, weight, TensorSpec.parameter("more", new Shape(2), 0)),
        "module 'sums' is not the one whose tensors the store has under this name: it lacks [more],"
            + " and has [] besides; use the module that made them, or another name");
    refused(
        module(sum),
        "module 'sums' is not the one whose tensors the store has under this name: it lacks [], and"
            + " has [weight] besides; use the module that made them, or another name");
    refused(
        module(sum, TensorSpec.parameter("weight", new Shape(3), 0)),
        "parameter 'sums.weight' has shape (2), but its module wants (3); use the module that made"
            + " it, or another name");
    refused(
        module(
            TensorSpec.buffer("sum", new Shape(2), (rng, run) -> run.zeros(new Shape(2))), weight),
        "buffer 'sums.sum' exists with 1 numbers, but its module wants shape (2); use the module"
            + " that made it, or another name");
  }
}
