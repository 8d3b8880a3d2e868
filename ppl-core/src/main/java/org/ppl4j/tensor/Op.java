package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.math.LogGamma;
import org.ppl4j.tensor.Spec.Promotion;

/**
 * The closed table of operations. Every tensor that a program sees comes from one of these; all
 * else in {@code NDArray} is derived from them or refused.
 */
enum Op {
  // Of each element.
  NEG(Spec.unaryNumber("torchNeg", x -> -x)),
  ABS(Spec.unaryNumber("torchAbs", Math::abs)),
  SIGN(Spec.unaryNumber("torchSign", Math::signum)),
  SQUARE(OpRules.square()),
  SQRT(Spec.unary("torchSqrt", Math::sqrt)),
  EXP(Spec.unary("torchExp", Math::exp)),
  LOG(Spec.unary("torchLog", Math::log)),
  LOG2(Spec.unary("torchLog2", x -> Math.log(x) / Math.log(2))),
  LOG10(Spec.unary("torchLog10", Math::log10)),
  SIN(Spec.unary("torchSin", Math::sin)),
  COS(Spec.unary("torchCos", Math::cos)),
  TAN(Spec.unary("torchTan", Math::tan)),
  ASIN(Spec.unary("torchASin", Math::asin)),
  ACOS(Spec.unary("torchAcos", Math::acos)),
  ATAN(Spec.unary("torchAtan", Math::atan)),
  SINH(Spec.unary("torchSinh", Math::sinh)),
  COSH(Spec.unary("torchCosh", Math::cosh)),
  TANH(Spec.unary("torchTanh", Math::tanh)),
  ASINH(Spec.scripted("asinh", "torch.asinh(a)", null)),
  ACOSH(Spec.scripted("acosh", "torch.acosh(a)", null)),
  ATANH(Spec.scripted("atanh", "torch.atanh(a)", null)),
  SIGMOID(Spec.unary("torchSigmoid", x -> 1 / (1 + Math.exp(-x)))),
  RELU(Spec.unary("torchNNRelu", x -> Math.max(x, 0))),
  FLOOR(Spec.unary("torchFloor", Math::floor)),
  CEIL(Spec.unary("torchCeil", Math::ceil)),
  ROUND(Spec.unary("torchRound", Math::rint)),
  TRUNC(Spec.unary("torchTrunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x))),
  ERF(Spec.unary("torchErf", null)),
  ERFINV(Spec.unary("torchErfinv", null)),
  ERFC(Spec.scripted("erfc", "torch.erfc(a)", null)),
  ERFCX(SpecialRules.erfcx()),
  NDTR(SpecialRules.ndtr()),
  LOG_NDTR(SpecialRules.logNdtr()),
  NDTRI_EXP(SpecialRules.ndtriExp()),
  NDTRI(Spec.scripted("ndtri", "torch.special_ndtri(a)", null)),
  LOG1P(Spec.scripted("log1p", "torch.log1p(a)", Math::log1p)),
  LOG1P_SQUARE(SpecialRules.log1pSquare()),
  LOG_SQUARED_HYPOT(
      Spec.scripted(
          "log_squared_hypot",
          "torch.mul(torch.log(torch.hypot(a, torch.ones_like(a))), 2)",
          x -> 2 * Math.log(Math.hypot(x, 1)))),
  EXPM1(SpecialRules.expm1()),
  LOG1MEXP(ExponentialRules.log1mexp()),
  LOG_EXPREL(ExponentialRules.logExprel()),
  LOG_SIGMOID(
      Spec.scripted(
          "log_sigmoid",
          "torch.log_sigmoid(a)",
          x -> Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))))),
  SOFTPLUS(
      Spec.scripted(
          "softplus",
          "torch.softplus(a, 1, 40)",
          x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))))),
  LOGIT(Spec.scripted("logit", "torch.logit(a)", x -> Math.log(x) - Math.log1p(-x))),
  LGAMMA(Spec.unary("torchLgamma", LogGamma::of)),
  LOG_FACTORIAL_REST(CountRules.logFactorialRest()),
  LOG_GAMMA_HALF_STEP(CountRules.logGammaHalfStep()),
  DIGAMMA_HALF_STEP(CountRules.digammaHalfStep()),
  DIGAMMA(SpecialRules.digamma()),
  POLYGAMMA(SpecialRules.polygamma()),
  I0E(Spec.scripted("i0e", "torch.special_i0e(a)", null)),
  I1E(Spec.scripted("i1e", "torch.special_i1e(a)", null)),
  LOGICAL_NOT(Spec.question("torchLogicalNot", Promotion.NONE)),
  IS_NAN(Spec.question("torchIsNaN", Promotion.FLOAT)),
  IS_INFINITE(Spec.question("torchIsInf", Promotion.FLOAT)),

  /** A {@link HostFunction}: values, then each argument and the derivative in it. */
  HOST_FUNCTION(OpRules.hostFunction()),

  // Of each pair of elements.
  ADD(Spec.binaryNumber("torchAdd", Double::sum)),
  SUB(Spec.binaryNumber("torchSub", (x, y) -> x - y)),
  MUL(Spec.binaryNumber("torchMul", (x, y) -> x * y)),
  DIV(Spec.binary("torchTrueDivide", (x, y) -> x / y)),
  POW(Spec.binary("torchPow", Math::pow)),
  MOD(Spec.binaryNumber("torchRemainder", (x, y) -> x - y * Math.floor(x / y))),
  MAXIMUM(Spec.binaryNumber("torchMaximum", Math::max)),
  MINIMUM(Spec.binaryNumber("torchMinimum", Math::min)),
  ATAN2(Spec.binary("torchAtan2", Math::atan2)),
  /** {@code exp(a)} with a kept from -b to b. */
  EXP_WITHIN(ExponentialRules.expWithin()),
  XLOGY(SpecialRules.xlogy()),
  XLOG1PY(CountRules.xlog1py()),
  /** {@code k log(k / m) - (k - m)} of k and m; and of k, m and log m. */
  DEVIANCE(CountRules.deviance()),
  DEVIANCE_OF_LOG(CountRules.devianceOfLog()),
  /** The same of k and m, plus log m. */
  DEVIANCE_AND_LOG(CountRules.devianceAndLog()),
  XLOG1MEXP(ExponentialRules.xlog1mexp()),
  LOG_RATIO(SpecialRules.logRatio()),
  LOG_ADD_EXP(SpecialRules.logAddExp()),
  TILTED_QUANTILE(ExponentialRules.tiltedQuantile()),
  STANDARDIZED(SpecialRules.standardized()),
  /** Of {@code exp(-c t - t²/2)} from a to b: the logarithm of the integral, mean and variance. */
  LOG_NORMAL_INTEGRAL(NormalIntegralRules.logIntegral()),
  NORMAL_INTEGRAL_MEAN(NormalIntegralRules.mean()),
  NORMAL_INTEGRAL_VARIANCE(NormalIntegralRules.variance()),
  NORMAL_INTEGRAL_QUANTILE(NormalIntegralRules.quantile()),
  EQ(Spec.comparison("torchEq", Promotion.NUMBER)),
  NEQ(Spec.comparison("torchNeq", Promotion.NUMBER)),
  GT(Spec.comparison("torchGt", Promotion.NUMBER)),
  GTE(Spec.comparison("torchGte", Promotion.NUMBER)),
  LT(Spec.comparison("torchLt", Promotion.NUMBER)),
  LTE(Spec.comparison("torchLte", Promotion.NUMBER)),
  LOGICAL_AND(Spec.comparison("torchLogicalAnd", Promotion.NONE)),
  LOGICAL_OR(Spec.comparison("torchLogicalOr", Promotion.NONE)),
  LOGICAL_XOR(Spec.comparison("torchLogicalXor", Promotion.NONE)),
  /** {@code where(condition, a, b)}; the condition is the first operand. */
  WHERE(OpRules.where()),

  // Along axes; the attribute holds them counted from the left, its flag whether to keep them.
  SUM_ALL(Spec.of((in, a) -> Native.sum(in[0]), (in, a) -> Shapes.scalar(), Promotion.NUMBER)),
  SUM(Spec.of((in, a) -> Native.sum(in[0], a.longs(), a.flag()), Spec.REDUCED, Promotion.NUMBER)),
  PROD(Spec.of((in, a) -> Native.prod(in[0], a.first(), a.flag()), Spec.REDUCED, Promotion.NUMBER)),
  MAX(Spec.of((in, a) -> Native.max(in[0], a.first(), a.flag()), Spec.REDUCED, Promotion.NUMBER)),
  MIN(Spec.of((in, a) -> Native.min(in[0], a.first(), a.flag()), Spec.REDUCED, Promotion.NUMBER)),
  ARG_MAX(
      Spec.of((in, a) -> Native.argMax(in[0], a.first(), a.flag()), Spec.REDUCED, Promotion.NUMBER)
          .giving(DataType.INT64)),
  ARG_MIN(
      Spec.of((in, a) -> Native.argMin(in[0], a.first(), a.flag()), Spec.REDUCED, Promotion.NUMBER)
          .giving(DataType.INT64)),
  ALL(OpRules.truth("all_of", "torch.all(a, n, False)")),
  ANY(OpRules.truth("any_of", "torch.any(a, n, False)")),
  CUM_SUM(Spec.of((in, a) -> Native.cumSum(in[0], a.first()), Spec.FIRST, Promotion.NUMBER)),
  CUM_PROD(
      Spec.scriptedWithInteger("cum_prod", "torch.cumprod(a, n)", Promotion.NUMBER, Spec.FIRST)),
  SOFTMAX(Spec.scriptedWithInteger("soft_max", "torch.softmax(a, n)", Promotion.FLOAT, Spec.FIRST)),
  LOG_SOFTMAX(
      Spec.scriptedWithInteger(
          "log_soft_max", "torch.log_softmax(a, n)", Promotion.FLOAT, Spec.FIRST)),
  LOG_SUM_EXP(SpecialRules.logSumExp()),
  SORT(Spec.of((in, a) -> Native.sort(in[0], a.first()), Spec.FIRST, Promotion.NUMBER)),
  ARG_SORT(
      Spec.of((in, a) -> Native.argSort(in[0], a.first(), false), Spec.FIRST, Promotion.NUMBER)
          .giving(DataType.INT64)),

  // Of shape.
  RESHAPE(Spec.of((in, a) -> Native.reshape(in[0], a.longs()), Spec.GIVEN, Promotion.NONE)),
  PERMUTE(OpRules.permute()),
  EXPAND(Spec.of((in, a) -> Native.expand(in[0], a.longs()), Spec.GIVEN, Promotion.NONE)),
  /** The elements from {@code longs} below {@code more} in steps of {@code third}, an axis each. */
  SLICE(OpRules.slice()),
  CONCAT(OpRules.concat()),
  STACK(OpRules.stack()),
  /** Pieces of the sizes {@code more} along the axis {@code longs[0]}. */
  SPLIT(Spec.many((in, a) -> Native.split(in[0], a.more(), a.first()), Spec.FIRST)),
  FLIP(Spec.of((in, a) -> Native.flip(in[0], a.longs()), Spec.FIRST, Promotion.NONE)),
  PAD(OpRules.pad()),
  REPEAT(OpRules.repeat()),
  REPEAT_INTERLEAVE(OpRules.repeatInterleave()),
  DIAGONAL(OpRules.diagonal()),
  DIAGONAL_MATRIX(OpRules.diagonalMatrix()),
  TRIL(Spec.scriptedWithInteger("tril", "torch.tril(a, n)", Promotion.NUMBER, Spec.FIRST)),
  TRIU(Spec.scriptedWithInteger("triu", "torch.triu(a, n)", Promotion.NUMBER, Spec.FIRST)),

  // Of indices.
  GATHER(OpRules.gather()),
  SCATTER(OpRules.scatter()),
  INDEX_SELECT(OpRules.indexSelect()),
  TOP_K(OpRules.topK()),
  /** The bin of a partition that holds a value, with what belongs to it: {@link SoftmaxBin}. */
  SOFTMAX_BIN(SoftmaxBin.spec()),
  ONE_HOT(OpRules.oneHot()),

  // Linear algebra on the two rightmost dims.
  MAT_MUL(OpRules.matMul()),
  INVERSE(OpRules.ofDefined("inverse", "torch.linalg_inv")),
  CHOLESKY(OpRules.ofDefined("cholesky", "torch.linalg_cholesky")),
  IS_POSITIVE_DEFINITE(OpRules.isPositiveDefinite()),
  SOLVE_TRIANGULAR(OpRules.solveTriangular()),
  CHOLESKY_SOLVE(OpRules.choleskySolve()),
  LOG_ABS_DETERMINANT(OpRules.logAbsDeterminant()),
  SOLVE(Spec.scriptedTwo("solve", "torch.linalg_solve(a, b)", OpRules.SOLUTION)),
  /** In float64: the engine's series for float32 are cut off too early for small matrices. */
  MATRIX_EXP(
      Spec.scripted("matrix_exp", "torch.type_as(torch.matrix_exp(torch.to(a, 7)), a)", null)),
  QR(OpRules.qr()),

  // Of the graph and the type.
  STOP_GRADIENT(OpRules.stopGradient()),
  /** To the data type whose ordinal is {@code longs[0]}. */
  CAST(OpRules.cast()),
  COPY(OpRules.copy());

  private final Spec spec;

  Op(Spec spec) {
    this.spec = spec;
  }

  Spec spec() {
    return spec;
  }

  /** Whether each element of the result is one of the first operand. */
  boolean takesParts() {
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

  @Nullable String script() {
    return spec.script();
  }

  /** The type of the result for operands that are already brought to one type. */
  DataType resultType(DataType operand) {
    DataType fixed = spec.result();
    return fixed == null ? operand : fixed;
  }

  Shape resultShape(Shape[] in, Attributes attributes) {
    return spec.shape().of(in, attributes);
  }
}
