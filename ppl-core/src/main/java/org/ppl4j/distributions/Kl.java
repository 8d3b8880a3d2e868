package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The Kullback–Leibler divergence
 *
 * <pre>{@code
 * KL(p ‖ q) = E_p [log p(x) − log q(x)]   in nats
 * }</pre>
 *
 * <p>{@link #of} knows it in closed form for pairs of families, a point mass against any, {@code
 * toEvent}, {@code expand}, equal masks, and two distributions through one transform. It never
 * draws: where no formula is known it throws, and {@link #estimate} is there to be called.
 */
public final class Kl {

  private Kl() {}

  /**
   * The divergence in closed form.
   *
   * @return {@code (batch)}, what the two batch shapes broadcast to; ∞ where p has mass outside the
   *     support of q
   * @throws UnsupportedOperationException if no formula is known for the two families
   * @throws IllegalArgumentException if the event shapes differ
   */
  public static NDArray of(Distribution p, Distribution q) {
    checkEvents(p, q);
    return broadcast(
        find(p, q)
            .orElseThrow(
                () ->
                    new UnsupportedOperationException(
                        ("no closed form is known for the Kullback-Leibler divergence of '%s' from"
                                + " '%s'; use Kl.estimate(p, q, rng, draws)")
                            .formatted(p.name(), q.name())))
            .get(),
        p,
        q);
  }

  /** Whether {@link #of} has a formula. */
  public static boolean exists(Distribution p, Distribution q) {
    return p.eventShape().equals(q.eventShape()) && find(p, q).isPresent();
  }

  /**
   * The mean of log p(x) − log q(x) over draws x of p, with the total derivative if p is
   * reparameterized.
   *
   * @param draws how many, for each place of the batch
   * @return {@code (batch)}
   * @throws IllegalArgumentException if the event shapes differ, or there are no draws
   */
  public static NDArray estimate(Distribution p, Distribution q, Rng rng, int draws) {
    checkEvents(p, q);
    checkArgument(draws > 0, "Kl.estimate is asked for %s draws; ask for at least 1", draws);
    Shape batch = Shapes.broadcast(p.batchShape(), q.batchShape());
    Draw draw = p.expand(Shapes.concat(new Shape(draws), batch)).draw(rng);
    return draw.logProb().sub(q.logProb(draw.value())).mean(new int[] {0});
  }

  private static void checkEvents(Distribution p, Distribution q) {
    checkArgument(
        p.eventShape().equals(q.eventShape()),
        "distribution '%s' has event shape %s, but '%s' has %s; a divergence needs equal ones, see"
            + " toEvent",
        p.name(),
        p.eventShape(),
        q.name(),
        q.eventShape());
  }

  private static NDArray broadcast(NDArray kl, Distribution p, Distribution q) {
    Shape batch = Shapes.broadcast(p.batchShape(), q.batchShape());
    if (kl.getShape().equals(batch)) {
      return kl;
    }
    NDArray[] arguments =
        Stream.concat(p.arguments().stream(), q.arguments().stream())
            .map(Argument::value)
            .toArray(NDArray[]::new);
    return Tensors.run(kl, arguments).bind(kl).broadcast(batch);
  }

  /** Takes wrappers off until two families are left. */
  private static Optional<Supplier<NDArray>> find(Distribution p, Distribution q) {
    if (p instanceof SilentDistribution && q instanceof SilentDistribution) {
      return Optional.of(() -> Tensors.number(0));
    }
    if (p instanceof MaskedDistribution a
        && q instanceof MaskedDistribution b
        && a.mask() == b.mask()) {
      return find(a.base, b.base)
          .map(kl -> () -> Tensors.where(a.mask(), kl.get(), Tensors.number(0)));
    }
    if (isMasked(p) || isMasked(q)) {
      return Optional.empty();
    }
    if (p instanceof ExpandedDistribution a) {
      return find(a.base, q);
    }
    if (q instanceof ExpandedDistribution b) {
      return find(p, b.base);
    }
    if (p instanceof Delta point) {
      return Optional.of(() -> point.logDensity().sub(q.logProb(point.point())));
    }
    if (MultivariateKl.isGaussian(p)
        && MultivariateKl.isGaussian(q)
        && !(p instanceof IndependentDistribution && q instanceof IndependentDistribution)) {
      return Optional.of(() -> MultivariateKl.gaussians(p, q));
    }
    if (p instanceof IndependentDistribution a && q instanceof IndependentDistribution b) {
      return independent(a, b);
    }
    if (p instanceof TransformedDistribution a
        && q instanceof TransformedDistribution b
        && a.transform().equals(b.transform())) {
      return find(a.base(), b.base());
    }
    return KlFormulas.find(p, q);
  }

  private static boolean isMasked(Distribution distribution) {
    return distribution instanceof MaskedDistribution || distribution instanceof SilentDistribution;
  }

  /** The sum over the event dims that both have made of batch dims. */
  private static Optional<Supplier<NDArray>> independent(
      IndependentDistribution p, IndependentDistribution q) {
    int dims = Math.min(p.dims(), q.dims());
    Distribution a = p.base.toEvent(p.dims() - dims);
    Distribution b = q.base.toEvent(q.dims() - dims);
    return a.eventShape().equals(b.eventShape())
        ? find(a, b).map(kl -> () -> Tensors.sumRight(broadcast(kl.get(), a, b), dims))
        : Optional.empty();
  }
}
