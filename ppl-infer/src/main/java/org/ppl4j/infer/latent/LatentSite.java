package org.ppl4j.infer.latent;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * One latent site of a program, in unconstrained space: what stays the same from one execution to
 * the next.
 *
 * @param name the site's name
 * @param support where its values live
 * @param bijection from unconstrained space to the support; good in every run if the support is
 *     {@linkplain Constraint#isFixed fixed}, else in the one that it was found in
 * @param batch the batch shape, without particles, with all rows of all plates
 * @param event the event shape
 * @param unconstrained batch and unconstrained event
 * @param plates the plates around the site, the outermost first, as they are to be opened; those
 *     whose rows the caller chooses without the rows
 * @param isLocal whether a step may see some of its rows only
 * @param isInt64 whether it is a discrete site whose values are of int64, and not of a float type
 */
public record LatentSite(
    String name,
    Constraint support,
    Transform bijection,
    Shape batch,
    Shape event,
    Shape unconstrained,
    ImmutableList<PlateSpec> plates,
    boolean isLocal,
    boolean isInt64) {

  /**
   * What there is to know of a site.
   *
   * @param owner what is to draw it, for errors, e.g. {@code guide 'AutoNormal'}
   * @param batches how many rows a step sees of the plates whose rows the library draws
   * @param told the plates whose rows the owner is told from the data
   * @throws IllegalArgumentException if the site is discrete, single values of it have
   *     probabilities, its bounds depend on a choice that is summed out, it moves in a scan within
   *     a scan, or it is in a plate of whose rows some are seen and it is not told which
   */
  public static LatentSite of(
      SampleSite site, String owner, Map<String, Long> batches, Set<String> told) {
    Constraint support = site.distribution().support();
    checkArgument(
        !support.isDiscrete(),
        "sample site '%s' is discrete (%s) and not summed out, since its support has no end or an"
            + " InferConfig says so, but %s draws continuous sites only; draw it by Nuts, or in a"
            + " guide written by hand, or bound it by Truncated.of",
        site.name(),
        support,
        owner);
    return ofAny(site, owner, batches, told);
  }

  /**
   * The same of a site that may be discrete.
   *
   * @throws IllegalArgumentException as there, but for discrete sites
   */
  static LatentSite ofAny(
      SampleSite site, String owner, Map<String, Long> batches, Set<String> told) {
    Constraint support = site.distribution().support();
    checkArgument(
        support.isDiscrete() || !site.distribution().hasAtoms(),
        "sample site '%s' draws from %s, where single values have probabilities, but %s follows"
            + " densities; work it out by p.deterministic, or sum it out of the model",
        site.name(),
        site.distribution().name(),
        owner);
    checkArgument(
        !moves(support) || !HiddenDims.anyOf(support.check(site.value())),
        "sample site '%s' has bounds that depend on a choice that is summed out, so that %s has no"
            + " one support for it; draw it on the unit interval and rescale it in the model",
        site.name(),
        owner);
    checkArgument(
        !moves(support) || Placing.scans(site) <= 1,
        "sample site '%s' has bounds that are tensors and is in a scan within a scan, but %s finds"
            + " the supports of the steps of one; draw it on the unit interval and rescale it in the"
            + " model",
        site.name(),
        owner);
    site.plates().forEach(plate -> checkIsTold(site, plate, owner, told));
    return of(site, batches, told);
  }

  /** The same without a check, in the run that its support belongs to. */
  static LatentSite of(SampleSite site, Map<String, Long> batches, Set<String> told) {
    Constraint support = site.distribution().support();
    long[] rows = site.distribution().batchShape().getShape();
    ImmutableList.Builder<PlateSpec> plates = ImmutableList.builder();
    boolean isLocal = false;
    for (Plate plate : ImmutableList.copyOf(site.plates()).reverse()) {
      long seen = batches.getOrDefault(plate.name(), plate.size());
      isLocal |= seen < plate.size() || told.contains(plate.name());
      rows[rows.length + plate.dim()] = plate.size();
      PlateSpec spec = PlateSpec.of(plate.name(), plate.size()).dim(plate.dim());
      plates.add(plate.spec().isGiven() ? spec.given(seen) : spec.batch(seen));
    }
    Shape batch = new Shape(rows);
    Shape event = site.distribution().eventShape();
    Transform bijection =
        support.isDiscrete()
            ? Bijections.identity().independent(event.dimension())
            : Bijections.to(support);
    Shape unconstrained = bijection.inverseShape(Shapes.concat(batch, event));
    boolean isInt64 = support.isDiscrete() && site.value().getDataType() == DataType.INT64;
    return new LatentSite(
        site.name(),
        support,
        bijection,
        batch,
        event,
        unconstrained,
        plates.build(),
        isLocal,
        isInt64);
  }

  private static void checkIsTold(SampleSite site, Plate plate, String owner, Set<String> told) {
    PlateSpec spec = plate.spec();
    boolean some = spec.isIndexed() || (spec.isGiven() && plate.batch() < plate.size());
    checkArgument(
        !some || told.contains(plate.name()),
        "sample site '%s' is in plate '%s', of which %s %s of %s rows, but %s has numbers for each"
            + " row and does not know which they are; give it all, or tell a guide by plate(\"%s\","
            + " data -> indices)",
        site.name(),
        plate.name(),
        spec.isGiven() ? "the data hold" : "the model chooses",
        plate.batch(),
        plate.size(),
        owner,
        plate.name());
  }

  /** Whether its support may be another in each run: one of its bounds is a tensor. */
  public boolean moves() {
    return moves(support);
  }

  static boolean moves(Constraint support) {
    return !support.isDiscrete() && !support.isFixed();
  }

  /**
   * Checks that it does not move, for those who map to its support in other runs.
   *
   * @param owner who does, for errors, e.g. {@code guide 'AutoDelta'}
   * @throws IllegalArgumentException if it {@linkplain #moves moves}
   */
  public void checkStays(String owner) {
    checkArgument(
        !moves(),
        "sample site '%s' has bounds that are tensors, of data or of other values, but %s maps to"
            + " a support that stays; take a guide of one joint draw, as AutoNormal, or chains, or"
            + " draw it on the unit interval and rescale it in the model",
        name,
        owner);
  }

  /** With the support that it has in an execution, if that moves. */
  LatentSite in(Trace execution) {
    if (!moves()) {
      return this;
    }
    Constraint now = execution.site(name).distribution().support();
    return new LatentSite(
        name, now, Bijections.to(now), batch, event, unconstrained, plates, isLocal, isInt64);
  }

  /** Whether it is the same site with the same shapes. */
  public boolean sameAs(LatentSite other) {
    return name.equals(other.name)
        && batch.equals(other.batch)
        && event.equals(other.event)
        && seen().equals(other.seen());
  }

  private List<Long> seen() {
    return plates.stream().map(PlateSpec::batch).toList();
  }

  /** The number of unconstrained dims of the event. */
  public int eventDims() {
    return unconstrained.dimension() - batch.dimension();
  }

  /** Batch and event. */
  public Shape shape() {
    return Shapes.concat(batch, event);
  }

  /** The value at an unconstrained one, {@code (*, unconstrained)}. */
  public Mapped constrain(NDArray u) {
    Mapped mapped = bijection.forward(u);
    return isInt64 ? new Mapped(whole(mapped.value()), mapped.logDet()) : mapped;
  }

  /** The unconstrained value at a value of the support, {@code (*, batch, event)}. */
  public Mapped unconstrain(NDArray x) {
    DataType type = Tensors.run(x).floatType().dataType();
    return bijection.inverse(isInt64 ? Tensors.cast(x, type) : x);
  }

  private static NDArray whole(NDArray x) {
    return Tensors.cast(x, DataType.INT64);
  }

  /** The number of unconstrained elements. */
  public long size() {
    return unconstrained.size();
  }

  /** Whether constrained and unconstrained values are the same. */
  public boolean isIdentity() {
    return support.isReal();
  }

  /** Whether its values are single points, whose numbers are those of the unconstrained vector. */
  public boolean isDiscrete() {
    return support.isDiscrete();
  }

  /**
   * Draws the site: the image of an unconstrained value, with the log-density that the bijection
   * takes from it.
   *
   * @param u {@code (*, unconstrained)}
   */
  public void sample(Ppl p, NDArray u) {
    Distribution image = image(u);
    sample(p, UnaryOperator.identity(), rows -> image);
  }

  /**
   * A point mass at the image of an unconstrained value, with the log-density that the bijection
   * takes from it.
   *
   * @param u {@code (*, unconstrained)}, of all rows or of some
   */
  public Distribution image(NDArray u) {
    if (isIdentity()) {
      return Delta.of(u, event.dimension());
    }
    if (isDiscrete()) {
      return Delta.of(isInt64 ? whole(u) : u, event.dimension());
    }
    Mapped mapped = bijection.forward(u);
    return Delta.of(mapped.value(), mapped.logDet().neg(), event.dimension());
  }

  /** The number of unconstrained elements of an event. */
  public int eventSize() {
    return Math.toIntExact(Shapes.takeRight(unconstrained, eventDims()).size());
  }

  /** An unconstrained value {@code (*, unconstrained event)} as {@code (*, E)}. */
  public NDArray flat(NDArray u) {
    return Tensors.reshape(
        u, Shapes.concat(Shapes.dropRight(u.getShape(), eventDims()), new Shape(eventSize())));
  }

  /** What is {@code (*, E)} as {@code (*, unconstrained event)}. */
  public NDArray unflat(NDArray flat) {
    return Tensors.reshape(
        flat,
        Shapes.concat(
            Shapes.dropRight(flat.getShape(), 1), Shapes.takeRight(unconstrained, eventDims())));
  }

  /** Picks what belongs to the rows that an execution sees. */
  @FunctionalInterface
  public interface Rows {

    /**
     * The part of {@code x} that belongs to these rows.
     *
     * @param x {@code (batch, event)} with all rows
     * @param eventDims the dims of the event
     */
    NDArray take(NDArray x, int eventDims);
  }

  /**
   * Draws the site inside its plates.
   *
   * @param opening how the plates open whose rows the caller chooses
   * @param distribution of the rows that this execution sees
   */
  public void sample(
      Ppl p, UnaryOperator<PlateSpec> opening, Function<Rows, Distribution> distribution) {
    within(
        p,
        opening,
        rows -> {
          if (isDiscrete()) {
            p.sample(name, distribution.apply(rows)); // a chain may try what is no value of it
          } else {
            p.sample(name, distribution.apply(rows), support);
          }
        });
  }

  /**
   * Does something inside the site's plates.
   *
   * @param opening how the plates open whose rows the caller chooses
   * @param body is told of the rows that this execution sees
   */
  @SuppressWarnings("MustBeClosed") // closed below, in reverse order, whatever happens
  public void within(Ppl p, UnaryOperator<PlateSpec> opening, Consumer<Rows> body) {
    Deque<Plate> open = new ArrayDeque<>(plates.size());
    try {
      for (PlateSpec spec : plates) {
        open.push(p.plate(opening.apply(spec)));
      }
      body.accept((x, eventDims) -> rows(open, x, eventDims));
    } finally {
      while (!open.isEmpty()) {
        open.pop().close();
      }
    }
  }

  private static NDArray rows(Iterable<Plate> plates, NDArray x, int eventDims) {
    NDArray taken = x;
    for (Plate plate : plates) {
      taken = plate.take(taken, plate.dim() - eventDims);
    }
    return taken;
  }

  /**
   * The shape of this site's part of vectors whose left dims are {@code left}: the batch takes the
   * place of as many of the rightmost of these, which are 1.
   *
   * @param shape the site's own, batch dims first
   */
  Shape under(Shape left, Shape shape) {
    return left.dimension() == 0
        ? shape
        : Shapes.concat(Shapes.dropRight(left, batch.dimension()), shape);
  }
}
