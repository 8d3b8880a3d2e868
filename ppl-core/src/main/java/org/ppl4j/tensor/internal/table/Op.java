package org.ppl4j.tensor.internal.table;

import static org.ppl4j.tensor.internal.table.Expression.number;
import static org.ppl4j.tensor.internal.table.Expression.where;
import static org.ppl4j.tensor.internal.table.Row.Derivative.GIVEN;
import static org.ppl4j.tensor.internal.table.Row.Derivative.ZERO;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Ascii;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Digamma;
import org.ppl4j.internal.math.Elementary;
import org.ppl4j.internal.math.Erfc;
import org.ppl4j.internal.math.InverseErf;
import org.ppl4j.internal.math.LogGamma;
import org.ppl4j.internal.math.NormalQuantile;
import org.ppl4j.internal.math.Polygamma;
import org.ppl4j.internal.math.ScaledBessel;
import org.ppl4j.tensor.internal.table.Row.Promotion;

/**
 * The closed table of operations. Every tensor that a program sees comes from one of these, or is
 * an input: data, parameters, and numbers that Java code has written down. All else in {@code
 * NDArray} is derived from them or refused.
 */
public enum Op {
  // Of each element.
  NEG(Row.unaryNumber(x -> -x).slope((d, y, x) -> d.neg())),
  ABS(Row.unaryNumber(Math::abs).slope((d, y, x) -> where(x.gt(0), d, where(x.lt(0), d.neg(), 0)))),
  SIGN(Row.unaryNumber(x -> x > 0 ? 1 : x < 0 ? -1 : 0).with(ZERO)),
  SQUARE(Row.unaryNumber(x -> x * x).slope((d, y, x) -> d.mul(x.mul(2)))),
  SQRT(Row.unary(Math::sqrt).slope((d, y, x) -> d.div(y.mul(2)))),
  EXP(Row.unary(Math::exp).slope((d, y, x) -> d.mul(y))),
  LOG(Row.unary(Math::log).slope((d, y, x) -> d.div(x))),
  LOG2(Row.unary(x -> Math.log(x) / Math.log(2)).slope((d, y, x) -> d.div(x.mul(Math.log(2))))),
  LOG10(Row.unary(Math::log10).slope((d, y, x) -> d.div(x.mul(Math.log(10))))),
  SIN(Row.unary(Math::sin).slope((d, y, x) -> d.mul(x.cos()))),
  COS(Row.unary(Math::cos).slope((d, y, x) -> d.mul(SIN.of(x)).neg())),
  TAN(Row.unary(Math::tan).slope((d, y, x) -> d.mul(y.square().add(1)))),
  ASIN(
      Row.unary(Math::asin)
          .slope((d, y, x) -> d.div(x.square().from(1).sqrt()))
          .engine("asin", "ASin")),
  ACOS(Row.unary(Math::acos).slope((d, y, x) -> d.div(x.square().from(1).sqrt()).neg())),
  ATAN(Row.unary(Math::atan).slope((d, y, x) -> d.div(x.square().add(1)))),
  SINH(Row.unary(Math::sinh).slope((d, y, x) -> d.mul(x.cosh()))),
  COSH(Row.unary(Math::cosh).slope((d, y, x) -> d.mul(SINH.of(x)))),
  TANH(
      Row.formula(Logarithms::tanh)
          .computing(Elementary::tanh)
          .slope((d, y, x) -> d.mul(y.square().from(1)))
          .engine("tanh")),
  ASINH(Row.unary(Elementary::asinh).slope((d, y, x) -> d.div(x.square().add(1).sqrt()))),
  ACOSH(Row.unary(Elementary::acosh).slope((d, y, x) -> d.div(x.square().sub(1).sqrt()))),
  ATANH(Row.unary(Elementary::atanh).slope((d, y, x) -> d.div(x.square().from(1)))),
  SIGMOID(
      Row.formula(Logarithms::sigmoid)
          .computing(Elementary::sigmoid)
          .slope((d, y, x) -> d.mul(y.mul(y.from(1))))
          .engine("sigmoid")),
  RELU(
      Row.unary(x -> Math.max(x, 0))
          .slope((d, y, x) -> where(y.lte(0), 0, d))
          .engine("relu", "NNRelu")),
  FLOOR(Row.unary(Math::floor).with(ZERO)),
  CEIL(Row.unary(Math::ceil).with(ZERO)),
  ROUND(Row.unary(Math::rint).with(ZERO)),
  TRUNC(Row.unary(x -> x < 0 ? Math.ceil(x) : Math.floor(x)).with(ZERO)),
  ERF(
      Row.unary(Erfc::erf)
          .slope((d, y, x) -> d.mul(x.square().neg().exp().mul(2 / Math.sqrt(Math.PI))))),
  ERFINV(
      Row.unary(InverseErf::of)
          .slope((d, y, x) -> d.mul(y.square().exp().mul(Math.sqrt(Math.PI) / 2)))),
  ERFC(
      Row.unary(Erfc::of)
          .slope((d, y, x) -> d.mul(x.square().neg().exp().mul(2 / Math.sqrt(Math.PI))).neg())),
  /**
   * {@code exp(a²) erfc(a)}. Far out the engine has the first term of its expansion: there the
   * gradient of its own is what cancels.
   */
  ERFCX(
      Row.unary(Erfc::scaled)
          .slope(
              (d, y, x) -> {
                Expression near = x.mul(y).mul(2).sub(2 / Math.sqrt(Math.PI));
                return d.mul(where(x.gt(1e9), y.div(x).neg(), near));
              })
          .script(
              "a: Tensor",
              "torch.where(torch.gt(a, 1e9), torch.div(torch.full_like(a, 0.5641895835477563),"
                  + " torch.clamp(a, 1e9, None)), torch.special_erfcx(torch.where(torch.gt(a, 1e9),"
                  + " torch.ones_like(a), a)))")),
  /** The normal distribution function, its logarithm, and the inverses of both. */
  NDTR(Row.formula(StandardNormal::ndtr)),
  LOG_NDTR(Row.formula(StandardNormal::logNdtr)),
  NDTRI_EXP(Row.formula(StandardNormal::ndtriExp)),
  NDTRI(
      Row.unary(NormalQuantile::of)
          .slope((d, y, x) -> d.mul(y.square().mul(0.5).exp().mul(Math.sqrt(2 * Math.PI))))
          .engine("special_ndtri")),
  LOG1P(Row.unary(Elementary::log1p).slope((d, y, x) -> d.div(x.add(1)))),
  /** {@code log(a)} and {@code log(1 - a)}, whose derivatives are 0 where they are −∞. */
  LOG_CHANCE(Row.formula(Logarithms::logChance)),
  LOG_OTHER_CHANCE(Row.formula(Logarithms::logOtherChance)),
  /** {@code log(1 + a²)}, exact for small a; and the same to a rounding of 1. */
  LOG1P_SQUARE(Row.formula(Logarithms::log1pSquare)),
  LOG_SQUARED_HYPOT(
      Row.formula(Logarithms::logSquaredHypot)
          .computing(Elementary::logSquaredHypot)
          .slope(
              (d, y, x) -> {
                Expression near = d.mul(number(2).div(x.add(x.reciprocal())));
                return where(x.isInfinite(), 0, near);
              })),
  /**
   * The engine's gradient is {@code expm1(x) + 1}, which has no digits left at −36. Below −1/2
   * nothing cancels in {@code exp(x) - 1}.
   */
  EXPM1(
      Row.unary(Elementary::expm1)
          .slope((d, y, x) -> d.mul(where(x.lt(-0.5), x.exp(), y.add(1))))
          .script(
              "a: Tensor",
              "torch.where(torch.lt(a, -0.5), torch.sub(torch.exp(torch.clamp(a, None, 0.)), 1),"
                  + " torch.expm1(a))")),
  /** {@code log(1 - exp(a))}. */
  LOG1MEXP(Row.formula(Logarithms::log1mexp)),
  /** {@code log((exp(a) - 1) / a)}. */
  LOG_EXPREL(Row.formula(Logarithms::logExprel)),
  LOG_SIGMOID(
      Row.formula(x -> x.min(0).sub(LOG1P.of(x.abs().neg().exp())))
          .slope((d, y, x) -> d.mul(SIGMOID.of(x.neg())))
          .engine("log_sigmoid")),
  SOFTPLUS(
      Row.formula(x -> x.max(0).add(LOG1P.of(x.abs().neg().exp())))
          .slope((d, y, x) -> d.mul(SIGMOID.of(x)))
          .script("a: Tensor", "torch.softplus(a, 1, 40)")),
  LOGIT(
      Row.unary(x -> Math.log(x) - Math.log1p(-x))
          .slope(
              (d, y, x) -> {
                Expression root = x.mul(x.from(1)).sqrt(); // there is none beyond 0 and 1
                return d.div(root.mul(root.abs()));
              })),
  LGAMMA(Row.unary(LogGamma::of).slope((d, y, x) -> d.mul(x.digamma()))),
  /** {@code log a! - a (log a - 1)}. */
  LOG_FACTORIAL_REST(Row.formula(CountTerms::logFactorialRest)),
  /** {@code log Γ(a + 1/2) - log Γ(a) - log(a) / 2}, and {@code ψ(a + 1/2) - ψ(a)}. */
  LOG_GAMMA_HALF_STEP(Row.formula(CountTerms::logGammaHalfStep)),
  DIGAMMA_HALF_STEP(Row.formula(CountTerms::digammaHalfStep)),
  /**
   * The engine's gradient is its trigamma, which has nine digits at 1. Sixteen steps up by {@code
   * ψ(x) = ψ(x + 1) - 1/x} lead to where it has all.
   */
  DIGAMMA(
      Row.unary(Digamma::of)
          .slope((d, y, x) -> d.mul(x.nextPolygamma()))
          .script(
              "a: Tensor",
              "torch.sub(torch.digamma(torch.add(a, 16)),"
                  + " torch.sum(torch.reciprocal(torch.add(torch.unsqueeze(a, -1), torch.arange(16,"
                  + " dtype=4, layout=None, device=ops.prim.device(a)))), [-1]))")),
  /** For {@code n >= 1}, {@code (-1)^(n+1) n! ζ(n+1, a)} (DLMF 25.11.12). */
  POLYGAMMA(
      Row.of(ShapeRules.FIRST, Promotion.FLOAT)
          .ordered(Polygamma::of)
          .slope((d, y, x) -> d.mul(x.nextPolygamma()))
          .script(
              "a: Tensor, n: int",
              """
                factor = -1.
                for i in range(n):
                  next = torch.mul(factor, float(torch.neg(torch.add(i, 1))))
                  factor = next
                far = torch.__and__(torch.isinf(a), torch.gt(a, 0))
                near = torch.where(far, torch.ones_like(a), a)
                zeta = torch.special_zeta(torch.add(n, 1), near)
                return torch.mul(torch.where(far, torch.zeros_like(a), zeta), factor)
              """)),
  I0E(
      Row.unary(ScaledBessel::i0)
          .slope((d, y, x) -> d.mul(x.i1e().sub(SIGN.of(x).mul(y))))
          .engine("special_i0e")),
  /** Its derivative is {@code I0 - I1 (sign(x) + 1/x)}, both scaled; 1/2 at 0. */
  I1E(
      Row.unary(ScaledBessel::i1)
          .slope(
              (d, y, x) -> {
                Expression isThere = x.abs().gt(Double.MIN_NORMAL);
                Expression share = y.div(where(isThere, x, 1));
                Expression near = I0E.of(x).sub(SIGN.of(x).mul(y)).sub(share);
                return d.mul(where(isThere, near, 0.5));
              })
          .engine("special_i1e")),
  LOGICAL_NOT(Row.question(Promotion.NONE, x -> truth(x == 0))),
  IS_NAN(Row.question(Promotion.FLOAT, x -> truth(Double.isNaN(x))).engine("isnan", "IsNaN")),
  IS_INFINITE(
      Row.question(Promotion.FLOAT, x -> truth(Double.isInfinite(x))).engine("isinf", "IsInf")),

