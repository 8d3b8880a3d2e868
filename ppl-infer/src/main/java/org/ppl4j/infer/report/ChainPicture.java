package org.ppl4j.infer.report;

import com.google.common.collect.Range;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.infer.mcmc.Iterations;
import org.ppl4j.internal.math.Order;

/**
 * Pictures of whether Markov chains agree, of one number with the name that it has in a summary,
 * such as {@code theta[2]}, and of whether they move freely through their energies.
 */
public final class ChainPicture {

  /** Ranks are counted in so many bins. */
  private static final int BINS = 20;

  /** How often a chain of independent draws is inside the band in one bin. */
  private static final double PROBABILITY = 0.99;

  /** So many are named one by one. */
  private static final int MOST_CHAINS = 8;

  private ChainPicture() {}

  /**
   * The draws of each chain, in their order: they should look like one caterpillar.
   *
   * @throws IllegalArgumentException if the samples are not of chains, or have no such number
   */
  public static CurvePicture trace(String title, Samples samples, String name) {
    return trace(title, chains(samples, name), name, 1);
  }

  /**
   * The same of draws of each chain.
   *
   * @param every how many draws lie from one to the next, 1 where they are all
   */
  static CurvePicture trace(String title, double[][] chains, String name, int every) {
    double[] iterations =
        IntStream.range(0, chains[0].length).mapToDouble(i -> 1 + (double) i * every).toArray();
    CurvePicture picture = CurvePicture.of(title, "iteration", name);
    for (int c = 0; c < chains.length; c++) {
      picture = picture.curve("chain " + (c + 1), iterations, chains[c]);
    }
    return picture;
  }

  /**
   * How many of the ranks of each chain's draws, among those of all chains, lie in each of twenty
   * bins: they should be as many in each (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021).
   * The band is for independent draws; chains that forget slowly leave it more often.
   *
   * @throws IllegalArgumentException if the samples are not of chains, or have no such number
   */
  public static CurvePicture ranks(String title, Samples samples, String name) {
    return ranks(title, chains(samples, name), name);
  }

  /** The same of the draws of each chain. */
  static CurvePicture ranks(String title, double[][] chains, String name) {
    int length = chains[0].length;
    int all = chains.length * length;
    double[][] counts = new double[chains.length][BINS];
    int[] order = Order.ascending(Arrays.stream(chains).flatMapToDouble(Arrays::stream).toArray());
    for (int rank = 0; rank < all; rank++) {
      counts[order[rank] / length][(int) ((long) rank * BINS / all)]++;
    }
    Range<Integer> band = BinomialBand.of(length, 1.0 / BINS, PROBABILITY);
    double low = band.lowerEndpoint();
    double high = band.upperEndpoint();
    double most = Arrays.stream(counts).flatMapToDouble(Arrays::stream).max().orElse(high);
    double[] ends = {0, all};
    CurvePicture picture =
        CurvePicture.of(title, "rank of " + name, "draws")
            .vertical(0, 1.05 * Math.max(most, high))
            .dashed("least if alike", ends, new double[] {low, low})
            .dashed("most if alike", ends, new double[] {high, high});
    double[] edges = new double[2 * BINS]; // both ends of each bin
    for (int bin = 0; bin < BINS; bin++) {
      edges[2 * bin] = (double) bin * all / BINS;
      edges[2 * bin + 1] = (bin + 1.0) * all / BINS;
    }
    for (int c = 0; c < chains.length; c++) {
      double[] of = counts[c];
      double[] heights = IntStream.range(0, 2 * BINS).mapToDouble(i -> of[i / 2]).toArray();
      picture = picture.curve("chain " + (c + 1), edges, heights);
    }
    return picture;
  }

  /**
   * The densities of the energies, less their mean, and of their changes from one draw to the next:
   * they should be as wide (Betancourt 2016). Where changes are narrower, the chains walk slowly
   * through their energies, and may not reach the tails. The E-BFMI of each chain is in the legend,
   * of more than eight chains the least. Energies that are not finite are left out.
   *
   * @throws IllegalArgumentException if the iterations have no energies
   */
  public static CurvePicture energy(String title, Iterations iterations) {
    double[] energies = iterations.energies().toArray();
    int length = energies.length / iterations.chains();
    double mean = finite(Arrays.stream(energies)).average().orElse(0);
    double[] marginal = finite(Arrays.stream(energies)).map(x -> x - mean).toArray();
    double[] changes =
        finite(
                IntStream.range(0, energies.length)
                    .filter(i -> i % length > 0)
                    .mapToDouble(i -> energies[i] - energies[i - 1]))
            .toArray();
    CurvePicture picture = CurvePicture.of(title, "energy less its mean", "density");
    return with(
        with(picture, "energies", marginal), "changes, " + words(iterations.ebfmi()), changes);
  }

  private static DoubleStream finite(DoubleStream numbers) {
    return numbers.filter(Double::isFinite);
  }

  private static CurvePicture with(CurvePicture picture, String name, double[] numbers) {
    if (numbers.length == 0) {
      return picture.curve(name, numbers, numbers);
    }
    KernelDensity density = KernelDensity.of(numbers);
    return picture.curve(name, density.x(), density.density());
  }

  private static String words(ImmutableDoubleArray ebfmi) {
    if (ebfmi.length() > MOST_CHAINS) {
      double least = ebfmi.stream().min().orElse(Double.NaN);
      return String.format(
          Locale.ROOT, "E-BFMI of %,d chains at least %.2f", ebfmi.length(), least);
    }
    return ebfmi.stream()
        .mapToObj(x -> String.format(Locale.ROOT, "%.2f", x))
        .collect(Collectors.joining(" ", "E-BFMI ", ""));
  }

  private static double[][] chains(Samples samples, String name) {
    return Quantity.of(samples, List.of(name)).get(0).chains(samples.chains());
  }
}
