package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Range;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Locale;
import java.util.Optional;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.internal.RankUniformity;
import org.ppl4j.internal.math.Nearest;

/**
 * Whether a posterior says what it knows: over simulations from the prior, the parameters that were
 * true are like one more draw of their own posterior.
 *
 * <p>Three figures of each trial, each uniform on 0 … L if the posterior is right, where L is the
 * number of its draws. The rank of a parameter is how many draws are below the true one; ranks that
 * gather at both ends tell of a posterior that is too narrow, in the middle of one too wide. The
 * depth is how many draws have a greater density than the true parameters: the share of the trials
 * whose depth is below a level is how often the region of highest density of that mass covers the
 * truth. And how many draws are nearer to a reference point than the true parameters, which sees
 * all parameters at once and needs no density: the share of the trials in which these are fewer
 * than a level is how often the ball around the point that holds that mass covers the truth.
 *
 * <p>The reference point is that of the trials before whose data are the nearest, its true
 * parameters; of the first, the middle of all. It follows the data, so that a posterior which has
 * learned nothing from them is found out too. What is off by little moves the balls by its square,
 * so that ranks see it sooner; balls see what ranks do not.
 *
 * <p>Sources: Talts, Betancourt, Simpson, Vehtari, Gelman 2018 (ranks); Hermans, Delaunoy, Rozet,
 * Wehenkel, Louppe 2022 (expected coverage); Lemos, Coogan, Hezaveh, Perreault-Levasseur 2023
 * (balls around reference points, "TARP").
 */
public final class Calibration {

  /** More of the trials than this share should not be far from what was learned. */
  private static final double MAX_FAR = 0.02;

  private static final double[] LEVELS = {0.5, 0.8, 0.95};

  /** How often a posterior that is right is warned of, by its coverage, by its ranks, by balls. */
  private static final double CHANCE = 0.01;

  /** Ranks are counted in so many bins, or in fewer where there are few trials or draws. */
  private static final int MOST_BINS = 20;

  private static final int TRIALS_OF_A_BIN = 5;

  private final int draws;
  private final int far;
  private final ImmutableList<String> names;
  private final ImmutableList<ImmutableIntArray> ranks;
  private final ImmutableIntArray depths;
  private final ImmutableIntArray nearer;

  /**
   * Of these figures.
   *
   * @param draws L
   * @param far how many trials have data far from those that were learned from
   * @param names of the parameters
   * @param ranks of each parameter, one a trial
   * @param depths one a trial
   * @param nearer how many draws are nearer to a reference point than the truth, one a trial
   */
  Calibration(
      int draws,
      int far,
      ImmutableList<String> names,
      ImmutableList<ImmutableIntArray> ranks,
      ImmutableIntArray depths,
      ImmutableIntArray nearer) {
    this.draws = draws;
    this.far = far;
    this.names = names;
    this.ranks = ranks;
    this.depths = depths;
    this.nearer = nearer;
  }

  /**
   * The trials of both: of posteriors that were learned with other seeds, for one. All trials of
   * one posterior share its error; those of several say how good the way of learning is.
   *
   * @throws IllegalArgumentException if they are of other parameters or numbers of draws
   */
  public Calibration and(Calibration other) {
    checkArgument(
        draws == other.draws && names.equals(other.names),
        "calibration of %s by %s draws cannot be joined with one of %s by %s; calibrate both alike",
        names,
        draws,
        other.names,
        other.draws);
    ImmutableList.Builder<ImmutableIntArray> joined = ImmutableList.builder();
    for (int i = 0; i < ranks.size(); i++) {
      joined.add(joined(ranks.get(i), other.ranks.get(i)));
    }
    return new Calibration(
        draws,
        far + other.far,
        names,
        joined.build(),
        joined(depths, other.depths),
        joined(nearer, other.nearer));
  }

  private static ImmutableIntArray joined(ImmutableIntArray a, ImmutableIntArray b) {
    return ImmutableIntArray.builder().addAll(a).addAll(b).build();
  }

  /** How many simulations were looked at. */
  public int trials() {
    return depths.length();
  }

