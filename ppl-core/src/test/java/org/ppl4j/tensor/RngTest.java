package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.inference.ChiSquareTest;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RngTest {

  /** Seeds are fixed, so a test either always passes or never does. */
  private static final double SIGNIFICANCE = 1e-3;

  private static Rng stream(String name) {
    return Rng.of(7, Rng.Purpose.MODEL, 0, name);
  }

  private static double[] uniforms(Rng rng, int n) {
    double[] out = new double[n];
    rng.fillUniform(out);
    return out;
  }

  @Test
  void javaGeneratorIsTheSameStream() {
    Rng rng = Rng.of(5);
    RandomGenerator java = rng.asJava();

    assertThat(java.nextLong()).isEqualTo(Rng.of(5).nextWord());
    assertThat(rng.position()).isEqualTo(1);
    double[] gaussians = DoubleStream.generate(java::nextGaussian).limit(20_000).toArray();
    double p =
        new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new NormalDistribution(), gaussians);
    assertThat(p).isGreaterThan(SIGNIFICANCE);
  }

  @Nested
  class Identity {

    @Test
    void bitsAreTheseForEver() {
      Rng rng = Rng.of(42, Rng.Purpose.GUIDE, 3, "theta");

      assertThat(rng.nextWord()).isEqualTo(-2073909189334131925L);
      assertThat(rng.nextUniform()).isEqualTo(0.6843628029095757);
      assertThat(rng.nextNormal()).isEqualTo(0.2035250656535547);
      assertThat(rng.split("a").nextWord()).isEqualTo(731834811010406475L);
      assertThat(rng.split(1).nextWord()).isEqualTo(-8257894703102817963L);
      assertThat(rng.permutation(6)).containsExactly(2, 0, 4, 3, 5, 1);
    }

    @Test
    void eachPartOfTheIdentityMatters() {
      List<Rng> streams = new ArrayList<>();
      for (String name : new String[] {"", "a", "b", "ab", "Aa", "BB"}) {
        for (Rng.Purpose purpose : Rng.Purpose.values()) {
          for (long counter = 0; counter < 3; counter++) {
            for (long seed = -1; seed < 2; seed++) {
              Rng rng = Rng.of(seed, purpose, counter, name);
              streams.addAll(List.of(rng, rng.split("a"), rng.split("b"), rng.split(0)));
            }
          }
        }
      }

      assertThat(streams.stream().map(Rng::nextWord)).doesNotHaveDuplicates();
    }

    @Test
    void splittingNeitherMovesAStreamNorDependsOnItsPosition() {
      Rng moved = stream("x");
      double first = moved.nextUniform();
      Rng untouched = stream("x");

      assertThat(uniforms(moved.split("s"), 5)).isEqualTo(uniforms(untouched.split("s"), 5));
      assertThat(untouched.nextUniform()).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(Rng.Purpose.class)
    void neighbouringStreamsAreUncorrelated(Rng.Purpose purpose) {
      int n = 20_000;
      double bound = 4.0 / Math.sqrt(n);
      double[] base = uniforms(Rng.of(0, purpose, 0, "x"), n);
      List<Rng> neighbours =
          List.of(
              Rng.of(1, purpose, 0, "x"),
              Rng.of(0, purpose, 1, "x"),
              Rng.of(0, purpose, 0, "y"),
              Rng.of(0, purpose, 0, "x").split(0),
              Rng.of(0, purpose, 0, "x").split("x"));

      for (Rng neighbour : neighbours) {
        double r = new PearsonsCorrelation().correlation(base, uniforms(neighbour, n));
        assertThat(Math.abs(r)).isLessThan(bound);
      }
    }

    @Test
    void threadsGiveTheBitsOfOneAfterTheOther() throws Exception {
      List<Callable<double[]>> tasks = new ArrayList<>();
      for (int chain = 0; chain < 8; chain++) {
        Rng rng = Rng.of(1, Rng.Purpose.CHAIN, chain, "z");
        tasks.add(() -> uniforms(rng, 10_000));
      }
      List<double[]> alone = new ArrayList<>();
      for (int chain = 0; chain < 8; chain++) {
        alone.add(uniforms(Rng.of(1, Rng.Purpose.CHAIN, chain, "z"), 10_000));
      }

      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<double[]>> together = threads.invokeAll(tasks);
      threads.shutdown();

      for (int chain = 0; chain < 8; chain++) {
        assertThat(together.get(chain).get()).isEqualTo(alone.get(chain));
      }
    }
  }

  @Nested
  class Numbers {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 11, 1025})
    void bulkIsWhatSingleDrawsGive(int n) {
      for (int skip = 0; skip < 3; skip++) {
        Rng bulk = stream("x");
        Rng single = stream("x");
        for (int i = 0; i < skip; i++) {
          assertThat(bulk.nextWord()).isEqualTo(single.nextWord());
        }
        double[] normals = new double[n];
        bulk.fillNormal(normals);

        for (double normal : normals) {
          assertThat(normal).isEqualTo(single.nextNormal());
        }
        assertThat(bulk.nextWord()).isEqualTo(single.nextWord());
      }
    }

    @Test
    void uniformsFillTheOpenIntervalEvenly() {
      double[] u = uniforms(stream("u"), 100_000);

      assertThat(Arrays.stream(u).min().getAsDouble()).isGreaterThan(0.0);
      assertThat(Arrays.stream(u).max().getAsDouble()).isLessThan(1.0);
      assertThat(ks(u, new UniformRealDistribution(0, 1))).isGreaterThan(SIGNIFICANCE);
    }

    @Test
    void normalsAreNormal() {
      double[] z = new double[100_000];
      stream("z").fillNormal(z);

      assertThat(ks(z, new NormalDistribution(0, 1))).isGreaterThan(SIGNIFICANCE);
    }

    private double ks(double[] x, org.hipparchus.distribution.RealDistribution distribution) {
      return new KolmogorovSmirnovTest().kolmogorovSmirnovTest(distribution, x);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 7, 100})
    void boundedNumbersAreEquallyLikely(long bound) {
      Rng rng = stream("n");
      long[] counts = new long[(int) bound];
      for (int i = 0; i < 50_000; i++) {
        counts[(int) rng.nextLong(bound)]++;
      }

      if (bound > 1) {
        double[] expected = new double[counts.length];
        Arrays.fill(expected, 50_000.0 / bound);
        assertThat(new ChiSquareTest().chiSquareTest(expected, counts)).isGreaterThan(SIGNIFICANCE);
      } else {
        assertThat(counts).containsExactly(50_000);
      }
    }

    /** Three quarters of 2^64: plain multiplication would favour every third number twofold. */
    @Test
    void aHugeBoundHasNoBias() {
      long bound = 3L << 61;
      Rng rng = stream("n");
      long[] thirds = new long[3];
      long[] odd = new long[2];
      for (int i = 0; i < 30_000; i++) {
        long n = rng.nextLong(bound);
        thirds[(int) (n >>> 61)]++;
        odd[(int) (n & 1)]++;
      }

      assertThat(new ChiSquareTest().chiSquareTest(new double[] {1, 1, 1}, thirds))
          .isGreaterThan(SIGNIFICANCE);
      assertThat(new ChiSquareTest().chiSquareTest(new double[] {1, 1}, odd))
          .isGreaterThan(SIGNIFICANCE);
    }

    @Test
    void aBoundMustBePositive() {
      Rng rng = stream("n");

      assertThatThrownBy(() -> rng.nextLong(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("bound is 0, but must be positive");
    }
  }

  @Nested
  class HiddenDims {

    @Test
    void permutationsAreEquallyLikely() {
      long[] counts = new long[24];
      for (int i = 0; i < 24_000; i++) {
        counts[rank(stream("p").split(i).permutation(4))]++;
      }
      double[] expected = new double[24];
      Arrays.fill(expected, 1_000);

      assertThat(new ChiSquareTest().chiSquareTest(expected, counts)).isGreaterThan(SIGNIFICANCE);
    }

    private int rank(long[] permutation) {
      int rank = 0;
      for (int i = 0; i < permutation.length; i++) {
        int smaller = 0;
        for (int j = i + 1; j < permutation.length; j++) {
          smaller += permutation[j] < permutation[i] ? 1 : 0;
        }
        rank = rank * (permutation.length - i) + smaller;
      }
      return rank;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 61, 62, 500, 1000})
    void chosenRowsAreTheHeadOfAPermutation(int k) {
      long[] chosen = stream("s").sample(1000, k);
      long[] permutation = stream("s").permutation(1000);

      assertThat(chosen).isEqualTo(Arrays.copyOf(permutation, k));
      assertThat(LongStream.of(permutation).sorted())
          .containsExactlyElementsOf(LongStream.range(0, 1000).boxed().toList());
    }

    @Test
    void impossibleChoicesAreRefused() {
      Rng rng = stream("s");

      assertThatThrownBy(() -> rng.sample(3, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot choose 4 different numbers of 3; choose between 0 and 3");
    }
  }
}
