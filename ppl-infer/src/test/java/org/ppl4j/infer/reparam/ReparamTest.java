package org.ppl4j.infer.reparam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.distributions.AsymmetricLaplace;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Gumbel;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Laplace;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Logistic;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.SkewLaplace;
import org.ppl4j.distributions.SkewLogistic;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Mask;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.handlers.Scale;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.LogJointLaw;
import org.ppl4j.testing.WithStore;
import org.ppl4j.transforms.Bijections;

/** The same model in other variables: its log joint, and what becomes of its sites. */
@ExtendWith(LeakCheck.class)
class ReparamTest extends WithStore {

  private static final double EXACT = 1e-12;

  private Trace record(Run run, Program<@Nullable Void> program) {
    return Execution.record(run, params, Rng.Purpose.MODEL, program, null);
  }

  private static double number(NDArray x) {
    return Tensors.values(x)[0];
  }

  /** x of a family whose parameters are latent, five rows of it; y sees it. */
  private static Program<@Nullable Void> rows(BiFunction<NDArray, NDArray, Distribution> family) {
    return (p, none) -> {
      NDArray mu = p.sample("mu", Normal.of(0, 5));
      NDArray tau = p.sample("tau", HalfCauchy.of(5));
      try (Plate rows = p.plate("rows", 5)) {
        NDArray x = p.sample("x", family.apply(mu, tau));
        p.observe("y", Normal.of(x, 2), rows.take(p.run().create(Y, new Shape(5))));
      }
    };
  }

  private static final double[] Y = {3, -1, 0.5, 2, 7};

  private static final Program<@Nullable Void> NORMAL = rows(Normal::of);

  static Stream<Named<Program<@Nullable Void>>> families() {
    return Stream.of(
        Named.of("Normal", NORMAL),
        Named.of("StudentT", rows((loc, scale) -> StudentT.of(scale, loc, scale))),
        Named.of("Cauchy", rows(Cauchy::of)),
        Named.of("Laplace", rows(Laplace::of)),
        Named.of("Logistic", rows(Logistic::of)),
        Named.of("Gumbel", rows(Gumbel::of)),
        Named.of("AsymmetricLaplace", rows((l, s) -> AsymmetricLaplace.of(l, s, s.add(1)))),
        Named.of("SkewLaplace", rows((l, s) -> SkewLaplace.of(l, s, Tensors.number(0.3)))),
        Named.of("SkewLogistic", rows((l, s) -> SkewLogistic.of(l, s, s))),
        Named.of("scale only", rows((loc, scale) -> Normal.of(1, scale))),
        Named.of("location only", rows((loc, scale) -> Normal.of(loc, 2))));
  }

  /** log p(z) = log p(x) + log |dx/dz| with dx/dz = scale^(1 − c), row by row. */
  @ParameterizedTest
  @MethodSource("families")
  void locScaleIsTheSameModel(Program<@Nullable Void> program) {
    for (LocScale way : List.of(LocScale.nonCentred(), LocScale.of(0.3), LocScale.of(1))) {
      try (Run run = Run.open(RunConfig.defaults(), 2)) {
        Trace other = record(run, program.with(Reparam.of("x", way)));
        Distribution base = other.site("x.decentred").distribution();

        Trace same =
            record(
                run,
                program.with(
                    new Substitute("mu", other.value("mu")),
                    new Substitute("tau", other.value("tau")),
                    new Substitute("x", other.value("x"))));

        double stretch = number(scale(same.site("x").distribution()).div(scale(base)).log()) * 5;
        assertThat(base.batchShape()).isEqualTo(new Shape(5));
        double expected = number(same.logJoint()) + stretch;
        assertThat(number(other.logJoint()))
            .isCloseTo(expected, within(Math.max(1e-10, 4 * Math.ulp(expected))));
        assertThat(other.site("x").kind()).isEqualTo(SampleSite.Kind.DETERMINISTIC);
      }
    }
  }

  private static NDArray scale(Distribution distribution) {
    return distribution.arguments().stream()
        .filter(argument -> argument.name().equals("scale"))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void eventsStayEvents() {
    Program<@Nullable Void> program =
        (p, none) -> {
          NDArray tau = p.sample("tau", HalfCauchy.of(5));
          NDArray loc = p.run().create(new double[] {1, 2, 3}, new Shape(3));
          p.sample("w", Normal.of(loc, tau.expandDims(-1)).toEvent(1));
          NDArray zeros = p.run().zeros(new Shape(4));
          p.sample("v", Normal.of(zeros, tau.expandDims(-1)).toEvent(1));
        };
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Trace trace = record(run, program.with(Reparam.automatic()));

      Distribution w = trace.site("w.decentred").distribution();
      assertThat(w.eventShape()).isEqualTo(new Shape(3));
      assertThat(trace.site("v.decentred").distribution().eventShape()).isEqualTo(new Shape(4));
      double[] z = Tensors.values(trace.value("w.decentred"));
      double tau = number(trace.value("tau"));
      assertThat(Tensors.values(trace.value("w")))
          .containsExactly(
              new double[] {1 + tau * z[0], 2 + tau * z[1], 3 + tau * z[2]}, within(EXACT));
      assertThat(trace.has("tau.decentred")).isFalse();
    }
    LogJointLaw.check(program.with(Reparam.automatic()), null);
    LogJointLaw.check(NORMAL.with(Reparam.of("x", LocScale.learned())), null);
  }

