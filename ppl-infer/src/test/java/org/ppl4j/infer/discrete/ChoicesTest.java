package org.ppl4j.infer.discrete;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.infer.Choices;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase.Data;

/**
 * What choices are given all else: probabilities, pairs, most likely values and draws of the cases
 * of the reference and of random models.
 */
@ExtendWith(LeakCheck.class)
class ChoicesTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.2");

  private static final double TOLERANCE = 1e-10;
  private static final RunConfig CONFIG = RunConfig.defaults().withRecording(Recording.OFF);

  /** At most so many places of a site of the reference are judged by draws. */
  private static final int PLACES = 8;

  /** More tests of draws than there are beside acceptance. */
  private static final int TESTS = 500;

  private static final ImmutableSet<String> KINDS =
      ImmutableSet.of(
          "hmm_order2",
          "factorial_hmm",
          "hmm_semi_observed",
          "tree",
          "grid_ising",
          "change_point",
          "capture_recapture",
          "one_hot",
          "naive_bayes_semi",
          "noisy_or");

  static Stream<Named<DiscreteCase>> some() {
    return DiscreteCase.oneOfEachKind().filter(one -> KINDS.contains(one.getPayload().kind()));
  }

  static LongStream few() {
    return LongStream.range(0, 8);
  }

  @ParameterizedTest
  @MethodSource("some")
  void areThoseOfTheReference(DiscreteCase one) {
    Figures figures = new Figures();
    figures.judge(one, 1000);
    figures.check();
  }

  @ParameterizedTest
  @MethodSource("few")
  void areThoseOfGoingThroughAll(long seed) {
    Figures figures = new Figures();
    figures.judge(RandomModels.of(seed, 100), seed, 1000);
    figures.check();
  }

  @Test
  @Tag("acceptance")
  @Tag("discrete.2")
  void allOfTheReference() {
    Figures figures = new Figures();
    for (DiscreteCase one : DiscreteCase.all()) {
      figures.judge(one, 100_000);
    }
    figures.print("59 cases, 100,000 draws of each");
  }

  @Test
  @Tag("acceptance")
  @Tag("discrete.2")
  void twoHundredModels() {
    Figures figures = new Figures();
    for (long seed = 0; seed < 200; seed++) {
      figures.judge(RandomModels.of(seed, 100), seed, 100_000);
    }
    figures.print("200 random models, 100,000 draws of each");
  }

  /** The worst of what was judged. */
  private static final class Figures {

    private double marginals;
    private double pairs;
    private int mostLikely;
    private int wrong;
    private double leastP = 1;
    private int tests;

    void check() {
      assertThat(marginals).as("marginals").isLessThanOrEqualTo(TOLERANCE);
      assertThat(pairs).as("pairs").isLessThanOrEqualTo(TOLERANCE);
      assertThat(wrong).as("most likely values that are others").isZero();
      assertThat(mostLikely).as("judged most likely values").isPositive();
      assertThat(leastP).as("p of %s tests of draws", tests).isGreaterThan(0.01 / TESTS);
    }

    void print(String of) {
      POINT.atMost("marginals of " + of, marginals, TOLERANCE);
      POINT.atMost("pairs of " + of, pairs, TOLERANCE);
      POINT.above("most likely values of " + of + " judged", mostLikely, 0);
      POINT.atMost("of these others than the most likely", wrong, 0);
      POINT.above(
          "draws of %s, least p of %s tests times their number".formatted(of, tests),
          leastP * tests,
          0.01);
    }

    private void drawn(long[] counts, double[] probabilities) {
      tests++;
      leastP = Math.min(leastP, chiSquared(counts, probabilities));
    }

    void judge(DiscreteCase one, int count) {
      try (NDManager manager = NDManager.newBaseManager();
          LogDensity<Data> density = LogDensity.of(one.program(), one.data(manager), CONFIG);
          ParamStore params = new ParamStore(manager, CONFIG)) {
        Data data = one.data(manager);
        Choices<Data> choices = Choices.of(one.program(), params, CONFIG);
        List<String> names = density.space().names();
        for (DiscreteCase.Point point : one.points()) {
          double[] u = point.vector(names);
          try (Samples at = samples(density, u, 1);
              Samples best = choices.mostLikely(data, at)) {
            Map<String, double[]> found = choices.marginals(data, at);
            for (DiscreteCase.Site site : one.sites()) {
              for (int place = 0; place < site.count(); place++) {
                judge(one, point, site, place, found, best);
              }
              String first = one.place(site, 0).site();
              double[] alone = choices.marginals(data, at, first);
              marginals =
                  Math.max(marginals, Discrepancy.of(alone, requireNonNull(found.get(first))));
            }
            for (DiscreteCase.Pair pair : one.pairs(point)) {
              DiscreteModels.Place a = one.place(pair, "a");
              DiscreteModels.Place b = one.place(pair, "b");
              double[] table = choices.pair(data, at, a.site(), a.at(), b.site(), b.at());
              pairs = Math.max(pairs, Discrepancy.of(table, pair.table()));
            }
          }
        }
        DiscreteCase.Point point = one.points().get(0);
        try (Samples at = samples(density, point.vector(names), count);
            Samples drawn = choices.draw(data, at)) {
          for (DiscreteCase.Site site : one.sites()) {
            double[] probabilities = point.marginals(site.name());
            for (int place : some(site, PLACES)) {
              if (one.isLatent(site, place)) {
                int[] values = values(one, site, place, drawn);
                drawn(
                    counts(values, site.size()),
                    Arrays.copyOfRange(
                        probabilities, place * site.size(), (place + 1) * site.size()));
              }
            }
          }
          for (DiscreteCase.Pair pair : one.pairs(point)) {
            int[] a = values(one, pair, "a", drawn);
            int[] b = values(one, pair, "b", drawn);
            int size = one.site(pair.site("b")).size();
            int[] both = IntStream.range(0, a.length).map(i -> a[i] * size + b[i]).toArray();
            drawn(counts(both, pair.table().length), pair.table());
          }
        }
      }
    }

    private void judge(
        DiscreteCase one,
        DiscreteCase.Point point,
        DiscreteCase.Site site,
        int place,
        Map<String, double[]> all,
        Samples best) {
      if (!one.isLatent(site, place)) {
        return;
      }
      int size = site.size();
      DiscreteModels.Place in = one.place(site, place);
      double[] found = requireNonNull(all.get(in.site()));
      double[] expected = point.marginals(site.name());
      double error =
          Discrepancy.of(
              Arrays.copyOfRange(found, in.at() * size, (in.at() + 1) * size),
              Arrays.copyOfRange(expected, place * size, (place + 1) * size));
      marginals = Math.max(marginals, error);
      mostLikely++;
      wrong += values(one, site, place, best)[0] == point.mostLikely(site.name())[place] ? 0 : 1;
    }

    void judge(RandomModel model, long seed, int count) {
      try (NDManager manager = NDManager.newBaseManager();
          LogDensity<Data> density = LogDensity.of(model.program(), model.data(manager), CONFIG);
          ParamStore params = new ParamStore(manager, CONFIG)) {
        Data data = model.data(manager);
        Program<Data> program = model.program();
        Choices<Data> choices = Choices.of(program, params, CONFIG);
        double[] u = new Random(seed).doubles(density.size(), -1, 1).toArray();
        BruteForce all = BruteForce.at(model, density.space().sites(), List.<double[]>of(u)).get(0);
        List<RandomModel.Site> sites = all.sites();
        try (Samples at = samples(density, u, 1);
            Samples best = choices.mostLikely(data, at)) {
          for (int i = 0; i < sites.size(); i++) {
            double[] found = choices.marginals(data, at, sites.get(i).latent());
            marginals = Math.max(marginals, Discrepancy.of(found, all.marginals(i)));
          }
          int last = sites.size() - 1;
          int place = sites.get(last).places() - 1;
          double[] pair =
              choices.pair(data, at, sites.get(0).latent(), 0, sites.get(last).latent(), place);
          pairs = Math.max(pairs, Discrepancy.of(pair, all.pair(0, 0, last, place)));
          double probability = all.probability(values(sites, best, 0));
          mostLikely++;
          wrong += probability >= all.highest() * (1 - 1e-9) ? 0 : 1;
        }
        try (Samples at = samples(density, u, count);
            Samples drawn = choices.draw(data, at)) {
          long[] counts = new long[all.assignments()];
          List<double[]> arrays = sites.stream().map(site -> drawn.values(site.latent())).toList();
          for (int i = 0; i < count; i++) {
            counts[all.index(row(sites, arrays, i))]++;
          }
          drawn(counts, all.probabilities());
        }
      }
    }
  }

  /** At most so many places of a site, the first among them. */
  private static int[] some(DiscreteCase.Site site, int most) {
    int step = 1 + (site.count() - 1) / most;
    return IntStream.range(0, site.count()).filter(place -> place % step == 0).toArray();
  }

  // --- draws

  /** The same draw of the numbers, so often. */
  private static Samples samples(LogDensity<Data> density, double[] u, int count) {
    NDManager manager = NDManager.newBaseManager();
    ImmutableMap.Builder<String, NDArray> sites = ImmutableMap.builder();
    int from = 0;
    for (LatentSite site : density.space().sites()) {
      int size = Math.toIntExact(site.size());
      double[] all = new double[count * size];
      for (int i = 0; i < count; i++) {
        System.arraycopy(u, from, all, i * size, size);
      }
      Shape shape = Shapes.concat(new Shape(count), site.shape());
      sites.put(site.name(), manager.create(all, shape));
      from += size;
    }
    return Samples.of(manager, sites.buildOrThrow());
  }

  private static int[] values(DiscreteCase one, DiscreteCase.Pair pair, String side, Samples of) {
    DiscreteCase.Site site = one.site(pair.site(side));
    return values(one, site, site.place(pair.index(side)), of);
  }

  /** The values in one place, one a draw; of vectors where the 1 is. */
  private static int[] values(DiscreteCase one, DiscreteCase.Site site, int place, Samples of) {
    DiscreteModels.Place in = one.place(site, place);
    double[] all = of.values(in.site());
    int draws = Math.toIntExact(of.draws());
    int each = all.length / draws;
    boolean isHot = one.kind().equals("one_hot");
    int[] values = new int[draws];
    for (int i = 0; i < draws; i++) {
      if (isHot) {
        int from = i * each + in.at() * site.size();
        while (all[from + values[i]] != 1) {
          values[i]++;
        }
      } else {
        values[i] = (int) all[i * each + in.at()];
      }
    }
    return values;
  }

  private static List<double[]> values(List<RandomModel.Site> sites, Samples of, int draw) {
    return row(sites, sites.stream().map(site -> of.values(site.latent())).toList(), draw);
  }

  private static List<double[]> row(List<RandomModel.Site> sites, List<double[]> arrays, int draw) {
    List<double[]> row = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      int size = Math.toIntExact(sites.get(i).shape().size());
      row.add(Arrays.copyOfRange(arrays.get(i), draw * size, (draw + 1) * size));
    }
    return row;
  }

  // --- counts

  private static long[] counts(int[] values, int size) {
    long[] counts = new long[size];
    for (int value : values) {
      counts[value]++;
    }
    return counts;
  }

  /** The probability of counts as unlikely as these; those that are rare are one. */
  static double chiSquared(long[] counts, double[] probabilities) {
    long all = Arrays.stream(counts).sum();
    double statistic = 0;
    int cells = 0;
    double rare = 0;
    long ofRare = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = all * probabilities[i];
      if (expected < 5) {
        rare += expected;
        ofRare += counts[i];
      } else {
        statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        cells++;
      }
    }
    if (rare >= 5) {
      statistic += (ofRare - rare) * (ofRare - rare) / rare;
      cells++;
    } else if (ofRare > 30) {
      return 0;
    }
    return cells < 2
        ? 1
        : 1 - new ChiSquaredDistribution(cells - 1).cumulativeProbability(statistic);
  }
}
