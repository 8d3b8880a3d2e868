package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.testing.LeakCheck;

/** Gradients that are found backwards, against those of the engine; and what is freed meanwhile. */
@ExtendWith(LeakCheck.class)
class ChainTest {

  private static final int ROWS = 3;
  private static final int WIDTH = 4;

  /** Rounding, in another order of the sums. */
  private static final double TOLERANCE = 1e-12;

  private static NDArray random(Run run, String name, long... shape) {
    return run.rng(Rng.Purpose.MODEL, name).normal(run, new Shape(shape));
  }

  private interface Ends {
    NDArray of(NDArray start, int steps, Chain.Step step);
  }

  private static NDArray byTheEngine(NDArray start, int steps, Chain.Step step) {
    NDArray state = start;
    for (int i = 0; i < steps; i++) {
      state = step.next(i, state);
    }
    return state;
  }

  /** A loss of two chains, one behind the other, of steps that depend on much beside the state. */
  private static List<NDArray> gradients(Run run, int steps, Ends ends) {
    NDArray start = Autograd.variable(random(run, "start", ROWS, WIDTH));
    NDArray weight = Autograd.variable(random(run, "weight", WIDTH, WIDTH));
    NDArray bias = Autograd.variable(random(run, "bias", WIDTH));
    NDArray unused = Autograd.variable(random(run, "unused", 2));
    NDArray scaled = weight.mul(0.1); // stands for a product until a step asks for it
    NDArray first =
        ends.of(
            start.sin(),
            steps,
            (i, z) -> z.add(Tensors.matMul(z.tanh(), scaled).add(bias.mul(0.1 * i))));
    NDArray middle = first.mul(0.5).add(start);
    NDArray second = ends.of(middle, 3, (i, z) -> z.mul(Special.sigmoid(bias)).add(first.mean()));
    NDArray loss = second.square().sum().add(first.cos().sum());
    List<NDArray> all = new ArrayList<>(List.of(loss));
    all.addAll(Autograd.grad(loss, List.of(start, weight, bias, unused, middle)));
    all.add(Autograd.flatGrad(loss, List.of(weight, start)));
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16, 30})
  void gradientsAreThoseOfTheEngine(int steps) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> expected = gradients(run, steps, ChainTest::byTheEngine);
      List<NDArray> found = gradients(run, steps, Chain::end);

      for (int i = 0; i < expected.size(); i++) {
        assertClose("number " + i, found.get(i), expected.get(i), TOLERANCE);
      }
    }
  }

  /** Each step is a chain of its own. */
  @Test
  void chainsMayBeInsideOthers() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray start = Autograd.variable(random(run, "start", WIDTH));
      NDArray rate = Autograd.variable(random(run, "rate", WIDTH));
      List<NDArray> all = new ArrayList<>();
      for (Ends ends : List.<Ends>of(ChainTest::byTheEngine, Chain::end)) {
        Chain.Step inner = (i, z) -> z.mul(rate).cos();
        NDArray end = ends.of(start, 5, (i, z) -> ends.of(z.add(rate), 3, inner).mul(z));
        all.addAll(Autograd.grad(end.sum(), List.of(start, rate)));
      }

      assertClose("start", all.get(2), all.get(0), TOLERANCE);
      assertClose("rate", all.get(3), all.get(1), TOLERANCE);
    }
  }

  /** A loss beside a chain, and one of a chain that moves with nothing else. */
  @Test
  void whatALossDoesNotDependOnHasNoGradient() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(random(run, "x", WIDTH));
      List<Integer> asked = new ArrayList<>();
      NDArray end =
          Chain.end(
              run.ones(new Shape(WIDTH)),
              3,
              (i, z) -> {
                asked.add(i);
                return z.mul(0.5);
              });
      NDArray beside = Autograd.grad(x.square().sum(), List.of(x)).get(0);
      int before = asked.size();
      NDArray none = Autograd.grad(end.sum(), List.of(x)).get(0);

      assertClose("beside", beside, x.mul(2), 0);
      assertThat(before).isEqualTo(3);
      assertThat(asked).hasSizeGreaterThan(before);
      assertThat(Tensors.values(none)).containsOnly(0);
    }
  }

  @Test
  void gradientsOfGradientsAreRefused() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(random(run, "x", WIDTH));
      NDArray end = Chain.end(x, 3, (i, z) -> z.cos());

      assertClose(
          "beside a chain",
          Autograd.grad(x.square().sum(), List.of(x), true).get(0),
          x.mul(2),
          TOLERANCE);
      assertThatThrownBy(() -> Autograd.grad(end.sum(), List.of(x), true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "gradient of a gradient goes through a chain of steps that is followed backwards,"
                  + " which has first derivatives only; take the gradient of a solver through its"
                  + " steps");
    }
  }

  @Test
  void aChainHasSteps() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> Chain.end(run.ones(new Shape(1)), 0, (i, z) -> z))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("chain has 0 steps, but needs at least 1");
    }
  }

  /** With and without gradients: a step of the engine takes as much as a chain of a hundred. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theMemoryIsThatOfAStep(boolean withGradient) {
    long few = numbers(40, withGradient, Chain::end);
    long many = numbers(400, withGradient, Chain::end);

    assertThat(many).isLessThan(12 * few / 10);
    assertThat(numbers(400, withGradient, ChainTest::byTheEngine)).isGreaterThan(20 * many);
  }

  private static long numbers(int steps, boolean withGradient, Ends ends) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray weight = Autograd.variable(random(run, "weight", 2, 128));
      NDArray start = random(run, "start", 50, 2);
      Chain.Step step =
          (i, z) -> z.add(Tensors.matMul(Tensors.matMul(z, weight).tanh(), weight.transpose()));
      long before = Run.liveTensors();
      if (withGradient) {
        NDArray unused = Autograd.grad(ends.of(start, steps, step).sum(), List.of(weight)).get(0);
      } else {
        NDArray unused = run.withoutGradients(() -> ends.of(start, steps, step));
      }
      assertThat(Run.liveTensors()).isGreaterThan(before);
      return run.numbers();
    }
  }

  /**
   * A tensor of a part throws when the part has ended; those from before and the results do not.
   */
  @Test
  void whatIsFreedThrows() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = random(run, "x", WIDTH);
      NDArray doubled = x.mul(2);
      List<NDArray> lost = new ArrayList<>();
      long before = Run.liveTensors();
      List<NDArray> kept =
          Scope.keeping(
              run,
              () -> {
                NDArray sine = doubled.sin();
                lost.add(sine);
                return List.of(sine.mul(3), x, run.scalar(4));
              });

      assertThat(Run.liveTensors()).isEqualTo(before + 1);
      assertClose("result", kept.get(0), x.mul(2).sin().mul(3), TOLERANCE);
      assertClose("from before", kept.get(1), x, 0);
      assertClose("number", kept.get(2).add(x), x.add(4), 0);
      assertClose("settled outside", doubled.cos(), x.add(x).cos(), TOLERANCE);
      assertThatThrownBy(() -> lost.get(0).add(x))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "tensor of shape (4) is used after the part of the run that made it, such as a step"
                  + " of a solver, has ended; return it from there, or make it before");
      assertThatThrownBy(
              () ->
                  Scope.keeping(
                      run,
                      () -> {
                        throw new IllegalArgumentException("x " + x.sin());
                      }))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Tensors.values(x.sub(kept.get(1)))).containsOnly(0);
    }
  }

  /** What a run makes once is kept, even if a part of it asks first. */
  @Test
  void whatIsMadeOnceIsKept() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Object key = new Object();
      NDArray x = random(run, "x", WIDTH);
      List<NDArray> unused = Scope.keeping(run, () -> List.of(run.once(key, x::sin).mul(2)));

      assertClose("kept", run.once(key, () -> x), x.sin(), 0);
    }
  }
}
