package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.ppl4j.infer.latent.FullConditional;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Rng;

/**
 * The discrete sites of a chain, which are drawn after each of its moves, one after the other, each
 * given all else:
 *
 * <ul>
 *   <li>Gibbs: each row among all values, by its {@link FullConditional}.
 *   <li>Metropolis, where there is no end of values: each row among K numbers of equal distances,
 *       its own z at a place j among them that is drawn first,
 *       <pre>{@code
 * j ~ U{0, …, K − 1},  s ~ U{1, …, 2σ − 1},  z' ∝ p(z')  for z' = z + s (k − j), k = 0, …, K − 1
 * }</pre>
 *       From any of them the others are offered as probably, so that no draw is refused. While the
 *       chain warms up, σ is made so that the usual share of draws is another number.
 * </ul>
 *
 * <p>Source: Tjelmeland, "Using all Metropolis–Hastings proposals to estimate mean values" (2004),
 * for several proposals at once.
 */
final class DiscreteMoves {

  /** The share of draws that are to be another number: of a bell of sd σ about the best. */
  private static final double USUAL = 0.7;

  /** How fast σ is learned at first. */
  private static final double GAIN = 2;

  /** How often all sites are drawn before the first move of a warm-up. */
  private static final int BEFORE = 20;

  private final LogDensity<?> density;
  private final List<Site> sites = new ArrayList<>();
  private final double[] vector; // of the density

  /** What is learned and counted of a site. */
  private static final class Site {
    private final FullConditional of;
    private final List<double[]> support; // all values; empty if they have no end
    private double log; // of σ
    private int learned;
    private double moved; // shares, since the warm-up
    private int sweeps;

    Site(FullConditional of) {
      this.of = of;
      this.support = of.support();
    }

    boolean isFinite() {
      return !support.isEmpty();
    }

    void forget() {
      log = 0;
      learned = 0;
    }

    long stride(Rng rng) {
      double most = 2 * Math.exp(log) - 1;
      return 1 + (long) (rng.nextUniform() * Math.floor(most));
    }

    void learn(double share) {
      learned++;
      log = Math.max(0, log + GAIN * (share - USUAL) / Math.sqrt(learned));
    }
  }

  DiscreteMoves(LogDensity<?> density, List<FullConditional> conditionals) {
    this.density = density;
    this.vector = new double[density.length()];
    conditionals.forEach(site -> sites.add(new Site(site)));
  }

  /** The log density of the continuous sites, given the discrete ones as they are. */
  double evaluate(double[] u, double[] gradient) {
    System.arraycopy(u, 0, vector, 0, u.length);
    return density.evaluateOrNaN(vector, gradient);
  }

  /**
   * Begins, forgetting what was learned.
   *
   * @param start a vector of the density
   */
  void begin(double[] start, boolean warmsUp, Rng rng) {
    sites.forEach(Site::forget);
    System.arraycopy(start, 0, vector, 0, vector.length);
    double[] u = Arrays.copyOf(start, density.size());
    for (int i = 0; i < BEFORE && warmsUp; i++) {
      move(u, true, rng);
    }
  }

  /**
   * Draws all of them.
   *
   * @param u of the continuous sites
   * @param learns whether the chain warms up
   */
  void move(double[] u, boolean learns, Rng rng) {
    System.arraycopy(u, 0, vector, 0, u.length);
    for (Site site : sites) {
      double share = site.of.whyOneByOne().isPresent() ? alone(site, rng) : together(site, rng);
      if (learns) {
        site.learn(share);
      } else {
        site.moved += share;
        site.sweeps++;
      }
    }
  }

