package org.ppl4j.infer.sbi;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What the parameters of simulations in rounds, for one observation, were drawn from: of the first
 * round from the prior, of each other from a member of a {@link RoundProposal}.
 *
 * <p>A flow learns of them the posterior under the mixture of all, and a posterior under the prior
 * is that one with weights, the prior's density over the mixture's.
 */
final class Proposals {

  /**
   * One of the later rounds.
   *
   * @param proposal of its parameters
   * @param count of simulations
   */
  private record Round(FittedProposal proposal, int count) {}

  private final RoundProposal family;
  private final Parameters parameters;
  private final double[] observation;
  private final int first;
  private final ImmutableList<Round> rounds;

  private Proposals(
      RoundProposal family,
      Parameters parameters,
      double[] observation,
      int first,
      ImmutableList<Round> rounds) {
    this.family = family;
    this.parameters = parameters;
    this.observation = observation;
    this.first = first;
    this.rounds = rounds;
  }

  /**
   * The prior, so many times.
   *
   * @param family of what later rounds are drawn from
   */
  static Proposals ofPrior(
      RoundProposal family, Parameters parameters, double[] observation, int count) {
    return new Proposals(family, parameters, observation, count, ImmutableList.of());
  }

  /** With a further round. */
  Proposals and(FittedProposal proposal, int count) {
    ImmutableList<Round> all =
        ImmutableList.<Round>builder().addAll(rounds).add(new Round(proposal, count)).build();
    return new Proposals(family, parameters, observation, first, all);
  }

  /**
   * What a further round may be drawn from.
   *
   * @param rows unconstrained, of a posterior, with weights that sum to 1
   */
  FittedProposal around(double[] rows, double[] weights) {
    return FittedProposal.around(family, parameters, rows, weights, simulations());
  }

  /** Of how many rounds. */
  int rounds() {
    return 1 + rounds.size();
  }

  /** Of how many simulations. */
  int simulations() {
    return first + rounds.stream().mapToInt(Round::count).sum();
  }

  double[] observation() {
    return observation;
  }

  Parameters parameters() {
    return parameters;
  }

  /**
   * The logarithms of the prior's density over the mixture's at unconstrained rows; 0 of one round.
   */
  double[] logWeights(double[] rows) {
    int count = rows.length / parameters.unconstrainedColumns();
    double[] logs = new double[count];
    if (rounds.isEmpty()) {
      return logs;
    }
    double total = simulations();
    double[] logPrior = parameters.logPrior(rows);
    List<double[]> terms = new ArrayList<>();
    terms.add(plus(logPrior, Math.log(first / total)));
    for (Round round : rounds) {
      terms.add(plus(round.proposal.logProb(rows), Math.log(round.count / total)));
    }
    for (int i = 0; i < count; i++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (double[] term : terms) {
        largest = Math.max(largest, term[i]);
      }
      double sum = 0;
      for (double[] term : terms) {
        sum += Math.exp(term[i] - largest);
      }
      boolean isPossible = logPrior[i] > Double.NEGATIVE_INFINITY;
      logs[i] = isPossible ? logPrior[i] - largest - Math.log(sum) : Double.NEGATIVE_INFINITY;
    }
    return logs;
  }

  /** What no logarithm of a weight is above, since the prior has a share in the mixture. */
  double logLargest() {
    return Math.log((double) simulations() / first);
  }

  private static double[] plus(double[] values, double number) {
    double[] sums = values.clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += number;
    }
    return sums;
  }

  private static final String OBSERVATION = "observation";
  private static final String COUNTS = "counts";

  /** Adds them to a file. */
  void write(TensorFile.Builder file) {
    file.put(OBSERVATION, FloatType.FLOAT64, new Shape(observation.length), observation);
    double[] counts = new double[rounds()];
    counts[0] = first;
    for (int i = 0; i < rounds.size(); i++) {
      counts[i + 1] = rounds.get(i).count;
      file.put(i + "/", rounds.get(i).proposal::write);
    }
    file.put(COUNTS, FloatType.FLOAT64, new Shape(counts.length), counts);
  }

  /** Those in a file; null if it has none. */
  static @Nullable Proposals read(RoundProposal family, Parameters parameters, TensorFile file) {
    TensorFile.Entry observation = file.entries().get(OBSERVATION);
    TensorFile.Entry counts = file.entries().get(COUNTS);
    if (observation == null || counts == null) {
      return null;
    }
    Proposals proposals =
        ofPrior(family, parameters, observation.values(), (int) counts.values()[0]);
    for (int i = 1; i < counts.values().length; i++) {
      FittedProposal next = FittedProposal.read(parameters, family, file.part(i - 1 + "/"));
      proposals = proposals.and(next, (int) counts.values()[i]);
    }
    return proposals;
  }
}
