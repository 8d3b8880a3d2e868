package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;

/**
 * A family of independent random tensors: for each place of the batch shape {@code (batch)} one
 * random tensor of the event shape {@code (event)}. Immutable.
 *
 * <p>A parameter is a tensor or a plain number ({@link Tensors#number}); parameters broadcast to
 * the batch shape. A plain number out of its range throws at once; the entries of tensors are read
 * by {@link #validate()} only. {@link #on} binds plain numbers and data to a run, without which
 * nothing can be drawn. Everything else works on both.
 *
 * <p>Dimensions are counted from the right: a value may have any number of further dimensions (of
 * samples, particles, enumeration) left of the batch.
 *
 * <p>A subclass names its arguments in the call of the super constructor and writes {@link
 * #support}, {@link #doLogProb}, {@link #doDraw} and {@link #withParameters}, and of the moments,
 * {@code doCdf} and so on what exists.
 */
public abstract class Distribution {

  private final Shape batchShape;
  private final Shape eventShape;
  private final List<Argument> arguments;

  /** For wrappers, whose arguments are those of their parts. */
  protected Distribution(Shape batchShape, Shape eventShape) {
    this.batchShape = batchShape;
    this.eventShape = eventShape;
    this.arguments = List.of();
  }

  /**
   * For families.
   *
   * @param eventShape the shape of one draw
   * @param arguments they are checked, and their batch shapes broadcast to the batch shape
   */
  protected Distribution(Shape eventShape, Argument... arguments) {
    this.eventShape = eventShape;
    this.arguments = List.of(arguments);
    for (Argument argument : arguments) {
      argument.check(name());
    }
    this.batchShape = BatchShapes.ofArguments(name(), this.arguments);
  }

  // --- what it is

  /** The shape of the batch; {@code ()} for one distribution. */
  public final Shape batchShape() {
    return batchShape;
  }

  /** The shape of one draw; {@code ()} for a number. */
  public final Shape eventShape() {
    return eventShape;
  }

  /** Where draws live; the density is 0 elsewhere. Its event dims are those of the event shape. */
  public abstract Constraint support();

  /** Whether gradients flow from a draw to the parameters. */
  public boolean isReparameterized() {
    return true;
  }

  /** The named arguments; those of the base for wrappers. */
  public List<Argument> arguments() {
    return arguments;
  }

  /**
   * Reads all arguments and checks that each entry is in its range.
   *
   * @throws IllegalArgumentException naming the argument and the first bad entry
   */
  public final void validate() {
    for (Argument argument : arguments()) {
      argument.checkEntries(name());
    }
  }

  // --- density

  /**
   * The log-density (log-mass) at a value: −∞ outside the support, which a NaN counts as unless the
   * support is the reals.
   *
   * @param value {@code (*, batch, event)}; the batch may be missing or of size 1 and is broadcast
   * @return {@code (*, batch)}
   * @throws IllegalArgumentException if the shape does not fit
   */
  public final NDArray logProb(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return scored(guarded(value), value, shape);
  }

  /**
   * The log-density at a value that is known to lie in the support, without the operations that
   * would find out: {@link #logProb} there, unspecified elsewhere.
   *
   * @param value {@code (*, batch, event)}
   * @return {@code (*, batch)}
   * @throws IllegalArgumentException if the shape does not fit
   */
  public final NDArray logProbInSupport(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return scored(doLogProb(value), value, shape);
  }

  private static NDArray scored(NDArray logProb, NDArray value, Shape shape) {
    return logProb.getShape().equals(shape)
        ? logProb
        : Tensors.run(value).bind(logProb).broadcast(shape);
  }

  /** {@link #doLogProb} inside the support, −∞ outside; wrappers leave the check to their parts. */
  NDArray guarded(NDArray value) {
    Constraint support = support();
    if (support.isReal() || Tensors.holds(value, support)) {
      return doLogProb(value);
    }
    NDArray member = support.check(value);
    NDArray safe = isFiniteEverywhere() ? value : support.inside(value, member);
    return Tensors.where(member, doLogProb(safe), Tensors.number(Double.NEGATIVE_INFINITY));
  }