  /** The share of its rows that were to be others, on average. */
  private double together(Site site, Rng rng) {
    int rows = site.of.rows();
    int count = site.of.count();
    List<Values> values = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      values.add(values(site, site.of.from() + r * site.of.event(), rng));
    }
    double[] around = new double[site.isFinite() ? 0 : count * rows];
    for (int i = 0; i < around.length; i++) {
      around[i] = values.get(i % rows).each.get(Math.floorDiv(i, rows))[0];
    }
    double[] probabilities = site.of.together(vector, around);
    double share = 0;
    double[] row = new double[count];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < count; k++) {
        row[k] = probabilities[k * rows + r];
      }
      share += draw(row, values.get(r), rng);
    }
    return share / rows;
  }

  private double alone(Site site, Rng rng) {
    int numbers = site.of.rows() * site.of.event();
    int width = site.isFinite() ? site.of.event() : 1;
    double share = 0;
    for (int at = site.of.from(); at < site.of.from() + numbers; at += width) {
      Values values = values(site, at, rng);
      share += draw(site.of.alone(vector, at, values.each), values, rng);
    }
    return share * width / numbers;
  }

  /**
   * What a part of the vector chooses among.
   *
   * @param at where it begins
   * @param own which of them it is now
   */
  private record Values(int at, List<double[]> each, int own) {}

  private Values values(Site site, int at, Rng rng) {
    if (site.isFinite()) {
      double[] now = Arrays.copyOfRange(vector, at, at + site.of.event());
      int own = 0;
      while (!Arrays.equals(site.support.get(own), now)) {
        own++;
      }
      return new Values(at, site.support, own);
    }
    int own = (int) (rng.nextUniform() * site.of.count());
    long stride = site.stride(rng);
    List<double[]> each = new ArrayList<>();
    for (int k = 0; k < site.of.count(); k++) {
      each.add(new double[] {vector[at] + stride * (double) (k - own)});
    }
    return new Values(at, each, own);
  }

  /** Draws one of some values by their probabilities; how probable another than its own was. */
  private double draw(double[] probabilities, Values values, Rng rng) {
    double left = rng.nextUniform() * Arrays.stream(probabilities).sum();
    int chosen = values.own;
    for (int k = 0; k < probabilities.length; k++) {
      left -= probabilities[k];
      if (left < 0) {
        chosen = k;
        break;
      }
    }
    double[] value = values.each.get(chosen);
    System.arraycopy(value, 0, vector, values.at, value.length);
    return 1 - probabilities[values.own];
  }

  /** How many sites there are. */
  int count() {
    return sites.size();
  }

  /** What it has learned of each site. */
  double[] memory() {
    return sites.stream().mapToDouble(site -> site.log).toArray();
  }

  /**
   * Goes on with what was learned.
   *
   * @param at a vector of the density
   */
  void recall(double[] at, double[] memory) {
    System.arraycopy(at, 0, vector, 0, vector.length);
    for (int i = 0; i < memory.length; i++) {
      sites.get(i).log = memory[i];
    }
  }

  // --- what it did

  /** What it has learned and counted of all sites, for the report. */
  double[] tally() {
    return sites.stream()
        .flatMapToDouble(site -> DoubleStream.of(site.log, site.moved, site.sweeps))
        .toArray();
  }

  /** That of the same chain elsewhere. */
  void take(double[] tally) {
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      site.log = tally[3 * i];
      site.moved = tally[3 * i + 1];
      site.sweeps = (int) tally[3 * i + 2];
    }
  }

  /** Writes the discrete sites' values, the last numbers of a vector. */
  void copyTo(double[] vectors, int vectorAt) {
    int size = density.size();
    System.arraycopy(vector, size, vectors, vectorAt + size, vector.length - size);
  }

  /** What it did since the warm-up: a line for each site of several chains alike. */
  static ImmutableList<String> report(List<DiscreteMoves> chains) {
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    for (int i = 0; i < chains.get(0).sites.size(); i++) {
      int at = i;
      FullConditional of = chains.get(0).sites.get(i).of;
      double moved =
          chains.stream()
              .mapToDouble(chain -> chain.sites.get(at).moved / chain.sites.get(at).sweeps)
              .average()
              .orElseThrow();
      double scale =
          chains.stream()
              .mapToDouble(chain -> Math.exp(chain.sites.get(at).log))
              .average()
              .orElseThrow();
      String steps =
          chains.get(0).sites.get(i).isFinite()
              ? "Gibbs steps among %d values".formatted(of.count())
              : String.format(
                  Locale.ROOT, "Metropolis steps among %d numbers %.1f apart", of.count(), scale);
      lines.add(
          String.format(
              Locale.ROOT,
              "'%s' by %s, of which %.2f moved it%s",
              of.name(),
              steps,
              moved,
              of.whyOneByOne().map(why -> "; one row after the other, since " + why).orElse("")));
    }
    return lines.build();
  }
}
