package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the iterations did that made the draws of chains: columns with Stan's names, of a number for
 * each draw, in the order of the draws, chain after chain. They go to files and come from them
 * beside the draws:
 *
 * <pre>{@code
 * List<Path> files =
 *     CmdStanCsv.write(run.samples(), run.iterations().columns(), folder, "schools");
 * try (CmdStanCsv read = CmdStanCsv.read(files)) {
 *   Iterations same = Iterations.of(read.sampler(), read.samples().chains());
 * }
 * }</pre>
 *
 * <p>Samplers here have all columns of {@link #NAMES}. Files of others may have fewer; each method
 * throws an {@link IllegalArgumentException} if its column is not there.
 *
 * <p>Source of the names: CmdStan's guide, "Stan CSV file format".
 */
public final class Iterations {

  /** The columns of samplers, in CmdStan's order. */
  public static final ImmutableList<String> NAMES =
      ImmutableList.of(
          "lp__",
          "accept_stat__",
          "stepsize__",
          "treedepth__",
          "n_leapfrog__",
          "divergent__",
          "energy__");

  private final ImmutableMap<String, ImmutableDoubleArray> columns;
  private final int chains;

  private Iterations(ImmutableMap<String, ImmutableDoubleArray> columns, int chains) {
    this.columns = columns;
    this.chains = chains;
  }

  /**
   * Of these columns.
   *
   * @param columns by name, at least one, as many numbers in each
   * @param chains of how many chains, one after the other, at least 1
   * @throws IllegalArgumentException if there is none, columns differ in length, or there are not
   *     as many numbers of each chain
   */
  public static Iterations of(Map<String, ImmutableDoubleArray> columns, int chains) {
    checkArgument(chains >= 1, "iterations are of %s chains, but need at least 1", chains);
    checkArgument(!columns.isEmpty(), "iterations have no columns; pass those of a sampler");
    Map.Entry<String, ImmutableDoubleArray> first = columns.entrySet().iterator().next();
    int draws = first.getValue().length();
    columns.forEach(
        (name, column) ->
            checkArgument(
                column.length() == draws,
                "column '%s' has %s numbers, but column '%s' has %s; pass one a draw",
                name,
                column.length(),
                first.getKey(),
                draws));
    checkArgument(
        draws % chains == 0,
        "columns have %s numbers, which are not as many of each of %s chains",
        draws,
        chains);
    return new Iterations(ImmutableMap.copyOf(columns), chains);
  }

  /** All columns by name, in their order. */
  public ImmutableMap<String, ImmutableDoubleArray> columns() {
    return columns;
  }

  /** Of how many chains. */
  public int chains() {
    return chains;
  }

  /** Of how many draws, of all chains together. */
  public int draws() {
    return columns.values().iterator().next().length();
  }

  private ImmutableDoubleArray column(String name) {
    ImmutableDoubleArray column = columns.get(name);
    checkArgument(
        column != null,
        "iterations have no column '%s', only %s; write it to the file that they are read from",
        name,
        columns.keySet());
    return column;
  }

  /** The log densities of the draws as vectors of unconstrained numbers, up to a constant. */
  public ImmutableDoubleArray logDensities() {
    return column("lp__");
  }

  /**
   * The mean probabilities of acceptance along the trajectories; of slices one over the number of
   * points that were tried.
   */
  public ImmutableDoubleArray acceptances() {
    return column("accept_stat__");
  }

  /** The step sizes of the leapfrog integrator; NaN of a sampler without. */
  public ImmutableDoubleArray stepSizes() {
    return column("stepsize__");
  }

  /** How often each trajectory doubled; 0 of a sampler without. */
  public ImmutableDoubleArray depths() {
    return column("treedepth__");
  }

  /** How many leapfrog steps each trajectory had, or how many points were tried. */
  public ImmutableDoubleArray steps() {
    return column("n_leapfrog__");
  }

  /**
   * The energies of the draws, the negative log density and the kinetic energy of the momentum with
   * which the draw was reached; NaN of a sampler without momenta.
   */
  public ImmutableDoubleArray energies() {
    return column("energy__");
  }

  /** Which draws have a trajectory that diverged, counted from 0, in their order. */
  public ImmutableIntArray divergent() {
    ImmutableDoubleArray divergent = column("divergent__");
    return ImmutableIntArray.copyOf(IntStream.range(0, draws()).filter(i -> divergent.get(i) != 0));
  }

  /** The estimated Bayesian fraction of missing information of each chain, as in its report. */
  public ImmutableDoubleArray ebfmi() {
    ImmutableDoubleArray energies = energies();
    int length = draws() / chains;
    return ImmutableDoubleArray.copyOf(
        IntStream.range(0, chains)
            .mapToObj(c -> energies.subArray(c * length, (c + 1) * length).toArray())
            .mapToDouble(chain -> Ebfmi.of(chain, chain.length)));
  }

  /** How many draws of which columns. */
  @Override
  public String toString() {
    return "Iterations(" + draws() + " of " + chains + " chains: " + columns.keySet() + ")";
  }
}
