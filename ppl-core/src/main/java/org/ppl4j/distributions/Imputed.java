package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The missing values of observations: those of a base distribution where nothing was observed.
 *
 * <p>The other places of the batch have a value too, which stands for nothing. Left out of the log
 * joint, it would be held by nothing: the bound of a guide that draws it grows without end with the
 * guide's scale, and a chain drifts away along it. So it comes from a distribution of its own that
 * depends on nothing: standard normal in the unconstrained space of the base's support. This
 * integrates to 1, hence changes the posterior of nothing else, and a mean-field guide matches it
 * exactly. Where the support has no bijection, as discrete ones, these places have log-density 0
 * and draws of the base.
 *
 * <p>Source: the pseudo-priors of Carlin and Chib, "Bayesian model choice via Markov chain Monte
 * Carlo methods" (1995), section 2.
 */
public final class Imputed extends Distribution {

  private final Distribution base;
  private final NDArray observed;
  private final @Nullable Transform bijection;

  private Imputed(Distribution base, NDArray observed) {
    super(base.batchShape(), base.eventShape());
    this.base = base;
    this.observed = observed;
    this.bijection = bijection(base.support());
  }

  /**
   * The values of {@code base} where {@code observed} is false.
   *
   * @param observed booleans that broadcast with the batch
   */
  public static Imputed of(Distribution base, NDArray observed) {
    Shape batch = Shapes.broadcast(base.batchShape(), observed.getShape());
    return new Imputed(base.expand(batch), observed);
  }

  private static @Nullable Transform bijection(Constraint support) {
    if (support.isDiscrete()) {
      return null;
    }
    try {
      return Bijections.to(support);
    } catch (IllegalArgumentException none) {
      return null;
    }
  }

  /** The distribution of what is missing. */
  public Distribution base() {
    return base;
  }

  /** Booleans: where nothing is missing. */
  public NDArray observed() {
    return observed;
  }

  @Override
  public Constraint support() {
    return base.support();
  }

  @Override
  public boolean isLocationScale() {
    return base.isLocationScale();
  }

  @Override
  public boolean hasDensity() {
    return base.hasDensity();
  }

  @Override
  public boolean hasAtoms() {
    return base.hasAtoms();
  }

  @Override
  protected NDArray doAtoms(NDArray value) {
    return base.doAtoms(value);
  }

  @Override
  public boolean isReparameterized() {
    return base.isReparameterized();
  }

  /** Where it has no distribution of its own, one value is as good as another. */
  @Override
  public @Nullable NDArray counted() {
    return bijection == null ? observed.logicalNot() : null;
  }

  @Override
  public List<Argument> arguments() {
    return base.arguments();
  }

  @Override
  @Nullable NDArray undefined() {
    return base.undefined();
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return base.vanishesAtInfinity();
  }

  @Override
  protected boolean showsUndefined() {
    return base.showsUndefined();
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray missing = base.logProbInSupport(value);
    if (bijection == null) {
      return Tensors.where(observed, Tensors.number(0), missing);
    }
    if (base.support().isReal()) {
      return Tensors.where(observed, standard(value, eventShape().dimension()), missing);
    }
    Mapped u = bijection.inverse(value);
    int dims = bijection.domainEventDims();
    return Tensors.where(observed, standard(u.value(), dims).add(u.logDet()), missing);
  }

  /** The log-density of standard normal numbers, summed over the rightmost dims. */
  private static NDArray standard(NDArray u, int dims) {
    return Tensors.sumRight(u.square().mul(-0.5).sub(MathConstants.HALF_LOG_2PI), dims);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw missing = base.doDraw(rng, batch);
    Transform forward = bijection;
    if (forward == null) {
      return Draw.of(
          missing.value(), () -> Tensors.where(observed, Tensors.number(0), missing.logProb()));
    }
    Shape shape = forward.inverseShape(Shapes.concat(batch, eventShape()));
    NDArray noise = rng.split("observed").normal(Tensors.run(missing.value()), shape);
    Mapped x = forward.forward(noise);
    int dims = forward.domainEventDims();
    return Draw.of(
        Tensors.where(each(observed), x.value(), missing.value()),
        () -> Tensors.where(observed, standard(noise, dims).sub(x.logDet()), missing.logProb()));
  }

  /**
   * The observed values where they are, others elsewhere.
   *
   * @param known {@code (*, batch, event)}
   * @param missing {@code (*, batch, event)}
   */
  public NDArray complete(NDArray known, NDArray missing) {
    return Tensors.where(each(observed), known, missing);
  }

  /** The mask for each entry of an event. */
  private NDArray each(NDArray mask) {
    NDArray each = mask;
    for (int i = 0; i < eventShape().dimension(); i++) {
      each = each.expandDims(-1);
    }
    return each;
  }

  @Override
  public Imputed withParameters(UnaryOperator<NDArray> operator) {
    return new Imputed(base.withParameters(operator), operator.apply(observed));
  }

  @Override
  public Imputed expand(Shape batch) {
    return new Imputed(base.expand(batch), observed);
  }

  @Override
  public NDArray enumerateSupport() {
    return base.enumerateSupport();
  }

  @Override
  public String name() {
    return base.name();
  }

  @Override
  public String toString() {
    return base + ".imputed" + observed.getShape();
  }
}
