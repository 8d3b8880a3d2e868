package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.CatConstraint;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.constraints.HalfLine;
import org.ppl4j.constraints.IndependentConstraint;
import org.ppl4j.constraints.Interval;
import org.ppl4j.constraints.StackConstraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;

/** Bijections without parameters of their own, and the one that belongs to each constraint. */
public final class Bijections {

  private static final Family FAMILY = Family.of(Bijections.class, 1);

  private Bijections() {}

  /** What files name the bijections {@link #to} constraints, by which they are unconstrained. */
  public static Family family() {
    return FAMILY;
  }

  /**
   * The bijection from unconstrained space to a constraint, as Stan has it: the identity to the
   * reals, exp to the positive and non-negative numbers (softplus to {@code SOFTPLUS_POSITIVE}) and
   * to one side of a bound, the logistic function to intervals and angles, stick-breaking to the
   * simplex, sums of exp to ordered vectors, triangles with an exponentiated diagonal to Cholesky
   * factors, canonical partial correlations to those of correlation matrices, their products to
   * covariance and correlation matrices, the stereographic projection to the sphere, a reflection
   * to vectors of sum 0; part by part to stack and cat. The shape of the unconstrained value is its
   * {@code inverseShape}; vectors of D (D + 1) / 2 or D (D − 1) / 2 numbers make matrices.
   *
   * @throws IllegalArgumentException if the constraint is discrete or has no bijection
   */
  public static Transform to(Constraint constraint) {
    checkArgument(
        !constraint.isDiscrete(),
        "constraint '%s' is discrete, so no bijection from the reals exists;"
            + " sum its values out or give the site a value",
        constraint);
    if (constraint instanceof IndependentConstraint independent) {
      return to(independent.base()).independent(independent.dims());
    }
    if (constraint instanceof Interval interval) {
      return interval.isUnit() ? sigmoid() : interval(interval.low(), interval.high());
    }
    if (constraint instanceof HalfLine half) {
      return new HalfLineTransform(half.bound(), half.isAbove(), half.isStrict());
    }
    if (constraint instanceof StackConstraint stack) {
      return StackTransform.of(stack.parts().stream().map(Bijections::to).toList());
    }
    if (constraint instanceof CatConstraint cat) {
      return CatTransform.to(cat);
    }
    return ofConstant(constraint);
  }

  private static Transform ofConstant(Constraint constraint) {
    if (constraint == Constraint.REAL) {
      return identity();
    }
    if (constraint == Constraint.POSITIVE || constraint == Constraint.NON_NEGATIVE) {
      return exp();
    }
    if (constraint == Constraint.BETWEEN_ZERO_AND_ONE
        || constraint == Constraint.BELOW_ONE
        || constraint == Constraint.ABOVE_ZERO) {
      return sigmoid();
    }
    if (constraint == Constraint.SOFTPLUS_POSITIVE) {
      return softplus();
    }
    if (constraint == Constraint.SIMPLEX) {
      return stickBreaking();
    }
    if (constraint == Constraint.ORDERED_VECTOR) {
      return ordered();
    }
    if (constraint == Constraint.POSITIVE_ORDERED_VECTOR) {
      return positiveOrdered();
    }
    if (constraint == Constraint.LOWER_CHOLESKY) {
      return lowerCholesky();
    }
    if (constraint == Constraint.CORR_CHOLESKY) {
      return corrCholesky();
    }
    if (constraint == Constraint.POSITIVE_DEFINITE) {
      return lowerCholesky().then(CholeskyProductTransform.COVARIANCE);
    }
    if (constraint == Constraint.CORR_MATRIX) {
      return corrCholesky().then(CholeskyProductTransform.CORRELATION);
    }
    if (constraint == Constraint.SPHERE) {
      return stereographic();
    }
    if (constraint == Constraint.ZERO_SUM) {
      return zeroSum();
    }
    throw new IllegalArgumentException(
        "constraint '"
            + constraint
            + "' has no bijection from the reals; use a constraint of this library");
  }

  /** y = x. */
  public static Transform identity() {
    return IdentityTransform.INSTANCE;
  }

  /** y = exp(x), onto the positive numbers. */
  public static Transform exp() {
    return ExpTransform.INSTANCE;
  }

  /** y = 1 / (1 + exp(−x)), onto the unit interval. */
  public static Transform sigmoid() {
    return SigmoidTransform.INSTANCE;
  }

  /** y = log(1 + exp(x)), onto the positive numbers. */
  public static Transform softplus() {
    return SoftplusTransform.INSTANCE;
  }

  /** y = low + (high − low) / (1 + exp(−x)), onto an interval. */
  public static Transform interval(double low, double high) {
    return interval(Tensors.number(low), Tensors.number(high));
  }

  /** y = low + (high − low) / (1 + exp(−x)), onto an interval; the bounds broadcast. */
  public static Transform interval(NDArray low, NDArray high) {
    return new IntervalTransform(low, high);
  }

  /** y = loc + scale · x. */
  public static Transform affine(double loc, double scale) {
    return affine(Tensors.number(loc), Tensors.number(scale));
  }

