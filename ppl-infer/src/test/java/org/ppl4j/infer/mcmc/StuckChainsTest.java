package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.infer.Progress;

/** Two normal heaps whose masses are known, far from each other: chain 3 begins in the second. */
class StuckChainsTest {

  private static final int SIZE = 2;
  private static final double FAR = 100;
  private static final Chain.Length LENGTH = new Chain.Length(200, 100);

  /**
   * N((0, 0), 1), and N((100, 100), s²) of less mass.
   *
   * @param nats how much less
   */
  private static Target heaps(double nats, double sd) {
    return (u, gradient) -> {
      double first = -(square(u[0]) + square(u[1])) / 2;
      double second =
          -(square((u[0] - FAR) / sd) + square((u[1] - FAR) / sd)) / 2 - nats - SIZE * Math.log(sd);
      boolean isFirst = first > second;
      for (int i = 0; i < SIZE; i++) {
        gradient[i] = isFirst ? -u[i] : -(u[i] - FAR) / square(sd);
      }
      return Math.max(first, second);
    };
  }

  private static double square(double x) {
    return x * x;
  }

  private static Chain chain(int number, Target target, boolean isFar, Iterator<double[]> others) {
    double[] start = isFar ? new double[] {FAR, FAR + 1e-5} : new double[] {0.1, -0.1};
    return new Chain(number, LENGTH, target, Targets::nuts, Targets.noise(number), start, others);
  }

  private static List<Chain> run(Target target, List<double[]> others, int threads) {
    List<Chain> chains = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      chains.add(chain(i, target, i == 3, others.iterator()));
    }
    assertThat(ChainThreads.run(chains, threads, () -> false, Progress.silent().start("test", 0)))
        .isFalse();
    return chains;
  }

  /** The wider the heap of less mass the less dense it is, the narrower the denser. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-5, 1, 20})
  void aChainWhereNoMassIsBeginsAgain(double sd) {
    List<Chain> chains = run(heaps(30, sd), List.of(new double[] {1, 1}), 2);

    assertThat(chains).extracting(c -> c.report().starts()).containsExactly(1, 1, 2, 1);
    Chain third = chains.get(2);
    assertThat(third.draws()).isEqualTo(100);
    assertThat(third.vectors(1)[0]).isBetween(-6.0, 6.0);
    assertThat(third.report().gradients()).isGreaterThan(chains.get(0).report().gradients());
  }

  /** So are all the starts that it is given: it stays at the last. */
  @Test
  void itBeginsAtEachStartOnce() {
    double[] far = {FAR, FAR};
    List<Chain> chains = run(heaps(30, 1), List.of(far, far, far), 2);

    assertThat(chains).extracting(c -> c.report().starts()).containsExactly(1, 1, 4, 1);
    assertThat(chains.get(2).vectors(1)[0]).isBetween(FAR - 6, FAR + 6);
  }

  /** A heap of a hundredth of the mass is one that chains are to find. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-5, 1, 1e4})
  void aChainWhereMassIsStays(double sd) {
    List<Chain> chains = run(heaps(Math.log(100), sd), List.of(new double[] {1, 1}), 2);

    assertThat(chains).extracting(c -> c.report().starts()).containsOnly(1);
  }

  @Test
  void bitsAreTheSameOnAnyNumberOfThreads() {
    List<double[]> found = new ArrayList<>();
    for (int threads : new int[] {1, 2, 8}) {
      found.add(
          Kept.of(run(heaps(30, 1), List.of(new double[] {1, 1}), threads), Optional.empty())
              .vectors());
    }

    assertThat(found.get(1)).containsExactly(found.get(0));
    assertThat(found.get(2)).containsExactly(found.get(0));
  }
}
