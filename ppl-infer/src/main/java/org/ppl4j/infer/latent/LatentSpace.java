package org.ppl4j.infer.latent;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;

/**
 * The latent sites of a program as one vector (D) of unconstrained numbers, in the order of the
 * program: each site's values are the image of its part of the vector by the bijection to its
 * support.
 *
 * <p>Vectors may have dims on the left, {@code (*, D)}: particles, chains or draws, and to the
 * right of these as many dims of size 1 as plates own, whose place the sites' batch dims take.
 *
 * <p>Immutable. A space none of whose sites {@linkplain LatentSite#moves moves} holds in every run.
 * Any other maps in the run of the trace it was made of alone, and becomes that of another by
 * {@link #in}.
 */
public final class LatentSpace {

  private final ImmutableList<LatentSite> sites;
  private final long[] sizes; // of the parts of a vector
  private final long[] valueSizes; // of the sites' values
  private final int size;
  private @Nullable LatentSpace global; // made when first asked for
  private @Nullable LatentSpace local;

  private LatentSpace(ImmutableList<LatentSite> sites) {
    this.sites = sites;
    this.sizes = sites.stream().mapToLong(LatentSite::size).toArray();
    this.size = Math.toIntExact(Arrays.stream(sizes).sum());
    this.valueSizes = sites.stream().mapToLong(site -> site.shape().size()).toArray();
  }

  /** Of these sites, in this order. */
  public static LatentSpace of(List<LatentSite> sites) {
    return new LatentSpace(ImmutableList.copyOf(sites));
  }

  /** Of all latent sites of an execution, as below. */
  public static LatentSpace of(
      Trace trace, String owner, Map<String, Long> batches, Set<String> told) {
    return of(trace, owner, batches, told, site -> true);
  }

  /**
   * Of the latent sites of an execution.
   *
   * @param owner what draws them, for errors, e.g. {@code guide 'AutoNormal'}
   * @param batches how many rows a step sees of the plates whose rows the library draws
   * @param told the plates whose rows the owner is told from the data
   * @param wanted which of the sites it draws
   * @throws IllegalStateException if there is no latent site
   * @throws IllegalArgumentException as {@link LatentSite#of}
   */
  public static LatentSpace of(
      Trace trace,
      String owner,
      Map<String, Long> batches,
      Set<String> told,
      Predicate<SampleSite> wanted) {
    ImmutableList.Builder<LatentSite> sites = ImmutableList.builder();
    for (SampleSite site : trace.latents()) {
      if (wanted.test(site)) {
        sites.add(LatentSite.of(site, owner, batches, told));
      }
    }
    LatentSpace space = new LatentSpace(sites.build());
    checkLatent(trace, owner);
    return space;
  }

  /**
   * The same with the discrete ones, which come after all others.
   *
   * @throws IllegalStateException if there is no continuous site
   * @throws IllegalArgumentException as {@link LatentSite#of}, but for discrete sites
   */
  static LatentSpace withDiscreteOf(Trace trace, String owner) {
    List<LatentSite> sites = new ArrayList<>();
    for (SampleSite site : trace.latents()) {
      sites.add(LatentSite.ofAny(site, owner, ImmutableMap.of(), ImmutableSet.of()));
    }
    checkLatent(trace, owner);
    checkState(
        sites.stream().anyMatch(site -> !site.isDiscrete()),
        "%s found no continuous latent site in the model, only discrete ones that are not summed"
            + " out, %s; add one that moves, such as p.sample(\"free\", Normal.of(0, 1))",
        owner,
        sites.stream().map(LatentSite::name).toList());
    return new LatentSpace(
        Stream.concat(
                sites.stream().filter(site -> !site.isDiscrete()),
                sites.stream().filter(LatentSite::isDiscrete))
            .collect(ImmutableList.toImmutableList()));
  }

  /**
   * Checks that an execution has latent sites.
   *
   * @throws IllegalStateException if it has none
   */
  public static void checkLatent(Trace model, String owner) {
    if (model.latents().iterator().hasNext()) {
      return;
    }
    List<String> summed =
        model.sites().stream().filter(SampleSite::isEnumerated).map(SampleSite::name).toList();
    checkState(
        summed.isEmpty(),
        "%s found no latent site in the model but discrete ones that are summed out, %s; their"
            + " probabilities are exact: Choices.of(model, params, config).marginals(data,"
            + " Predictive.prior(model).draw(data, 1))",
        owner,
        summed);
    throw new IllegalStateException(
        "%s found no latent site in the model; leave at least one site without a value"
            .formatted(owner));
  }

  /**
   * Of the continuous latent sites of an execution, for use in its run alone: supports may depend
   * on the run's tensors.
   */
  public static LatentSpace inRunOf(Trace trace) {
    ImmutableList.Builder<LatentSite> sites = ImmutableList.builder();
    for (SampleSite site : trace.latents()) {
      sites.add(LatentSite.of(site, ImmutableMap.of(), ImmutableSet.of()));
    }
    return new LatentSpace(sites.build());
  }

  /** The sites in order. */
  public ImmutableList<LatentSite> sites() {
    return sites;
  }

  /** The names of the sites in order. */
  public ImmutableList<String> names() {
    return sites.stream().map(LatentSite::name).collect(ImmutableList.toImmutableList());
  }

  /** D, how many unconstrained numbers there are. */
  public int size() {
    return size;
  }

