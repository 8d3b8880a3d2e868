package org.ppl4j.infer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Collections;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Optimizer.Part;
import org.ppl4j.infer.optim.Optimizer.Update;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

@ExtendWith(LeakCheck.class)
class ByNameTest extends WithStore {

  /** x ~ N(0, 1) under a guide of three parameters. */
  private static final Program<Void> MODEL = (p, none) -> p.sample("x", Normal.of(0, 1));

  private static final Program<Void> GUIDE =
      (p, none) -> {
        NDArray loc = p.param("q.loc", () -> p.scalar(3));
        NDArray shift = p.param("q.shift", () -> p.scalar(1));
        NDArray scale = p.param("scale", () -> p.scalar(0.5), Constraint.POSITIVE);
        p.sample("x", Normal.of(loc.add(shift), scale));
      };

  private Svi<Void> fit(Optimizer optimizer) {
    return Svi.builder(MODEL, GUIDE)
        .params(params)
        .optimizer(optimizer)
        .progress(Progress.silent())
        .build();
  }

  /** Steps of one vector (N) under a fixed sequence of gradients. */
  private static double[] steps(Optimizer optimizer, double[] start, double[][] gradients) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Shape shape = new Shape(start.length);
      NDArray x = run.create(start, shape);
      ImmutableList<NDArray> state =
          ImmutableList.copyOf(Collections.nCopies(optimizer.stateVectors(), run.zeros(shape)));
      for (int t = 0; t < gradients.length; t++) {
        Update update = optimizer.update(t + 1, x, run.create(gradients[t], shape), state);
        x = update.parameters();
        state = update.state();
      }
      return Tensors.values(x);
    }
  }

  private static double[][] columns(double[][] rows, int from, int to) {
    double[][] part = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      part[i] = java.util.Arrays.copyOfRange(rows[i], from, to);
    }
    return part;
  }

  @Test
  void eachPartMovesAsItsOwnOptimizerMovesIt() {
    Optimizer adam = Adam.withRate(0.1);
    Optimizer sgd = Sgd.withRate(0.1).momentum(0.9);
    Optimizer rms = RmsProp.withRate(0.2).momentum(0.5);
    Optimizer together =
        ByName.of(adam)
            .with("b", sgd)
            .with("b.c", rms)
            .over(
                ImmutableList.of(
                    new Part("a", 2),
                    new Part("b", 1),
                    new Part("b.c", 2),
                    new Part("bc", 1),
                    new Part("b.a", 1)));
    double[][] gradients = new double[20][];
    SplittableRandom random = new SplittableRandom(2);
    for (int t = 0; t < gradients.length; t++) {
      gradients[t] = random.doubles(7, -1, 1.5).toArray();
    }
    double[] start = {1, 2, 3, 4, 5, 6, 7};

    double[] end = steps(together, start, gradients);

    int[][] ranges = {{0, 2}, {2, 3}, {3, 5}, {5, 6}, {6, 7}};
    Optimizer[] own = {adam, sgd, rms, adam, sgd};
    for (int i = 0; i < own.length; i++) {
      int from = ranges[i][0];
      int to = ranges[i][1];
      double[] alone =
          steps(
              own[i], java.util.Arrays.copyOfRange(start, from, to), columns(gradients, from, to));
      assertThat(java.util.Arrays.copyOfRange(end, from, to)).containsExactly(alone, within(1e-14));
    }
  }

  @Test
  void oneOptimizerForAllPartsIsThatOptimizer() {
    Optimizer adam = Adam.withRate(0.1);

    assertThat(
            ByName.of(adam).frozen("b").over(ImmutableList.of(new Part("a", 2), new Part("b", 1))))
        .isSameAs(adam);
  }

  @Test
  void frozenParametersStayAndTheirGradientDoesNotCount() {
    Svi<Void> svi = fit(ByName.of(Sgd.withRate(0.1).clipping(Clipping.norm(1e-3))).frozen("q"));
    svi.step(null);
    for (int i = 0; i < 20; i++) {
      double before = Math.log(params.value("scale")[0]);
      svi.step(null);

      // The length that the clipping allows the scale's own gradient.
      assertThat(Math.abs(Math.log(params.value("scale")[0]) - before))
          .isCloseTo(1e-4, within(1e-12));
    }
    assertThat(params.value("q.loc")[0]).isEqualTo(3);
    assertThat(params.value("q.shift")[0]).isEqualTo(1);
  }

  @Test
  void aNameHasARateOfItsOwn() {
    fit(ByName.of(Adam.withRate(0.01)).with("q.shift", Adam.withRate(0.1))).step(null);

    assertThat(params.value("q.loc")[0]).isCloseTo(3 - 0.01, within(1e-6));
    assertThat(params.value("q.shift")[0]).isCloseTo(1 - 0.1, within(1e-6));
  }

  @Test
  void theLastNameThatFitsCounts() {
    Optimizer rule = ByName.of(Sgd.withRate(1)).frozen("q").with("q.loc", Sgd.withRate(2));

    assertThat(rule.moves("q.loc")).isTrue();
    assertThat(rule.moves("q.shift")).isFalse();
    assertThat(rule.moves("quick")).isTrue();
    assertThat(rule)
        .hasToString(
            "ByName(Sgd(rate 1.0, clipping relative 10.0), [q: frozen, q.loc: Sgd(rate 2.0,"
                + " clipping relative 10.0)])");
  }

  @Test
  void aNameThatFitsNothing() {
    assertThatThrownBy(() -> fit(ByName.of(Adam.withRate(0.01)).frozen("q.locc")).step(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "optimizer has a setting for 'q.locc', but no parameter is named so; there are [q.loc,"
                + " q.shift, scale]");
  }

  @Test
  void namesWithinNames() {
    ByName inner = ByName.of(Adam.withRate(0.01));
    assertThatThrownBy(() -> inner.with("q", inner))
        .hasMessage(
            "optimizer of 'q' goes by names itself; give the longer names to the outer one");
    assertThatThrownBy(
            () -> {
              try (Run run = Run.open(RunConfig.defaults(), 0)) {
                NDArray x = run.zeros(new Shape(1));
                assertThat(inner.update(1, x, x, ImmutableList.of())).isNotNull();
              }
            })
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "optimizer by names cannot update a vector without names; call over(parts) first");
  }
}
