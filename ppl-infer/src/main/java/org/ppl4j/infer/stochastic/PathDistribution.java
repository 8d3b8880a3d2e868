package org.ppl4j.infer.stochastic;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Rng;

/**
 * The ends of paths through {@linkplain StochasticLayer stochastic layers} from draws of a
 * distribution of vectors.
 *
 * <p>A draw's log density is that of its path, log q(x) − log weight: where a guide draws so, the
 * mean of log p − log q is the bound of the path, and exp of it estimates the evidence without
 * bias. The density of an end itself, which all paths to it make up, is not known: {@link #logProb}
 * throws.
 */
public final class PathDistribution extends Distribution {

  private final Distribution start;
  private final StochasticLayer layer;

  private PathDistribution(Distribution start, StochasticLayer layer) {
    super(start.batchShape(), start.eventShape());
    this.start = start;
    this.layer = requireNonNull(layer, "layer");
  }

  /**
   * Paths from draws of a distribution.
   *
   * @param start with event shape {@code (D)}
   * @throws IllegalArgumentException if its event is no vector
   */
  public static PathDistribution of(Distribution start, StochasticLayer layer) {
    checkArgument(
        start.eventShape().dimension() == 1,
        "stochastic layers move vectors, but distribution '%s' has event shape %s; declare event"
            + " dims by toEvent(1)",
        start.name(),
        start.eventShape());
    return new PathDistribution(start, layer);
  }

  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, 1);
  }

  @Override
  public boolean hasLogProb() {
    return false;
  }

  @Override
  public boolean isReparameterized() {
    return start.isReparameterized();
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    throw new UnsupportedOperationException(
        "distribution 'PathDistribution' has no log density at a value, which all paths to it make"
            + " up, but of its own draws; take a guide without stochastic layers where others'"
            + " values are to be scored");
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = start.expand(batch).draw(rng);
    Moved moved = layer.move(draw.value(), rng.split("path"));
    return Draw.of(moved.value(), () -> draw.logProb().sub(moved.logWeight()));
  }

  @Override
  public PathDistribution withParameters(UnaryOperator<NDArray> operator) {
    return new PathDistribution(start.withParameters(operator), layer);
  }
}
