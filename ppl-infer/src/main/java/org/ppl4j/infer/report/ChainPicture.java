package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Range;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.math.Order;

/**
 * Pictures of whether Markov chains agree, of one number with the name that it has in a summary,
 * such as {@code theta[2]}.
 */
public final class ChainPicture {

  /** Ranks are counted in so many bins. */
  private static final int BINS = 20;

  /** How often a chain of independent draws is inside the band in one bin. */
  private static final double PROBABILITY = 0.99;

  private ChainPicture() {}

  /**
   * The draws of each chain, in their order: they should look like one caterpillar.
   *
   * @throws IllegalArgumentException if the samples are not of chains, or have no such number
   */
  public static CurvePicture trace(String title, Samples samples, String name) {
    double[][] chains = chains(samples, name);
    double[] iterations = IntStream.rangeClosed(1, chains[0].length).asDoubleStream().toArray();
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
    double[][] chains = chains(samples, name);
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
            .curve("least if alike", ends, new double[] {low, low})
            .curve("most if alike", ends, new double[] {high, high});
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

  private static double[][] chains(Samples samples, String name) {
    checkArgument(
        samples.chains() >= 1,
        "samples are not of chains, which a picture of chains needs; pass those of a sampler");
    for (String site : samples.names()) {
      Shape shape = samples.shape(site);
      for (int i = 0; i < shape.size(); i++) {
        if (name.equals(site + Summary.subscript(shape, i))) {
          return chains(samples, site, i);
        }
      }
    }
    throw new IllegalArgumentException(
        "samples have no number '%s', only those of %s; ask for one as a summary names it"
            .formatted(name, samples.names()));
  }

  private static double[][] chains(Samples samples, String site, int i) {
    double[] values = samples.values(site);
    int size = Math.toIntExact(samples.shape(site).size());
    int length = Math.toIntExact(samples.draws()) / samples.chains();
    double[][] chains = new double[samples.chains()][length];
    for (int draw = 0; draw < samples.draws(); draw++) {
      chains[draw / length][draw % length] = values[draw * size + i];
    }
    return chains;
  }
}
