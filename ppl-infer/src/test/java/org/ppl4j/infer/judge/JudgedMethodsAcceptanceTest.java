package org.ppl4j.infer.judge;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.Laplace;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Moments;
import org.ppl4j.testing.PosteriorCases;

/**
 * Named methods on raw data: numbers that are off by much are flagged, those that are right are
 * not, and it seldom cannot be told.
 */
@Tag("acceptance")
class JudgedMethodsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("judge.2");
  private static final int STEPS = 20_000;
  private static final int DRAWS = 4000;
  private static final double LARGE = 0.25;
  private static final double SMALL = 0.05;

  private int off;
  private int flagged;
  private int right;
  private int falselyFlagged;
  private int unknown;
  private int all;

  @Test
  @Tag("judge.2")
  void whatIsOffIsFlagged() {
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorCase posterior = each.getPayload();
      Program<PosteriorCase.Data> model = posterior.program();
      for (boolean isFull : new boolean[] {false, true}) {
        try (NDManager manager = NDManager.newBaseManager()) {
          PosteriorCase.Data data = posterior.data(manager);
          try (Svi<PosteriorCase.Data> svi =
              Svi.builder(model, isFull ? AutoMultivariateNormal.of(model) : AutoNormal.of(model))
                  .progress(Progress.silent())
                  .build()) {
            Judgement judgement = svi.run(data, STEPS).judgement();
            count(
                each.getName() + (isFull ? ", full rank" : ", mean field"),
                posterior,
                judgement,
                svi,
                data);
          }
        }
      }
      try (NDManager manager = NDManager.newBaseManager()) {
        PosteriorCase.Data data = posterior.data(manager);
        try (PathfinderPosterior<PosteriorCase.Data> found = Pathfinder.of(model).run(data)) {
          count(
              each.getName() + ", pathfinder", posterior, judged(model, found, data), found, data);
        }
        try (LaplacePosterior<PosteriorCase.Data> found = Laplace.of(model).run(data)) {
          count(each.getName() + ", laplace", posterior, judged(model, found, data), found, data);
        } catch (IllegalStateException noMode) {
          POINT.shown(each.getName() + ", laplace, has no mode", 0);
        }
      }
    }
    POINT.atLeast("numbers", all, 300);
    POINT.atLeast("share flagged of those off by 0.25 sd or 25%", (double) flagged / off, 0.95);
    POINT.atMost(
        "share flagged of those within 0.05 sd and 5%", (double) falselyFlagged / right, 0.02);
    POINT.atMost("share of which it cannot tell", (double) unknown / all, 0.05);
  }

  private static Judgement judged(
      Program<PosteriorCase.Data> model,
      Posterior<PosteriorCase.Data> found,
      PosteriorCase.Data data) {
    try (Samples draws = found.posterior(data, DRAWS)) {
      return Judge.of(model, found.params(), found.config()).judge(data, draws);
    }
  }

  private void count(
      String name,
      PosteriorCase posterior,
      Judgement judgement,
      Posterior<PosteriorCase.Data> found,
      PosteriorCase.Data data) {
    Summary summary = found.summary(data, DRAWS);
    int isOff = 0;
    int isFlagged = 0;
    int isRight = 0;
    int isFalse = 0;
    int isUnknown = 0;
    for (Map.Entry<String, Moments> each : posterior.reference().entrySet()) {
      Summary.Row row = summary.get(each.getKey());
      double shift = Math.abs(row.mean() - each.getValue().mean()) / each.getValue().sd();
      double ratio = Math.abs(row.sd() / each.getValue().sd() - 1);
      Judged judged = judgement.rows().get(each.getKey());
      Verdict verdict = judged == null ? Verdict.UNKNOWN : judged.verdict();
      boolean isLarge = shift >= LARGE || ratio >= LARGE;
      boolean isSmall = shift <= SMALL && ratio <= SMALL;
      isOff += isLarge ? 1 : 0;
      isFlagged += isLarge && verdict == Verdict.OFF ? 1 : 0;
      isRight += isSmall ? 1 : 0;
      isFalse += isSmall && verdict == Verdict.OFF ? 1 : 0;
      isUnknown += verdict == Verdict.UNKNOWN ? 1 : 0;
    }
    System.out.printf(
        "%s: of %d numbers %d off, %d of them flagged; %d right, %d of them flagged; %d unknown; %s"
            + " %s%n",
        name,
        posterior.reference().size(),
        isOff,
        isFlagged,
        isRight,
        isFalse,
        isUnknown,
        judgement.missing(),
        judgement.doubts());
    all += posterior.reference().size();
    off += isOff;
    flagged += isFlagged;
    right += isRight;
    falselyFlagged += isFalse;
    unknown += isUnknown;
  }
}
