package org.ppl4j.integration;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * A law of one number given another, a mixture of location-scale families that Hipparchus computes:
 * what draws of conditional densities are judged by.
 *
 * @param context draws the other number
 * @param parts of the mixture given it
 */
record ConditionalLaw(
    String name, ToDoubleFunction<Random> context, DoubleFunction<List<Part>> parts) {

  /** A part of a mixture. */
  record Part(double weight, double loc, double scale, RealDistribution standard) {

    double mean() {
      return loc + scale * standard.getNumericalMean();
    }

    double variance() {
      return scale * scale * standard.getNumericalVariance();
    }
  }

  private static final RealDistribution NORMAL = new NormalDistribution(0, 1);
  private static final RealDistribution GAMMA = new GammaDistribution(4, 1);

  /** Of no context. */
  static final ConditionalLaw STANDARD_NORMAL =
      new ConditionalLaw("standard normal", unused -> 0, unused -> normal(0, 1));

  /** y = 3 x + 0.05 ε. */
  static final ConditionalLaw NARROW =
      new ConditionalLaw("narrow", Random::nextGaussian, x -> normal(3 * x, 0.05));

  /** y = 5 tanh 3 x + 0.1 ε, which is nearly always at one of two places. */
  static final ConditionalLaw STEEP =
      new ConditionalLaw("steep", ConditionalLaw::uniform, x -> normal(5 * Math.tanh(3 * x), 0.1));

  /** Those of a normal distribution given the context. */
  static final List<ConditionalLaw> NORMAL_LAWS =
      List.of(
          NARROW,
          new ConditionalLaw(
              "wide", ConditionalLaw::uniform, x -> normal(Math.sin(2 * x), Math.exp(0.7 * x - 1))),
          new ConditionalLaw(
              "shifted", ConditionalLaw::uniform, x -> normal(2 * Math.sin(2 * x), 0.3)),
          new ConditionalLaw("cubic", ConditionalLaw::uniform, x -> normal(x * x * x, 0.3)),
          STEEP);

  /** Those of other shapes. */
  static final List<ConditionalLaw> OTHER_LAWS =
      List.of(
          new ConditionalLaw(
              "skewed",
              Random::nextGaussian,
              x -> List.of(new Part(1, 2 * x, 0.1 * Math.exp(0.3 * x), GAMMA))),
          new ConditionalLaw(
              "bimodal",
              ConditionalLaw::uniform,
              x ->
                  List.of(
                      new Part(0.5 + 0.15 * x, x + 1.5, 0.2, NORMAL),
                      new Part(0.5 - 0.15 * x, x - 1.5, 0.3, NORMAL))));

  private static double uniform(Random random) {
    return 4 * random.nextDouble() - 2;
  }

  private static List<Part> normal(double loc, double scale) {
    return List.of(new Part(1, loc, scale, NORMAL));
  }

  /** Contexts, other for each seed. */
  double[] contexts(int count, long seed) {
    Random random = new Random(seed);
    return random.doubles(count).map(unused -> context.applyAsDouble(random)).toArray();
  }

  /** A number for each context. */
  double[] draws(double[] contexts, long seed) {
    Random random = new Random(seed);
    double[] draws = new double[contexts.length];
    for (int i = 0; i < draws.length; i++) {
      List<Part> all = parts.apply(contexts[i]);
      double left = random.nextDouble();
      int k = 0;
      while (k < all.size() - 1 && left > all.get(k).weight()) {
        left -= all.get(k++).weight();
      }
      Part part = all.get(k);
      double standard = part.standard().inverseCumulativeProbability(random.nextDouble());
      draws[i] = part.loc() + part.scale() * standard;
    }
    return draws;
  }

  /**
   * What draws show, each given its context.
   *
   * @param sd of their distances from the mean in standard deviations of the law
   * @param farthest the largest of these
   * @param low the share below the law's 0.001 quantile
   * @param high that above its 0.999 quantile
   */
  record Figures(double sd, double farthest, double low, double high) {}

  Figures of(double[] draws, double[] contexts) {
    int count = draws.length;
    double sum = 0;
    double squares = 0;
    double farthest = 0;
    int low = 0;
    int high = 0;
    for (int i = 0; i < count; i++) {
      List<Part> all = parts.apply(contexts[i]);
      double mean = all.stream().mapToDouble(part -> part.weight() * part.mean()).sum();
      double square =
          all.stream()
              .mapToDouble(
                  part ->
                      part.weight()
                          * (part.variance() + (part.mean() - mean) * (part.mean() - mean)))
              .sum();
      double distance = (draws[i] - mean) / Math.sqrt(square);
      sum += distance;
      squares += distance * distance;
      farthest = Math.max(farthest, Math.abs(distance));
      double below = 0;
      for (Part part : all) {
        double standard = (draws[i] - part.loc()) / part.scale();
        below += part.weight() * part.standard().cumulativeProbability(standard);
      }
      low += below < 0.001 ? 1 : 0;
      high += below > 0.999 ? 1 : 0;
    }
    double mean = sum / count;
    return new Figures(
        Math.sqrt(squares / count - mean * mean),
        farthest,
        (double) low / count,
        (double) high / count);
  }

  @Override
  public String toString() {
    return name;
  }
}