  @Test
  void centrednessIsLearned() {
    Program<@Nullable Void> program = NORMAL.with(Reparam.of("x", LocScale.learned()));
    try (Run run = Run.open(RunConfig.defaults(), 1)) {
      Trace trace = record(run, program);
      assertThat(params.value("x.centredness")).containsExactly(0.5);

      Trace held = record(run, program.with(new Substitute(values(trace))));
      double slope =
          number(Autograd.grad(held.logJoint(), List.of(params.leaf(run, "x.centredness"))).get(0));
      double h = 1e-6;
      double difference =
          (number(record(run, moved(program, trace, 0.5 + h)).logJoint())
                  - number(record(run, moved(program, trace, 0.5 - h)).logJoint()))
              / (2 * h);
      // The leaf is the logit of the centredness: at one half its slope is a quarter.
      assertThat(slope).isCloseTo(difference / 4, within(1e-5 * (1 + Math.abs(difference))));
    }
  }

  private static Map<String, NDArray> values(Trace trace) {
    return Map.of(
        "mu", trace.value("mu"),
        "tau", trace.value("tau"),
        "x.decentred", Tensors.detached(trace.value("x.decentred")));
  }

  private static Program<@Nullable Void> moved(
      Program<@Nullable Void> program, Trace trace, double centredness) {
    return program.with(
        new Substitute(values(trace)), new Substitute("x.centredness", centredness));
  }

  /** The posterior of a funnel: AutoNormal finds it in other variables. */
  @Test
  void aGuideSeesTheOtherVariables() {
    Program<@Nullable Void> funnel =
        (p, none) -> {
          NDArray s = p.sample("s", Normal.of(0, 1.5));
          p.sample("x", Normal.of(0, s.exp()));
        };
    Program<@Nullable Void> other = funnel.with(Reparam.automatic());
    Svi<@Nullable Void> svi =
        Svi.builder(other, AutoNormal.of(other))
            .params(params)
            .particles(20)
            .progress(Progress.silent())
            .build();
    svi.run(null, 1500);
    try (Samples draws = svi.posterior(null, 5000)) {
      assertThat(draws.names()).contains("s", "x", "x.decentred");
      assertThat(draws.summary().get("s").sd()).isCloseTo(1.5, within(0.1));
      double[] x = draws.values("x");
      double[] s = draws.values("s");
      double[] z = draws.values("x.decentred");
      for (int i = 0; i < 10; i++) {
        assertThat(x[i]).isCloseTo(Math.exp(s[i]) * z[i], within(1e-9 * (1 + Math.abs(x[i]))));
      }
    }
  }

  @Test
  void transformReparamIsTheSameModel() {
    Program<@Nullable Void> program =
        (p, none) -> {
          NDArray a = p.sample("a", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", 3)) {
            p.sample(
                "x",
                TransformedDistribution.of(
                    StudentT.of(3, 0, 1), Bijections.affine(a, a.exp()).then(Bijections.exp())));
          }
        };
    try (Run run = Run.open(RunConfig.defaults(), 3)) {
      Trace other = record(run, program.with(Reparam.of("x", TransformReparam.of())));
      Trace same =
          record(
              run,
              program.with(
                  new Substitute("a", other.value("a")), new Substitute("x", other.value("x"))));

      NDArray stretch = other.value("x").log().add(other.value("a"));
      assertThat(number(other.logJoint()))
          .isCloseTo(number(same.logJoint()) + number(Tensors.total(stretch)), within(1e-10));
      assertThat(other.site("x.base").distribution().name()).isEqualTo("StudentT");
    }
    LogJointLaw.check(program.with(Reparam.of("x", TransformReparam.of())), null);
  }

