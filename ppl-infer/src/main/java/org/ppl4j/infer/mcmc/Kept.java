package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableDoubleArray;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;

/**
 * The draws that are kept of chains, as many of each: all, unless some chains were cut short.
 *
 * @param chains that have so many
 * @param draws of each
 */
record Kept(ImmutableList<Chain> chains, int draws) {

  /**
   * As many draws as possible of chains that have not failed, of as many chains as possible among
   * these.
   *
   * @param limit the time that is over; empty if it is not
   * @throws IllegalStateException if there is none
   */
  static Kept of(List<Chain> all, Optional<Duration> limit) {
    List<Chain> good = all.stream().filter(chain -> chain.failure() == null).toList();
    Kept most = new Kept(ImmutableList.of(), 0);
    for (Chain one : good) {
      Kept kept = longerThan(good, one.draws());
      if (kept.size() > most.size() || (kept.size() == most.size() && kept.draws < most.draws)) {
        most = kept;
      }
    }
    if (most.size() == 0) {
      throw none(all, limit);
    }
    return most;
  }

  private static Kept longerThan(List<Chain> chains, int draws) {
    return new Kept(
        chains.stream()
            .filter(chain -> chain.draws() >= draws)
            .collect(ImmutableList.toImmutableList()),
        draws);
  }

  private static IllegalStateException none(List<Chain> all, Optional<Duration> limit) {
    for (Chain chain : all) {
      RuntimeException failure = chain.failure();
      if (failure != null) {
        return new IllegalStateException(
            "sampler has no draws, for a chain failed and no other has any: "
                + chain.report().failure().orElseThrow(),
            failure);
      }
    }
    return limit
        .map(
            time ->
                new IllegalStateException(
                    "sampler has a limit of %s s, which was over before its first draw; give it more"
                            .formatted(seconds(time))
                        + " time"))
        .orElseGet(() -> interrupted(null));
  }

  /** There is none, since the thread was interrupted before. */
  static InterruptionException interrupted(@Nullable Throwable cause) {
    return new InterruptionException(
        "sampler was interrupted before its first draw; let it run beyond the warm-up", cause);
  }

  /** A limit, in seconds. */
  static String seconds(Duration limit) {
    return String.valueOf(limit.toNanos() * 1e-9);
  }

  /** How many draws in all. */
  long size() {
    return (long) chains.size() * draws;
  }

  /** The draws (N, D), row by row, chain after chain. */
  double[] vectors() {
    return Doubles.concat(
        chains.stream().map(chain -> chain.vectors(draws)).toArray(double[][]::new));
  }

  /** Where they ended. */
  ChainEnds ends(String sampler, long seed) {
    return new ChainEnds(
        sampler,
        seed,
        chains.get(0).size(),
        chains.stream().map(Chain::end).collect(ImmutableList.toImmutableList()));
  }

  /** What made them. */
  Iterations iterations() {
    ImmutableMap.Builder<String, ImmutableDoubleArray> columns = ImmutableMap.builder();
    for (String name : chains.get(0).columns()) {
      double[][] parts =
          chains.stream().map(chain -> chain.column(name, draws)).toArray(double[][]::new);
      columns.put(name, ImmutableDoubleArray.copyOf(Doubles.concat(parts)));
    }
    return Iterations.of(columns.buildOrThrow(), chains.size());
  }
}
