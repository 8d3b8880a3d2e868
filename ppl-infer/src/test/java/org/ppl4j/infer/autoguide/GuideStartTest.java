package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.autoguide.SiteZoo.ZOO;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Mask;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Tensors;

/** Where guides start, by each initialiser. */
class GuideStartTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The first means of a guide of a model. */
  private double[] start(Program<Void> model, Initializer initializer) {
    try (ParamStore params = new ParamStore(manager)) {
      SiteZoo.begin(AutoNormal.of(model).initializer(initializer), params, 1);
      return params.value("auto.loc");
    }
  }

  @Test
  void feasibleIsZero() {
    assertThat(start(ZOO, Initializer.feasible())).hasSize(17).containsOnly(0);
  }

  @Test
  void meanIsThePriorsAndFollowsTheSitesBefore() {
    double[] loc = start(ZOO, Initializer.mean());

    assertThat(Arrays.copyOf(loc, 3)).containsOnly(0);
    assertThat(loc[3]).isCloseTo(0, within(1e-12)); // u = 1, the middle of (-1, 3)
    assertThat(loc[4]).isCloseTo(Math.log(0.4 / 0.6), within(1e-12));
    assertThat(Math.exp(loc[5])).isCloseTo(2 * Math.sqrt(2 / Math.PI), within(1e-12));
    assertThat(loc[9]).as("t is drawn around u").isCloseTo(1, within(1e-12));
  }

  @Test
  void medianIsNearThePriorsAndItsOwnInEachRow() {
    double[] loc = start(ZOO, Initializer.median());

    assertThat(Arrays.copyOf(loc, 3)).as("a site with an event").containsOnly(0);
    assertThat(loc[3]).isBetween(-1.5, 1.5);
    assertThat(Arrays.stream(loc, 9, 17).distinct().count()).isEqualTo(8);
    assertThat(start(ZOO, Initializer.median())).containsExactly(loc);
  }

  @Test
  void sampleIsADrawAndMoreOfThemABetterOne() {
    double[] one = start(ZOO, Initializer.sample(1));
    double[] many = start(ZOO, Initializer.sample(200));

    assertThat(Arrays.stream(one).distinct().count()).isEqualTo(17);
    assertThat(Math.abs(many[0])).isLessThan(3);
    assertThat(many).isNotEqualTo(one);
  }

  @Test
  void uniformStaysInItsRadius() {
    assertThat(Arrays.stream(start(ZOO, Initializer.uniform()))).allMatch(x -> Math.abs(x) <= 2);
    assertThat(Arrays.stream(start(ZOO, Initializer.uniform(0.01))))
        .allMatch(x -> Math.abs(x) <= 0.01);
    double[] loc = start(ZOO, Initializer.uniform());
    assertThat(Arrays.stream(loc).distinct().count()).isEqualTo(17);
  }

  @Test
  void valueIsGivenAndFillsAShape() {
    double[] loc =
        start(
            ZOO,
            Initializer.value(
                Map.of("w", new double[] {1, 2, 3}, "s", new double[] {Math.E}),
                Initializer.feasible()));

    assertThat(Arrays.copyOf(loc, 3)).containsExactly(1, 2, 3);
    assertThat(Arrays.copyOfRange(loc, 5, 9)).containsOnly(new double[] {1}, within(1e-15));
    assertThat(loc[4]).isZero();
  }

  private final Program<Void> half =
      (p, none) -> {
        NDArray x = p.sample("x", Normal.of(0, 1));
        p.factor("positive", Tensors.where(x.gt(1), p.scalar(0), Double.NEGATIVE_INFINITY));
      };

  @Test
  void anAttemptWithoutDensityIsFollowedByAnother() {
    assertThat(start(half, Initializer.uniform())[0]).isBetween(1.0, 2.0);
    assertThat(start(half, Initializer.sample(50))[0]).isGreaterThan(1);
  }

  @Test
  void whatTheModelMasksDoesNotCount() {
    Program<Void> masked =
        (p, none) -> {
          p.sample("x", Normal.of(0, 1));
          Program<Void> impossible =
              (q, d) -> q.factor("never", q.scalar(Double.NEGATIVE_INFINITY));
          impossible.with(new Mask(false)).run(p, null);
        };

    assertThat(start(masked, Initializer.feasible())).containsExactly(0);
  }

  @Test
  void whenNoAttemptSucceedsItSaysWhatWasTried() {
    assertThatThrownBy(() -> start(half, Initializer.feasible()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            factor 'positive' has log density -Infinity; look for parameters that are not finite or at the edge of their range
            sites before it:
            site  kind    distribution                  sample  batch  event  plates
            x     latent  Normal(loc: 0.0, scale: 1.0)  ()      ()     ()
            no starting point has a finite log density and gradient: tried feasible, once, the last at x = 0.000; start elsewhere (initializer(...)), or look at this site's distribution\
            """);
  }

  @Test
  void anInitialValueOutsideTheSupport() {
    Program<Void> model = (p, none) -> p.sample("tau", HalfNormal.of(2));

    assertThatThrownBy(() -> start(model, Initializer.value(Map.of("tau", new double[] {-1}))))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("sample site 'tau' has value -1.0 outside the support 'non-negative' of")
        .contains(
            "\nno starting point has a finite log density and gradient: tried values of [tau]");
  }

  @Test
  void anInitialValueOfAnotherSize() {
    assertThatThrownBy(() -> start(ZOO, Initializer.value(Map.of("w", new double[] {1, 2}))))
        .hasMessage(
            "sample site 'w' has shape (3), but its initial value has 2 numbers; give one for"
                + " each element, or one for all");
  }
}
