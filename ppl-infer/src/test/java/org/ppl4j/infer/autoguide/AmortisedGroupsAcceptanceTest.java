package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.GroupedModel.Groups;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.testing.AcceptancePoint;

/** Networks that have learned from 200 groups, on groups that they never saw, beside chains. */
@Tag("acceptance")
@Tag("discrete.7")
class AmortisedGroupsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.7");
  private static final int OLD = 200;
  private static final int NEW = 20;
  private static final int DRAWS = 20_000;

  @Test
  void observationsOfGroups() {
    try (NDManager manager = NDManager.newBaseManager()) {
      judge(
          "groups of 0 to 12 observations",
          GroupedModel.MODEL,
          AutoAmortised.of(GroupedModel.MODEL, "groups", GroupedModel.reading()),
          Groups.of(manager, OLD, 1), // the first of all
          Groups.of(manager, OLD + NEW, 1));
    }
  }

  /** Counts in places of very different sizes, as a table has them. */
  record Places(NDArray count, NDArray size) {

    static Places of(NDManager manager, int places, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] count = new double[places];
      double[] size = new double[places];
      for (int i = 0; i < places; i++) {
        size[i] = Math.rint(Math.exp(7 + random.nextGaussian()));
        double rate = Math.exp(-5 + 0.7 * random.nextGaussian());
        double mean = rate * size[i];
        double product = random.nextDouble();
        while (product > Math.exp(-mean)) {
          product *= random.nextDouble();
          count[i]++;
        }
      }
      return new Places(manager.create(count), manager.create(size));
    }

    NDArray columns() {
      return count.expandDims(1).concat(size.expandDims(1), 1);
    }
  }

  private static final Program<Places> COUNTS =
      (p, data) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        NDArray between = p.sample("between", HalfNormal.of(2));
        try (Plate places = p.plate("places", data.count().size(0))) {
          NDArray effect = p.sample("effect", Normal.of(mean, between));
          NDArray rate = effect.exp().mul(places.take(data.size()));
          p.observe("count", Poisson.of(rate), places.take(data.count()));
        }
      };

  @Test
  void countsOfPlaces() {
    try (NDManager manager = NDManager.newBaseManager()) {
      judge(
          "counts of places",
          COUNTS,
          AutoAmortised.of(COUNTS, "places", Places::columns),
          Places.of(manager, OLD, 2),
          Places.of(manager, OLD + NEW, 2));
    }
  }

  private static <D> void judge(String name, Program<D> model, Program<D> guide, D old, D all) {
    try (Svi<D> svi = Svi.builder(model, guide).progress(Progress.silent()).build();
        McmcRun<D> chains = Nuts.of(model).draws(2000).progress(Progress.silent()).run(all)) {
      System.out.println(svi.run(old));
      try (Samples plain = svi.posterior(all, DRAWS);
          ImportanceSamples weighted = svi.importance(all, DRAWS)) {
        System.out.println(weighted);
        POINT.shown(
            name + ", distance of new groups' means from NUTS before weights, sd",
            distance(plain, chains.samples()));
        POINT.atMost(
            name + ", distance of new groups' means from NUTS, sd",
            distance(weighted.samples(), chains.samples()),
            0.1);
      }
    }
  }

  /** The largest over new groups. */
  private static double distance(Samples draws, Samples chains) {
    double[] found = draws.mean("effect");
    double[] right = chains.mean("effect");
    double[] all = chains.values("effect");
    double largest = 0;
    for (int i = OLD; i < OLD + NEW; i++) {
      double[] column = new double[all.length / right.length];
      for (int k = 0; k < column.length; k++) {
        column[k] = all[k * right.length + i];
      }
      double sd = Stats.of(column).sampleStandardDeviation();
      largest = Math.max(largest, Math.abs(found[i] - right[i]) / sd);
    }
    return largest;
  }
}
