package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayDeque;
import java.util.Deque;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.constraints.IndependentConstraint;
import org.ppl4j.constraints.Interval;
import org.ppl4j.distributions.Delta;
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
 * @param batch the batch shape, without particles
 * @param event the event shape
 * @param unconstrained batch and unconstrained event
 * @param plates the plates around the site, the outermost first
 */
record Slot(
    String name,
    Constraint support,
    Transform bijection,
    Shape batch,
    Shape event,
    Shape unconstrained,
    ImmutableList<PlateSpec> plates) {

  /**
   * The slot of a site.
   *
   * @param guide the name of the guide's class, for errors
   * @throws IllegalArgumentException if the guide cannot draw such a site
   */
  static Slot of(SampleSite site, String guide) {
    Constraint support = site.distribution().support();
    checkArgument(
        !support.isDiscrete(),
        "sample site '%s' is discrete (%s), but guide '%s' draws continuous sites only; sum it out"
            + " of the model, or hide it from the guide and write that part by hand",
        site.name(),
        support,
        guide);
    checkArgument(
        isFixed(support),
        "sample site '%s' has a support that depends on other values, but guide '%s' maps to one"
            + " that stays; draw it on the unit interval and rescale it in the model",
        site.name(),
        guide);
    ImmutableList.Builder<PlateSpec> plates = ImmutableList.builder();
    for (Plate plate : ImmutableList.copyOf(site.plates()).reverse()) {
      checkArgument(
          plate.batch() == plate.size(),
          "sample site '%s' is drawn anew for %s of the %s rows of plate '%s', but guide '%s' keeps"
              + " a parameter for each row it sees; use all rows, or write a guide that picks its"
              + " parameters with the plate's indices",
          site.name(),
          plate.batch(),
          plate.size(),
          plate.name(),
          guide);
      plates.add(PlateSpec.of(plate.name(), plate.size()).dim(plate.dim()));
    }
    Transform bijection = Bijections.to(support);
    Shape batch = site.distribution().batchShape();
    Shape event = site.distribution().eventShape();
    Shape unconstrained = bijection.inverseShape(Shapes.concat(batch, event));
    return new Slot(site.name(), support, bijection, batch, event, unconstrained, plates.build());
  }

  private static boolean isFixed(Constraint support) {
    if (support instanceof IndependentConstraint independent) {
      return isFixed(independent.base());
    }
    return !(support instanceof Interval interval)
        || (Tensors.constant(interval.low()).isPresent()
            && Tensors.constant(interval.high()).isPresent());
  }

  /** Whether it is the same site with the same shapes. */
  boolean sameAs(Slot other) {
    return name.equals(other.name) && batch.equals(other.batch) && event.equals(other.event);
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
      inPlates(p, () -> p.sample(name, Delta.of(u, event.dimension()), support));
      return;
    }
    Mapped mapped = bijection.forward(u);
    Delta delta = Delta.of(mapped.value(), mapped.logDet().neg(), event.dimension());
    inPlates(p, () -> p.sample(name, delta, support));
  }

  /** Runs a body inside the plates of the site. */
  @SuppressWarnings("MustBeClosed") // closed below, in reverse order, whatever happens
  void inPlates(Ppl p, Runnable body) {
    Deque<Plate> open = new ArrayDeque<>(plates.size());
    try {
      for (PlateSpec spec : plates) {
        open.push(p.plate(spec));
      }
      body.run();
    } finally {
      while (!open.isEmpty()) {
        open.pop().close();
      }
    }
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
