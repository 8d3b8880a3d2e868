package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;

/** Posteriors that are none, beside proper ones that nearly look like it. */
class FlatDirectionTest {

  private static final Program<Void> FLAT =
      (p, none) -> {
        p.sample("a", ImproperUniform.of(Constraint.REAL));
        p.sample("b", Normal.of(0, 1));
      };

  private static final Program<Void> RIDGE =
      (p, none) -> {
        NDArray a = p.sample("a", ImproperUniform.of(Constraint.REAL));
        NDArray b = p.sample("b", ImproperUniform.of(Constraint.REAL));
        p.observe("y", Normal.of(a.add(b), 1), 3.0);
      };

  private static List<String> warnings(Program<Void> model) {
    try (PathfinderPosterior<Void> found =
            Pathfinder.of(model).progress(Progress.silent()).run(null);
        Samples draws = found.posterior(null, 100)) {
      assertThat(draws.warnings()).containsAll(ofFlat(found.warnings()));
      return ofFlat(found.warnings());
    }
  }

  private static List<String> ofFlat(List<String> warnings) {
    return warnings.stream().filter(each -> each.contains("does not fall")).toList();
  }

  @Test
  void noPosteriorIsSaid() {
    assertThat(warnings(FLAT))
        .singleElement()
        .asString()
        .matches(
            "the log density does not fall along 'a' \\(\\S+\\), the unconstrained value there,"
                + " however far out: there is no posterior, and the deviation of these draws is"
                + " made up; give each site a proper prior");
    assertThat(warnings(RIDGE))
        .singleElement()
        .asString()
        .contains("'a' (", "'b' (", "the unconstrained values there");
  }

  @Test
  void properOnesAreNotTakenForNone() {
    Program<Void> tails =
        (p, none) -> {
          p.sample("c", Cauchy.of(0, 1e6));
          p.sample("h", HalfCauchy.of(1e-6));
          p.sample("g", Gamma.of(0.05, 1));
        };
    Program<Void> wide =
        (p, none) -> {
          NDArray a = p.sample("a", Normal.of(0, 1e8));
          NDArray b = p.sample("b", Normal.of(0, 1e8));
          p.observe("y", Normal.of(a.add(b), 1e-3), 3.0);
        };
    Program<Void> funnel =
        (p, none) -> {
          NDArray scale = p.sample("scale", Normal.of(0, 3));
          p.sample("x", Normal.of(0, scale.div(2).exp()).expand(9).toEvent(1));
        };
    for (Program<Void> proper : List.of(tails, wide, funnel)) {
      assertThat(warnings(proper)).isEmpty();
    }
  }

  /** The log density is the same everywhere, and so is its gradient. */
  @Test
  void densityWithoutVariablesIsFlat() {
    Program<Void> nothing = (p, none) -> p.sample("a", ImproperUniform.of(Constraint.REAL));

    assertThatThrownBy(() -> Nuts.of(nothing).progress(Progress.silent()).run(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("so the log density is flat; give all latent sites proper priors");
  }

  /** A slope without bound: its probabilities come to 1, and the record holds all the way. */
  @Test
  void separatedRowsStayRecorded() {
    double[] x = {-3, -2, -1, 1, 2, 3};
    double[] y = {0, 0, 0, 1, 1, 1};
    Program<Void> model =
        (p, none) -> {
          NDArray a = p.sample("a", ImproperUniform.of(Constraint.REAL));
          NDArray b = p.sample("b", ImproperUniform.of(Constraint.REAL));
          try (Plate rows = p.plate("rows", x.length)) {
            p.observe("y", Bernoulli.logits(a.add(b.mul(rows.take(x)))), rows.take(y));
          }
        };
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    try (PathfinderPosterior<Void> found =
        Pathfinder.of(model).config(config).progress(Progress.silent()).run(null)) {
      assertThat(found.warnings()).isNotEmpty();
    }
    try (var run =
        Nuts.of(model).config(config).maxDepth(6).progress(Progress.silent()).run(null)) {
      assertThat(run.report().figures().whyNotRecorded()).isEmpty();
      assertThat(run.report().largestRhat()).isGreaterThan(1.1);
    }
  }
}
