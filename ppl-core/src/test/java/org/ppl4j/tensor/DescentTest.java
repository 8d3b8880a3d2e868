package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.distributions.Beta;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.LeakCheck;

/** Which tensors descend from which. */
@ExtendWith(LeakCheck.class)
class DescentTest {

  private Run run;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // after each
  void open() {
    run = Run.open(RunConfig.defaults(), 3);
    run.watchDescent();
  }

  @AfterEach
  void close() {
    run.close();
  }

  private NDArray source(String name) {
    return Tensors.source(name, run.create(new double[] {0.2, 0.7}, new Shape(2)));
  }

  @Test
  void resultsDescendFromTheirOperands() {
    NDArray a = source("a");
    NDArray b = source("b");

    assertThat(Tensors.sources(a)).containsExactly("a");
    assertThat(Tensors.sources(a.exp().mul(3).neg())).containsExactly("a");
    assertThat(Tensors.sources(a.mul(2).add(b).sum())).containsExactlyInAnyOrder("a", "b");
    assertThat(Tensors.sources(Tensors.where(a.gt(0.5), b, 1))).contains("a", "b");
    assertThat(Tensors.sources(run.create(new double[] {1}, new Shape(1)))).isEmpty();
    assertThat(Tensors.sources(Tensors.number(1))).isEmpty();
    assertThat(Tensors.sources(Tensors.pick(b, a.round()))).contains("a", "b");
  }

  /** Draws are computed in Java of their parameters; so are gradients. */
  @Test
  void drawsAndGradientsToo() {
    NDArray a = source("a");
    NDArray drawn = Beta.of(a, 2).draw(run.rng(Rng.Purpose.MODEL, "x")).value();
    assertThat(Tensors.sources(drawn)).containsExactly("a");

    NDArray x = Autograd.variable(run.create(new double[] {1, 2}, new Shape(2)));
    NDArray slope = Autograd.grad(x.mul(a).sum(), List.of(x), false).get(0);
    assertThat(Tensors.sources(slope)).containsExactly("a");
  }

  /** What a draw near an end carries beside it. */
  @Test
  void distancesTooAreOfTheSource() {
    NDArray drawn = Beta.of(2, 2).on(run).draw(run.rng(Rng.Purpose.MODEL, "x")).value();
    NDArray a = Tensors.source("a", drawn);
    NDArray logProb = Beta.of(3, 0.5).on(run).logProb(a);

    assertThat(Tensors.sources(logProb)).containsExactly("a");
    assertThat(Tensors.values(a)).containsExactly(Tensors.values(drawn));
  }

  @Test
  void whatComesAfterAReadDescendsFromWhatWasRead() {
    NDArray a = source("a");
    NDArray before = run.create(new double[] {1}, new Shape(1)).add(1);
    run.looking(() -> assertThat(Tensors.values(a)).hasSize(2));
    NDArray looked = before.exp();
    double unused = a.sum().toDoubleArray()[0];

    assertThat(Tensors.sources(looked)).isEmpty();
    assertThat(Tensors.sources(before.sin())).containsExactly("a");
    assertThat(Tensors.sources(run.scalar(2))).containsExactly("a");
    assertThat(Tensors.sources(before.add(2))).containsExactly("a");
  }

  @Test
  void whereNobodyWatchesThereAreNone() {
    try (Run other = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Tensors.source("a", other.create(new double[] {1}, new Shape(1)));
      assertThat(Tensors.sources(x.add(1))).isEmpty();
    }
  }

  /**
   * Two numbers are carried on and on; a third stays. Where steps are cut, all are as many more.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsDescendFromWhatIsCarriedToThem(boolean isCut) {
    PyTorch.get()
        .watched(
            new SeesSteps(),
            () -> {
              try (Run own = Run.open(RunConfig.defaults(), 0)) {
                own.watchDescent();
                if (isCut) {
                  own.cutScans(2);
                }
                checkSteps(own);
              }
            });
  }

  private static void checkSteps(Run run) {
    NDArray zero = run.create(new double[] {0.5}, new Shape(1));
    NDArray own = Tensors.source("own", zero);
    NDArray rows = Tensors.source("rows", run.create(new double[6], new Shape(6, 1)));
    Recurrence.Result result =
        Recurrence.of(
            run,
            "steps",
            6,
            List.of(Tensors.source("a", zero), zero.add(1), zero.add(2), zero.add(3)),
            (at, carry) ->
                new Recurrence.Next(
                    List.of(carry.get(0), carry.get(0), carry.get(1), carry.get(3).mul(own)),
                    List.of(carry.get(2).exp(), carry.get(3).add(at.row(rows, -2)))));

    assertThat(result.carry().stream().map(Tensors::sources).toList().toString())
        .isEqualTo("[[a], [a], [a], [own]]");
    assertThat(Tensors.sources(result.kept().get(0).at(-1, 1))).containsExactly("a");
    assertThat(Tensors.sources(result.kept().get(1).at(-1, 1)))
        .containsExactlyInAnyOrder("own", "rows");
  }

  /** An engine of which some steps stand for all. */
  private static final class SeesSteps implements Column {

    private final PyTorch engine = PyTorch.get();

    @Override
    public long apply(Op op, Attributes attributes, long[] in) {
      return engine.apply(op, attributes, in);
    }

    @Override
    public long[] applyMany(Op op, Attributes attributes, long[] in) {
      return engine.applyMany(op, attributes, in);
    }

    @Override
    public Steps scan(int times, int carried) {
      return new Steps() {
        @Override
        public void start(long[] carry) {}

        @Override
        public void begin() {}

        @Override
        public void carried(int place, long handle) {}

        @Override
        public void row(long of, int axis, long handle) {}

        @Override
        public void end(long[] carry, long[] kept) {}

        @Override
        public void result(long[] carry, int[] places, long[] stacks) {}
      };
    }

    @Override
    public void free(long handle) {
      engine.free(handle);
    }
  }
}
