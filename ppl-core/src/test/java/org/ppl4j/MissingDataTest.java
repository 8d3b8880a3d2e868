package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.Sandbox.number;
import static org.ppl4j.testing.Sandbox.value;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.MissingRows;
import org.ppl4j.testing.NormalDensity;
import org.ppl4j.testing.Sandbox;

/** {@code p.observe} with a mask, against the same models with a site for each part. */
@ExtendWith(LeakCheck.class)
final class MissingDataTest {

  private static final double ROUNDING = 1e-12;

  private MissingRows given;
  private Sandbox sandbox;
  private NDArray mask;
  private NDArray y;

  @BeforeEach
  void open() {
    given = new MissingRows();
    sandbox = given.sandbox();
    mask = given.mask();
    y = given.y();
  }

  @AfterEach
  void close() {
    given.close();
  }

  /** y ~ d(mu) in four rows, then something that depends on all of them. */
  private Program<Void> model(java.util.function.Function<NDArray, Distribution> d, NDArray data) {
    return (p, none) -> {
      NDArray mu = p.sample("mu", Normal.of(0, 2));
      try (Plate rows = p.plate("rows", 4)) {
        NDArray whole = p.observe("y", d.apply(mu), rows.take(data), rows.take(mask));
        p.deterministic("whole", whole);
        p.observe("next", Normal.of(whole.mul(2), 1), p.run().ones(new Shape(4)));
      }
    };
  }

  private Program<Void> model() {
    return model(mu -> Normal.of(mu, 0.5), y);
  }

  @Test
  void logJointAndGradientsAreThoseOfTheModelSplitByHand() {
    NDArray mu = variable(0.3);
    NDArray values = variable(7, 0.8, 9, -1.1);
    Trace masked = sandbox.record(model(), new Substitute(Map.of("mu", mu, "y.missing", values)));

    NDArray mine = variable(0.3);
    NDArray missing = variable(0.8, -1.1);
    Trace split =
        sandbox.record(
            (p, none) -> {
              NDArray loc = p.sample("mu", Normal.of(0, 2));
              NDArray all;
              try (Plate present = p.plate("present", 2)) {
                p.observe("y", Normal.of(loc, 0.5), sandbox.data(1.5, -0.5));
              }
              try (Plate absent = p.plate("absent", 2)) {
                NDArray x = p.sample("x", Normal.of(loc, 0.5));
                NDArray at = p.run().create(new long[] {0, 1, 0, 1}, new Shape(4));
                all = Tensors.where(p.constant(mask), p.pick(known(p), at), p.pick(x, index(p)));
              }
              try (Plate rows = p.plate("rows", 4)) {
                p.observe("next", Normal.of(all.mul(2), 1), p.run().ones(new Shape(4)));
              }
            },
            new Substitute(Map.of("mu", mine, "x", missing)));

    double standIns = NormalDensity.log(7, 0, 1) + NormalDensity.log(9, 0, 1);
    assertThat(number(masked.logJoint()) - standIns)
        .isCloseTo(number(split.logJoint()), within(ROUNDING * 100));
    List<NDArray> gradients = Autograd.grad(masked.logJoint(), List.of(mu, values));
    List<NDArray> expected = Autograd.grad(split.logJoint(), List.of(mine, missing));
    double[] byHand = Tensors.values(expected.get(1));
    assertThat(number(gradients.get(0))).isCloseTo(number(expected.get(0)), within(ROUNDING));
    assertThat(Tensors.values(gradients.get(1)))
        .containsExactly(new double[] {-7, byHand[0], -9, byHand[1]}, within(ROUNDING));
  }

  private NDArray known(Ppl p) {
    return p.constant(sandbox.data(1.5, -0.5));
  }

  private static NDArray index(Ppl p) {
    return p.run().create(new long[] {0, 0, 1, 1}, new Shape(4));
  }

  private NDArray variable(double... values) {
    Shape shape = values.length == 1 ? new Shape() : new Shape(values.length);
    return Autograd.variable(sandbox.run().create(values, shape));
  }

  @Test
  void valueIsTheObservedOneWhereThereIsOne() {
    Trace trace = sandbox.record(model());

    double[] missing = value(trace, "y.missing");
    assertThat(value(trace, "whole")).containsExactly(1.5, missing[1], -0.5, missing[3]);
    assertThat(trace.site("y").isObserved()).isTrue();
    assertThat(trace.site("y.missing").isLatent()).isTrue();
  }

