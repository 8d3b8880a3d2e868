package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** Who names a method gets it in the variables that suit it, and the model's values. */
@ExtendWith(LeakCheck.class)
class ChosenVariablesTest {

  private static final PosteriorCase SCHOOLS =
      PosteriorCases.all()
          .filter(each -> each.getName().equals("eight_schools_noncentered"))
          .map(Named::getPayload)
          .findFirst()
          .orElseThrow();

  /** As textbooks write it, which has no mode. */
  private static final Program<PosteriorCase.Data> CENTRED =
      (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate schools = p.plate("schools", 8)) {
          NDArray theta = p.sample("theta", Normal.of(mu, tau));
          p.deterministic("twice", theta.mul(2));
          p.observe("y", Normal.of(theta, data.get("sigma")), data.get("y"));
        }
      };

  /** Between what weighted draws are off in these variables and as the model is written. */
  private static final double FAR = 0.5;

  /** How far the farthest mean is, in standard deviations of the reference. */
  private static double farthest(Samples draws) {
    assertThat(draws.names()).containsExactly("mu", "tau", "theta", "twice");
    Summary summary = draws.summary();
    double farthest = 0;
    int judged = 0;
    for (Map.Entry<String, PosteriorCase.Moments> each : SCHOOLS.reference().entrySet()) {
      if (!each.getKey().startsWith("z")) {
        double mean = summary.get(each.getKey()).mean();
        double apart = Math.abs(mean - each.getValue().mean()) / each.getValue().sd();
        farthest = Math.max(farthest, apart);
        judged++;
      }
    }
    assertThat(judged).isGreaterThanOrEqualTo(10);
    return farthest;
  }

  @Test
  void pathfinderIsRightWhereItWasLost() {
    try (NDManager manager = NDManager.newBaseManager()) {
      PosteriorCase.Data data = SCHOOLS.data(manager);
      try (PathfinderPosterior<PosteriorCase.Data> found = Pathfinder.of(CENTRED).run(data);
          Samples draws = found.posterior(data, 2000);
          ImportanceSamples weighted = found.importance(data, 4000)) {
        assertThat(farthest(draws)).isLessThan(FAR);
        assertThat(farthest(weighted.samples())).isLessThan(FAR);
        assertThat(found.toString())
            .contains("in variables: non-centred theta, evidence bound -3")
            .contains("; others: as written -");
        assertThat(found.warnings())
            .singleElement()
            .asString()
            .matches(
                "the 4,000 weighted draws are worth [123]\\d\\d, below 400: too few for means and"
                    + " intervals; draw more, or sample it by Nuts\\.of\\(model\\)");
        assertThat(found.evaluations()).isPositive();
        assertThat(found.starts(3)).hasDimensions(3, 10);
        try (McmcRun<PosteriorCase.Data> run =
            Nuts.of(CENTRED)
                .progress(Progress.silent())
                .warmup(10)
                .draws(2)
                .startAt(found.starts(4))
                .run(data)) {
          assertThat(run.samples().draws()).isEqualTo(8);
        }
      }
    }
  }

  /** In the model's own numbers: what a start is by its draw. */
  @Test
  void startsAreOfTheModelAsItIsWritten() {
    try (NDManager manager = NDManager.newBaseManager()) {
      PosteriorCase.Data data = SCHOOLS.data(manager);
      try (PathfinderPosterior<PosteriorCase.Data> found = Pathfinder.of(CENTRED).run(data);
          Exploration<PosteriorCase.Data> explored = Pathfinder.of(CENTRED).explore(data)) {
        double[] start = found.starts(1)[0];
        double[] at = found.chosen(4000, 1)[0];
        try (Samples written = explored.tried().get(0).density().samples(start);
            Samples moved = found.target().samples(at)) {
          for (String site : moved.names()) {
            double[] values = moved.values(site);
            assertThat(written.values(site)).as(site).containsExactly(values, within(1e-9));
          }
        }
      }
    }
  }

  @Test
  void laplaceFindsAMode() {
    try (NDManager manager = NDManager.newBaseManager()) {
      PosteriorCase.Data data = SCHOOLS.data(manager);
      try (LaplacePosterior<PosteriorCase.Data> found = LaplaceApproximation.of(CENTRED).run(data);
          Samples draws = found.posterior(data, 100)) {
        assertThat(draws.names()).containsExactly("mu", "tau", "theta", "twice");
        assertThat(found.toString()).contains("in variables: non-centred theta, evidence bound -3");
      }
      assertThatThrownBy(() -> LaplaceApproximation.of(CENTRED).asWritten().run(data))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("laplace found no mode");
    }
  }

  @Test
  void theModelAsItIsWrittenIsAskedFor() {
    try (NDManager manager = NDManager.newBaseManager()) {
      PosteriorCase.Data data = SCHOOLS.data(manager);
      Pathfinder<PosteriorCase.Data> pathfinder = Pathfinder.of(CENTRED);
      try (PathfinderPosterior<PosteriorCase.Data> written = pathfinder.asWritten().run(data);
          Samples lost = written.posterior(data, 2000);
          PathfinderPosterior<PosteriorCase.Data> begun =
              pathfinder.initializer(Initializer.dispersed()).run(data)) {
        assertThat(farthest(lost)).isGreaterThan(FAR);
        assertThat(written.toString()).doesNotContain("in variables");
        assertThat(begun.toString()).isEqualTo(written.toString());
      }
      // without a site of location and scale nothing else is tried
      Pathfinder<PosteriorCase.Data> other = Pathfinder.of(SCHOOLS.program());
      try (PathfinderPosterior<PosteriorCase.Data> same = other.run(data);
          PathfinderPosterior<PosteriorCase.Data> written = other.asWritten().run(data)) {
        assertThat(same.toString()).isEqualTo(written.toString());
        assertThat(same.normal().location()).containsExactly(written.normal().location());
      }
    }
  }
}
