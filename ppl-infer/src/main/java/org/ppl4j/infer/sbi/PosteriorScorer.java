package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.inference.Predictor;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Predictors;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What a {@link NeuralPosterior} answers, as functions of plain numbers: recorded once, and
 * computed by Java alone, also where the engine is not on the class path. See {@link
 * org.ppl4j.infer.density.Scorer}.
 *
 * <p>Of an observation that is {@linkplain #distance far} from the simulations nothing was learned.
 * Any number of threads may ask it at once. It owns nothing, and need not be closed.
 */
public final class PosteriorScorer {

  private static final String SETS = "posterior.sets";
  private static final String DENSITY = "posterior/density/";

  private final Parameters.Plain parameters;
  private final ConditionalScorer density;
  private final Observations observations;

  /** Of unconstrained parameters given data. */
  PosteriorScorer(
      Parameters.Plain parameters, ConditionalScorer density, Observations observations) {
    this.parameters = parameters;
    this.density = density;
    this.observations = observations;
  }

  /** The names of the parameters, the numbers of the prior's sites in their order. */
  public ImmutableList<String> names() {
    return parameters.names();
  }

  private double[] checked(double[]... observation) {
    checkArgument(observation.length > 0, "observation is a set of no members; pass one at least");
    double[] row = observations.checked(observation);
    observations.checkWidth(row.length, density.contextDim());
    return row;
  }

  /**
   * The posterior's log-density of parameters: −∞ outside the prior's support.
   *
   * @param theta as many numbers as there are {@link #names}
   * @param observation the numbers that the simulator returns; of a set those of each member
   * @throws IllegalArgumentException if one has more or fewer numbers, or the observation one that
   *     is not finite
   */
  public double logProb(double[] theta, double[]... observation) {
    double[] given = checked(observation);
    checkArgument(
        theta.length == names().size(),
        "parameters are %s numbers, but this posterior is of %s; pass as many",
        theta.length,
        names().size());
    Parameters.Mapping mapping = parameters.unconstrain(theta);
    return density.logProb(mapping.values(), given) + mapping.logDet()[0];
  }

  /**
   * Draws, all in the prior's support.
   *
   * @param count how many, at least 1
   * @param seed the same gives the same ones
   * @param observation as in {@link #logProb}
   * @return parameters each
   * @throws IllegalArgumentException if the count is less than 1, or as {@link #logProb}
   * @throws IllegalStateException if draws could not be recorded, which the message says, or one is
   *     not finite
   */
  public double[][] sample(int count, long seed, double[]... observation) {
    double[][] draws = density.sample(count, seed, checked(observation));
    for (int i = 0; i < draws.length; i++) {
      draws[i] = parameters.constrained().of(NeuralPosterior.finite(draws[i]));
    }
    return draws;
  }

  /**
   * How far an observation is from the simulations that were learned from, as {@link
   * NeuralPosterior#distance}: above 1 it is too far for its posterior to be trusted.
   */
  public double distance(double[]... observation) {
    return density.distance(checked(observation));
  }

  /**
   * {@link #sample} as DJL's predictor, of observations: see {@link Predictors}.
   *
   * @throws IllegalArgumentException if the count is less than 1
   */
  public Predictor<double[], double[][]> predictor(int count, long seed) {
    checkArgument(count >= 1, "predictor has %s draws, but needs at least 1", count);
    return Predictors.of(toString(), observation -> sample(count, seed, observation));
  }

  /**
   * Saves it in one file, over an older one, without the simulations.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path path) {
    TensorFile.Builder file = TensorFile.builder();
    parameters.write(file);
    file.put(SETS, Integer.toString(observations.most()));
    file.put(DENSITY, density::write);
    file.write(path);
  }

  /**
   * The scorer in a file, without the engine, bit for bit.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, no posterior's scorer, or has an operation
   *     that this release does not know
   */
  public static PosteriorScorer load(Path path) {
    TensorFile file = TensorFile.read(path);
    String sets = file.text(SETS);
    checkArgument(
        sets != null && sets.matches("0|[1-9][0-9]{0,8}"),
        "%s has no posterior's scorer; pass a file that one's save wrote",
        file);
    ConditionalScorer density = ConditionalScorer.read(file.part(DENSITY));
    return new PosteriorScorer(
        Parameters.Plain.read(file, density.dim()),
        density,
        new Observations(Integer.parseInt(sets)));
  }

  /** Its parameters. */
  @Override
  public String toString() {
    return "scorer of a posterior of " + String.join(", ", names());
  }
}