  /** How many of them are of discrete sites. */
  public int discreteSize() {
    return sites.stream().filter(LatentSite::isDiscrete).mapToInt(s -> (int) s.size()).sum();
  }

  /** P, how many numbers the sites' values have. */
  public int valueSize() {
    return Math.toIntExact(Arrays.stream(valueSizes).sum());
  }

  /** Whether there are no sites; so is a part of a space that has none. */
  public boolean isEmpty() {
    return sites.isEmpty();
  }

  /** The sites of which each step sees all rows. */
  public LatentSpace global() {
    LatentSpace known = global;
    if (known == null) {
      known = only(site -> !site.isLocal());
      global = known;
    }
    return known;
  }

  /** The sites of which a step may see some rows. */
  public LatentSpace local() {
    LatentSpace known = local;
    if (known == null) {
      known = only(LatentSite::isLocal);
      local = known;
    }
    return known;
  }

  /** Those of the sites that are wanted, in the same order. */
  public LatentSpace only(Predicate<LatentSite> wanted) {
    return sites.stream().allMatch(wanted)
        ? this
        : new LatentSpace(sites.stream().filter(wanted).collect(ImmutableList.toImmutableList()));
  }

  /** Whether some of its sites {@linkplain LatentSite#moves move}. */
  public boolean moves() {
    return sites.stream().anyMatch(LatentSite::moves);
  }

  /**
   * With the supports that sites have in an execution, in its run.
   *
   * @throws IllegalArgumentException if it has not a site that moves
   */
  public LatentSpace in(Trace execution) {
    return moves()
        ? new LatentSpace(
            sites.stream().map(site -> site.in(execution)).collect(ImmutableList.toImmutableList()))
        : this;
  }

  /** The places in a vector (D) of the numbers of some sites, in order. */
  public int[] places(Predicate<LatentSite> wanted) {
    IntStream.Builder places = IntStream.builder();
    int at = 0;
    for (LatentSite site : sites) {
      for (int i = 0; i < site.size(); i++, at++) {
        if (wanted.test(site)) {
          places.add(at);
        }
      }
    }
    return places.build().toArray();
  }

  /** The left dims of {@code count} vectors: these, and a 1 for each batch dim of a site. */
  public Shape left(long count) {
    return left(count, sites.stream().mapToInt(s -> s.batch().dimension()).max().orElse(0));
  }

  /** The left dims of {@code count} vectors where plates own {@code nesting} dims. */
  static Shape left(long count, int nesting) {
    long[] left = new long[1 + nesting];
    Arrays.fill(left, 1);
    left[0] = count;
    return new Shape(left);
  }

  /**
   * The parts of a vector {@code (*, D)}: for each site {@code (*, batch, unconstrained event)}.
   */
  public List<NDArray> split(NDArray z) {
    return parts(z, sizes, LatentSite::unconstrained);
  }

  /** The parts of values side by side {@code (*, P)}: for each site {@code (*, batch, event)}. */
  public List<NDArray> splitValues(NDArray values) {
    return parts(values, valueSizes, LatentSite::shape);
  }

  private List<NDArray> parts(NDArray x, long[] each, Function<LatentSite, Shape> shape) {
    Shape left = Shapes.dropRight(x.getShape(), 1);
    List<NDArray> flat = each.length == 1 ? List.of(x) : Tensors.split(x, -1, each);
    List<NDArray> parts = new ArrayList<>(each.length);
    for (int i = 0; i < each.length; i++) {
      LatentSite site = sites.get(i);
      Shape under = site.under(left, shape.apply(site));
      NDArray part = flat.get(i);
      parts.add(part.getShape().equals(under) ? part : Tensors.reshape(part, under));
    }
    return parts;
  }

  /** The vector (D) of unconstrained values {@code (batch, unconstrained event)} of each site. */
  public NDArray join(List<NDArray> parts) {
    List<NDArray> flat = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      flat.add(Tensors.reshape(parts.get(i), new Shape(sites.get(i).size())));
    }
    return Tensors.concat(flat, 0);
  }

  /** The vector (D) at which the sites have these values, each {@code (batch, event)}. */
  public NDArray unconstrain(List<NDArray> values) {
    List<NDArray> parts = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      parts.add(sites.get(i).unconstrain(values.get(i)).value());
    }
    return join(parts);
  }

  /**
   * The values of the sites at a vector {@code (*, D)}, each {@code (*, batch, event)}, with the
   * log-determinants {@code (*, batch)} of their bijections.
   */
  public ImmutableMap<String, Mapped> constrain(NDArray z) {
    List<NDArray> parts = split(z);
    ImmutableMap.Builder<String, Mapped> values = ImmutableMap.builder();
    for (int i = 0; i < parts.size(); i++) {
      values.put(sites.get(i).name(), sites.get(i).constrain(parts.get(i)));
    }
    return values.buildOrThrow();
  }

  /**
   * Draws each site, of which all rows are seen: a point mass at its value, with the log-density
   * that the bijection takes from it.
   *
   * @param z {@code (*, D)}
   */
  public void sample(Ppl p, NDArray z) {
    List<NDArray> parts = split(z);
    for (int i = 0; i < parts.size(); i++) {
      sites.get(i).sample(p, parts.get(i));
    }
  }

  @Override
  public String toString() {
    return "LatentSpace" + names();
  }
}
