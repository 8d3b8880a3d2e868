package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/**
 * A set of tensors: the support of a distribution, the range of a parameter, the codomain of a
 * transform.
 *
 * <p>Its rightmost {@link #eventDims()} dimensions belong to one member: 0 for {@code positive}, 1
 * for {@code simplex}. Membership of a tensor of shape {@code (*, event)} is a boolean tensor of
 * shape {@code (*)}. A NaN is a member of no constraint.
 */
// Subclasses of this package are made by this class alone, so it is always initialised first.
@SuppressWarnings("ClassInitializationDeadlock")
public abstract class Constraint implements Serializable {

  /** Every number that is not NaN. */
  public static final Constraint REAL = NumberSets.real();

  /** Numbers above 0; unconstrained by the logarithm. */
  public static final Constraint POSITIVE = NumberSets.positive();

  /** Numbers above 0; unconstrained by the inverse of softplus, which is linear in the tail. */
  public static final Constraint SOFTPLUS_POSITIVE = NumberSets.softplusPositive();

  /** Numbers of at least 0. */
  public static final Constraint NON_NEGATIVE = NumberSets.nonNegative();

  /** Numbers from 0 to 1, both included. */
  public static final Constraint UNIT_INTERVAL = new Interval(0, 1);

  /** Numbers between 0 and 1, neither included. */
  public static final Constraint BETWEEN_ZERO_AND_ONE = NumberSets.betweenZeroAndOne();

  /** Numbers from 0 to 1 without 1, as the probability of going on. */
  public static final Constraint BELOW_ONE = NumberSets.belowOne();

  /** Numbers from 0 to 1 without 0, as the probability of coming to an end. */
  public static final Constraint ABOVE_ZERO = NumberSets.aboveZero();

  /** 0 and 1. */
  public static final Constraint BOOLEAN = NumberSets.zeroOrOne();

  /** Whole numbers. */
  public static final Constraint INTEGER = NumberSets.integer();

  /** Whole numbers from 0 on. */
  public static final Constraint NON_NEGATIVE_INTEGER = NumberSets.nonNegativeInteger();

  /** Whole numbers from 1 on. */
  public static final Constraint POSITIVE_INTEGER = NumberSets.positiveInteger();

  /** Angles from −π to π; both ends are members, though they are the same angle. */
  public static final Constraint CIRCULAR = new Interval(-Math.PI, Math.PI);

  /** Vectors {@code (K)} of non-negative numbers that sum to 1, to a tolerance of 1e-6. */
  public static final Constraint SIMPLEX = new SimplexConstraint();

  /**
   * Vectors {@code (K)} whose entries do not decrease. Equal neighbours are members, since rounding
   * makes them of different ones.
   */
  public static final Constraint ORDERED_VECTOR = VectorSets.ordered();

  /** Vectors {@code (K)} of positive entries that do not decrease. */
  public static final Constraint POSITIVE_ORDERED_VECTOR = VectorSets.positiveOrdered();

  /** Vectors {@code (K)} of length 1, to a tolerance of 1e-6; densities are per unit of surface. */
  public static final Constraint SPHERE = VectorSets.sphere();

  /**
   * Vectors {@code (K)} that sum to 0, to a tolerance of 1e-6 of the sum of their sizes; densities
   * are per unit of surface of that plane.
   */
  public static final Constraint ZERO_SUM = VectorSets.zeroSum();

  /** Vectors {@code (K)} of zeros but for one 1. */
  public static final Constraint ONE_HOT = VectorSets.oneHot();

  /** Lower triangular matrices {@code (D, D)} with a positive diagonal. */
  public static final Constraint LOWER_CHOLESKY = MatrixSets.lowerCholesky();

  /**
   * Lower triangular matrices {@code (D, D)} with a positive diagonal and rows of length 1, to a
   * tolerance of 1e-6: the factors of correlation matrices. Densities are with respect to the
   * entries below the diagonal.
   */
  public static final Constraint CORR_CHOLESKY = MatrixSets.corrCholesky();

  /**
   * Symmetric positive definite matrices {@code (D, D)}, symmetric to a tolerance of 1e-6.
   * Densities are with respect to the entries on and below the diagonal.
   */
  public static final Constraint POSITIVE_DEFINITE = MatrixSets.positiveDefinite();

  /**
   * Positive definite matrices {@code (D, D)} with ones on the diagonal, to a tolerance of 1e-6.
   * Densities are with respect to the entries below the diagonal.
   */
  public static final Constraint CORR_MATRIX = MatrixSets.corrMatrix();

  /** For subclasses. */
  protected Constraint() {}

  /**
   * Numbers from {@code low} to {@code high}, both included.
   *
   * @throws IllegalArgumentException if {@code low} is not below {@code high}
   */
  public static Constraint interval(double low, double high) {
    return Interval.of(Tensors.number(low), Tensors.number(high));
  }

