package org.ppl4j.infer.judge;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.SampleColumn;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Moments;
import org.ppl4j.testing.PosteriorCases;

/**
 * Raw data, nothing set: mean and standard deviation of each number are those of the reference
 * within a tenth and three standard errors, or the report says what is wrong.
 */
@Tag("acceptance")
class InferenceAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("judge.1");
  private static final Set<String> HARD = Set.of("pilots");
  private static final RunConfig CONFIG =
      RunConfig.defaults().withSeed(Long.getLong("judged.seed", 0));
  private static final double TOLERANCE = 0.1;
  private static final double ERRORS = 3;

  @Test
  @Tag("judge.1")
  void posteriorsAreThoseOfTheReference() {
    double seconds = 0;
    double longest = 0;
    int right = 0;
    int silent = 0;
    int seen = 0;
    int planted = 0;
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorCase posterior = each.getPayload();
      long began = System.nanoTime();
      try (NDManager manager = NDManager.newBaseManager();
          InferenceRun<PosteriorCase.Data> run =
              Inference.of(posterior.program())
                  .progress(Progress.silent())
                  .config(CONFIG)
                  .run(posterior.data(manager))) {
        double took = (System.nanoTime() - began) * 1e-9;
        String worst = worst(posterior, run, 1);
        boolean isRight = worst.isEmpty();
        POINT.shown(
            each.getName()
                + (isRight ? "" : ", " + worst)
                + ", warnings "
                + run.report().warnings().size()
                + ", seconds",
            took);
        seen++;
        seconds += took;
        longest = Math.max(longest, took);
        right += isRight || HARD.contains(each.getName()) && !run.report().isRight() ? 1 : 0;
        silent += !isRight && run.report().isRight() ? 1 : 0;
        planted += worst(posterior, run, 0.8).isEmpty() ? 0 : 1;
      }
    }
    POINT.between("posteriors", seen, 15, 15);
    POINT.atLeast("posteriors that are right, or hard and warned of", right, 15);
    POINT.atMost("posteriors that are wrong without a warning", silent, 0);
    POINT.atMost("seconds, the longest", longest, 60);
    POINT.atMost("seconds, the mean", seconds / seen, 20);
    POINT.atLeast("the same where draws are 0.8 times as wide", planted, 14);
    assertThat(seen).isEqualTo(15);
  }

  /** The number that is farthest off, and by how much; empty if all are near. */
  private static String worst(
      PosteriorCase posterior, InferenceRun<PosteriorCase.Data> run, double width) {
    Samples samples = run.samples();
    double most = 1;
    String worst = "";
    for (Map.Entry<String, Moments> each : posterior.reference().entrySet()) {
      Moments moments = each.getValue();
      Summary.Row row = run.summary().get(each.getKey());
      Chains chains = chains(samples, each.getKey());
      double shift = Math.abs(row.mean() - moments.mean()) / moments.sd();
      double ratio = Math.abs(width * row.sd() / moments.sd() - 1);
      double off =
          Math.max(
              shift / (TOLERANCE + ERRORS * chains.meanError() / moments.sd()),
              ratio / (TOLERANCE + ERRORS * chains.sdError() / moments.sd()));
      if (!(off <= most)) {
        most = off;
        worst = "%s is %.3f sd and %.1f%% off".formatted(each.getKey(), shift, 100 * ratio);
      }
    }
    return worst;
  }

  private static Chains chains(Samples samples, String name) {
    int at = name.indexOf('[');
    String site = at < 0 ? name : name.substring(0, at);
    return SampleColumn.of(samples, site).stream()
        .filter(column -> column.name().equals(name))
        .map(column -> Chains.of(column.chains(samples.chains())))
        .findFirst()
        .orElseThrow();
  }
}
