package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * A family of independent random tensors: for each place of the batch shape {@code (batch)} one
 * random tensor of the event shape {@code (event)}. Immutable.
 *
 * <p>A parameter is a tensor or a plain number ({@link Tensors#number}); parameters broadcast to
 * the batch shape. Factories throw an {@link IllegalArgumentException} where these do not, or a
 * plain number is out of its range; the entries of tensors are read by {@link #validate()} only.
 * {@link #on} binds plain numbers and data to a run, without which nothing can be drawn. Everything
 * else works without one too, in float64.
 *
 * <p>Dimensions are counted from the right: a value may have any number of further dimensions (of
 * samples, particles, enumeration) left of the batch.
 *
 * <p>Edges: at an edge of the {@link #support} that is a member of it the log-density is its limit
 * from within, which may be infinite (that of {@code Exponential} at 0 is log rate, that of {@code
 * Beta(0.5, 1)} +∞); at an edge that is not a member, and at ±∞, it is −∞.
 *
 * <p>A NaN shows: where an entry of a parameter is NaN, so is every quantity of its place of the
 * batch: the log-density, the draw (unless it is an integer) and its log-density, probabilities of
 * tails, quantiles, mean, variance and entropy. So it is where a value is NaN, or a probability is
 * not from 0 to 1. All other places are what they would be without it. A plain number that is NaN
 * throws.
 *
 * <p>A subclass names its arguments in the call of the super constructor and writes {@link
 * #support}, {@link #doLogProb}, {@link #doDraw} and {@link #withParameters}, and of the moments,
 * {@code doCdf} and so on what exists, with {@link #hasCdf} or {@link #hasIcdf}.
 */
public abstract class Distribution extends Formulas {

  private final Shape batchShape;
  private final Shape eventShape;
  private final List<Argument> arguments;

  /** For wrappers, whose arguments are those of their parts. */
  protected Distribution(Shape batchShape, Shape eventShape) {
    this.batchShape = batchShape;
    this.eventShape = eventShape;
    this.arguments = List.of();
  }

  /** For families over numbers. */
  protected Distribution(Argument... arguments) {
    this(Shapes.scalar(), arguments);
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
  @Override
  public final Shape batchShape() {
    return batchShape;
  }

  /** The shape of one draw; {@code ()} for a number. */
  @Override
  public final Shape eventShape() {
    return eventShape;
  }

  /** Where draws live; the density is 0 elsewhere. Its event dims are those of the event shape. */
  public abstract Constraint support();

  /** Whether gradients flow from a draw to the parameters: unless it is discrete. */
  public boolean isReparameterized() {
    return !support().isDiscrete();
  }

  /**
   * Whether a draw is {@code loc + scale · z}, z a draw of the family at loc 0 and scale 1, with
   * arguments of these names.
   */
  public boolean isLocationScale() {
    return false;
  }

  /** Whether draws have a density, or probabilities: not so of a point mass that stands for one. */
  public boolean hasDensity() {
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

  /** That of the arguments; wrappers ask their parts. */
  @Override
  @Nullable NDArray undefined() {
    return Argument.undefined(arguments());
  }

  // --- density

  /**
   * The log-density (log-mass) at a value: −∞ outside the support, NaN at a NaN.
   *
   * @param value {@code (*, batch, event)}; the batch may be missing or of size 1 and is broadcast
   * @return {@code (*, batch)}
   * @throws IllegalArgumentException if the shape does not fit
   */
  public final NDArray logProb(NDArray value) {
    if (isFree(value)) {
      return free(value, Distribution::logProb);
    }
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
    boolean vanishes = vanishesAtInfinity() || value.getDataType().isInteger();
    if ((vanishes && support.isReal()) || Tensors.holds(value, support.elementwise())) {
      return doLogProb(value);
    }
    Constraint known = vanishes ? support : support.finite();
    return known.restrict(
        value, isFiniteEverywhere() || support.isReal(), showsUndefined(), this::doLogProb);
  }

  /**
   * The log-density at a number: {@code Normal.of(0, 1).logProb(1.3)}, inside and outside of
   * programs.
   *
   * @throws IllegalArgumentException if it is not one number, for the distribution is of several
   */
  public final double logProb(double value) {
    return only("logProb", logProb(Tensors.number(value)));
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

  /** Whether {@link #doLogProb} is NaN wherever the value or a parameter is. */
  protected boolean showsUndefined() {
    return true;
  }

  /**
   * Whether {@link #doLogProb} is −∞ by its own arithmetic at the infinite values that the support
   * has, and not the difference of two infinities.
   */
  protected boolean vanishesAtInfinity() {
    return true;
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

  @Override
  final boolean isFree() {
    List<Argument> all = arguments();
    for (Argument argument : all) {
      if (Tensors.hasRun(argument.value())) {
        return false;
      }
    }
    return !all.isEmpty();
  }

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
  @Override
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

  // --- words

  /** The name of the family, e.g. {@code Normal}; that of the base for wrappers. */
  @Override
  public String name() {
    return getClass().getSimpleName();
  }

  /** The name with the arguments, e.g. {@code Normal(loc: 0.0, scale: (8))}. */
  @Override
  public String toString() {
    return name() + "(" + Argument.describe(arguments()) + ")";
  }
}
