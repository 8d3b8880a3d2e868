package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import com.google.common.math.Stats;
import com.google.common.math.StatsAccumulator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.SampleColumn;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.approximation.Variables;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Rng;

/**
 * Modes that searches have ended at and draws have not been in: R-hat says nothing of them, since
 * no chain was there. Where no draw is near the end of a search, along the line to the draws' mean,
 * a short chain leaves from there. A mode is missed if the chain stays apart from all draws, and
 * its heap, by mean log density and volume, has a share of the mass that counts.
 *
 * <p>Costs some D numbers a draw and an end, and some hundred gradients for each end that no draw
 * is near.
 *
 * @param warnings what was found, each in words with what to do; empty if nothing was
 * @param gradients that were computed
 */
public record MissedModes(ImmutableList<String> warnings, long gradients) {

  /** A heap of a lesser share of the mass is not worth a word. */
  private static final double LEAST = 1e-3;

  private static final double NEAR = 3; // deviations of the end's normal distribution
  private static final int MOST = 8; // short chains
  private static final int SHOWN = 3; // numbers of a place
  private static final int HEAP = 200; // draws by which that of the draws is weighed

  /**
   * Looks for them.
   *
   * @param searched where searches ended
   * @param draws of the model's sites, at least two
   * @param chains of how many chains they are, one after the other
   * @param vectors the same in these variables (N, D), row by row
   * @param seed of the short chains
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  public static MissedModes of(
      Variables<?> searched, Samples draws, int chains, double[] vectors, long seed) {
    return new Search(searched, draws, chains, vectors, seed).run();
  }

  private static final class Search {

    private final Variables<?> searched;
    private final LogDensity<?> density;
    private final Samples draws;
    private final int chains;
    private final double[] vectors; // of the draws, row by row
    private final List<double[]> others = new ArrayList<>(); // where short chains were
    private final double[] means;
    private final double[] variances;
    private final Rng noise;
    private final ImmutableList.Builder<String> warnings = ImmutableList.builder();
    private long gradients;
    private double most = Double.NaN; // the log mass of the draws' largest heap, once asked for

    Search(Variables<?> searched, Samples draws, int chains, double[] vectors, long seed) {
      this.searched = searched;
      this.density = searched.density();
      this.draws = draws;
      this.chains = chains;
      this.vectors = vectors;
      int size = density.size();
      this.means = new double[size];
      this.variances = new double[size];
      for (int i = 0; i < size; i++) {
        StatsAccumulator numbers = new StatsAccumulator();
        for (int at = i; at < vectors.length; at += size) {
          numbers.add(vectors[at]);
        }
        means[i] = numbers.mean();
        variances[i] = numbers.populationVariance();
      }
      this.noise = Rng.of(seed, Rng.Purpose.CHAIN, 0, "missed modes");
    }

    MissedModes run() {
      int left = MOST;
      for (NormalApproximation end : searched.ends()) {
        InterruptionException.check("the search for missed modes", null);
        double[] direction = direction(end.location());
        double middle = along(direction, end.location(), 0);
        double room = NEAR * deviation(direction, end);
        if (left > 0 && !isSeen(direction, middle - room, middle + room)) {
          left--;
          Visited heap = heap(end, direction);
          if (heap != null) {
            judge(end, heap);
          }
        }
      }
      return new MissedModes(warnings.build(), gradients);
    }

    /** Of the line on which the end is the farthest from the draws' mean in their deviations. */
    private double[] direction(double[] location) {
      double[] direction = new double[location.length];
      for (int i = 0; i < direction.length; i++) {
        direction[i] = variances[i] > 0 ? (location[i] - means[i]) / variances[i] : 0;
      }
      return direction;
    }

    /** Where a vector is on a line, of which numbers begin at a place. */
    private static double along(double[] direction, double[] numbers, int from) {
      double sum = 0;
      for (int i = 0; i < direction.length; i++) {
        sum += direction[i] * numbers[from + i];
      }
      return sum;
    }

