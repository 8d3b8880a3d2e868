package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The posterior of a simulator's parameters given its data, learned by {@link Npe}: for any
 * observation, unless it was learned in rounds for one. It owns the parameters of its flow: close
 * it. Every other method of a closed posterior but {@code toString} throws an {@link
 * IllegalStateException}.
 */
public final class NeuralPosterior implements Posterior<NDArray>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NeuralPosterior.class);

  private final PosteriorParts parts;
  private final Parameters parameters;
  private final ConditionalDensity density;
  private final NDManager manager;
  private final @Nullable Correction correction;
  private volatile boolean open = true;

  /** Of these, which are closed with it. */
  NeuralPosterior(PosteriorParts parts) {
    this.parts = parts;
    this.parameters = parts.parameters();
    this.density = parts.density();
    this.manager = parts.manager();
    this.correction = parts.correction();
  }

  /** The same, which stands instead of that of more rounds; what it owned is the new one's. */
  NeuralPosterior insteadOf(int rounds, double khat) {
    return new NeuralPosterior(parts.with(Correction.warning(rounds(), rounds, khat)));
  }

  /**
   * Draws of the prior's sites, all in its support. Of an observation that is {@linkplain
   * #distance(NDArray) far} from the simulations nothing was learned: then it logs a warning, which
   * the draws and their summary have too. So it does with those of the {@linkplain #report()
   * training}.
   *
   * @param observation (C), or a set (n, C) where it was learned of {@linkplain Npe#sets sets}
   * @throws IllegalArgumentException if it has another number of entries than the simulator
   *     returns, one is not finite, or the posterior was learned for another observation
   */
  @MustBeClosed
  @Override
  public Samples posterior(NDArray observation, int draws) {
    checkOpen();
    checkArgument(draws >= 1, "posterior is asked for %s draws, but needs at least 1", draws);
    double[] given = checked(observation);
    ImmutableList<String> warnings = warnings(given);
    warnings.forEach(LOG::warn);
    double[] rows = draws(given, draws, 0);
    NDManager own = NDManager.newBaseManager(parts.config().device());
    try {
      return Samples.of(own, parameters.sites(rows, own), warnings);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /**
   * How far an observation is from the simulations that were learned from, as {@link
   * ConditionalDensity#distance}: above 1 it is too far for its posterior to be trusted.
   *
   * @param observation (C)
   * @throws IllegalArgumentException as {@link #posterior}
   */
  public double distance(NDArray observation) {
    checkOpen();
    return distances(checked(observation))[0];
  }

  /** The same of observations, one after the other. */
  double[] distances(double[] observations) {
    try (NDManager own = manager.newSubManager()) {
      NDArray x = Observations.rows(own, observations, density.contextDim());
      return Tensors.values(density.distance(x));
    }
  }

  private ImmutableList<String> warnings(double[] observation) {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warning(distances(observation)[0]).ifPresent(warnings::add);
    return warnings.addAll(notes()).build();
  }

  /** What all draws are warned of; that of several trainings once. */
  private ImmutableList<String> notes() {
    Stream<String> ofTraining =
        density.reports().stream()
            .flatMap(report -> report.warnings().stream())
            .map(text -> "its training has a warning: " + text);
    return Stream.concat(parts.notes().stream(), ofTraining)
        .distinct()
        .collect(ImmutableList.toImmutableList());
  }

  /** What is said of an observation that is too far; empty if it is not. */
  static Optional<String> warning(double distance) {
    return distance <= 1
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "observation is far from all simulations that were learned from: %.3g times the"
                    + " distance up to which a posterior can be trusted; look for a mistake in it,"
                    + " in the simulator or in the prior",
                distance));
  }

  /**
   * The posterior's log-density of parameters: −∞ outside the prior's support.
   *
   * @param theta (N, P), the prior's sites beside each other, in their order
   * @param observation (C)
   * @return (N), on the manager of {@code theta} and of its type
   * @throws IllegalArgumentException if one has another width, or as {@link #posterior}
   */
  public NDArray logProb(NDArray theta, NDArray observation) {
    checkOpen();
    Shape shape = theta.getShape();
    checkArgument(
        shape.dimension() == 2 && shape.get(1) == parameters.columns() && shape.get(0) > 0,
        "parameters have shape %s, but this posterior is of %s parameters; pass shape (N, %s)",
        shape,
        parameters.columns(),
        parameters.columns());
    double[] logs = logProb(Tensors.values(theta), checked(observation));
    return Tensors.like(theta, logs, new Shape(logs.length));
  }

  private double[] checked(NDArray observation) {
    double[] given = parts.observations().row(observation);
    parts.observations().checkWidth(given.length, density.contextDim());
    checkArgument(
        correction == null || Arrays.equals(correction.observation(), given),
        "observation is %s, but this posterior was learned in rounds for %s; pass that one, or"
            + " learn it in one round",
        Arrays.toString(given),
        correction == null ? "" : Arrays.toString(correction.observation()));
    return given;
  }

  /**
   * Draws, row by row, in the support: of each observation in turn.
   *
   * @param observations one or more, row by row
   * @param each how many of each observation
   * @param stream other numbers give other draws
   * @return (each, observations, P)
   */
  double[] draws(double[] observations, int each, long stream) {
    checkOpen();
    if (correction != null) {
      return parameters.constrain(correction.draws(each, stream));
    }
    try (NDManager own = manager.newSubManager();
        NDArray drawn =
            density.sample(
                each, Observations.rows(own, observations, density.contextDim()), stream)) {
      return parameters.constrain(finite(Tensors.values(drawn)));
    }
  }

  static double[] finite(double[] drawn) {
    checkState(
        Arrays.stream(drawn).allMatch(Double::isFinite),
        "posterior has draws that are not finite; train the flow at a lower rate");
    return drawn;
  }

  /**
   * The log-density of each row.
   *
   * @param rows of parameters
   * @param observations one, or one for each row
   */
  double[] logProb(double[] rows, double[] observations) {
    checkOpen();
    Parameters.Mapping mapping = parameters.unconstrain(rows);
    try (NDManager own = manager.newSubManager()) {
      NDArray u = Observations.rows(own, mapping.values(), parameters.unconstrainedColumns());
      NDArray x = Observations.rows(own, observations, density.contextDim());
      double[] logs = Tensors.values(density.logProb(u, x));
      double[] factors =
          correction == null ? new double[logs.length] : correction.logFactors(mapping.values());
      for (int i = 0; i < logs.length; i++) {
        logs[i] += mapping.logDet()[i] + factors[i];
      }
      return logs;
    }
  }

  /**
   * Checks that simulations are of as many numbers as those that it was learned from.
   *
   * @throws IllegalArgumentException if they are not
   */
  void checkLearnedFrom(Simulations others) {
    checkArgument(
        others.dataColumns() == density.contextDim()
            && others.parameterColumns() == parameters.columns(),
        "posterior was learned from %s parameters and %s numbers of data, but this npe simulates %s"
            + " and %s; calibrate it with the npe that learned it",
        parameters.columns(),
        density.contextDim(),
        others.parameterColumns(),
        others.dataColumns());
  }

  boolean isForAll() {
    return correction == null;
  }

  /** What the next round may be drawn from. */
  FittedProposal next() {
    return inRounds().next();
  }

  /** Whether the weights of what it learned in rounds can be trusted. */
  boolean holds() {
    return inRounds().holds();
  }

  /** That of these weights. */
  double khat() {
    return inRounds().khat();
  }

  /** How many it learned in. */
  int rounds() {
    return inRounds().rounds();
  }

  /** What these drew. */
  Proposals proposals() {
    return inRounds().proposals();
  }

  private Correction inRounds() {
    checkState(correction != null, "posterior is for all observations");
    return correction;
  }

  /**
   * What the training did, of an ensemble that of its first member; log-densities are those of
   * unconstrained parameters. Empty for a posterior from a file.
   */
  public Optional<DensityReport> report() {
    checkOpen();
    return density.report();
  }

  /** What it was learned from. */
  public Simulations simulations() {
    checkOpen();
    return parts.simulations();
  }

  /**
   * Saves it in one file, over an older one, with the simulations that it was learned from: {@link
   * Npe#load} reads it and {@link Npe#extend} goes on.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path path) {
    TensorFile.Builder file = TensorFile.builder();
    write(file);
    file.write(path);
  }

  /** Adds all of it to a file. */
  void write(TensorFile.Builder file) {
    checkOpen();
    parts.write(file, notes());
  }

  /**
   * What it answers as functions of plain numbers, which need no engine: log-densities and draws.
   * It takes a moment, and owns nothing, so that it may be used after this is closed.
   *
   * @throws IllegalArgumentException if it was learned in rounds for one observation, whose weights
   *     ask the prior, or does what cannot be recorded, which the message says
   */
  public PosteriorScorer scorer() {
    checkOpen();
    checkArgument(
        correction == null,
        "posterior was learned in %s rounds for one observation, with weights that ask the prior,"
            + " which a scorer has not; learn it in one round",
        correction == null ? 1 : correction.rounds());
    return new PosteriorScorer(parameters.plain(), density.scorer(), parts.observations());
  }

  /** The parameters of the flow. */
  @Override
  public ParamStore params() {
    checkOpen();
    return density.params();
  }

  @Override
  public RunConfig config() {
    checkOpen();
    return parts.config();
  }

  private void checkOpen() {
    checkState(open, "neural posterior is used after it was closed; close it after its last use");
  }

  /** Its parameters, data, simulations and training in a few lines. */
  @Override
  public String toString() {
    String rounds =
        correction == null
            ? ""
            : String.format(
                Locale.ROOT,
                " of one observation, in %d rounds with k-hat %.2f,",
                correction.rounds(),
                correction.khat());
    return String.format(
        Locale.ROOT,
        "posterior of %s%s from %,d simulations, seed %d%n  by a %s",
        String.join(", ", parameters.names()),
        rounds,
        parts.simulations().rows(),
        parts.config().seed(),
        density);
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    open = false;
    parts.close();
  }
}
