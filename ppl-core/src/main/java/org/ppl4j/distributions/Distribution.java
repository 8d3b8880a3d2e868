package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.Serializable;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

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
public abstract class Distribution implements Serializable {

  /** From here on five terms of the series of digamma have all digits. */
  private static final double DIGAMMA_SERIES_FROM = 16;

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
  public final Shape batchShape() {
    return batchShape;
  }

  /**
   * What brings a dim of the batch, counted from the right from 1 on, for errors about it: {@code
   * parameter 'loc' (4) from 'mu'}; empty if no parameter does.
   */
  public String bringing(int dim) {
    return Argument.bringing(arguments(), dim);
  }

  /** The shape of one draw; {@code ()} for a number. */
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

  /** Whether {@link #logProb} knows each value, and not a draw only that was made with its own. */
  public boolean hasLogProb() {
    return true;
  }

  /** Whether draws have a density, or probabilities: not so of a point mass that stands for one. */
  public boolean hasDensity() {
    return true;
  }

  /**
   * Whether single values of a continuous support have probabilities of their own, as those at the
   * bounds of what is censored: no density on the support leads to them.
   */
  public boolean hasAtoms() {
    return false;
  }

  /**
   * How many numbers of a value have a probability of their own, where {@link #hasAtoms}: densities
   * of values with more of them are not comparable to those with fewer, and beside them are as good
   * as 0. None unless a distribution says otherwise.
   *
   * @param value {@code (*, batch, event)}
   * @return {@code (*, batch)}, up to broadcasting
   */
  protected NDArray doAtoms(NDArray value) {
    return Tensors.number(0);
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
    if (vanishes && support.isReal()) {
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
   * Draws to look at, inside and outside of programs: {@code Normal.of(0, 1).sample(1000, 7)}. A
   * program draws by {@code p.sample}.
   *
   * @param count how many, n
   * @param seed the same seed gives the same draws
   * @return {@code (n, batch, event)}
   */
  public final NDArray sample(int count, long seed) {
    checkArgument(count >= 1, "%s is asked for %s draws, but needs at least 1", name(), count);
    if (isFree()) {
      return free(distribution -> distribution.sample(count, seed));
    }
    Shape batch = Shapes.concat(new Shape(count), batchShape());
    return expand(batch).draw(Rng.of(seed, Rng.Purpose.MODEL, 0, "sample")).value();
  }

  /**
   * One draw for each place of {@code batch}, to which the batch shape broadcasts.
   *
   * @return value {@code (batch, event)}, log-density {@code (batch)}
   */
  protected abstract Draw doDraw(Rng rng, Shape batch);

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

  /**
   * As {@link #expand(Shape)}: {@code Normal.of(0, 1).expand(3, 4)}.
   *
   * @throws IllegalArgumentException if the batch shape does not broadcast to {@code batch}
   */
  public final Distribution expand(long... batch) {
    return expand(new Shape(batch));
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

  /**
   * Where its log-density is that of a value; null: everywhere. Elsewhere it is the same whatever
   * the value is, as behind a {@link #mask(NDArray)}.
   *
   * @return booleans that broadcast with the batch
   */
  public @Nullable NDArray counted() {
    return null;
  }

  /** The same distribution, with log-density 0 everywhere if {@code mask} is false. */
  public final Distribution mask(boolean mask) {
    return mask ? this : new SilentDistribution(this);
  }

  // --- words

  /** The name of the family, e.g. {@code Normal}; that of the base for wrappers. */
  public String name() {
    return getClass().getSimpleName();
  }

  /** The name with the arguments, e.g. {@code Normal(loc: 0.0, scale: (8))}. */
  @Override
  public String toString() {
    return name() + "(" + Argument.describe(arguments()) + ")";
  }

  // --- what may be known in closed form: moments, entropy, both tails and their quantiles

  /**
   * The mean, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray mean() {
    return isFree() ? free(Distribution::mean) : ofParameters(doMean(), eventShape());
  }

  /**
   * The variance of each entry, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray variance() {
    return isFree() ? free(Distribution::variance) : ofParameters(doVariance(), eventShape());
  }

  /**
   * The entropy in nats, {@code (batch)}.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray entropy() {
    return isFree() ? free(Distribution::entropy) : ofParameters(doEntropy(), Shapes.scalar());
  }

  /** Whether there are formulas for {@link #cdf}, {@link #sf} and their logarithms. */
  public boolean hasCdf() {
    return hasIcdf();
  }

  /** Whether there are formulas for {@link #icdf} and {@link #isf}, and those of {@link #cdf}. */
  public boolean hasIcdf() {
    return false;
  }

  /**
   * The probability of a value of at most {@code value}: 0 below the support, 1 above it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray cdf(NDArray value) {
    return isFree(value) ? free(value, Distribution::cdf) : ofValue(value, this::doCdf, 0, 1);
  }

  /**
   * {@link #cdf(NDArray)} of a number.
   *
   * @throws UnsupportedOperationException if there is no formula
   * @throws IllegalArgumentException if it is not one number, for the distribution is of several
   */
  public final double cdf(double value) {
    return only("cdf", cdf(Tensors.number(value)));
  }

  /** What a method says of one number. */
  final double only(String method, NDArray result) {
    checkArgument(
        result.getShape().size() == 1,
        "%s of '%s' with batch shape %s and event shape %s has shape %s, but is asked for one"
            + " number; pass a tensor",
        method,
        name(),
        batchShape(),
        eventShape(),
        result.getShape());
    return Tensors.values(result)[0];
  }

  /**
   * The survival function, the probability of a value above {@code value}: 1 − cdf, without the
   * loss of digits of this difference in the upper tail where the family has a formula for it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray sf(NDArray value) {
    return isFree(value) ? free(value, Distribution::sf) : ofValue(value, this::doSf, 1, 0);
  }

  /**
   * The logarithm of {@link #cdf}, finite far in the lower tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logCdf(NDArray value) {
    return isFree(value)
        ? free(value, Distribution::logCdf)
        : ofValue(value, this::doLogCdf, Double.NEGATIVE_INFINITY, 0);
  }

  /**
   * The logarithm of {@link #sf}, finite far in the upper tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logSf(NDArray value) {
    return isFree(value)
        ? free(value, Distribution::logSf)
        : ofValue(value, this::doLogSf, 0, Double.NEGATIVE_INFINITY);
  }

  /**
   * The value above which a share of the probability lies; the inverse of {@link #sf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray isf(NDArray probability) {
    return isFree(probability)
        ? free(probability, Distribution::isf)
        : ofProbability(probability, this::doIsf);
  }

  /**
   * The value below which a share of the probability lies; the inverse of {@link #cdf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray icdf(NDArray probability) {
    return isFree(probability)
        ? free(probability, Distribution::icdf)
        : ofProbability(probability, this::doIcdf);
  }

  /**
   * {@link #icdf(NDArray)} of a number.
   *
   * @throws UnsupportedOperationException if there is no formula
   * @throws IllegalArgumentException if it is not one number, for the distribution is of several
   */
  public final double icdf(double probability) {
    return only("icdf", icdf(Tensors.number(probability)));
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
    NDArray impossible = probability.lte(0);
    NDArray log = Tensors.where(impossible, Tensors.number(1), probability).log();
    return Tensors.where(impossible, Tensors.number(Double.NEGATIVE_INFINITY), log);
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

  /** Whether no argument has a run; not so of a distribution without arguments. */
  final boolean isFree(NDArray value) {
    return !Tensors.hasRun(value) && isFree();
  }

  /** What nobody brought into a run is worked out in one of its own, in float64. */
  private NDArray free(Function<Distribution, NDArray> figure) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return Tensors.withoutRun(figure.apply(on(run)));
    }
  }

  final NDArray free(NDArray value, BiFunction<Distribution, NDArray, NDArray> figure) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return Tensors.withoutRun(figure.apply(on(run), run.bind(value)));
    }
  }