  @Test
  void missingValuesAreDrawnAsIfNothingWereMasked() {
    Trace trace = sandbox.record(model());
    Trace plain =
        sandbox.record(
            (p, none) -> {
              NDArray mu = p.sample("mu", Normal.of(0, 2));
              try (Plate rows = p.plate("rows", 4)) {
                p.sample("y.missing", Normal.of(mu, 0.5));
              }
            });

    double[] drawn = value(trace, "y.missing");
    double[] expected = value(plain, "y.missing");
    assertThat(drawn[1]).isEqualTo(expected[1]);
    assertThat(drawn[3]).isEqualTo(expected[3]);
    assertThat(drawn[0]).isNotEqualTo(expected[0]);
    assertThat(Tensors.values(trace.site("y.missing").logProb()))
        .containsExactly(
            Tensors.values(
                trace.site("y.missing").distribution().logProb(trace.value("y.missing"))),
            within(ROUNDING));
  }

  @Test
  void everythingOrNothingMayBeObserved() {
    NDArray full = sandbox.data(1.5, 0, -0.5, 2);
    mask = sandbox.manager().create(new boolean[] {true, true, true, true});
    Trace all = sandbox.record(model(mu -> Normal.of(mu, 0.5), full));
    assertThat(value(all, "whole")).containsExactly(1.5, 0, -0.5, 2);

    mask = sandbox.manager().create(new boolean[] {false, false, false, false});
    Trace none = sandbox.record(model(mu -> Normal.of(mu, 0.5), full));
    assertThat(value(none, "whole")).isEqualTo(value(none, "y.missing"));
    assertThat(number(none.site("y").scaledLogProb())).isZero();
  }

  @Test
  void valuesOutsideTheSupportMayStandForMissingOnes() {
    Trace trace = sandbox.record(model(mu -> Exponential.of(mu.exp()), sandbox.data(1, -1, 2, -1)));

    double rate = Math.exp(number(trace.value("mu")));
    double[] missing = value(trace, "y.missing");
    assertThat(Tensors.values(trace.site("y").scaledLogProb()))
        .containsExactly(new double[] {2 * Math.log(rate) - 3 * rate}, within(ROUNDING));
    double[] standIns =
        Tensors.values(LogNormal.of(0, 1).on(sandbox.run()).logProb(trace.value("y.missing")));
    assertThat(Tensors.values(trace.site("y.missing").logProb()))
        .containsExactly(
            new double[] {
              standIns[0],
              Math.log(rate) - rate * missing[1],
              standIns[2],
              Math.log(rate) - rate * missing[3]
            },
            within(ROUNDING));
  }

  @Test
  void discreteValuesAreNotCountedWhereNothingIsMissing() {
    Trace trace =
        sandbox.record(
            (p, none) -> {
              try (Plate rows = p.plate("rows", 4)) {
                NDArray flips = sandbox.data(1, Double.NaN, 0, 0);
                p.deterministic("whole", p.observe("y", Bernoulli.probs(0.25), flips, mask));
              }
            },
            new Substitute("y.missing", sandbox.data(0, 1, 0, 0)));

    assertThat(value(trace, "whole")).containsExactly(1, 1, 0, 0);
    assertThat(Tensors.values(trace.site("y.missing").logProb()))
        .containsExactly(new double[] {0, Math.log(0.25), 0, Math.log(0.75)}, within(ROUNDING));
  }

  @Test
  void eventsAreObservedAsAWhole() {
    NDArray pairs =
        sandbox
            .manager()
            .create(
                new double[] {1, 2, Double.NaN, Double.NaN, 3, 4, Double.NaN, 9}, new Shape(4, 2));
    Trace trace =
        sandbox.record(
            (p, none) -> {
              try (Plate rows = p.plate("rows", 4)) {
                Distribution pair = Normal.standard(2).toEvent(1);
                p.deterministic("whole", p.observe("y", pair, pairs, mask));
              }
            });

    double[] missing = value(trace, "y.missing");
    assertThat(value(trace, "whole"))
        .containsExactly(1, 2, missing[2], missing[3], 3, 4, missing[6], missing[7]);
    assertThat(trace.site("y.missing").logProb().getShape()).isEqualTo(new Shape(4));
    assertThat(number(trace.site("y").scaledLogProb()))
        .isCloseTo(
            NormalDensity.log(1, 0, 1)
                + NormalDensity.log(2, 0, 1)
                + NormalDensity.log(3, 0, 1)
                + NormalDensity.log(4, 0, 1),
            within(ROUNDING));
  }