  /** Numbers from {@code low} to {@code high}, both included; the bounds broadcast. */
  public static Constraint interval(NDArray low, NDArray high) {
    return Interval.of(low, high);
  }

  /** Numbers above a bound. */
  public static Constraint greaterThan(double bound) {
    return greaterThan(Tensors.number(bound));
  }

  /** Numbers above a bound, which broadcasts. */
  public static Constraint greaterThan(NDArray bound) {
    return new HalfLine(bound, true, true);
  }

  /** Numbers of at least a bound. */
  public static Constraint greaterThanEq(double bound) {
    return greaterThanEq(Tensors.number(bound));
  }

  /** Numbers of at least a bound, which broadcasts. */
  public static Constraint greaterThanEq(NDArray bound) {
    return new HalfLine(bound, true, false);
  }

  /** Numbers below a bound. */
  public static Constraint lessThan(double bound) {
    return lessThan(Tensors.number(bound));
  }

  /** Numbers below a bound, which broadcasts. */
  public static Constraint lessThan(NDArray bound) {
    return new HalfLine(bound, false, true);
  }

  /** Numbers of at most a bound. */
  public static Constraint lessThanEq(double bound) {
    return lessThanEq(Tensors.number(bound));
  }

  /** Numbers of at most a bound, which broadcasts. */
  public static Constraint lessThanEq(NDArray bound) {
    return new HalfLine(bound, false, false);
  }

  /**
   * Vectors {@code (K)} of whole numbers from 0 on that sum to {@code count}.
   *
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static Constraint multinomial(long count) {
    return multinomial(Tensors.number((double) count));
  }

  /** Vectors {@code (K)} of whole numbers from 0 on that sum to {@code count}, which broadcasts. */
  public static Constraint multinomial(NDArray count) {
    return CountsConstraint.of(count);
  }

  /**
   * Tensors {@code (n, event)} whose slice i is a member of constraint i.
   *
   * @throws IllegalArgumentException if there is none, or their numbers of event dims differ
   */
  public static Constraint stack(List<Constraint> parts) {
    return StackConstraint.of(parts);
  }

  /**
   * Vectors whose first {@code lengths[0]} entries are a member of the first constraint, the next
   * {@code lengths[1]} of the second, and so on; a constraint on numbers holds for each entry.
   *
   * @throws IllegalArgumentException if there is none, a length is not positive, the numbers of
   *     constraints and lengths differ, or a member has more than one dim
   */
  public static Constraint cat(List<Constraint> parts, long... lengths) {
    return CatConstraint.of(parts, lengths);
  }

  /**
   * Integers from {@code low} to {@code high}, both included.
   *
   * @throws IllegalArgumentException if {@code low} is above {@code high}
   */
  public static Constraint integerInterval(long low, long high) {
    return IntegerInterval.of(Tensors.number((double) low), Tensors.number((double) high));
  }

  /** Integers from {@code low} to {@code high}, both included; the bounds broadcast. */
  public static Constraint integerInterval(NDArray low, NDArray high) {
    return IntegerInterval.of(low, high);
  }

  /**
   * Tensors all of whose entries along the {@code dims} rightmost batch dimensions of {@code base}
   * are members of it; {@code base} itself for 0.
   */
  public static Constraint independent(Constraint base, int dims) {
    return dims == 0 ? base : IndependentConstraint.of(base, dims);
  }

  /**
   * The constraint whose {@code toString} is this text, as a file keeps it. All constants and
   * factories of this class but unions can be read back, if their bounds are plain numbers.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Constraint parse(String text) {
    return ConstraintText.parse(text);
  }

  /**
   * Members of any of several sets, all of as many event dims; the set itself if they are equal.
   *
   * @param parts at least one
   */
  public static Constraint union(List<Constraint> parts) {
    return UnionConstraint.of(parts);
  }

  /** Numbers in {@code base} for any entry of the rightmost dim of the tensors that bound it. */
  public static Constraint anyOfBounds(Constraint base) {
    return new UnionConstraint.OfBounds(base);
  }

  /**
   * Which members of a batch belong to this set.
   *
   * @param value {@code (*, event)}
   * @return booleans {@code (*)}
   */
  public abstract NDArray check(NDArray value);

  /**
   * Whether a plain finite number belongs to this set; false for every number if a member has event
   * dimensions or the bounds are tensors.
   */
  public boolean contains(double number) {
    return false;
  }

  /**
   * The constraint that each element must satisfy for itself, if that is all there is to
   * membership; else this.
   */
  public Constraint elementwise() {
    return this;
  }

  /**
   * Whether draws with a density on this set can stand for those of a distribution with another
   * support: the same set, but for its edges; of whole numbers a part of it. True where it cannot
   * be told, as of sets that are put together. Reads bounds that are tensors.
   */
  public final boolean covers(Constraint support) {
    boolean isPart = support.elementwise().isDiscrete();
    return isWithin(support) && (isPart || (!elementwise().isDiscrete() && support.isWithin(this)));
  }