  /** Where a parameter is NaN, booleans that broadcast with the batch; null if none can be. */
  private NDArray ofParameters(NDArray formula, Shape event) {
    NDArray undefined = undefined();
    NDArray each = undefined == null ? null : Undefined.ofEntries(undefined, event);
    return expanded(Undefined.shown(each, formula), Shapes.concat(batchShape(), event));
  }

  /** A formula at finite values, its limits at infinite ones, NaN where something is. */
  private NDArray ofValue(
      NDArray value, UnaryOperator<NDArray> formula, double lowest, double highest) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    NDArray undefined = undefined();
    if (!value.getDataType().isFloating() || Tensors.constant(value).isPresent()) {
      return expanded(Undefined.shown(undefined, formula.apply(value)), shape);
    }
    NDArray infinite = value.isInfinite();
    NDArray finite = Tensors.where(infinite, Tensors.number(0), value);
    NDArray limit = Tensors.where(value.gt(0), Tensors.number(highest), Tensors.number(lowest));
    NDArray result = Tensors.where(infinite, limit, formula.apply(finite));
    return expanded(Undefined.shown(Undefined.or(value.isNaN(), undefined), result), shape);
  }

  /** A formula at probabilities, NaN at what is none. */
  private NDArray ofProbability(NDArray probability, UnaryOperator<NDArray> formula) {
    Shape shape = BatchShapes.ofValue(this, probability.getShape());
    NDArray allowed = probability.gte(0).logicalAnd(probability.lte(1));
    NDArray safe = Tensors.where(allowed, probability, Tensors.number(0.5));
    NDArray result = Tensors.where(allowed, formula.apply(safe), Tensors.number(Double.NaN));
    return expanded(Undefined.shown(undefined(), result), shape);
  }

  /**
   * {@code log x − ψ(x)} of positive x, about {@code 1 / (2 x)}, without cancellation for large x
   * (DLMF 5.11.2): what entropies have of digamma.
   */
  protected static NDArray logLessDigamma(NDArray x) {
    NDArray small = x.minimum(DIGAMMA_SERIES_FROM);
    NDArray r = Tensors.number(1).div(x.maximum(DIGAMMA_SERIES_FROM));
    NDArray square = r.square();
    NDArray tail = square.mul(-1 / 240.0).add(1 / 252.0).mul(square).sub(1 / 120.0).mul(square);
    NDArray series = tail.add(1 / 12.0).mul(r).add(0.5).mul(r);
    NDArray direct = small.log().sub(Special.digamma(small));
    return Tensors.where(x.gt(DIGAMMA_SERIES_FROM), series, direct);
  }

  /** {@code tensor} at a shape that it broadcasts to; itself if it has it. */
  protected static NDArray expanded(NDArray tensor, Shape shape) {
    return tensor.getShape().equals(shape) ? tensor : tensor.broadcast(shape);
  }
}