  @Test
  void subsampledPlateTakesRowsOfTheMask() {
    Trace trace =
        sandbox.record(
            (p, none) -> {
              try (Plate rows = p.plate("rows", 4, 2)) {
                p.deterministic("seen", rows.indices());
                p.observe("y", Normal.of(1, 0.5), rows.take(y), rows.take(mask));
              }
            });

    double[] rows = value(trace, "seen");
    double expected = 0;
    for (double row : rows) {
      expected +=
          row == 0
              ? NormalDensity.log(1.5, 1, 0.5)
              : row == 2 ? NormalDensity.log(-0.5, 1, 0.5) : 0;
    }
    assertThat(number(trace.site("y").scaledLogProb())).isCloseTo(2 * expected, within(ROUNDING));
    assertThat(trace.site("y.missing").scale()).isEqualTo(2);
    assertThat(trace.value("y.missing").getShape()).isEqualTo(new Shape(2));
  }

  @Test
  void loopsNumberBothSites() {
    Trace trace =
        sandbox.record(
            (p, none) -> {
              for (int t : p.loop("t", 2)) {
                NDArray seen = p.run().create(new boolean[] {t == 0}, new Shape());
                p.observe("y", Normal.of(0, 1), p.scalar(t), seen);
              }
            });

    assertThat(trace).hasToString("Trace[y[0], y.missing[0], y[1], y.missing[1]]");
  }

  @Test
  void describedAndDrawnWithBothSites() {
    NDArray plain = y;
    NDArray seen = mask;
    Program<Void> model =
        (p, none) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 2));
          try (Plate rows = p.plate("rows", 4)) {
            NDArray whole = p.observe("y", Normal.of(mu, 1), rows.take(plain), rows.take(seen));
            p.observe("z", Normal.of(whole, 1), p.run().ones(new Shape(4)));
          }
        };

    assertThat(model.describe(null))
        .hasToString(
            """
            site       kind      distribution                                      sample  batch  event  plates
            mu         latent    Normal(loc: 0.0, scale: 2.0)                      ()      ()     ()
            y          observed  Normal(loc: (), scale: 1.0).expand(4)             ()      (4)    ()     rows[4] at -1
            y.missing  latent    Normal(loc: (), scale: 1.0).expand(4).imputed(4)  ()      (4)    ()     rows[4] at -1
            z          observed  Normal(loc: (4), scale: 1.0)                      ()      (4)    ()     rows[4] at -1""");
    assertThat(model.toDot(null))
        .contains(
            """
              "mu" -> "y";
              "mu" -> "y.missing";
              "y" -> "z";
              "y.missing" -> "z";
            """);
  }

  @Test
  void gradientsOfDrawsDoNotMeetNaN() {
    NDArray loc = variable(0.4);
    Trace trace =
        sandbox.record(
            (p, none) -> {
              try (Plate rows = p.plate("rows", 4)) {
                NDArray whole = p.observe("y", Normal.of(loc, 1), rows.take(y), rows.take(mask));
                p.factor("next", whole.square());
              }
            });

    double[] gradient = Tensors.values(Autograd.grad(trace.logJoint(), List.of(loc)).get(0));
    double[] missing = value(trace, "y.missing");
    double expected = 1.5 - 0.4 + (-0.5 - 0.4) + 2 * missing[1] + 2 * missing[3];
    assertThat(gradient[0]).isCloseTo(expected, within(ROUNDING));
  }

  @Test
  void observedValuesAreStillChecked() {
    NDArray bad = sandbox.data(1, Double.NaN, -2, Double.NaN);

    assertThatThrownBy(() -> sandbox.record(model(mu -> Exponential.of(1), bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("observed site 'y' has value -2.0 at (2) outside the support");
  }

  @Test
  void maskMustHoldBooleans() {
    mask = sandbox.data(1, 0, 1, 0);

    assertThatThrownBy(() -> sandbox.record(model()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observed site 'y' has a mask of type float64; pass booleans, e.g. numbers.neq(0)");
  }

  @Test
  void maskMustFitTheBatch() {
    NDArray pairs = sandbox.manager().create(new double[8], new Shape(4, 2));
    NDArray entries = sandbox.manager().create(new boolean[8], new Shape(4, 2));

    assertThatThrownBy(
            () ->
                sandbox.record(
                    (p, none) -> {
                      try (Plate rows = p.plate("rows", 4)) {
                        p.observe("y", Normal.standard(2).toEvent(1), pairs, entries);
                      }
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observed site 'y' has batch shape (4), but its mask has shape (4, 2); pass one boolean"
                + " for each event, or keep the event's dims in the batch");
  }
}