  /** How many draws of each posterior, L. */
  public int draws() {
    return draws;
  }

  /**
   * How many trials have data that are {@linkplain NeuralPosterior#distance far} from those that
   * were learned from: hardly any, unless these were of another prior or simulator.
   */
  public int far() {
    return far;
  }

  /**
   * All that speaks against the posterior, each in words with what to do: its regions hold the
   * truth too seldom or too often, a parameter is not in the middle of its draws or as spread as
   * they are, draws are nearer to reference points than the truth or farther, or {@link
   * #warning()}. Each is judged where chance alone is one in a hundred, all levels or parameters
   * together. Empty if nothing does, which is no proof.
   */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    ofCoverage().ifPresent(warnings::add);
    for (String name : names) {
      ofRanks(name).ifPresent(warnings::add);
    }
    ofBalls().ifPresent(warnings::add);
    warning().ifPresent(warnings::add);
    return warnings.build();
  }

  /** Of the level whose region is most often wrong. */
  private Optional<String> ofCoverage() {
    String warning = null;
    double most = 0;
    for (double level : LEVELS) {
      double share = share(level);
      Range<Double> band = band(share, 1 - CHANCE / LEVELS.length);
      double held = coverage(level);
      double off = Math.abs(held - share) / Math.sqrt(share * (1 - share));
      if (!band.contains(held) && off > most) {
        most = off;
        warning =
            String.format(
                Locale.ROOT,
                "the region of %.0f%% holds the truth in %.1f%% of the trials: the posterior is %s;"
                    + " learn from more simulations, or by another flow",
                100 * level,
                100 * held,
                held < share ? "surer than it may be" : "less sure than it might be");
      }
    }
    return Optional.ofNullable(warning);
  }

  private Optional<String> ofRanks(String name) {
    double chance = CHANCE / (2 * names.size());
    double half = share(0.5);
    double below = below(name, 0.5);
    if (!band(half, 1 - chance).contains(below)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "'%s' is in the lower half of its draws in %.1f%% of the trials, not %.1f%%: they lie"
                  + " too %s; learn from more simulations, or by another flow",
              name,
              100 * below,
              100 * half,
              below < half ? "low" : "high"));
    }
    double inner = share(0.75) - share(0.25);
    double inside = below(name, 0.75) - below(name, 0.25);
    return band(inner, 1 - chance).contains(inside)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "'%s' is in the middle half of its draws in %.1f%% of the trials, not %.1f%%: they"
                    + " are too %s; learn from more simulations, or by another flow",
                name,
                100 * inside,
                100 * inner,
                inside < inner ? "narrow" : "wide"));
  }

  private Optional<String> ofBalls() {
    if (bins() < 2 || ballPValue() >= CHANCE) {
      return Optional.empty();
    }
    double mean = nearer.stream().average().orElseThrow() / draws;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "on average %.1f%% of the draws are nearer to reference points than the truth, not"
                + " 50%%, p = %.1e: the posterior is %s; learn from more simulations, or by another"
                + " flow",
            100 * mean,
            ballPValue(),
            mean > 0.5
                ? "beside the truth, or surer than it may be"
                : "biased, or has not learned all that data tell"));
  }

  private int bins() {
    return Math.min(MOST_BINS, Math.min(draws + 1, trials() / TRIALS_OF_A_BIN));
  }

  /**
   * How probable ranks are that are no more uniform than those of a parameter, if the posterior is
   * right: by the χ² test of 20 bins, or fewer where trials or draws are few.
   *
   * @throws IllegalArgumentException if there is no parameter of this name, or there are fewer than
   *     10 trials
   */
  public double pValue(String name) {
    return RankUniformity.pValue(ranks(name), draws, Math.max(2, bins()));
  }

  /**
   * The same of how many draws are {@linkplain #nearer nearer} to reference points than the truth.
   *
   * @throws IllegalArgumentException if there are fewer than 10 trials
   */
  public double ballPValue() {
    return RankUniformity.pValue(nearer, draws, Math.max(2, bins()));
  }

  /** How much is below a level if the posterior is right: of L + 1 places whole ones only. */
  private double share(double level) {
    return Math.ceil(bound(level)) / (draws + 1);
  }

  /** What speaks against the posterior beside its coverage: far trials, if they are many. */
  public Optional<String> warning() {
    return far <= MAX_FAR * trials()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d trials have data far from all simulations that were learned from; learn"
                    + " from simulations of the same prior and simulator",
                far,
                trials()));
  }

  /** The names of the numbers of the parameters, such as {@code theta[1]}. */
  public ImmutableList<String> names() {
    return names;
  }

  /**
   * The ranks of a parameter, one a trial, from 0 to L.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public ImmutableIntArray ranks(String name) {
    int place = names.indexOf(name);
    checkArgument(
        place >= 0,
        "calibration has no parameter '%s', only %s; ask for one of these",
        name,
        Nearest.to(name, names));
    return ranks.get(place);
  }

  /** How many draws are denser than the truth, one a trial, from 0 to L. */
  public ImmutableIntArray depths() {
    return depths;
  }

  /**
   * How many draws are nearer to a reference point than the truth, one a trial, from 0 to L: by the
   * distance whose units are half the quartile ranges of the parameters that were true.
   */
  public ImmutableIntArray nearer() {
    return nearer;
  }

  /**
   * How often the ball around a reference point that holds a share of the posterior's mass held the
   * truth: {@code level} if the posterior is right, exactly where {@code level · (L + 1)} is whole.
   *
   * @param level from 0 to 1
   */
  public double ballCoverage(double level) {
    return below(nearer, level);
  }

  /**
   * How often the region of highest density that holds a share of the posterior's mass held the
   * truth: {@code level} if the posterior is right, exactly where {@code level · (L + 1)} is whole.
   *
   * @param level from 0 to 1
   */
  public double coverage(double level) {
    return below(depths, level);
  }

  /**
   * The share of the trials in which the rank of a parameter is below a share of L + 1: {@code
   * level} if the posterior is right, exactly where {@code level · (L + 1)} is whole.
   *
   * @param level from 0 to 1
   * @throws IllegalArgumentException if there is no parameter of this name
   */
  public double below(String name, double level) {
    return below(ranks(name), level);
  }

  private double below(ImmutableIntArray counts, double level) {
    checkLevel(level);
    double bound = bound(level);
    return (double) counts.stream().filter(count -> count < bound).count() / trials();
  }

  private double bound(double level) {
    return level * (draws + 1) - 1e-9;
  }

  private static void checkLevel(double level) {
    checkArgument(level >= 0 && level <= 1, "level is %s, but must be from 0 to 1", level);
  }

  /**
   * Where {@link #coverage} lies with a given probability if the posterior is right: the shortest
   * range of the binomial law that leaves at most half of the rest on each side.
   *
   * @param level from 0 to 1
   * @param probability above 0, below 1
   */
  public Range<Double> band(double level, double probability) {
    checkLevel(level);
    Range<Integer> band = BinomialBand.of(trials(), level, probability);
    return Range.closed(
        (double) band.lowerEndpoint() / trials(), (double) band.upperEndpoint() / trials());
  }

  /** The coverage of three levels, beside where it should be 99 times of 100, and p-values. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(Locale.ROOT, "calibration: %,d trials of %,d draws", trials(), draws));
    for (double level : LEVELS) {
      Range<Double> band = band(level, 0.99);
      text.append(
          String.format(
              Locale.ROOT,
              "%n  the region of %.0f%% holds the truth in %.1f%% (%.1f%% to %.1f%% if it is"
                  + " right)",
              100 * level,
              100 * coverage(level),
              100 * band.lowerEndpoint(),
              100 * band.upperEndpoint()));
    }
    if (bins() >= 2) {
      for (String name : names) {
        text.append(String.format(Locale.ROOT, "%n  ranks of '%s': p = %.2g", name, pValue(name)));
      }
      text.append(String.format(Locale.ROOT, "%n  balls: p = %.2g", ballPValue()));
    }
    text.append(Wording.warnings(warnings()));
    return text.toString();
  }
}