  @Test
  void explicitIsTheSameModel() {
    Program<@Nullable Void> program =
        (p, none) -> {
          try (Plate rows = p.plate("rows", 3)) {
            p.sample("x", LogNormal.of(1, 2));
          }
        };
    Reparam way = Reparam.of("x", Explicit.of(Bijections.exp()));
    try (Run run = Run.open(RunConfig.defaults(), 3)) {
      Trace other = record(run, program.with(way));
      Trace normal =
          record(
              run,
              (p, none) -> {
                try (Plate rows = p.plate("rows", 3)) {
                  p.sample("y", Normal.of(1, 2));
                }
              });
      Trace same = record(run, program.with(new Substitute("x", other.value("x"))));
      assertThat(normal.sites()).hasSize(1);

      double[] y = Tensors.values(other.value("x.inner"));
      double exact = 0;
      for (double value : y) {
        exact -= 0.5 * Math.pow((value - 1) / 2, 2) + Math.log(2) + 0.5 * Math.log(2 * Math.PI);
      }
      assertThat(number(other.logJoint())).isCloseTo(exact, within(1e-10));
      assertThat(number(same.logJoint()) + y[0] + y[1] + y[2]).isCloseTo(exact, within(1e-10));
    }
    LogJointLaw.check(program.with(way), null);
  }

  @Test
  void whatItDrawsCountsAsTheSite() {
    Program<@Nullable Void> some =
        (p, none) -> {
          NDArray tau = p.sample("tau", HalfCauchy.of(5));
          try (Plate rows = p.plate("rows", 6, 2)) {
            p.sample("x", Normal.of(0, tau));
          }
        };
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Trace trace = record(run, some.with(new Scale(0.5), Reparam.automatic()));
      SampleSite z = trace.site("x.decentred");
      assertThat(z.scale()).isEqualTo(1.5);
      assertThat(z.plates()).singleElement().satisfies(p -> assertThat(p.name()).isEqualTo("rows"));
      assertThat(z.value().getShape()).isEqualTo(new Shape(2));
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray mask = run.create(new boolean[] {true, false}, new Shape(2));
      Program<@Nullable Void> masked =
          (p, none) -> {
            NDArray tau = p.sample("tau", HalfCauchy.of(5));
            try (Plate rows = p.plate("rows", 2)) {
              Program<@Nullable Void> x = (q, nothing) -> q.sample("x", Normal.of(0, tau));
              x.with(new Mask(mask)).run(p, null);
            }
          };
      Trace trace = record(run, masked.with(Reparam.of("x", LocScale.of(0.5))));
      assertThat(trace.site("x.decentred").mask()).isNotNull();
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Trace trace = record(run, some.with(new Mask(false), new Prefix("in"), Reparam.automatic()));
      assertThat(trace.site("in.x.decentred").isMaskedOut()).isTrue();
    }
  }

  @Test
  void whatIsGivenStays() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray five = run.create(Y, new Shape(5));
      for (Program<@Nullable Void> given :
          List.of(NORMAL.with(new Condition("x", five)), NORMAL.with(new Substitute("x", five)))) {
        Trace trace = record(run, given.with(Reparam.of("x", LocScale.nonCentred())));
        assertThat(trace.has("x.decentred")).isFalse();
      }
    }
  }

  @Test
  void wrongUsesAreExplained() {
    assertThatThrownBy(() -> LocScale.of(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "locScale has centredness 1.5, but it must be from 0 (non-centred) to 1 (as it"
                + " stands)");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> record(run, NORMAL.with(Reparam.of("tau", LocScale.nonCentred()))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sample site 'tau' is drawn from HalfCauchy, but locScale needs a family of location"
                  + " and scale, such as Normal; reparameterize another site, or this one by"
                  + " TransformReparam or Explicit");
      assertThatThrownBy(() -> record(run, NORMAL.with(Reparam.of("x", TransformReparam.of()))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sample site 'x' is drawn from Normal, but transformReparam needs a"
                  + " TransformedDistribution; make it one, with the event dims declared in its"
                  + " base");
      assertThatThrownBy(() -> record(run, NORMAL.with(Reparam.of("theta", LocScale.learned()))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "reparam names sample site 'theta', but the program has none; write one of"
                  + " [tau, mu, x, y]");
    }
  }

  /** A step alone has no dim that would tell it from all of them. */
  @Test
  void aScanMayHaveOneStep() {
    Program<@Nullable Void> model =
        (p, none) -> {
          NDArray scale = p.sample("scale", LogNormal.of(0, 1));
          p.scan("t", 1, p.scalar(0.5), (q, t, before) -> q.sample("x", Normal.of(before, scale)));
        };
    Program<@Nullable Void> moved = model.with(Reparam.automatic());
    try (LogDensity<@Nullable Void> density =
            LogDensity.of(moved, null, RunConfig.defaults().withFloatType(FloatType.FLOAT64));
        Samples samples = density.samples(new double[] {0.3, -0.7})) {
      assertThat(samples.values("x")[0]).isCloseTo(0.5 - 0.7 * Math.exp(0.3), within(EXACT));
    }
  }
}
