package org.ppl4j.infer.importance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.infer.Samples;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** Where N particles were at each time, and whom they descend from. */
final class ParticlePaths {

  private final int particles;
  private final List<Map<String, ParticleSite>> times = new ArrayList<>();
  private final List<int[]> parents = new ArrayList<>(); // of each time, at the time before
  private final Map<String, ImmutableList.Builder<Moments>> moments = new LinkedHashMap<>();
  private int[] chosen;

  /**
   * The moments of a site's numbers at a time.
   *
   * @param mean of each number, row by row of its shape
   * @param sd of each
   */
  record Moments(ImmutableDoubleArray mean, ImmutableDoubleArray sd) {}

  ParticlePaths(int particles) {
    this.particles = particles;
    this.chosen = identity(particles);
  }

  private static int[] identity(int count) {
    int[] identity = new int[count];
    Arrays.setAll(identity, i -> i);
    return identity;
  }

  /** Resampled: at each place is now the particle of this number. */
  void choose(int[] numbers) {
    chosen = numbers;
  }

  /** A time, at which sites were drawn. */
  void add(Map<String, ParticleSite> drawn) {
    times.add(drawn);
    parents.add(chosen);
    chosen = identity(particles);
  }

  /** What all sites are at the time, by the particles' weights, which sum to 1. */
  void weigh(Map<String, ParticleSite> states, double[] shares) {
    states.forEach(
        (name, site) ->
            moments
                .computeIfAbsent(name, key -> ImmutableList.builder())
                .add(moments(site, shares)));
  }

  private static Moments moments(ParticleSite site, double[] shares) {
    int size = site.size();
    double[] mean = new double[size];
    double[] sd = new double[size];
    double[] one = new double[size];
    for (int i = 0; i < shares.length; i++) {
      site.copy(i, one, 0);
      for (int j = 0; j < size; j++) {
        mean[j] += shares[i] * one[j];
      }
    }
    for (int i = 0; i < shares.length; i++) {
      site.copy(i, one, 0);
      for (int j = 0; j < size; j++) {
        sd[j] += shares[i] * (one[j] - mean[j]) * (one[j] - mean[j]);
      }
    }
    Arrays.setAll(sd, j -> Math.sqrt(sd[j]));
    return new Moments(ImmutableDoubleArray.copyOf(mean), ImmutableDoubleArray.copyOf(sd));
  }

  /** The moments of a site at each time since it was drawn first. */
  ImmutableMap<String, ImmutableList<Moments>> moments() {
    ImmutableMap.Builder<String, ImmutableList<Moments>> all = ImmutableMap.builder();
    moments.forEach((name, builder) -> all.put(name, builder.build()));
    return all.buildOrThrow();
  }

  /**
   * The paths of the particles: of sites that steps draw {@code (N, T, site)}, of those that stay
   * {@code (N, site)}.
   *
   * @param last what all sites are at the last time
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  Samples samples(
      RunConfig config,
      Map<String, ParticleSite> last,
      double[] logWeights,
      List<String> warnings) {
    NDManager manager = NDManager.newBaseManager(config.device());
    try (Run run = Run.open(config, 0)) {
      Map<String, NDArray> sites = new LinkedHashMap<>();
      last.forEach(
          (name, site) -> {
            boolean moves = times.get(times.size() - 1).containsKey(name);
            double[] values = moves ? path(name, site.size()) : ofAll(site);
            Shape left = moves ? new Shape(particles, times.size()) : new Shape(particles);
            NDArray all = run.create(values, Shapes.concat(left, site.one()));
            NDArray typed = site.type().isFloating() ? all : Tensors.cast(all, site.type());
            sites.put(name, Tensors.copy(typed, manager));
          });
      return Samples.weighted(manager, sites, logWeights, warnings);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private double[] ofAll(ParticleSite site) {
    double[] values = new double[particles * site.size()];
    for (int i = 0; i < particles; i++) {
      site.copy(i, values, i * site.size());
    }
    return values;
  }

  private double[] path(String name, int size) {
    int count = times.size();
    double[] values = new double[Math.multiplyExact(particles, Math.multiplyExact(count, size))];
    int[] at = identity(particles);
    for (int time = count - 1; time >= 0; time--) {
      ParticleSite site = requireNonNull(times.get(time).get(name));
      int[] parent = parents.get(time);
      for (int i = 0; i < particles; i++) {
        site.copy(at[i], values, (i * count + time) * size);
        at[i] = parent[at[i]];
      }
    }
    return values;
  }
}
