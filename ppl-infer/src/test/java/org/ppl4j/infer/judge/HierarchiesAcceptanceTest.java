package org.ppl4j.infer.judge;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase.Data;
import org.ppl4j.testing.PosteriorCase.Moments;

/**
 * Models of groups in centred form, by default: chains are right, and nothing is silently wrong.
 */
@Tag("acceptance")
@Tag("judge.4")
class HierarchiesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("judge.4");
  private static final int SEEDS = 3;
  private static final double MOST_RHAT = 1.01;
  private static final double MOST_DIVERGENCES = 0.01;
  private static final int STEPS = 20_000;
  private static final int DRAWS = 4000;
  private static final double FAR = 0.25;

  /** How many numbers are not within 0.1 sd and 10%, and three errors. */
  static int wrong(Summary summary, Map<String, Moments> reference) {
    int wrong = 0;
    for (Map.Entry<String, Moments> each : reference.entrySet()) {
      Summary.Row row = summary.get(each.getKey());
      Moments known = each.getValue();
      double shift = Math.abs(row.mean() - known.mean()) / known.sd();
      double ratio = Math.abs(row.sd() / known.sd() - 1);
      double sdError = row.sd() / known.sd() / Math.sqrt(Math.min(row.bulkSize(), row.tailSize()));
      boolean isRight =
          shift <= 0.1 + 3 * row.meanError() / known.sd() && ratio <= 0.1 + 3 * sdError;
      wrong += isRight ? 0 : 1;
    }
    return wrong;
  }

  /** Whether a number is off by a quarter. */
  private static boolean isOff(Summary summary, Map<String, Moments> reference) {
    return reference.entrySet().stream()
        .anyMatch(
            each -> {
              Summary.Row row = summary.get(each.getKey());
              return Math.abs(row.mean() - each.getValue().mean()) >= FAR * each.getValue().sd()
                  || !(Math.abs(row.sd() / each.getValue().sd() - 1) < FAR);
            });
  }

  @Test
  void chainsAreRight() {
    int runs = 0;
    int good = 0;
    int planted = 0;
    for (Hierarchy each : Hierarchy.all()) {
      ImmutableMap<String, Moments> reference = each.reference().get();
      for (int seed = 0; seed < SEEDS; seed++) {
        Nuts<Data> nuts =
            Nuts.of(each.model())
                .progress(Progress.silent())
                .config(RunConfig.defaults().withSeed(seed));
        runs++;
        good += isGood(each, ", seed " + seed, nuts, reference) ? 1 : 0;
        planted += seed > 0 || isGood(each, ", as written", nuts.asWritten(), reference) ? 0 : 1;
      }
    }
    POINT.atLeast("runs of chains", runs, 21);
    POINT.atLeast("right, below 1% divergences, R-hat below 1.01", good, runs);
    POINT.atLeast("planted, as written: not so", planted, 3);
  }

  private static boolean isGood(
      Hierarchy of, String how, Nuts<Data> nuts, Map<String, Moments> reference) {
    try (NDManager manager = NDManager.newBaseManager();
        McmcRun<Data> run = nuts.run(of.data().apply(manager))) {
      double diverged =
          (double) run.report().divergences() / run.report().figures().keptDraws() / 4;
      POINT.shown(
          of
              + how
              + run.report().figures().searches().map(searches -> ", " + searches).orElse("")
              + ", gradients",
          run.report().gradients());
      int wrong = wrong(run.summary(), reference);
      POINT.shown("  R-hat", run.report().largestRhat());
      POINT.shown("  share diverged", diverged);
      POINT.shown("  numbers off", wrong);
      return wrong == 0 && run.report().largestRhat() < MOST_RHAT && diverged <= MOST_DIVERGENCES;
    }
  }

  /** What a method came to. */
  private record Came(boolean isOff, boolean isFlagged) {}

  @Test
  void nothingIsSilentlyWrong() {
    Map<String, Integer> silent = new LinkedHashMap<>();
    Map<String, Integer> off = new LinkedHashMap<>();
    int fits = 0;
    for (Hierarchy each : Hierarchy.all()) {
      ImmutableMap<String, Moments> reference = each.reference().get();
      for (Map.Entry<String, Came> came : byMethods(each, reference).entrySet()) {
        boolean isOff = came.getValue().isOff();
        boolean isSilent = isOff && !came.getValue().isFlagged();
        off.merge(came.getKey(), isOff ? 1 : 0, Integer::sum);
        silent.merge(came.getKey(), isSilent ? 1 : 0, Integer::sum);
        if (isSilent) {
          POINT.shown(each + ", " + came.getKey() + ": silently wrong", 1);
        }
        fits++;
      }
    }
    POINT.atLeast("fits by named methods", fits, 21);
    off.forEach((name, count) -> POINT.shown(name + ": off by 0.25 sd or 25%", count));
    silent.forEach((name, count) -> POINT.atMost(name + ": off and not flagged", count, 0));
    POINT.atLeast("fits that are off", off.values().stream().mapToInt(n -> n).sum(), 5);
  }

  private static Map<String, Came> byMethods(Hierarchy each, Map<String, Moments> reference) {
    Map<String, Came> came = new LinkedHashMap<>();
    Program<Data> model = each.model();
    for (boolean isFull : new boolean[] {false, true}) {
      try (NDManager manager = NDManager.newBaseManager();
          Svi<Data> svi =
              Svi.builder(model, isFull ? AutoMultivariateNormal.of(model) : AutoNormal.of(model))
                  .progress(Progress.silent())
                  .build()) {
        Data data = each.data().apply(manager);
        FitReport report = svi.run(data, STEPS);
        came.put(
            isFull ? "full rank" : "mean field",
            new Came(isOff(svi.summary(data, DRAWS), reference), !report.warnings().isEmpty()));
      }
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      Data data = each.data().apply(manager);
      try (PathfinderPosterior<Data> found = Pathfinder.of(model).run(data)) {
        came.put(
            "pathfinder",
            new Came(isOff(found.summary(data, DRAWS), reference), !found.warnings().isEmpty()));
      }
      try (LaplacePosterior<Data> found = LaplaceApproximation.of(model).run(data)) {
        came.put(
            "laplace",
            new Came(isOff(found.summary(data, DRAWS), reference), !found.warnings().isEmpty()));
      } catch (IllegalStateException noMode) {
        came.put("laplace", new Came(true, true));
      }
    }
    return came;
  }
}
