package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * One latent site of a model as a guide sees it: what stays the same from step to step.
 *
 * @param name the site's name
 * @param support where its values live
 * @param bijection from unconstrained space to the support
 * @param batch the batch shape, without particles, with all rows of all plates
 * @param event the event shape
 * @param unconstrained batch and unconstrained event
 * @param plates the plates around the site, the outermost first, as the guide opens them; those
 *     whose rows the caller chooses without the rows
 * @param isLocal whether a step may see some of its rows only
 */
record Slot(
    String name,
    Constraint support,
    Transform bijection,
    Shape batch,
    Shape event,
    Shape unconstrained,
    ImmutableList<PlateSpec> plates,
    boolean isLocal) {

  /**
   * The slot of a site.
   *
   * @param guide the name of the guide's class, for errors
   * @param batches how many rows a step sees of the plates whose rows the library draws
   * @param told the plates whose rows the guide is told from the data
   * @throws IllegalArgumentException if the guide cannot draw such a site
   */
  static Slot of(SampleSite site, String guide, Map<String, Long> batches, Set<String> told) {
    Constraint support = site.distribution().support();
    checkArgument(
        !support.isDiscrete(),
        "sample site '%s' is discrete (%s), but guide '%s' draws continuous sites only; sum it out"
            + " of the model, or hide it from the guide and write that part by hand",
        site.name(),
        support,
        guide);
    checkArgument(
        support.isFixed(),
        "sample site '%s' has a support that depends on other values, but guide '%s' maps to one"
            + " that stays; draw it on the unit interval and rescale it in the model",
        site.name(),
        guide);
    long[] rows = site.distribution().batchShape().getShape();
    ImmutableList.Builder<PlateSpec> plates = ImmutableList.builder();
    boolean isLocal = false;
    for (Plate plate : ImmutableList.copyOf(site.plates()).reverse()) {
      checkIsTold(site, plate, guide, told);
      long seen = batches.getOrDefault(plate.name(), plate.size());
      isLocal |= seen < plate.size() || told.contains(plate.name());
      rows[rows.length + plate.dim()] = plate.size();
      plates.add(PlateSpec.of(plate.name(), plate.size()).batch(seen).dim(plate.dim()));
    }
    Transform bijection = Bijections.to(support).withParameters(Slot::withoutRun);
    Shape batch = new Shape(rows);
    Shape event = site.distribution().eventShape();
    Shape unconstrained = bijection.inverseShape(Shapes.concat(batch, event));
    return new Slot(
        site.name(), support, bijection, batch, event, unconstrained, plates.build(), isLocal);
  }

  private static void checkIsTold(SampleSite site, Plate plate, String guide, Set<String> told) {
    PlateSpec spec = plate.spec();
    boolean some = spec.isIndexed() || (spec.isGiven() && plate.batch() < plate.size());
    checkArgument(
        !some || told.contains(plate.name()),
        "sample site '%s' is in plate '%s', of which %s %s of %s rows, but guide '%s' keeps"
            + " parameters for each row and does not know which they are; tell it by plate(\"%s\","
            + " data -> indices)",
        site.name(),
        plate.name(),
        spec.isGiven() ? "the data hold" : "the model chooses",
        plate.batch(),
        plate.size(),
        guide,
        plate.name());
  }

  /** A bound as a number of no run, so that it holds in every run. */
  private static NDArray withoutRun(NDArray bound) {
    OptionalDouble number = Tensors.constant(bound);
    return number.isPresent() ? Tensors.number(number.getAsDouble()) : bound;
  }

  /** Whether it is the same site with the same shapes. */
  boolean sameAs(Slot other) {
    return name.equals(other.name)
        && batch.equals(other.batch)
        && event.equals(other.event)
        && seen().equals(other.seen());
  }

  private List<Long> seen() {
    return plates.stream().map(PlateSpec::batch).toList();
  }

  /** The number of unconstrained dims of the event. */
  int eventDims() {
    return unconstrained.dimension() - batch.dimension();
  }

  /** The number of unconstrained elements. */
  long size() {
    return unconstrained.size();
  }

  /** Whether constrained and unconstrained values are the same. */
  boolean isIdentity() {
    return support.isReal();
  }

  /**
   * Draws the site: the image of an unconstrained value, with the log-density that the bijection
   * takes from it.
   *
   * @param u {@code (*, unconstrained)}
   */
  void sample(Ppl p, NDArray u) {
    if (isIdentity()) {
      sample(p, UnaryOperator.identity(), rows -> Delta.of(u, event.dimension()));
      return;
    }
    Mapped mapped = bijection.forward(u);
    Delta delta = Delta.of(mapped.value(), mapped.logDet().neg(), event.dimension());
    sample(p, UnaryOperator.identity(), rows -> delta);
  }

  /** Picks what belongs to the rows that an execution sees. */
  @FunctionalInterface
  interface Rows {

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
  @SuppressWarnings("MustBeClosed") // closed below, in reverse order, whatever happens
  void sample(Ppl p, UnaryOperator<PlateSpec> opening, Function<Rows, Distribution> distribution) {
    Deque<Plate> open = new ArrayDeque<>(plates.size());
    try {
      for (PlateSpec spec : plates) {
        open.push(p.plate(opening.apply(spec)));
      }
      p.sample(name, distribution.apply((x, eventDims) -> rows(open, x, eventDims)), support);
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
   * The shape of this slot's part of a joint value whose left dims (particles) are {@code left}:
   * the batch takes the place of as many of the rightmost left dims, which are 1.
   */
  Shape under(Shape left) {
    return left.dimension() == 0
        ? unconstrained
        : Shapes.concat(Shapes.dropRight(left, batch.dimension()), unconstrained);
  }
}
