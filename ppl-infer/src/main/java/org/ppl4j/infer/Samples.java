package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.Tensors;

/**
 * Draws of the sites of a program: for each site an array of shape {@code (n, site)}, the same n
 * for all, draw i of one site belonging to draw i of the others.
 *
 * <p>It owns its arrays: close it, and read what is to stay before.
 */
public final class Samples implements AutoCloseable {

  private final NDManager manager;
  private final ImmutableMap<String, NDArray> sites;
  private final long draws;
  private final ImmutableList<String> warnings;
  private boolean open = true;

  private Samples(
      NDManager manager,
      ImmutableMap<String, NDArray> sites,
      long draws,
      ImmutableList<String> warnings) {
    this.manager = manager;
    this.sites = sites;
    this.draws = draws;
    this.warnings = warnings;
  }

  /**
   * Of these arrays.
   *
   * @param manager their manager, which is closed with these samples
   * @param sites by name, each {@code (n, site)}, with the same n
   * @throws IllegalArgumentException if one has another n, or none
   */
  public static Samples of(NDManager manager, Map<String, NDArray> sites) {
    return of(manager, sites, ImmutableList.of());
  }

  /**
   * Of these arrays, with what speaks against trusting them.
   *
   * @param manager their manager, which is closed with these samples
   * @param sites by name, each {@code (n, site)}, with the same n
   * @param warnings which {@link #summary} shows
   * @throws IllegalArgumentException if one has another n, or none
   */
  public static Samples of(NDManager manager, Map<String, NDArray> sites, List<String> warnings) {
    long draws = -1;
    for (Map.Entry<String, NDArray> site : sites.entrySet()) {
      checkState(
          !site.getValue().isReleased(),
          "samples of site '%s' were closed before; pass arrays that are open",
          site.getKey());
      Shape shape = site.getValue().getShape();
      checkArgument(
          shape.dimension() > 0 && (draws < 0 || shape.get(0) == draws),
          "samples of site '%s' have shape %s, but their first dim must be the draws%s",
          site.getKey(),
          shape,
          draws < 0 ? "" : ", " + draws + " of them");
      draws = shape.get(0);
    }
    return new Samples(
        manager, ImmutableMap.copyOf(sites), Math.max(draws, 0), ImmutableList.copyOf(warnings));
  }

  /** What speaks against trusting the draws, such as data far from what was learned from. */
  public ImmutableList<String> warnings() {
    return warnings;
  }

  /** The number of draws n. */
  public long draws() {
    return draws;
  }

  /** The names of the sites, in the order of the program. */
  public ImmutableSet<String> names() {
    return sites.keySet();
  }

  /**
   * The draws of a site, {@code (n, site)}; closed with these samples.
   *
   * @throws IllegalArgumentException if there is no such site
   */
  public NDArray get(String name) {
    checkState(open, "samples are used after they were closed; read what is to stay before");
    NDArray draws = sites.get(name);
    checkArgument(
        draws != null, "samples have no site '%s', only %s; ask for one of these", name, names());
    return requireNonNull(draws);
  }

  /** The draws of a site, row by row. */
  public double[] values(String name) {
    return Tensors.values(get(name));
  }

  /** The shape of one draw of a site. */
  public Shape shape(String name) {
    Shape shape = get(name).getShape();
    return shape.slice(1);
  }

  /** The mean of a site over its draws, row by row of the site's shape. */
  public double[] mean(String name) {
    double[] values = values(name);
    double[] mean = new double[Math.toIntExact(shape(name).size())];
    for (int i = 0; i < values.length; i++) {
      mean[i % mean.length] += values[i];
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= draws;
    }
    return mean;
  }

  /** Mean, standard deviation and quantiles of every number of every site. */
  public Summary summary() {
    Map<String, Summary.Row> rows = Maps.newLinkedHashMap();
    for (String name : names()) {
      double[] values = values(name);
      Shape shape = shape(name);
      int size = Math.toIntExact(shape.size());
      for (int i = 0; i < size; i++) {
        double[] column = new double[Math.toIntExact(draws)];
        for (int draw = 0; draw < column.length; draw++) {
          column[draw] = values[draw * size + i];
        }
        rows.put(name + Summary.subscript(shape, i), Summary.Row.of(column));
      }
    }
    return new Summary(ImmutableMap.copyOf(rows), warnings);
  }

  /** Frees the draws. A second call does nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      manager.close();
    }
  }

  @Override
  public String toString() {
    return "Samples(" + draws + " draws of " + names() + ")";
  }
}