    /** Of the end's normal distribution on that line, as if its numbers were independent. */
    private static double deviation(double[] direction, NormalApproximation end) {
      double[] variances = end.variances();
      double sum = 0;
      for (int i = 0; i < direction.length; i++) {
        sum += direction[i] * direction[i] * variances[i];
      }
      return Math.sqrt(sum);
    }

    /** Whether a draw, or a short chain before, is between two places of a line. */
    private boolean isSeen(double[] direction, double least, double most) {
      DoublePredicate isBetween = t -> t >= least && t <= most;
      return IntStream.range(0, vectors.length / direction.length)
              .mapToDouble(i -> along(direction, vectors, i * direction.length))
              .anyMatch(isBetween)
          || others.stream().mapToDouble(u -> along(direction, u, 0)).anyMatch(isBetween);
    }

    /** Where a short chain from an end stays; null if it comes to something seen, or fails. */
    private @Nullable Visited heap(NormalApproximation end, double[] direction) {
      ShortChain chain = ShortChain.from(end, density, noise.split(gradients));
      gradients += chain.gradients();
      Visited visited = chain.visited();
      double[] places =
          visited.positions().stream().mapToDouble(u -> along(direction, u, 0)).toArray();
      double least = Arrays.stream(places).min().orElse(Double.NaN);
      double most = Arrays.stream(places).max().orElse(Double.NaN);
      return chain.isGood() && !isSeen(direction, least, most) ? visited : null;
    }

    private void judge(NormalApproximation end, Visited heap) {
      if (Double.isNaN(most)) {
        most = largest();
      }
      double share = 1 / (1 + Math.exp(most - heap.logMass()));
      if (share >= LEAST) {
        warnings.add(words(end.location(), share));
        others.addAll(heap.positions());
      }
    }

    /** The log mass of the largest heap of a chain. */
    private double largest() {
      int size = density.size();
      int length = vectors.length / size / chains;
      int count = Math.min(length, HEAP);
      double largest = Double.NEGATIVE_INFINITY;
      for (int chain = 0; chain < chains; chain++) {
        double[] some = new double[count * size];
        for (int i = 0; i < count; i++) {
          int row = chain * length + (int) ((long) i * length / count);
          System.arraycopy(vectors, row * size, some, i * size, size);
        }
        gradients += count;
        Visited heap = Visited.of(density, some);
        largest = heap.haveScales() ? Math.max(largest, heap.logMass()) : largest;
      }
      return largest;
    }

    private String words(double[] location, double share) {
      return String.format(
          Locale.ROOT,
          "a search ended at a mode where no draw is, at %s: a short chain from there stays, and"
              + " about %.2g of the mass may be there; if it is another name for the same, as with"
              + " exchangeable components, order them, else ask Inference.of(model) or"
              + " Smc.of(model)",
          place(location),
          share);
    }

    /** The numbers of the model's sites that are farthest from the draws there. */
    private String place(double[] location) {
      Map<Double, String> farthest = new TreeMap<>(Comparator.reverseOrder());
      try (Samples there = density.samples(location)) {
        for (String site : draws.names()) {
          List<SampleColumn> at = SampleColumn.of(there, site);
          List<SampleColumn> of = SampleColumn.of(draws, site);
          IntStream.range(0, at.size())
              .forEach(
                  i -> {
                    double number = at.get(i).numbers()[0];
                    Stats stats = Stats.of(of.get(i).numbers());
                    double far =
                        Math.abs(number - stats.mean()) / stats.populationStandardDeviation();
                    if (Double.isFinite(far)) {
                      farthest.put(far, of.get(i).name() + " = " + Wording.number(number));
                    }
                  });
        }
      }
      return farthest.values().stream().limit(SHOWN).collect(Collectors.joining(", "));
    }
  }
}
