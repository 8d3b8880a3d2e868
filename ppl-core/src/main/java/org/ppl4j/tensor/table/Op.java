package org.ppl4j.tensor.table;

import static org.ppl4j.tensor.table.Row.Derivative.GIVEN;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.math.Digamma;
import org.ppl4j.math.LogGamma;
import org.ppl4j.tensor.table.Row.Promotion;

/**
 * The closed table of operations. Every tensor that a program sees comes from one of these, or is
 * an input: data, parameters, and numbers that Java code has written down. All else in {@code
 * NDArray} is derived from them or refused.
 */
public enum Op {
  // Of each element.
  NEG(Row.unaryNumber(x -> -x)),
  ABS(Row.unaryNumber(Math::abs)),
  SIGN(Row.unaryNumber(x -> x > 0 ? 1 : x < 0 ? -1 : 0)),
  SQUARE(Row.unaryNumber(x -> x * x)),
  SQRT(Row.unary(Math::sqrt)),
  EXP(Row.unary(Math::exp)),
  LOG(Row.unary(Math::log)),
  LOG2(Row.unary(x -> Math.log(x) / Math.log(2))),
  LOG10(Row.unary(Math::log10)),
  SIN(Row.unary(Math::sin)),
  COS(Row.unary(Math::cos)),
  TAN(Row.unary(Math::tan)),
  ASIN(Row.unary(Math::asin)),
  ACOS(Row.unary(Math::acos)),
  ATAN(Row.unary(Math::atan)),
  SINH(Row.unary(Math::sinh)),
  COSH(Row.unary(Math::cosh)),
  TANH(Row.unary(Math::tanh)),
  ASINH(Row.unary(null)),
  ACOSH(Row.unary(null)),
  ATANH(Row.unary(null)),
  SIGMOID(Row.unary(x -> 1 / (1 + Math.exp(-x)))),
  RELU(Row.unary(x -> Math.max(x, 0))),
  FLOOR(Row.unary(Math::floor)),
  CEIL(Row.unary(Math::ceil)),
  ROUND(Row.unary(Math::rint)),
  TRUNC(Row.unary(x -> x < 0 ? Math.ceil(x) : Math.floor(x))),
  ERF(Row.unary(null)),
  ERFINV(Row.unary(null)),
  ERFC(Row.unary(null)),
  /** {@code exp(a²) erfc(a)}. */
  ERFCX(Row.unary(null)),
  /** The normal distribution function, its logarithm, and the inverses of both. */
  NDTR(Row.unary(null)),
  LOG_NDTR(Row.unary(null)),
  NDTRI_EXP(Row.unary(null)),
  NDTRI(Row.unary(null)),
  LOG1P(Row.unary(Math::log1p)),
  /** {@code log(a)} and {@code log(1 - a)}, whose derivatives are 0 where they are −∞. */
  LOG_CHANCE(Row.unary(Math::log)),
  LOG_OTHER_CHANCE(Row.unary(x -> Math.log1p(-x))),
  /** {@code log(1 + a²)}, exact for small a; and the same to a rounding of 1. */
  LOG1P_SQUARE(Row.unary(Folds::log1pSquare)),
  LOG_SQUARED_HYPOT(Row.unary(x -> 2 * Math.log(Math.hypot(x, 1)))),
  EXPM1(Row.unary(Math::expm1)),
  /** {@code log(1 - exp(a))}. */
  LOG1MEXP(Row.unary(Folds::log1mexp)),
  /** {@code log((exp(a) - 1) / a)}. */
  LOG_EXPREL(Row.unary(null)),
  LOG_SIGMOID(Row.unary(x -> Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))))),
  SOFTPLUS(Row.unary(x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))))),
  LOGIT(Row.unary(x -> Math.log(x) - Math.log1p(-x))),
  LGAMMA(Row.unary(LogGamma::of)),
  /** {@code log a! - a (log a - 1)}. */
  LOG_FACTORIAL_REST(Row.unary(Folds::logFactorialRest)),
  /** {@code log Γ(a + 1/2) - log Γ(a) - log(a) / 2}, and {@code ψ(a + 1/2) - ψ(a)}. */
  LOG_GAMMA_HALF_STEP(Row.unary(Folds::logGammaHalfStep)),
  DIGAMMA_HALF_STEP(Row.unary(null)),
  DIGAMMA(Row.unary(Digamma::of)),
  /** For {@code n >= 1}, {@code (-1)^(n+1) n! ζ(n+1, a)} (DLMF 25.11.12). */
  POLYGAMMA(Row.unary(null)),
  I0E(Row.unary(null)),
  I1E(Row.unary(null)),
  LOGICAL_NOT(Row.question(Promotion.NONE)),
  IS_NAN(Row.question(Promotion.FLOAT)),
  IS_INFINITE(Row.question(Promotion.FLOAT)),

  // Of each pair of elements.
  ADD(Row.binaryNumber(Double::sum)),
  SUB(Row.binaryNumber((x, y) -> x - y)),
  MUL(Row.binaryNumber((x, y) -> x * y)),
  DIV(Row.binary((x, y) -> x / y)),
  POW(Row.binary(Folds::power)),
  /** What is left of a of whole times b, with the sign of b. */
  MOD(Row.binaryNumber(Folds::modulo)),
  MAXIMUM(Row.binaryNumber(Math::max)),
  MINIMUM(Row.binaryNumber(Math::min)),
  ATAN2(Row.binary(Math::atan2)),
  /** {@code exp(a)} with a clamped to [−b, b]; its derivative in a is itself everywhere. */
  EXP_WITHIN(Row.binary(null)),
  XLOGY(Row.binary((x, y) -> x == 0 && !Double.isNaN(y) ? 0 : x * Math.log(y))),
  XLOG1PY(Row.binary((x, y) -> x == 0 && y == -1 ? 0 : x * Math.log1p(y))),
  /** {@code k log(k / m) - (k - m)} of k and m; and of k, m and log m. */
  DEVIANCE(Row.binary(Folds::deviance)),
  DEVIANCE_OF_LOG(Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT)),
  /** The same of k and m, plus log m. */
  DEVIANCE_AND_LOG(Row.binary(Folds::devianceAndLog)),
  /** {@code a log(1 - exp(b))}. */
  XLOG1MEXP(Row.binary(null)),
  LOG_RATIO(Row.binary(Folds::logRatio)),
  LOG_ADD_EXP(Row.binary(null)),
  /** {@code log1p(a expm1(b)) / b}. */
  TILTED_QUANTILE(Row.binary(null)),
  /** {@code (a - b) / c}, without a derivative in an infinite a. */
  STANDARDIZED(Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT)),
  /** Of {@code exp(-c t - t²/2)} from a to b: the logarithm of the integral, mean and variance. */
  LOG_NORMAL_INTEGRAL(Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT)),
  NORMAL_INTEGRAL_MEAN(Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT)),
  NORMAL_INTEGRAL_VARIANCE(Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT)),
  NORMAL_INTEGRAL_QUANTILE(Row.of((in, a) -> Shapes.broadcast(in), Promotion.FLOAT)),
  EQ(Row.comparison(Promotion.NUMBER)),
  NEQ(Row.comparison(Promotion.NUMBER)),
  GT(Row.comparison(Promotion.NUMBER)),
  GTE(Row.comparison(Promotion.NUMBER)),
  LT(Row.comparison(Promotion.NUMBER)),
  LTE(Row.comparison(Promotion.NUMBER)),
  LOGICAL_AND(Row.comparison(Promotion.NONE)),
  LOGICAL_OR(Row.comparison(Promotion.NONE)),
  LOGICAL_XOR(Row.comparison(Promotion.NONE)),
  /** {@code where(condition, a, b)}; the condition is the first operand. */
  WHERE(Row.of(ShapeRules.BROADCAST_THREE, Promotion.NONE)),

  // Along axes; the attribute holds them counted from the left, its switch whether to keep them.
  SUM_ALL(Row.of((in, a) -> Shapes.scalar(), Promotion.NUMBER)),
  SUM(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  PROD(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  MAX(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  MIN(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  ARG_MAX(Row.of(ShapeRules.REDUCED, Promotion.NUMBER).giving(DataType.INT64).without()),
  ARG_MIN(Row.of(ShapeRules.REDUCED, Promotion.NUMBER).giving(DataType.INT64).without()),
  ALL(Row.of(ShapeRules.REDUCED, Promotion.NONE).giving(DataType.BOOLEAN).without()),
  ANY(Row.of(ShapeRules.REDUCED, Promotion.NONE).giving(DataType.BOOLEAN).without()),
  CUM_SUM(Row.of(ShapeRules.FIRST, Promotion.NUMBER)),
  CUM_PROD(Row.of(ShapeRules.FIRST, Promotion.NUMBER)),
  SOFTMAX(Row.of(ShapeRules.FIRST, Promotion.FLOAT)),
  LOG_SOFTMAX(Row.of(ShapeRules.FIRST, Promotion.FLOAT)),
  LOG_SUM_EXP(Row.of(ShapeRules.REDUCED, Promotion.FLOAT)),
  SORT(Row.of(ShapeRules.FIRST, Promotion.NUMBER)),
  /** {@code longs}: the axis, 1 to begin with the largest; equal ones as they lie. */
  ARG_SORT(Row.of(ShapeRules.FIRST, Promotion.NUMBER).giving(DataType.INT64).without()),

  // Of shape.
  RESHAPE(Row.of(ShapeRules.GIVEN, Promotion.NONE)),
  PERMUTE(Row.of(ShapeRules::permuted, Promotion.NONE)),
  EXPAND(Row.of(ShapeRules.GIVEN, Promotion.NONE)),
  /** The elements from {@code longs} below {@code more} in steps of {@code third}, an axis each. */
  SLICE(Row.of((in, a) -> ShapeRules.sliced(a), Promotion.NONE)),
  CONCAT(Row.of(ShapeRules::concatenated, Promotion.NUMBER)),
  STACK(Row.of(ShapeRules::stacked, Promotion.NUMBER)),
  /** Pieces of the sizes {@code more} along the axis {@code longs[0]}. */
  SPLIT(Row.many(ShapeRules::pieces)),
  FLIP(Row.of(ShapeRules.FIRST, Promotion.NONE)),
  /** {@code longs}: before and after for the last axis, then the one before it, and so on. */
  PAD(Row.of(ShapeRules::padded, Promotion.NONE)),
  REPEAT(Row.of(ShapeRules::repeated, Promotion.NONE)),
  /** {@code longs}: how often, and the axis. */
  REPEAT_INTERLEAVE(
      Row.of(
          (in, a) -> Shapes.with(in[0], a.longs()[1], in[0].get((int) a.longs()[1]) * a.first()),
          Promotion.NONE)),
  /** {@code longs}: offset and the two axes. */
  DIAGONAL(Row.of(ShapeRules::diagonal, Promotion.NONE)),
  /** A matrix with the last axis on its diagonal {@code longs[0]}. */
  DIAGONAL_MATRIX(Row.of(ShapeRules::diagonalMatrix, Promotion.NUMBER)),
  TRIL(Row.of(ShapeRules.FIRST, Promotion.NUMBER)),
  TRIU(Row.of(ShapeRules.FIRST, Promotion.NUMBER)),

  // Of indices.
  GATHER(Row.of(ShapeRules.SECOND, Promotion.NONE)),
  /**
   * The third operand's elements put into the first where the second says, along an axis; the last
   * of those for one place.
   */
  SCATTER(Row.of(ShapeRules.FIRST, Promotion.NONE)),
  /** The slices that a vector of indices names, along an axis. */
  INDEX_SELECT(Row.of((in, a) -> Shapes.with(in[0], a.first(), in[1].size()), Promotion.NONE)),
  /**
   * {@code longs}: k, the axis, 1 for the largest, 1 for sorted; values, then indices, of equal
   * ones the first.
   */
  TOP_K(Row.many(ShapeRules::topK)),
  /** The bin of a partition that holds a value, with what belongs to it. */
  SOFTMAX_BIN(Row.many(ShapeRules::softmaxBin)),
  ONE_HOT(
      Row.of((in, a) -> Shapes.concat(in[0], new Shape(a.first())), Promotion.NONE)
          .giving(DataType.INT64)
          .without()),

  // Linear algebra on the two rightmost dims.
  MAT_MUL(Row.of((in, a) -> ShapeRules.product(in), Promotion.FLOAT)),
  INVERSE(Row.of(ShapeRules.FIRST, Promotion.FLOAT)),
  CHOLESKY(Row.of(ShapeRules.FIRST, Promotion.FLOAT)),
  /** Whether the lower triangle is that of a positive definite matrix. */
  IS_POSITIVE_DEFINITE(
      Row.of(ShapeRules.BATCH, Promotion.FLOAT).giving(DataType.BOOLEAN).without()),
  /** The first operand is the triangular matrix; the switch says that it is upper. */
  SOLVE_TRIANGULAR(Row.of((in, a) -> ShapeRules.solution(in, 1), Promotion.FLOAT)),
  /** The first operand is the right side, the second the lower Cholesky factor. */
  CHOLESKY_SOLVE(Row.of((in, a) -> ShapeRules.solution(in, 0), Promotion.FLOAT)),
  LOG_ABS_DETERMINANT(Row.of(ShapeRules.BATCH, Promotion.FLOAT)),
  SOLVE(Row.of((in, a) -> ShapeRules.solution(in, 1), Promotion.FLOAT)),
  /**
   * {@code log(exp(s) ∏_t diag(exp(v_t)) exp(A_t))} of rows s {@code (B, K)}, vectors {@code (T, B,
   * K)} and matrices {@code (M, C, K, K)} with M of 1 or T and C of 1 or B.
   */
  LOG_CHAIN(Row.of(ShapeRules::logChain, Promotion.FLOAT)),
  MATRIX_EXP(Row.of(ShapeRules.FIRST, Promotion.FLOAT)),
  /** Eigenvalues in rising order and orthonormal eigenvectors, a column each. */
  EIGEN(Row.many((in, a) -> new Shape[] {Shapes.dropRight(in[0], 1), in[0]})),
  QR(Row.many((in, a) -> ShapeRules.qr(in))),

  /**
   * Sums over the windows of images {@code (N, G C, H, W)}, weighed by kernels {@code (G O, C, h,
   * w)}; {@code longs} are a {@link Sliding}.
   */
  CONVOLUTION(Row.of(ShapeRules::convolution, Promotion.FLOAT)),
  /**
   * Of {@code (N, G O, H, W)} and such kernels: each number times the kernel is added to the window
   * that it would be the sum over, {@code (N, G C, …)}; then how many rows and columns more the
   * result has at its end.
   */
  TRANSPOSED_CONVOLUTION(Row.of(ShapeRules::transposedConvolution, Promotion.FLOAT)),

  // Fourier transforms of real numbers along the last dim; complex ones are pairs.
  RFFT(Row.of((in, a) -> ShapeRules.spectrum(in[0]), Promotion.FLOAT)),
  /** {@code longs[0]} is how many numbers it gives. */
  IRFFT(
      Row.of(
          (in, a) -> Shapes.concat(Shapes.dropRight(in[0], 2), new Shape(a.first())),
          Promotion.FLOAT)),

  // Of the graph and the type.
  STOP_GRADIENT(Row.of(ShapeRules.FIRST, Promotion.NONE).without()),
  /** The first operand; its derivative in the second is the third, and it has no other. */
  WITH_DERIVATIVE(Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT).with(GIVEN)),
  /** To the data type whose ordinal is {@code longs[0]}. */
  CAST(Row.of(ShapeRules.FIRST, Promotion.NONE)),
  COPY(Row.of(ShapeRules.FIRST, Promotion.FLOAT)),

  // Computed in Java: a function of numbers, and noise.
  FUNCTION(Row.kernel(ShapeRules.ELEMENTWISE)),
  /** {@code longs} are the shape. */
  NORMAL(Row.kernel(ShapeRules::given).without()),
  UNIFORM(Row.kernel(ShapeRules::given).without()),
  /** A quantile function of uniform numbers. */
  QUANTILE(Row.kernel(ShapeRules::given).without()),
  /** {@code longs[0]} different whole numbers in random order. */
  CHOICE(Row.kernel(ShapeRules::given).giving(DataType.INT64).without()),
  /** The logarithms of standard gamma draws. */
  LOG_GAMMA(Row.kernel(ShapeRules.ELEMENTWISE)),
  /** Draws, their logarithms, those of what is left to 1, and log-densities. */
  BETA(Row.kernel(ShapeRules.ELEMENTWISE)),
  VON_MISES(Row.kernel(ShapeRules.ELEMENTWISE)),
  POISSON(Row.kernel(ShapeRules.ELEMENTWISE).without()),
  BINOMIAL(Row.kernel(ShapeRules.ELEMENTWISE).without()),
  BERNOULLI(Row.kernel(ShapeRules.ELEMENTWISE).without()),
  /** Of counts {@code (*)} and probabilities {@code (*, K)}. */
  MULTINOMIAL(Row.kernel((in, a) -> new Shape[] {in[1]}).without()),
  /** Of probabilities {@code (*, K)}. */
  CATEGORICAL(
      Row.kernel((in, a) -> new Shape[] {Shapes.dropRight(in[0], 1)})
          .giving(DataType.INT64)
          .without());

  /** Stands for an index that is no whole number: exact in both float types, beyond any tensor. */
  public static final long NO_INDEX = -(1L << 40);

  private final Row row;

  Op(Row row) {
    this.row = row;
  }

  /** What the table says of it. */
  public Row row() {
    return row;
  }

  /** Whether it is computed in Java, by the {@link Kernel} among its attributes. */
  public boolean isComputedInJava() {
    return compareTo(FUNCTION) >= 0;
  }

  /** Whether it draws, so that its {@link Kernel} holds a place in a stream of noise. */
  public boolean isNoise() {
    return compareTo(NORMAL) >= 0;
  }

  /** Whether each element of the results is computed from one of each operand. */
  public boolean isElementwise() {
    return row.shapes() == ShapeRules.ELEMENTWISE;
  }

  /** Which operand holds indices; −1 if none does. */
  public int index() {
    return switch (this) {
      case GATHER, SCATTER, INDEX_SELECT -> 1;
      case ONE_HOT -> 0;
      default -> -1;
    };
  }

  /** How many elements the axis has that indices go along. */
  public long indexed(Shape[] in, Attributes attributes) {
    return this == ONE_HOT ? attributes.first() : in[0].get((int) attributes.first());
  }

  /** Whether each element of the result is one of the first operand. */
  public boolean takesParts() {
    return switch (this) {
      case RESHAPE,
          PERMUTE,
          EXPAND,
          SLICE,
          FLIP,
          REPEAT,
          REPEAT_INTERLEAVE,
          DIAGONAL,
          GATHER,
          INDEX_SELECT ->
          true;
      default -> false;
    };
  }

  /** The type of the result for operands that are already brought to one type. */
  public DataType resultType(DataType operand) {
    DataType fixed = row.result();
    return fixed == null ? operand : fixed;
  }

  /** The shape of the result, or of the first of several. */
  public Shape resultShape(Shape[] in, Attributes attributes) {
    return row.shape().of(in, attributes);
  }
}
