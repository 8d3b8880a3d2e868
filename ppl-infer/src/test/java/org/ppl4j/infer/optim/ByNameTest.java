package org.ppl4j.infer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.svi.Svi;
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

  @Test
  void eachParameterHasItsOwnOptimizer() {
    Optimizer adam = Adam.withRate(0.1);
    Optimizer sgd = Sgd.withRate(0.1).momentum(0.9);
    Optimizer rule = ByName.of(adam).with("b", sgd).frozen("b.c");

    assertThat(rule.forParameter("a")).isSameAs(adam);
    assertThat(rule.forParameter("b")).isSameAs(sgd);
    assertThat(rule.forParameter("b.a")).isSameAs(sgd);
    assertThat(rule.forParameter("b.c")).isSameAs(adam); // which its caller does not move
    assertThat(rule.forParameter("bc")).isSameAs(adam);
    assertThat(rule.stateVectors()).isEqualTo(2);
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
    assertThatThrownBy(() -> inner.update(1, new double[1], new double[1], new double[2][1], 0, 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "optimizer by names cannot update a vector without names; ask for the one of a"
                + " parameter");
  }
}
