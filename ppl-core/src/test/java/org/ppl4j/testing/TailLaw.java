package org.ppl4j.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * A law of known form, by which draws that should follow it are judged where it has little.
 *
 * @param below the probability of less than a number
 * @param above that of more
 * @param draw one of its numbers
 */
public record TailLaw(
    String name,
    DoubleUnaryOperator below,
    DoubleUnaryOperator above,
    ToDoubleFunction<Random> draw) {

  /** Nothing of 10,000 draws lies where a law has less. */
  private static final double STRAY = 1e-7;

  /** Nor beyond the ends of one by more than this share of its range. */
  private static final double BEYOND = 0.02;

  /**
   * What draws show.
   *
   * @param low the exact probability below their 0.001 quantile
   * @param high that above their 0.999 quantile
   * @param strays how many lie where the law has next to nothing
   */
  public record Tails(double low, double high, long strays) {

    /** Whether all is as it should be. */
    public boolean isKept() {
      return isKept(low) && isKept(high) && strays == 0;
    }

    private static boolean isKept(double probability) {
      return probability >= 0.0003 && probability <= 0.003;
    }
  }

  /** Heavy tails, a sharp end and a long tail, two sharp ends, and two scales. */
  public static List<TailLaw> all() {
    NormalDistribution normal = new NormalDistribution();
    TDistribution student = new TDistribution(3);
    DoubleUnaryOperator mixture =
        x -> 0.9 * normal.cumulativeProbability(x) + 0.1 * normal.cumulativeProbability(x / 10);
    return List.of(
        symmetric(
            "student-t",
            student::cumulativeProbability,
            random -> {
              double z = random.nextGaussian();
              double x = random.nextGaussian();
              double y = random.nextGaussian();
              return random.nextGaussian() / Math.sqrt((x * x + y * y + z * z) / 3);
            }),
        new TailLaw(
            "log-normal",
            x -> x > 0 ? normal.cumulativeProbability(Math.log(x)) : 0,
            x -> x > 0 ? normal.cumulativeProbability(-Math.log(x)) : 1,
            random -> Math.exp(random.nextGaussian())),
        new TailLaw(
            "uniform",
            x -> Math.max(0, Math.min(x, 1)),
            x -> Math.max(0, Math.min(1 - x, 1)),
            Random::nextDouble),
        symmetric(
            "two scales",
            mixture,
            random -> random.nextGaussian() * (random.nextDouble() < 0.9 ? 1 : 10)));
  }

  private static TailLaw symmetric(
      String name, DoubleUnaryOperator below, ToDoubleFunction<Random> draw) {
    return new TailLaw(name, below, x -> below.applyAsDouble(-x), draw);
  }

  /** Numbers that follow it. */
  public double[] numbers(int count, Random random) {
    return DoubleStream.generate(() -> draw.applyAsDouble(random)).limit(count).toArray();
  }

  /** What draws of something learned show. */
  public Tails of(double[] draws) {
    double[] ascending = Arrays.stream(draws).sorted().toArray();
    int tail = draws.length / 1000;
    return new Tails(
        below.applyAsDouble(ascending[tail]),
        above.applyAsDouble(ascending[draws.length - 1 - tail]),
        strays(ascending));
  }

  /** They lie at both ends, and nothing else does. */
  private int strays(double[] ascending) {
    int low = 0;
    while (low < ascending.length && isStray(ascending[low])) {
      low++;
    }
    int high = ascending.length;
    while (high > low && isStray(ascending[high - 1])) {
      high--;
    }
    return low + ascending.length - high;
  }

  private boolean isStray(double x) {
    boolean hasEnds = below.applyAsDouble(0) == 0 && above.applyAsDouble(1) == 0;
    return hasEnds
        ? !(x >= -BEYOND && x <= 1 + BEYOND)
        : !(Math.min(below.applyAsDouble(x), above.applyAsDouble(x)) >= STRAY);
  }

  @Override
  public String toString() {
    return name;
  }
}
