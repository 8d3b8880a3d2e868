package org.ppl4j.distributions;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.transforms.ConditionalTransform;

/**
 * The image of a distribution under a conditional transform: p(y | c), a {@link
 * TransformedDistribution} for each context c.
 *
 * <pre>{@code
 * ConditionalTransformedDistribution density =
 *     ConditionalTransformedDistribution.of(Normal.standard(2).toEvent(1), p.module("flow", module));
 * p.observe("y", density.given(rows.take(data.x())), rows.take(data.y()));
 * }</pre>
 *
 * <p>Contexts are {@code (*, C)}: the batch of {@code given(context)} is {@code *} broadcast
 * against the base's batch, so that each context has draws and densities of its own.
 */
public final class ConditionalTransformedDistribution {

  private final Distribution base;
  private final ConditionalTransform transform;

  private ConditionalTransformedDistribution(Distribution base, ConditionalTransform transform) {
    this.base = requireNonNull(base, "base");
    this.transform = requireNonNull(transform, "transform");
  }

  /** For each context the distribution of {@code transform.given(c).forward(x)}, x from base. */
  public static ConditionalTransformedDistribution of(
      Distribution base, ConditionalTransform transform) {
    return new ConditionalTransformedDistribution(base, transform);
  }

  /**
   * The distribution for a context.
   *
   * @param context {@code (*, C)}
   * @throws IllegalArgumentException if the context has another size than the transform takes, or
   *     the base has fewer batch dimensions than the transform takes event dimensions
   */
  public TransformedDistribution given(NDArray context) {
    return TransformedDistribution.of(base, transform.given(context));
  }

  /** The distribution that is transformed, the same for every context. */
  public Distribution base() {
    return base;
  }

  /** From a context to a transform. */
  public ConditionalTransform transform() {
    return transform;
  }

  /** The same with every tensor of base and transform replaced. */
  public ConditionalTransformedDistribution withParameters(UnaryOperator<NDArray> operator) {
    return of(base.withParameters(operator), transform.withParameters(operator));
  }

  @Override
  public String toString() {
    return "ConditionalTransformed(" + base + ", " + transform + ")";
  }
}