  /**
   * The log-density at a value in the support, up to broadcasting against the batch.
   *
   * @param value {@code (*, batch, event)}, in the support
   */
  protected abstract NDArray doLogProb(NDArray value);

  /**
   * Whether {@link #doLogProb} and its gradient are finite at every real value, also outside the
   * support, so that values need not be replaced before it.
   */
  protected boolean isFiniteEverywhere() {
    return false;
  }

  // --- draws

  /**
   * One draw for each place of the batch.
   *
   * @param rng the stream of noise; the same stream gives the same draw
   * @throws IllegalStateException if all parameters are plain numbers and {@link #on} was not
   *     called
   */
  public final Draw draw(Rng rng) {
    return doDraw(rng, batchShape);
  }

  /**
   * One draw for each place of {@code batch}, to which the batch shape broadcasts.
   *
   * @return value {@code (batch, event)}, log-density {@code (batch)}
   */
  protected abstract Draw doDraw(Rng rng, Shape batch);

  /** The run of the parameters. */
  protected final Run run() {
    List<Argument> all = arguments();
    NDArray[] more = new NDArray[all.size() - 1];
    for (int i = 0; i < more.length; i++) {
      more[i] = all.get(i + 1).value();
    }
    return Tensors.run(all.get(0).value(), more);
  }

  // --- the same distribution with other parameters, shapes or weights

  /**
   * The same distribution with every tensor that it holds replaced, numbers included. Wrappers map
   * over their parts.
   */
  public abstract Distribution withParameters(UnaryOperator<NDArray> operator);

  /** The same distribution with plain numbers and plain data arrays brought to a run. */
  public final Distribution on(Run run) {
    return withParameters(run::bind);
  }

  /** The same distribution with the gradients of its parameters stopped. */
  public final Distribution detached() {
    return withParameters(Tensors::detached);
  }

  /**
   * The same distribution for a larger batch; each place gets a draw of its own.
   *
   * @throws IllegalArgumentException if the batch shape does not broadcast to {@code batch}
   */
  public Distribution expand(Shape batch) {
    checkExpands(batch);
    return batch.equals(batchShape) ? this : new ExpandedDistribution(this, batch);
  }

  final void checkExpands(Shape batch) {
    checkArgument(
        Shapes.isBroadcastable(batchShape, batch),
        "distribution '%s' has batch shape %s, which does not expand to %s",
        name(),
        batchShape,
        batch);
  }

  /**
   * The rightmost {@code dims} batch dimensions turned into event dimensions, so that one
   * log-density is the sum over them.
   *
   * @throws IllegalArgumentException if the batch has fewer dimensions
   */
  public Distribution toEvent(int dims) {
    checkArgument(
        dims >= 0 && dims <= batchShape.dimension(),
        "distribution '%s' has batch shape %s, so %s dims cannot become event dims",
        name(),
        batchShape,
        dims);
    return dims == 0 ? this : new IndependentDistribution(this, dims);
  }

  /** All batch dimensions turned into event dimensions. */
  public final Distribution toEvent() {
    return toEvent(batchShape.dimension());
  }

  /**
   * The same distribution whose log-density is 0 where the mask is false, whatever the value there
   * (a NaN too). Draws do not change.
   *
   * @param mask booleans that broadcast with the batch
   */
  public final Distribution mask(NDArray mask) {
    return MaskedDistribution.of(this, mask);
  }

  /** The same distribution, with log-density 0 everywhere if {@code mask} is false. */
  public final Distribution mask(boolean mask) {
    return mask ? this : new SilentDistribution(this);
  }

  // --- moments and quantiles

