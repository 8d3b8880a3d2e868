package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.judge.Judge;
import org.ppl4j.infer.judge.Judged;
import org.ppl4j.infer.judge.Judgement;
import org.ppl4j.infer.judge.Verdict;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
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

  private final RunConfig config = RunConfig.defaults().withSeed(Long.getLong("judged.seed", 0));
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
      try (NDManager manager = NDManager.newBaseManager()) {
        count(each.getName(), posterior.program(), posterior.data(manager), posterior.reference());
      }
    }
    for (MadePosteriors.Made each : MadePosteriors.all()) {
      count(each.name(), each.program(), null, each.reference());
    }
    POINT.atLeast("numbers", all, 300);
    POINT.atLeast("share flagged of those off by 0.25 sd or 25%", (double) flagged / off, 0.95);
    POINT.atMost(
        "share flagged of those within 0.05 sd and 5%", (double) falselyFlagged / right, 0.02);
    POINT.atMost("share of which it cannot tell", (double) unknown / all, 0.05);
  }

  /** By each method. */
  private <D extends @Nullable Object> void count(
      String name, Program<D> model, D data, Map<String, Moments> reference) {
    Map<String, Program<D>> guides = new LinkedHashMap<>();
    guides.put("mean field", AutoNormal.of(model));
    guides.put("full rank", AutoMultivariateNormal.of(model));
    guides.put("flow", AutoFlow.of(model, dim -> Flows.iaf(dim, 2)));
    guides.forEach(
        (guide, program) -> {
          try (Svi<D> svi =
              Svi.builder(model, program).config(config).progress(Progress.silent()).build()) {
            Judgement judgement = svi.run(data, STEPS).judgement();
            count(name + ", " + guide, reference, judgement, svi.summary(data, DRAWS));
          }
        });
    try (PathfinderPosterior<D> found = Pathfinder.of(model).config(config).run(data)) {
      Judgement judgement = Judge.of(model, found, data);
      count(name + ", pathfinder", reference, judgement, found.summary(data, DRAWS));
    }
    try (LaplacePosterior<D> found = LaplaceApproximation.of(model).config(config).run(data)) {
      Judgement judgement = Judge.of(model, found, data);
      count(name + ", laplace", reference, judgement, found.summary(data, DRAWS));
    } catch (IllegalStateException noMode) {
      POINT.shown(name + ", laplace, has no mode", 0);
    }
  }

  private void count(
      String name, Map<String, Moments> reference, Judgement judgement, Summary summary) {
    int isOff = 0;
    int isFlagged = 0;
    int isRight = 0;
    int isFalse = 0;
    int isUnknown = 0;
    for (Map.Entry<String, Moments> each : reference.entrySet()) {
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
        reference.size(),
        isOff,
        isFlagged,
        isRight,
        isFalse,
        isUnknown,
        judgement.missing(),
        judgement.doubts());
    all += reference.size();
    off += isOff;
    flagged += isFlagged;
    right += isRight;
    falselyFlagged += isFalse;
    unknown += isUnknown;
  }
}
