package org.ppl4j.infer.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.StartCases.StartCase;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** Every program has a start where density and gradient are finite, whatever the seed. */
@ExtendWith(LeakCheck.class)
class StartTest {

  private static final int SEEDS = 1;
  private static final int FLOAT_TYPES = 2;

  static Stream<Named<StartCase<?>>> programs() {
    return StartCases.all();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aStartIsFinite(StartCase<?> program) {
    assertThat(StartLaw.finite(program, SEEDS)).isEqualTo(FLOAT_TYPES * SEEDS);
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.7")
  void aHundredSeedsStartEveryProgram() {
    AcceptancePoint point = new AcceptancePoint("trust.7");
    int programs = 0;
    int starts = 0;
    for (Named<StartCase<?>> each : programs().toList()) {
      starts += StartLaw.finite(each.getPayload(), 100);
      programs++;
    }

    point.atLeast("programs", programs, 60);
    point.atMost(
        "starts of 100 seeds and both float types that are not finite",
        100 * FLOAT_TYPES * programs - starts,
        0);
    point.atMost("planted: finite starts of a guide at 1e30, of 200", planted(100), 0);
  }

  @Test
  void startsThatAreNotFiniteAreSeen() {
    assertThat(planted(SEEDS)).isZero();
  }

  /** A guide that starts where the density of the model overflows. */
  private static int planted(int seeds) {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.factor("steep", x.square().square().square().square().neg());
        };
    Program<Void> guide =
        (p, none) -> {
          NDArray loc = p.param("auto.loc", () -> p.scalar(1e30));
          NDArray scale =
              p.param("auto.scale", () -> p.scalar(StartLaw.SCALE), Constraint.POSITIVE);
          p.sample("x", Normal.of(loc, scale));
        };
    return StartLaw.finite(new StartCase<>(model, manager -> null), guide, seeds);
  }

  @Test
  void aGradientThatIsNotFiniteIsNoStart() {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          NDArray never = x.square().neg().sub(1).sqrt();
          p.factor("branch", Tensors.where(x.gt(-100), x.mul(0), never));
        };
    StartCase<Void> program = new StartCase<>(model, manager -> null);

    assertThat(StartLaw.finite(program, SEEDS)).isZero();
    assertThatThrownBy(() -> step(model))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith(
            "the log density has gradient NaN in sample site 'x'\n"
                + "no starting point has a finite log density and gradient: tried uniform from"
                + " -2.0 to 2.0 in unconstrained space, then nearer 0, 100 times, the last at x = ")
        .endsWith("; start elsewhere (initializer(...)), or look at this site's distribution");
  }

  /** Counts given an income, whose rate overflows but near 0: the posterior of it is of gammas. */
  @Test
  void largeColumnsStartNearZero() {
    double income = 50_000;
    double[] counts = {3, 1, 4, 1, 5, 9, 2, 6};
    Program<Void> model =
        (p, none) -> {
          NDArray slope = p.sample("slope", Normal.of(0, 1));
          try (Plate plate = p.plate("rows", counts.length)) {
            p.observe("counts", Poisson.of(slope.mul(income).exp()), p.constant(counts));
          }
        };
    double sum = Arrays.stream(counts).sum();
    double mean = (Gamma.digamma(sum) - Math.log(counts.length)) / income;
    double sd = Math.sqrt(Gamma.trigamma(sum)) / income;
    for (FloatType type : FloatType.values()) {
      Nuts<Void> nuts =
          Nuts.of(model)
              .config(RunConfig.defaults().withFloatType(type))
              .progress(Progress.silent());
      for (Nuts<Void> each : List.of(nuts, nuts.asWritten())) {
        try (McmcRun<Void> run = each.run(null)) {
          Summary.Row row = run.summary().rows().get("slope");
          assertThat(run.summary().warnings()).as("%s", type).isEmpty();
          assertThat(row.mean()).isEqualTo(mean, within(0.1 * sd));
          assertThat(row.sd()).isEqualTo(sd, within(0.1 * sd));
        }
      }
    }
  }

  private static void step(Program<Void> model) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      double loss = StartLaw.step(model, AutoNormal.of(model), params, null);
      assertThat(loss).isNaN();
    }
  }
}
