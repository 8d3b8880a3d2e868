package org.ppl4j.distributions;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.objects;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.IntegralLaws;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.ReferenceParameters;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Bijections;

@ExtendWith(LeakCheck.class)
class KlTest {

  private static final double TOLERANCE = 1e-10;

  private static Rng rng() {
    return Rng.of(7, Rng.Purpose.MODEL, 0, "kl");
  }

  /** A divergence of the reference whose two families are here. */
  private record Reference(JsonObject p, JsonObject q, double kl) {}

  static Stream<Named<Reference>> references() {
    return objects(References.read("distributions.json").get("kl")).stream()
        .map(
            entry ->
                new Reference(
                    entry.getAsJsonObject("p"),
                    entry.getAsJsonObject("q"),
                    number(entry.get("kl"))))
        .filter(entry -> family(entry.p()).isPresent() && family(entry.q()).isPresent())
        .map(entry -> Named.of(entry.p() + " from " + entry.q(), entry));
  }

  private static Optional<Function<ReferenceParameters, Distribution>> family(JsonObject entry) {
    return DistributionCases.reference(entry.get("dist").getAsString());
  }

  private static Distribution in(Run run, JsonObject entry) {
    return family(entry).orElseThrow().apply(new ReferenceParameters(run, entry)).on(run);
  }

  @ParameterizedTest
  @MethodSource("references")
  void agreesWithTheReference(Reference reference) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray kl = Kl.of(in(run, reference.p()), in(run, reference.q()));

      assertClose("divergence", kl, TOLERANCE, reference.kl());
    }
  }

  @ParameterizedTest
  @MethodSource("org.ppl4j.distributions.KlPairs#all")
  void agreesWithTheIntegral(KlPairs.Case pair) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      DistributionCase p = pair.row(run);
      Distribution q = pair.q().apply(run).on(run);

      assertThat(Kl.exists(p.in(run), q)).isTrue();
      double integral = IntegralLaws.divergence(run, p, q);
      assertClose("divergence", Kl.of(p.in(run), q), 1e-7, integral);
      assertThat(integral).as("of two different distributions").isGreaterThan(1e-3);
    }
  }

  @Test
  void everyFormulaIsTested() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThat(
              KlPairs.all()
                  .map(Named::getPayload)
                  .map(
                      pair ->
                          new KlFormulas.Pair(
                              pair.p().apply(run).getClass(), pair.q().apply(run).getClass()))
                  .collect(toSet()))
          .containsAll(KlFormulas.pairs());
    }
  }

  @Test
  void isInfiniteWhereMassIsOutside() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution wide = Uniform.of(-1, 1).on(run);

      assertClose("uniform", Kl.of(wide, Uniform.of(0, 1).on(run)), 0, Double.POSITIVE_INFINITY);
      assertClose(
          "bernoulli",
          Kl.of(Bernoulli.probs(0.5).on(run), Bernoulli.probs(0).on(run)),
          0,
          Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void certainValuesCostNoDigits() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray probs = Autograd.variable(run.create(new double[] {0, 1, 0.25}, new Shape(3)));
      NDArray kl = Kl.of(Bernoulli.probs(probs), Bernoulli.probs(0.5).on(run));

      double quarter = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
      assertClose("bernoulli", kl, TOLERANCE, Math.log(2), Math.log(2), quarter);
      NDArray certain =
          Kl.of(
              Categorical.probs(run.create(new double[] {1, 0}, new Shape(2))),
              Categorical.probs(run.create(new double[] {1, 1}, new Shape(2))));
      assertClose("categorical", certain, TOLERANCE, Math.log(2));
    }
  }

  @Test
  void wrappersAreSeenThrough() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray loc = run.create(new double[] {0, 1, 2}, new Shape(3));
      Distribution p = Normal.of(loc, 1);
      Distribution q = Normal.of(0, 2).on(run);
      double[] each = Tensors.values(Kl.of(p, q));
      double sum = each[0] + each[1] + each[2];

      assertClose("batch", each, TOLERANCE, kl(0), kl(1), kl(2));
      assertClose(
          "expand",
          Kl.of(p.expand(new Shape(2, 3)), q),
          TOLERANCE,
          each[0],
          each[1],
          each[2],
          each[0],
          each[1],
          each[2]);
      assertClose("event", Kl.of(p.toEvent(1), q.expand(new Shape(3)).toEvent(1)), 1e-10, sum);
      Distribution same = Normal.of(run.zeros(new Shape()), 1).expand(new Shape(3)).toEvent(1);
      assertClose(
          "event of equal entries",
          Kl.of(same, q.expand(new Shape(3)).toEvent(1)),
          TOLERANCE,
          3 * kl(0));
      NDArray mask = run.create(new boolean[] {true, false, true}, new Shape(3));
      assertClose("mask", Kl.of(p.mask(mask), q.mask(mask)), TOLERANCE, each[0], 0, each[2]);
      assertThat(Kl.exists(p.mask(mask), q)).isFalse();
      assertClose("silent", Kl.of(p.mask(false), q.mask(false)), 0, 0, 0, 0);
      var onto = Bijections.affine(1, 3).then(Bijections.exp());
      assertClose(
          "transformed",
          Kl.of(
              TransformedDistribution.of(p, onto).on(run),
              TransformedDistribution.of(q, onto).on(run)),
          TOLERANCE,
          each);
      assertThat(
              Kl.exists(
                  TransformedDistribution.of(p, onto),
                  TransformedDistribution.of(q, Bijections.exp())))
          .isFalse();
      assertClose(
          "point", Kl.of(Delta.of(loc), q), TOLERANCE, Tensors.values(q.logProb(loc).neg()));
    }
  }

  /** KL(N(loc, 1) ‖ N(0, 2)). */
  private static double kl(double loc) {
    return Math.log(2) + (1 + loc * loc) / 8 - 0.5;
  }

  @Test
  void hasItsGradient() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray scale = Autograd.variable(run.scalar(0.7));
      NDArray kl = Kl.of(Normal.of(0.5, scale), Normal.of(0, 2).on(run));

      NDArray gradient = Autograd.grad(kl, List.of(scale)).get(0);
      assertClose("d/dscale", gradient, TOLERANCE, 0.7 / 4 - 1 / 0.7);
    }
  }

  @Test
  void estimatesByDraws() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution p = Normal.of(run.create(new double[] {0, 1}, new Shape(2)), 1);
      Distribution q = Normal.of(0, 2).on(run);

      NDArray estimate = Kl.estimate(p, q, rng(), 40_000);

      assertClose("estimate", estimate, 0.02, kl(0), kl(1));
      NDArray uniform = Kl.estimate(Uniform.of(0, 1).on(run), q, rng(), 40_000);
      assertClose("without a formula", uniform, 0.01, Tensors.values(Kl.of(Uniform.of(0, 1), q)));
    }
  }

  @Test
  void saysWhatIsMissing() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution p = Normal.of(0, 1).on(run);

      assertThatThrownBy(() -> Kl.of(p, Cauchy.of(0, 1)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "no closed form is known for the Kullback-Leibler divergence of 'Normal' from"
                  + " 'Cauchy'; use Kl.estimate(p, q, rng, draws)");
      assertThatThrownBy(() -> Kl.of(p, Normal.standard(3).toEvent(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "distribution 'Normal' has event shape (), but 'Normal' has (3); a divergence needs"
                  + " equal ones, see toEvent");
      assertThatThrownBy(() -> Kl.estimate(p, p, rng(), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Kl.estimate is asked for 0 draws; ask for at least 1");
    }
  }
}
