package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * One of K ordered categories: between which of K − 1 cutpoints a logistic variable around a
 * predictor falls.
 *
 * <p>p(k) = σ(c_k − η) − σ(c_(k−1) − η) with η = predictor, c = cutpoints, c_(−1) = −∞ and c_(K−1)
 * = ∞; the difference is taken in log space, log σ(c_k − η) + log σ(η − c_(k−1)) + log(1 −
 * exp(c_(k−1) − c_k)), and is finite far from the cutpoints.
 *
 * <p>Parameters: {@code predictor}, any real; {@code cutpoints (*, K − 1)}, in ascending order.
 * Values are integers 0 … K − 1, of an integer or a float type; draws are int64, without gradient.
 * Mean and variance do not exist.
 */
public final class OrderedLogistic extends Distribution {

  private final NDArray predictor;
  private final NDArray cutpoints;
  private final long cuts;

  private OrderedLogistic(NDArray predictor, NDArray cutpoints) {
    super(
        Argument.real("predictor", predictor),
        new Argument("cutpoints", cutpoints, Constraint.ORDERED_VECTOR, 1));
    this.predictor = predictor;
    this.cutpoints = cutpoints;
    this.cuts = cutpoints.getShape().get(cutpoints.getShape().dimension() - 1);
  }

  /**
   * An ordered logistic distribution.
   *
   * @param cutpoints {@code (*, K − 1)}
   */
  public static OrderedLogistic of(NDArray predictor, NDArray cutpoints) {
    return new OrderedLogistic(predictor, cutpoints);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static OrderedLogistic of(double predictor, NDArray cutpoints) {
    return of(number(predictor), cutpoints);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static OrderedLogistic of(double predictor, double... cutpoints) {
    return of(number(predictor), Tensors.vector(cutpoints));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static OrderedLogistic of(NDArray predictor, double... cutpoints) {
    return of(predictor, Tensors.vector(cutpoints));
  }

  /** The parameter {@code predictor}. */
  public NDArray predictor() {
    return predictor;
  }

  /** The parameter {@code cutpoints}. */
  public NDArray cutpoints() {
    return cutpoints;
  }

  /** The log-probabilities of the categories, {@code (*, K)}. */
  public NDArray logits() {
    NDArray distance = cutpoints.sub(Counts.column(predictor));
    NDArray below = Special.logSigmoid(distance).pad(new Shape(0, 1), 0);
    NDArray above = Special.logSigmoid(distance.neg()).pad(new Shape(1, 0), 0);
    NDArray both = below.add(above);
    if (cuts == 1) {
      return both;
    }
    NDArray high = Tensors.range(cutpoints, -1, 1, cuts);
    NDArray low = Tensors.range(cutpoints, -1, 0, cuts - 1);
    NDArray width = Special.expm1(low.sub(high)).neg().log();
    return both.add(width.pad(new Shape(1, 1), 0));
  }

  /** The probabilities of the categories, {@code (*, K)}. */
  public NDArray probs() {
    return logits().exp();
  }

  @Override
  public Constraint support() {
    return Constraint.integerInterval(0, cuts);
  }

  @Override
  protected boolean showsUndefined() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray index = Tensors.cast(value, DataType.INT64);
    NDArray picked = Tensors.pick(logits(), index.expandDims(-1)).squeeze(-1);
    return Undefined.shown(Undefined.of(cutpoints, 1), picked);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray probs = expanded(probs(), Shapes.concat(batch, new Shape(cuts + 1)));
    NDArray value = rng.categorical(probs);
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    return Tensors.cast(
        Counts.range(run(), 0, (double) cuts, batchShape().dimension()), DataType.INT64);
  }

  @Override
  protected NDArray doEntropy() {
    NDArray logits = logits();
    return logits.exp().mul(logits).sum(new int[] {-1}).neg();
  }

  @Override
  public OrderedLogistic withParameters(UnaryOperator<NDArray> operator) {
    return new OrderedLogistic(operator.apply(predictor), operator.apply(cutpoints));
  }
}