  /**
   * The mean, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray mean() {
    return expanded(doMean(), Shapes.concat(batchShape, eventShape));
  }

  /**
   * The variance of each entry, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray variance() {
    return expanded(doVariance(), Shapes.concat(batchShape, eventShape));
  }

  /**
   * The entropy in nats, {@code (batch)}.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray entropy() {
    return expanded(doEntropy(), batchShape);
  }

  /**
   * The probability of a value of at most {@code value}: 0 below the support, 1 above it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray cdf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doCdf(value), shape);
  }

  /**
   * The survival function, the probability of a value above {@code value}: 1 − cdf, without the
   * loss of digits of this difference in the upper tail where the family has a formula for it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray sf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doSf(value), shape);
  }

  /**
   * The logarithm of {@link #cdf}, finite far in the lower tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logCdf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doLogCdf(value), shape);
  }

  /**
   * The logarithm of {@link #sf}, finite far in the upper tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logSf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doLogSf(value), shape);
  }

  /**
   * The value above which a share of the probability lies; the inverse of {@link #sf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray isf(NDArray probability) {
    Shape shape = BatchShapes.ofValue(this, probability.getShape());
    return expanded(doIsf(probability), shape);
  }

  /**
   * The value below which a share of the probability lies; the inverse of {@link #cdf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray icdf(NDArray probability) {
    Shape shape = BatchShapes.ofValue(this, probability.getShape());
    return expanded(doIcdf(probability), shape);
  }

  /**
   * All values of a discrete distribution, {@code (values, 1, …, 1, event)} with a 1 for each batch
   * dimension.
   *
   * @throws UnsupportedOperationException if it has infinitely many
   */
  public NDArray enumerateSupport() {
    throw lacks("finite support to enumerate");
  }

  /** The formula of {@link #mean()}, up to broadcasting. */
  protected NDArray doMean() {
    throw lacks("mean in closed form");
  }

  /** The formula of {@link #variance()}, up to broadcasting. */
  protected NDArray doVariance() {
    throw lacks("variance in closed form");
  }

  /** The formula of {@link #entropy()}, up to broadcasting. */
  protected NDArray doEntropy() {
    throw lacks("entropy in closed form");
  }

  /** The formula of {@link #cdf}, at every real value, up to broadcasting. */
  protected NDArray doCdf(NDArray value) {
    throw lacks("cdf in closed form");
  }

  /** The formula of {@link #sf}, at every real value, up to broadcasting; 1 − cdf unless given. */
  protected NDArray doSf(NDArray value) {
    return Tensors.number(1).sub(doCdf(value));
  }

  /** The formula of {@link #logCdf}, up to broadcasting; log cdf unless given. */
  protected NDArray doLogCdf(NDArray value) {
    return logarithm(doCdf(value));
  }

  /** The formula of {@link #logSf}, up to broadcasting; log sf unless given. */
  protected NDArray doLogSf(NDArray value) {
    return logarithm(doSf(value));
  }

  /** Of a probability: where that is 0 the derivative is 0, not NaN. */
  private static NDArray logarithm(NDArray probability) {
    NDArray possible = probability.gt(0);
    NDArray log = Tensors.where(possible, probability, 1).log();
    return Tensors.where(possible, log, Double.NEGATIVE_INFINITY);
  }

  /** The formula of {@link #isf}, up to broadcasting; icdf(1 − probability) unless given. */
  protected NDArray doIsf(NDArray probability) {
    return doIcdf(Tensors.number(1).sub(probability));
  }

  /** The formula of {@link #icdf}, up to broadcasting. */
  protected NDArray doIcdf(NDArray probability) {
    throw lacks("icdf in closed form");
  }

  /** {@link #icdf} of the logarithm of a probability, up to broadcasting; icdf exp unless given. */
  protected NDArray doIcdfOfLog(NDArray logProbability) {
    return doIcdf(logProbability.exp());
  }

  /** {@link #isf} of the logarithm of a probability, up to broadcasting; isf exp unless given. */
  protected NDArray doIsfOfLog(NDArray logProbability) {
    return doIsf(logProbability.exp());
  }

  private UnsupportedOperationException lacks(String what) {
    return new UnsupportedOperationException("distribution '%s' has no %s".formatted(name(), what));
  }

  // --- shapes and words

  /** {@code tensor} at a shape that it broadcasts to; itself if it has it. */
  protected static NDArray expanded(NDArray tensor, Shape shape) {
    return tensor.getShape().equals(shape) ? tensor : tensor.broadcast(shape);
  }

  /** The name of the family, e.g. {@code Normal}; that of the base for wrappers. */
  public String name() {
    return getClass().getSimpleName();
  }

  /** The name with the arguments, e.g. {@code Normal(loc: 0.0, scale: (8))}. */
  @Override
  public String toString() {
    return name() + "(" + Argument.describe(arguments()) + ")";
  }
}