  /** y = loc + scale · x, elementwise; the parameters broadcast against x. */
  public static Transform affine(NDArray loc, NDArray scale) {
    return AffineTransform.of(loc, scale);
  }

  /**
   * y = loc + scaleTril · x of vectors.
   *
   * @param loc {@code (*, D)}
   * @param scaleTril {@code (*, D, D)}, lower triangular with a positive diagonal; what is above
   *     the diagonal does not count
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Transform lowerCholeskyAffine(NDArray loc, NDArray scaleTril) {
    return LowerCholeskyAffineTransform.of(loc, scaleTril);
  }

  /** y = tanh(x), onto the interval from −1 to 1. */
  public static Transform tanh() {
    return TanhTransform.INSTANCE;
  }

  /**
   * y = x for x ≥ 0, slope · x below.
   *
   * @throws IllegalArgumentException if {@code slope} is not positive and finite
   */
  public static Transform leakyRelu(double slope) {
    return new LeakyReluTransform(slope);
  }

  /**
   * y = x for x ≥ 0, α (exp(x) − 1) below, onto the numbers above −α.
   *
   * @throws IllegalArgumentException if {@code alpha} is not positive and finite
   */
  public static Transform elu(double alpha) {
    return new EluTransform(alpha);
  }

  /**
   * y = x^exponent of positive numbers.
   *
   * @throws IllegalArgumentException if {@code exponent} is 0 or not finite
   */
  public static Transform power(double exponent) {
    return power(Tensors.number(exponent));
  }

  /** y = x^exponent of positive numbers; the exponent, not 0, broadcasts. */
  public static Transform power(NDArray exponent) {
    return PowerTransform.of(exponent);
  }

  /**
   * y = sinh(tailWeight · (sinh⁻¹(x) + skewness)): a positive skewness lengthens the right tail, a
   * tail weight above 1 both; (0, 1) is the identity.
   *
   * @throws IllegalArgumentException if {@code tailWeight} is not positive, or one is not finite
   */
  public static Transform sinhArcsinh(double skewness, double tailWeight) {
    return sinhArcsinh(Tensors.number(skewness), Tensors.number(tailWeight));
  }

  /** As {@link #sinhArcsinh(double, double)}; the parameters broadcast. */
  public static Transform sinhArcsinh(NDArray skewness, NDArray tailWeight) {
    return SinhArcsinhTransform.of(skewness, tailWeight);
  }

  /**
   * y = x √((exp(h x²) − 1) / (h x²)): of a standard normal x the tails of a Student law of 1 / h
   * degrees of freedom, each side its own. 0 keeps a side as it is, and −h is the inverse of h,
   * with tails that are lighter than normal. Beyond |x| = 5.5 it is a line.
   *
   * @param lower h of negative numbers, from −1.5 to 1.5
   * @param upper h of positive ones
   * @throws IllegalArgumentException if one is outside
   */
  public static Transform tails(double lower, double upper) {
    return tails(Tensors.number(lower), Tensors.number(upper));
  }

  /** As {@link #tails(double, double)}; the parameters broadcast. */
  public static Transform tails(NDArray lower, NDArray upper) {
    return TailsTransform.of(lower, upper);
  }

  /**
   * y = tanh(x) for |x| ≤ cut, continued by a logarithm with the same derivative, onto the reals.
   *
   * @throws IllegalArgumentException if {@code cut} is not from above 0 to 10
   */
  public static Transform logTanh(double cut) {
    return new LogTanhTransform(cut);
  }

  /**
   * y = x / (1 + |x| / bound), onto the interval from −bound to bound.
   *
   * @throws IllegalArgumentException if {@code bound} is not positive and finite
   */
  public static Transform softClip(double bound) {
    return new SoftClipTransform(bound);
  }

  /** From (*, K − 1) reals onto the (*, K) simplex; 0 goes to the uniform point. */
  public static Transform stickBreaking() {
    return StickBreakingTransform.INSTANCE;
  }

  /** y_1 = x_1, y_i = y_{i−1} + exp(x_i), onto vectors that do not decrease. */
  public static Transform ordered() {
    return OrderedTransform.REAL;
  }

  /** y_i = exp(x_1) + … + exp(x_i), onto positive vectors that do not decrease. */
  public static Transform positiveOrdered() {
    return OrderedTransform.POSITIVE;
  }

  /** From the (*, D (D + 1) / 2) triangle row by row onto (*, D, D) Cholesky factors. */
  public static Transform lowerCholesky() {
    return LowerCholeskyTransform.INSTANCE;
  }

  /**
   * From the (*, D (D − 1) / 2) strict triangle row by row onto (*, D, D) Cholesky factors of
   * correlation matrices; 0 goes to the identity.
   */
  public static Transform corrCholesky() {
    return CorrCholeskyTransform.INSTANCE;
  }

  /** From (*, K − 1) reals onto the (*, K) unit sphere less the point (0, …, 0, −1). */
  public static Transform stereographic() {
    return StereographicTransform.INSTANCE;
  }

  /** From (*, K − 1) reals onto the (*, K) vectors of sum 0, without stretching. */
  public static Transform zeroSum() {
    return ZeroSumTransform.INSTANCE;
  }
}
