package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Whether to trust a fit stands on its page in words, with why and what to do: of a good fit, and
 * of five that are known to be bad.
 */
@Tag("acceptance")
@Tag("seen.1")
class ReportVerdictAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("seen.1");

  private static Program<double[]> normal(double prior) {
    return (p, y) -> {
      NDArray mu = p.sample("mu", Normal.of(0, prior));
      NDArray sigma = p.sample("sigma", HalfNormal.of(5));
      try (Plate rows = p.plate("rows", y.length)) {
        p.observe("y", Normal.of(mu, sigma), rows.take(y));
      }
    };
  }

  private static double[] data(int count, double mean) {
    SplittableRandom random = new SplittableRandom(1);
    return random.doubles(count).map(u -> mean).map(m -> m + random.nextGaussian()).toArray();
  }

  private static <D extends @Nullable Object> Report<D> report(
      Program<D> model, D data, Nuts<D> nuts) {
    try (McmcRun<D> run = nuts.progress(Progress.silent()).run(data)) {
      return Report.of(run).model(model, data);
    }
  }

  /** The page says so: its verdict, and words that say why and what to do. */
  private static void says(String fit, Report<?> report, String verdict, String... words) {
    List<String> bad =
        report.findings().stream()
            .filter(each -> each.level() == Finding.Level.BAD)
            .map(Finding::words)
            .toList();
    assertThat(report.verdict()).as("%s: %s", fit, bad).startsWith(verdict);
    assertThat(String.join("\n", bad)).as(fit).contains(words);
    assertThat(report.html().contains(Page.escaped(report.verdict()))).isTrue();
    POINT.none(fit + ": words that are missing on its page");
  }

  @Test
  void aGoodFitIsSaidToBeOne() {
    Program<double[]> model = normal(10);
    double[] y = data(50, 1);

    Report<double[]> report = report(model, y, Nuts.of(model));

    assertThat(report.findings().stream().map(Finding::level)).doesNotContain(Finding.Level.BAD);
    assertThat(report.verdict()).isEqualTo("Nothing that was looked at speaks against this fit.");
    assertThat(report.findings().stream().map(Finding::topic).distinct())
        .containsExactly(Finding.Topic.values());
    POINT.none("good fit: words against it on its page");
  }

  @Test
  void aFunnelDiverges() {
    Program<@Nullable Void> funnel =
        (p, none) -> {
          NDArray v = p.sample("v", Normal.of(0, 3));
          try (Plate rows = p.plate("rows", 9)) {
            p.sample("x", Normal.of(p.scalar(0), v.div(2).exp()));
          }
        };

    Report<@Nullable Void> report = report(funnel, null, Nuts.of(funnel).asWritten());

    says("divergent funnel", report, "Do not trust these numbers", "diverged", "Reparam.automatic");
  }

  @Test
  void chainsStayInTwoModes() {
    Program<@Nullable Void> modes =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 20));
          p.factor("modes", x.abs().sub(10).square().mul(-2));
        };

    Report<@Nullable Void> report =
        report(modes, null, Nuts.of(modes).startAt(new double[][] {{-10}, {-10}, {10}, {10}}));

    says(
        "two modes",
        report,
        "Do not trust these numbers",
        "the chains disagree",
        "run them longer");
  }

  @Test
  void dataThatTheModelCannotMakeAreSeen() {
    Program<double[]> model = normal(10);
    double[] y = data(100, 0);
    for (int i = 0; i < 5; i++) {
      y[i] = 20 + i; // strays
    }

    Report<double[]> report = report(model, y, Nuts.of(model));

    says(
        "misspecified",
        report,
        "Computed right, but the model does not fit its data",
        "hardly makes data",
        "heavier tails");
  }

  @Test
  void chainsThatAreTooShortAreSeen() {
    Program<double[]> model = normal(10);
    double[] y = data(50, 1);

    Report<double[]> report = report(model, y, Nuts.of(model).asWritten().warmup(20).draws(25));

    says("too short", report, "Do not trust these numbers", "draw more");
  }

  @Test
  void aPriorAgainstTheDataIsSeen() {
    Program<double[]> model =
        (p, y) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 0.5));
          try (Plate rows = p.plate("rows", y.length)) {
            p.observe("y", Normal.of(mu, 1), rows.take(y));
          }
        };
    double[] y = data(10, 0);
    double mean = Arrays.stream(y).average().orElseThrow();
    Arrays.setAll(y, i -> y[i] - mean + 2.7);

    Report<double[]> report = report(model, y, Nuts.of(model));

    says(
        "prior against data",
        report,
        "Computed right, but prior and data disagree",
        "pull one number apart, most of all 'mu'",
        "whether the prior is what you know");
    assertThat(ImmutableList.copyOf(report.sections()).stream().map(Report.Section::title))
        .contains("Model file: what the prior does");
  }
}