  /**
   * Whether all members are of another set too, but for its edges and for what is between whole
   * numbers. True where it cannot be told, as of sets that are put together. Reads bounds that are
   * tensors.
   */
  public final boolean isWithin(Constraint set) {
    Constraint own = elementwise();
    Constraint other = set.elementwise();
    if (own.equals(other) || other.isReal()) {
      return true;
    }
    if (own.eventDims() > 0 || other.eventDims() > 0) {
      return !(own.isWhole() && other.isWhole());
    }
    Range range = Range.of(own);
    Range wanted = Range.of(other);
    return range == null || wanted == null || range.isWithin(wanted);
  }

  /** Whether it is equal to every set of the same members, and not put together of others. */
  boolean isWhole() {
    return isFixed();
  }

  /** How many rightmost dimensions make up one member. */
  public int eventDims() {
    return 0;
  }

  /** Whether members are integers or booleans, so that no bijection from the reals exists. */
  public boolean isDiscrete() {
    return false;
  }

  /**
   * Whether it is the same set in every run: false if its bounds are tensors, which belong to one.
   */
  public boolean isFixed() {
    return true;
  }

  /** A bound, without the run that a plain number may have: it is the same in every run. */
  static NDArray ofEveryRun(NDArray bound) {
    OptionalDouble number = Tensors.constant(bound);
    return number.isPresent() ? Tensors.number(number.getAsDouble()) : bound;
  }

  /** Whether every tensor without a NaN is a member, so that no check is needed. */
  public boolean isReal() {
    return this == REAL;
  }

  /**
   * A member far from the boundary, as a constant or a tensor that broadcasts against {@code
   * value}: what {@code where} puts in the place of a value outside, so that the branch not taken
   * has no NaN in value or gradient.
   *
   * @param value {@code (*, event)}, of which only the shape counts
   */
  public abstract NDArray interior(NDArray value);

  /** The members without an infinite entry. */
  public final Constraint finite() {
    return new FiniteConstraint(this);
  }

  /**
   * The value where it is a member, {@link #interior} elsewhere.
   *
   * @param value {@code (*, event)}
   * @param member booleans that broadcast against {@code (*)}, for instance of {@link #check}
   */
  public final NDArray inside(NDArray value, NDArray member) {
    return Tensors.where(ofEntries(member), value, interior(value));
  }

  /**
   * A log-density with respect to this set: that of a function at members, −∞ elsewhere, and NaN
   * wherever an entry of the value or a bound is NaN.
   *
   * @param value {@code (*, event)}
   * @param everywhere whether the function and its gradient are finite at every real value; else it
   *     sees {@link #interior} in the place of what is no member
   * @param shows whether the function is NaN wherever the value or a bound is; else it sees {@link
   *     #interior} there too
   * @param logDensity of members, {@code (*)}
   */
  public final NDArray restrict(
      NDArray value, boolean everywhere, boolean shows, UnaryOperator<NDArray> logDensity) {
    NDArray impossible = Tensors.number(Double.NEGATIVE_INFINITY);
    NDArray excluded = shows ? excluded(value) : null;
    if (excluded == null) {
      NDArray member = check(value);
      NDArray safe = everywhere ? value : inside(value, member);
      return Tensors.where(member, logDensity.apply(safe), impossibleOrUndefined(value));
    }
    NDArray safe = everywhere ? value : Tensors.where(ofEntries(excluded), interior(value), value);
    return Tensors.where(excluded, impossible, logDensity.apply(safe));
  }

  /**
   * Which values are known to be no members, which a NaN in the value or in a bound is not; null if
   * there is no way to tell but {@link #check}. Where infinity is not excluded, densities on the
   * set are −∞ there by their own arithmetic.
   */
  @Nullable NDArray excluded(NDArray value) {
    return null;
  }

  /** −∞, but NaN where an entry of the value or a bound is; {@code (*)} or a number. */
  NDArray impossibleOrUndefined(NDArray value) {
    NDArray impossible = Tensors.number(Double.NEGATIVE_INFINITY);
    return value.getDataType().isFloating()
        ? Tensors.sumRight(value.minimum(impossible), eventDims())
        : impossible;
  }

  /** Booleans of members as they meet entries of members. */
  private NDArray ofEntries(NDArray ofMembers) {
    NDArray each = ofMembers;
    for (int i = 0; i < eventDims(); i++) {
      each = each.expandDims(-1);
    }
    return each;
  }

  /**
   * The entries, row by row, that a density on this set is with respect to: all of them unless some
   * follow from the others. Where they are more than the set has dimensions (a sphere, a plane),
   * the density is per unit of its surface.
   *
   * @param event the shape of a member
   */
  public long[] coordinates(Shape event) {
    return LongStream.range(0, event.size()).toArray();
  }

  /** The name in lower case with the bounds if there are any, e.g. {@code positive}. */
  @Override
  public abstract String toString();
}
