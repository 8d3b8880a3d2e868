package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

/** An error about a shape names the tensor that brought the dim. */
@ExtendWith(LeakCheck.class)
class ShapeErrorsTest {

  record Rows(NDArray x, NDArray y) {}

  private static void check(Program<Void> program, String text) {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(() -> sandbox.record(program))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(text);
    }
  }

  private static NDArray vector(Ppl p, String name, int size) {
    return p.sample(name, Normal.standard(size).toEvent(1));
  }

  @Test
  void ofOperandsNameSites() {
    check(
        (p, data) -> vector(p, "mu", 4).exp().mul(2).add(vector(p, "nu", 3)),
        "shapes (4) and (3) do not broadcast: dim -1 is 4 against 3; give one of them size 1 there;"
            + " (4) is from 'mu', (3) is from 'nu'");
  }

  @Test
  void ofOperandsNameParameters() {
    check(
        (p, data) -> {
          NDArray w = p.param("w", () -> p.run().ones(new Shape(2, 3)));
          p.sample("x", Normal.of(w.sum(new int[] {0}), 1).toEvent(1)).broadcast(new Shape(4));
        },
        "tensor of shape (3) from 'x' does not broadcast to (4); dims are counted from the right"
            + " and must be equal or 1");
    check(
        (p, data) -> {
          NDArray w = p.param("w", () -> p.run().ones(new Shape(2, 3)));
          w.sum(new int[] {0}).add(p.run().ones(new Shape(4)));
        },
        "shapes (3) and (4) do not broadcast: dim -1 is 3 against 4; give one of them size 1 there;"
            + " (3) is from 'w' (2, 3)");
  }

  @Test
  void ofProductsNameBoth() {
    check(
        (p, data) -> {
          NDArray outer = vector(p, "a", 2).expandDims(-1).mul(vector(p, "b", 3));
          outer.add(p.run().ones(new Shape(5, 3)));
        },
        "shapes (2, 3) and (5, 3) do not broadcast: dim -2 is 2 against 5; give one of them size 1"
            + " there; (2, 3) is from 'a' (2) and 'b' (3)");
  }

  @Test
  void ofParametersNameTheirSources() {
    check(
        (p, data) -> p.sample("y", Normal.of(vector(p, "mu", 4), vector(p, "nu", 3).exp())),
        "parameters of Normal do not broadcast: loc: (4) from 'mu', scale: (3) from 'nu'; give them"
            + " equal sizes or size 1 on each dim");
  }

  @Test
  void ofBatchesNameTheParameter() {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(
              () ->
                  sandbox.record(
                      (p, data) -> {
                        NDArray mu = vector(p, "mu", 4);
                        try (Plate rows = p.plate("rows", 3)) {
                          p.sample("z", Normal.of(mu.exp(), 1));
                        }
                      }))
          .hasMessageStartingWith(
              "sample site 'z' has batch shape (4), from parameter 'loc' (4) from 'mu', but plate"
                  + " 'rows' wants size 3 at dim -1; take the plate's rows");
      assertThatThrownBy(
              () ->
                  sandbox.record(
                      (p, data) ->
                          p.sample("z", Normal.of(p.run().ones(new Shape(5, 2)), 1).toEvent(1))))
          .hasMessageStartingWith(
              "sample site 'z' has batch shape (5), from parameter 'loc' (5, 2), but no plate owns"
                  + " size 5 at dim -1");
    }
  }

  @Test
  void componentsOfDataAreNamed() {
    Program<Rows> program = (p, rows) -> rows.x().mul(2).add(rows.y());
    RunConfig config = RunConfig.defaults();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        BoundData<Rows> data =
            BoundData.of(new Rows(manager.ones(new Shape(4)), manager.ones(new Shape(3))), config);
        Run run = Run.open(config, 0)) {
      assertThatThrownBy(
              () -> Execution.record(run, params, Rng.Purpose.MODEL, program, data.in(run)))
          .hasMessageEndingWith("; (4) is from 'x', (3) is from 'y'");
    }
  }

  @Test
  void namesAreThoseOfDjl() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.ones(new Shape(3));
      NDArray number = run.scalar(2);
      x.setName("speeds");
      number.setName("two");

      assertThat(x.getName()).isEqualTo("speeds");
      assertThat(Tensors.namesOf(x.mul(number).neg())).isEqualTo("'speeds'");
      assertThat(Tensors.namesOf(x.expandDims(0).square())).isEqualTo("'speeds' (3)");
      assertThat(Tensors.namesOf(number.broadcast(new Shape(4)))).isEmpty();
      assertThat(Tensors.namesOf(run.ones(new Shape(3)))).isEmpty();
    }
  }
}