  // Of each pair of elements.
  ADD(Row.binaryNumber(Double::sum).slopes((d, z, x, y) -> d, (d, z, x, y) -> d)),
  SUB(Row.binaryNumber((x, y) -> x - y).slopes((d, z, x, y) -> d, (d, z, x, y) -> d.neg())),
  MUL(Row.binaryNumber((x, y) -> x * y).slopes((d, z, x, y) -> d.mul(y), (d, z, x, y) -> d.mul(x))),
  DIV(
      Row.binary((x, y) -> x / y)
          .slopes((d, z, x, y) -> d.div(y), (d, z, x, y) -> d.mul(z.div(y)).neg())
          .engine("div", "TrueDivide")),
  POW(Row.binary(Powers::power).slopes(Powers::inBase, Powers::inExponent)),
  /** What is left of a of whole times b, with the sign of b. */
  MOD(
      Row.binaryNumber(Powers::modulo)
          .slopes((d, z, x, y) -> d, Powers::moduloInDivisor)
          .engine("remainder")),
  MAXIMUM(
      Row.binaryNumber(Math::max)
          .slopes((d, z, x, y) -> larger(d, x, y), (d, z, x, y) -> larger(d, y, x))),
  MINIMUM(
      Row.binaryNumber(Math::min)
          .slopes((d, z, x, y) -> larger(d, y, x), (d, z, x, y) -> larger(d, x, y))),
  ATAN2(
      Row.binary(Math::atan2)
          .slopes(
              (d, z, x, y) -> d.mul(y).mul(x.square().add(y.square()).reciprocal()),
              (d, z, x, y) -> d.mul(x).mul(x.square().add(y.square()).reciprocal()).neg())),
  /** {@code exp(a)} with a clamped to [−b, b]; its derivative in a is itself everywhere. */
  EXP_WITHIN(Row.formula(Logarithms::expWithin)),
  XLOGY(Row.formula(Logarithms::xlogy)),
  XLOG1PY(Row.formula(Logarithms::xlog1py)),
  /** {@code k log(k / m) - (k - m)} of k and m; and of k, m and log m. */
  DEVIANCE(
      Row.formula((k, m) -> CountTerms.deviance(k, m))
          .computing(CountTerms::deviance)
          .slopes(
              (d, z, k, m) -> CountTerms.devianceInCount(d, k, m),
              (d, z, k, m) -> CountTerms.devianceInMean(d, k, m))),
  DEVIANCE_OF_LOG(
      Row.formula((k, m, log) -> CountTerms.devianceOfLog(k, m, log))
          .computing(CountTerms::devianceOfLog)
          .slopes(
              CountTerms::devianceOfLogInCount,
              CountTerms::devianceOfLogInMean,
              CountTerms::devianceOfLogInLog)),
  /** The same of k and m, plus log m. */
  DEVIANCE_AND_LOG(
      Row.formula((k, m) -> CountTerms.devianceAndLog(k, m))
          .computing(CountTerms::devianceAndLog)
          .slopes(
              (d, z, k, m) -> CountTerms.devianceAndLogInCount(d, k, m),
              (d, z, k, m) -> CountTerms.devianceAndLogInMean(d, k, m))),
  /** {@code a log(1 - exp(b))}. */
  XLOG1MEXP(Row.formula(Logarithms::xlog1mexp)),
  LOG_RATIO(
      Row.formula((x, y) -> Logarithms.logRatio(x, y))
          .computing(Logarithms::logRatio)
          .slopes((d, z, x, y) -> d.div(x), (d, z, x, y) -> d.div(y).neg())),
  LOG_ADD_EXP(Row.formula(Logarithms::logAddExp)),
  /** {@code log1p(a expm1(b)) / b}. */
  TILTED_QUANTILE(Row.formula(TiltedQuantile::of)),
  /** {@code (a - b) / c}, without a derivative in an infinite a, where the engine's is NaN. */
  STANDARDIZED(
      Row.formula(
          (a, loc, scale) -> {
            Expression near = where(a.isInfinite(), 0, a).sub(loc).div(scale);
            return where(a.isInfinite(), a.detach(), near);
          })),
  /** Of {@code exp(-c t - t²/2)} from a to b: the logarithm of the integral, mean and variance. */
  LOG_NORMAL_INTEGRAL(
      Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT).along(3, NormalIntegrals::log)),
  NORMAL_INTEGRAL_MEAN(
      Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT).along(3, NormalIntegrals::mean)),
  NORMAL_INTEGRAL_VARIANCE(
      Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT).along(3, NormalIntegrals::variance)),
  NORMAL_INTEGRAL_QUANTILE(
      Row.of((in, a) -> Shapes.broadcast(in), Promotion.FLOAT).along(5, NormalIntegrals::quantile)),
  EQ(Row.comparison(Promotion.NUMBER, (x, y) -> truth(x == y))),
  NEQ(Row.comparison(Promotion.NUMBER, (x, y) -> truth(x != y)).engine("ne", "Neq")),
  GT(Row.comparison(Promotion.NUMBER, (x, y) -> truth(x > y))),
  GTE(Row.comparison(Promotion.NUMBER, (x, y) -> truth(x >= y)).engine("ge", "Gte")),
  LT(Row.comparison(Promotion.NUMBER, (x, y) -> truth(x < y))),
  LTE(Row.comparison(Promotion.NUMBER, (x, y) -> truth(x <= y)).engine("le", "Lte")),
  LOGICAL_AND(Row.comparison(Promotion.NONE, (x, y) -> truth(x != 0 && y != 0))),
  LOGICAL_OR(Row.comparison(Promotion.NONE, (x, y) -> truth(x != 0 || y != 0))),
  LOGICAL_XOR(Row.comparison(Promotion.NONE, (x, y) -> truth((x != 0) != (y != 0)))),
  /** {@code where(condition, a, b)}; the condition is the first operand. */
  WHERE(
      Row.of(ShapeRules.BROADCAST_THREE, Promotion.NONE)
          .computing((is, x, y) -> is != 0 ? x : y)
          .slopes(
              (d, is, x, y) -> number(0),
              (d, is, x, y) -> where(is, d, 0),
              (d, is, x, y) -> where(is, 0, d))),

  // Along axes; the attribute holds them counted from the left, its switch whether to keep them.
  SUM_ALL(Row.of((in, a) -> Shapes.scalar(), Promotion.NUMBER)),
  SUM(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  PROD(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  MAX(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  MIN(Row.of(ShapeRules.REDUCED, Promotion.NUMBER)),
  ARG_MAX(Row.of(ShapeRules.REDUCED, Promotion.NUMBER).giving(DataType.INT64).without()),
  ARG_MIN(Row.of(ShapeRules.REDUCED, Promotion.NUMBER).giving(DataType.INT64).without()),
  ALL(
      Row.of(ShapeRules.REDUCED, Promotion.NONE)
          .giving(DataType.BOOLEAN)
          .without()
          .script("a: Tensor, n: int", "torch.all(a, n, False)")),
  ANY(
      Row.of(ShapeRules.REDUCED, Promotion.NONE)
          .giving(DataType.BOOLEAN)
          .without()
          .script("a: Tensor, n: int", "torch.any(a, n, False)")),
  CUM_SUM(Row.of(ShapeRules.FIRST, Promotion.NUMBER)),
  CUM_PROD(
      Row.of(ShapeRules.FIRST, Promotion.NUMBER)
          .script("a: Tensor, n: int", "torch.cumprod(a, n)")),
  /** By one reciprocal of the sum, which is at least 1: divisions take longer than products. */
  SOFTMAX(
      Row.of(ShapeRules.FIRST, Promotion.FLOAT)
          .along(
              1,
              in -> {
                Expression above = in[0].sub(in[0].largest()).exp();
                return above.mul(above.sum().reciprocal());
              })
          .script("a: Tensor, n: int", "torch.softmax(a, n)")),
  LOG_SOFTMAX(
      Row.of(ShapeRules.FIRST, Promotion.FLOAT)
          .along(
              1,
              in -> {
                Expression below = in[0].sub(in[0].largest());
                return below.sub(below.exp().sum().log());
              })
          .script("a: Tensor, n: int", "torch.log_softmax(a, n)")),
  LOG_SUM_EXP(
      Row.of(ShapeRules.REDUCED, Promotion.FLOAT).along(1, in -> Logarithms.logSumExp(in[0]))),
  /** The engine's own say nothing of equal elements. */
  SORT(
      Row.of(ShapeRules.FIRST, Promotion.NUMBER)
          .script(
              "a: Tensor, n: int",
              """
                values, places = torch.sort(a, stable=True, dim=n, descending=False)
                return values
              """)),
  /** {@code longs}: the axis, 1 to begin with the largest; equal ones as they lie. */
  ARG_SORT(
      Row.of(ShapeRules.FIRST, Promotion.NUMBER)
          .giving(DataType.INT64)
          .without()
          .script(
              "a: Tensor, n: int, down: int",
              """
                values, places = torch.sort(a, stable=True, dim=n, descending=torch.eq(down, 1))
                return places
              """)),

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
  DIAGONAL_MATRIX(
      Row.of(ShapeRules::diagonalMatrix, Promotion.NUMBER)
          .script("a: Tensor, n: int", "torch.diag_embed(a, n)")),
  TRIL(Row.of(ShapeRules.FIRST, Promotion.NUMBER).script("a: Tensor, n: int", "torch.tril(a, n)")),
  TRIU(Row.of(ShapeRules.FIRST, Promotion.NUMBER).script("a: Tensor, n: int", "torch.triu(a, n)")),

  // Of indices.
  GATHER(Row.of(ShapeRules.SECOND, Promotion.NONE)),
  /**
   * The third operand's elements put into the first where the second says, along an axis; the last
   * of those for one place, and no other has a gradient.
   */
  SCATTER(
      Row.of(ShapeRules.FIRST, Promotion.NONE)
          .script(
              "a: Tensor, index: Tensor, b: Tensor, n: int",
              """
                order = torch.cumsum(torch.ones_like(index), n)
                last = torch.scatter(torch.zeros_like(a, dtype=4), n, index, order)
                mine = torch.eq(torch.gather(last, n, index), order)
                return torch.scatter(a, n, index, torch.where(mine, b, torch.detach(b)))
              """)),
  /** The slices that a vector of indices names, along an axis. */
  INDEX_SELECT(
      Row.of((in, a) -> Shapes.with(in[0], a.first(), in[1].size()), Promotion.NONE)
          .script("a: Tensor, index: Tensor, n: int", "torch.index_select(a, n, index)")),
  /**
   * {@code longs}: k, the axis, 1 for the largest, 1 for sorted; values, then indices, of equal
   * ones the first.
   */
  TOP_K(
      Row.many(ShapeRules::topK)
          .script(
              "a: Tensor, k: int, n: int, largest: int, in_order: int",
              """
                down = torch.eq(largest, 1)
                values, places = torch.sort(a, stable=True, dim=n, descending=down)
                return [torch.narrow(values, n, 0, k), torch.narrow(places, n, 0, k)]
              """)),
  /** The bin of a partition that holds a value, with what belongs to it. */
  SOFTMAX_BIN(Row.many(ShapeRules::softmaxBin)),
  ONE_HOT(
      Row.of((in, a) -> Shapes.concat(in[0], new Shape(a.first())), Promotion.NONE)
          .giving(DataType.INT64)
          .without()),

  // Linear algebra on the two rightmost dims.
  MAT_MUL(Row.of((in, a) -> ShapeRules.product(in), Promotion.FLOAT)),
  INVERSE(Row.of(ShapeRules.FIRST, Promotion.FLOAT).script("a: Tensor", ofDefined("linalg_inv"))),
  CHOLESKY(
      Row.of(ShapeRules.FIRST, Promotion.FLOAT).script("a: Tensor", ofDefined("linalg_cholesky"))),
  /** Whether the lower triangle is that of a positive definite matrix. */
  IS_POSITIVE_DEFINITE(
      Row.of(ShapeRules.BATCH, Promotion.FLOAT)
          .giving(DataType.BOOLEAN)
          .without()
          .script(
              "a: Tensor",
              """
                l, info = torch.linalg_cholesky_ex(torch.detach(a))
                return torch.eq(info, 0)
              """)),
  /** The first operand is the triangular matrix; the switch says that it is upper. */
  SOLVE_TRIANGULAR(
      Row.of((in, a) -> ShapeRules.solution(in, 1), Promotion.FLOAT)
          .script(
              "a: Tensor, b: Tensor, upper: bool",
              "torch.linalg_solve_triangular(a, b, upper=upper)")),
  /** The first operand is the right side, the second the lower Cholesky factor. */
  CHOLESKY_SOLVE(
      Row.of((in, a) -> ShapeRules.solution(in, 0), Promotion.FLOAT)
          .script("a: Tensor, b: Tensor", "torch.cholesky_solve(a, b)")),
  LOG_ABS_DETERMINANT(
      Row.of(ShapeRules.BATCH, Promotion.FLOAT)
          .script(
              "a: Tensor",
              """
                sign, result = torch.linalg_slogdet(a)
                return result
              """)),
  SOLVE(
      Row.of((in, a) -> ShapeRules.solution(in, 1), Promotion.FLOAT)
          .script("a: Tensor, b: Tensor", "torch.linalg_solve(a, b)")),
  /**
   * {@code log(exp(s) ∏_t diag(exp(v_t)) exp(A_t))} of rows s {@code (B, K)}, vectors {@code (T, B,
   * K)} and matrices {@code (M, C, K, K)} with M of 1 or T and C of 1 or B.
   */
  LOG_CHAIN(Row.of(ShapeRules::logChain, Promotion.FLOAT)),
  MATRIX_EXP(Row.of(ShapeRules.FIRST, Promotion.FLOAT)),
  /** Eigenvalues in rising order and orthonormal eigenvectors, a column each. */
  EIGEN(Row.many((in, a) -> new Shape[] {Shapes.dropRight(in[0], 1), in[0]})),
  QR(
      Row.many((in, a) -> ShapeRules.qr(in))
          .script(
              "a: Tensor",
              """
                q, r = torch.linalg_qr(a, "reduced")
                return [q, r]
              """)),

  /**
   * Sums over the windows of images {@code (N, G C, H, W)}, weighed by kernels {@code (G O, C, h,
   * w)}; {@code longs} are a {@link Sliding}.
   */
  CONVOLUTION(
      Row.of(ShapeRules::convolution, Promotion.FLOAT)
          .script(
              "a: Tensor, b: Tensor, n: List[int]",
              "torch.conv2d(a, b, None, [n[1], n[2]], [n[3], n[4]], [n[5], n[6]], n[0])")),
  /**
   * Of {@code (N, G O, H, W)} and such kernels: each number times the kernel is added to the window
   * that it would be the sum over, {@code (N, G C, …)}; then how many rows and columns more the
   * result has at its end.
   */
  TRANSPOSED_CONVOLUTION(
      Row.of(ShapeRules::transposedConvolution, Promotion.FLOAT)
          .script(
              "a: Tensor, b: Tensor, n: List[int]",
              "torch.conv_transpose2d(a, b, None, [n[1], n[2]], [n[3], n[4]], [n[7], n[8]], n[0],"
                  + " [n[5], n[6]])")),

  // Fourier transforms of real numbers along the last dim; complex ones are pairs.
  /** What is one number repeated is no signal for the engine; a copy or a product of it is. */
  RFFT(
      Row.of((in, a) -> ShapeRules.spectrum(in[0]), Promotion.FLOAT)
          .script("a: Tensor", "torch.view_as_real(torch.fft_rfft(torch.contiguous(a)))")),
  /** {@code longs[0]} is how many numbers it gives. */
  IRFFT(
      Row.of(
              (in, a) -> Shapes.concat(Shapes.dropRight(in[0], 2), new Shape(a.first())),
              Promotion.FLOAT)
          .script(
              "a: Tensor, n: int",
              "torch.mul(torch.fft_irfft(torch.complex(torch.select(a, -1, 0), torch.select(a, -1,"
                  + " 1)), n), 1.)")),

  // Of the graph and the type.
  STOP_GRADIENT(
      Row.of(ShapeRules.FIRST, Promotion.NONE)
          .without()
          .computing(x -> x)
          .engine("detach", "DetachGrad")),
  /**
   * The first operand; its derivative in the second is the third, and it has no other. What is
   * added is 0, also where the second is infinite; where it is NaN, so is the result.
   */
  WITH_DERIVATIVE(
      Row.of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT)
          .with(GIVEN)
          .computing((value, x, slope) -> Double.isNaN(x) ? x : value)
          .slopes(
              (d, value, x, slope) -> number(0),
              (d, value, x, slope) -> where(x.isInfinite(), 0, d.mul(slope)),
              (d, value, x, slope) -> number(0))
          .script(
              "a: Tensor, x: Tensor, slope: Tensor",
              """
                nothing = torch.sub(x, torch.detach(x))
                move = torch.where(torch.isinf(x), torch.zeros_like(nothing), nothing)
                return torch.addcmul(torch.detach(a), torch.detach(slope), move)
              """)),
  /** To the data type whose ordinal is {@code longs[0]}. */
  CAST(Row.of(ShapeRules.FIRST, Promotion.NONE)),
  COPY(
      Row.of(ShapeRules.FIRST, Promotion.FLOAT)
          .computing(x -> x)
          .slope((d, y, x) -> d)
          .engine("clone")),

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

  /**
   * What the engine has for it: a function of the same name, unless the row says otherwise. Null if
   * it is printed of what the row is made of, or more than a function of elements.
   */
  public @Nullable EngineForm engine() {
    boolean isNamed = row.engine() == null && row.expression() == null && row.function() != null;
    return isNamed ? EngineForm.function(Ascii.toLowerCase(name())) : row.engine();
  }

  /** This row of operands. */
  public Expression.Apply of(Expression... operands) {
    return Expression.apply(this, operands);
  }

  /**
   * A function of each matrix that fails, or spoils all of the batch, where a matrix has a NaN: it
   * sees the identity there, and the result is NaN.
   */
  private static String ofDefined(String function) {
    return """
      d = torch.detach(a)
      total = torch.sum(torch.mul(d, 0.), [-2, -1], True)
      undefined = torch.isnan(total)
      one = torch.diag_embed(torch.ones_like(torch.diagonal(d, 0, -2, -1)), 0, -2, -1)
      return torch.where(undefined, total, torch.%s(torch.where(undefined, one, a)))
    """
        .formatted(function);
  }

  private static double truth(boolean is) {
    return is ? 1 : 0;
  }

  /** To the larger of two, and half to each of equal ones. */
  private static Expression larger(Expression d, Expression x, Expression other) {
    Expression whole = where(x.lt(other), 0, d);
    return where(x.eq(other), d.mul(0.5), whole);
  }

  /** Whether it is computed in Java, by the {@link JavaKernel} among its attributes. */
  public boolean isComputedInJava() {
    return compareTo(FUNCTION) >= 0;
  }

  /** Whether it draws, so that its {@link JavaKernel} holds a place in a stream of noise. */
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
