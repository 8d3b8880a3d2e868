package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** A distribution with batch dimensions turned into event dimensions. */
final class IndependentDistribution extends WrappedDistribution {

  /** So many values are enumerated at most. */
  private static final int MOST = 10_000;

  private final int dims;
  private final Constraint support;

  IndependentDistribution(Distribution base, int dims) {
    super(
        base,
        Shapes.dropRight(base.batchShape(), dims),
        Shapes.concat(Shapes.takeRight(base.batchShape(), dims), base.eventShape()));
    this.dims = dims;
    this.support = Constraint.independent(base.support(), dims);
  }

  /** How many batch dimensions of the base are event dimensions here. */
  int dims() {
    return dims;
  }

  @Override
  public String bringing(int dim) {
    return base.bringing(dim + dims);
  }

  @Override
  public Constraint support() {
    return support;
  }

  @Override
  @Nullable NDArray undefined() {
    return ofSome(base.undefined());
  }

  /** Where some number of an event counts. */
  @Override
  public @Nullable NDArray counted() {
    return ofSome(base.counted());
  }

  /** Which events have a number of which something is so; null if it is of none. */
  private @Nullable NDArray ofSome(@Nullable NDArray ofBase) {
    return ofBase == null ? null : Undefined.anyOf(wide(ofBase), dims);
  }

  /** Booleans of the base's batch with all of the dims that become event. */
  private NDArray wide(NDArray ofBase) {
    return expanded(ofBase, base.batchShape());
  }

  @Override
  NDArray guarded(NDArray value) {
    return Tensors.sumRight(base.logProb(value), dims);
  }

  /** The sum of those of its numbers. */
  @Override
  protected NDArray doAtoms(NDArray value) {
    Shape batch = Shapes.dropRight(value.getShape(), base.eventShape().dimension());
    Shape shape = Shapes.broadcast(batch, base.batchShape());
    return Tensors.sumRight(expanded(base.doAtoms(value), shape), dims);
  }

  @Override
  public boolean hasCdf() {
    return false;
  }

  @Override
  public boolean hasIcdf() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return Tensors.sumRight(base.logProbInSupport(value), dims);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = base.doDraw(rng, inner(batch));
    return Draw.of(draw.value(), () -> Tensors.sumRight(draw.logProb(), dims));
  }

  /** The batch shape of the base for a batch shape of this. */
  private Shape inner(Shape batch) {
    return Shapes.concat(batch, Shapes.takeRight(base.batchShape(), dims));
  }

  @Override
  public Distribution withParameters(UnaryOperator<NDArray> operator) {
    return new IndependentDistribution(base.withParameters(operator), dims);
  }

  @Override
  public Distribution expand(Shape batch) {
    return new IndependentDistribution(base.expand(inner(batch)), dims);
  }

  @Override
  public Distribution toEvent(int more) {
    return more == 0 ? this : base.toEvent(dims + more);
  }

  /**
   * All combinations of the values of the entries.
   *
   * @throws UnsupportedOperationException if there are too many
   */
  @Override
  public NDArray enumerateSupport() {
    NDArray each = base.enumerateSupport();
    Shape entries = Shapes.takeRight(base.batchShape(), dims);
    Shape event = base.eventShape();
    int values = Math.toIntExact(each.getShape().get(0));
    int count = Math.toIntExact(entries.size());
    if (count * Math.log(values) > Math.log(MOST)) {
      throw new UnsupportedOperationException(
          "distribution '%s' with %s dims turned into the event has %s^%s values to enumerate"
                  .formatted(name(), dims, values, count)
              + "; keep them in the batch");
    }
    int all = (int) Math.round(Math.pow(values, count));
    long[] places = new long[all * count];
    for (int i = 0; i < all; i++) {
      for (int j = count - 1, rest = i; j >= 0; j--, rest /= values) {
        places[i * count + j] = rest % values;
      }
    }
    NDArray flat = Tensors.reshape(each, Shapes.concat(new Shape(values), event));
    NDArray picked = Tensors.select(flat, run().create(places, new Shape(places.length)), 0);
    long[] ones = new long[batchShape().dimension()];
    Arrays.fill(ones, 1);
    Shape left = Shapes.concat(new Shape(all), new Shape(ones));
    return Tensors.reshape(picked, Shapes.concat(Shapes.concat(left, entries), event));
  }

  @Override
  protected NDArray doMean() {
    return base.mean();
  }

  @Override
  protected NDArray doVariance() {
    return base.variance();
  }

  @Override
  protected NDArray doEntropy() {
    return Tensors.sumRight(base.entropy(), dims);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    throw lacks("cdf");
  }

  @Override
  protected NDArray doSf(NDArray value) {
    throw lacks("sf");
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    throw lacks("logCdf");
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    throw lacks("logSf");
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    throw lacks("icdf");
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    throw lacks("isf");
  }

  private UnsupportedOperationException lacks(String function) {
    return new UnsupportedOperationException(
        "distribution '%s' has no %s over an event of shape %s"
            .formatted(name(), function, eventShape()));
  }

  @Override
  public String toString() {
    return base + ".toEvent(" + dims + ")";
  }
}
