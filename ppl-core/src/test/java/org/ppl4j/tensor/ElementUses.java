package org.ppl4j.tensor;

import static org.ppl4j.tensor.Use.one;
import static org.ppl4j.tensor.Use.two;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.special.Erf;
import org.hipparchus.special.Gamma;
import org.hipparchus.util.FastMath;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/** Uses of the operations on each element and each pair of elements, kept inside their domains. */
final class ElementUses {

  private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

  private ElementUses() {}

  static Stream<Use> all() {
    return Stream.of(smooth(), broken(), special(), pairs(), numbers(), putOff(), truths())
        .flatMap(List::stream);
  }

  private static NDArray positive(NDArray x) {
    return x.square().add(0.3);
  }

  private static NDArray bounded(NDArray x) {
    return x.tanh().mul(0.9);
  }

  private static NDArray probability(NDArray x) {
    return x.getNDArrayInternal().sigmoid();
  }

  private static NDArray number(NDArray truth, NDArray like) {
    return truth.toType(like.getDataType(), false);
  }

  private static List<Use> smooth() {
    return List.of(
        one(Op.NEG, NDArray::neg),
        one(Op.SQUARE, NDArray::square),
        one(Op.SQRT, x -> positive(x).sqrt()),
        one(Op.EXP, NDArray::exp),
        one(Op.LOG, x -> positive(x).log()),
        one(Op.LOG2, x -> positive(x).log2()),
        one(Op.LOG10, x -> positive(x).log10()),
        one(Op.SIN, NDArray::sin),
        one(Op.COS, NDArray::cos),
        one(Op.TAN, x -> bounded(x).tan()),
        one(Op.ASIN, x -> bounded(x).asin()),
        one(Op.ACOS, x -> bounded(x).acos()),
        one(Op.ATAN, NDArray::atan),
        one(Op.SINH, NDArray::sinh),
        one(Op.COSH, NDArray::cosh),
        one(Op.TANH, NDArray::tanh),
        one(Op.SIGMOID, ElementUses::probability),
        one(Op.ERF, NDArray::erf),
        one(Op.ERFINV, x -> bounded(x).erfinv()),
        one(Op.LGAMMA, x -> positive(x).gammaln()));
  }

  private static List<Use> broken() {
    return List.of(
        one(Op.ABS, NDArray::abs),
        one(Op.SIGN, x -> x.sub(0.1).sign().mul(x)),
        one(Op.RELU, x -> x.add(0.1).getNDArrayInternal().relu()),
        one(Op.FLOOR, x -> x.mul(2.3).floor().mul(x)),
        one(Op.CEIL, x -> x.mul(2.3).ceil().sub(x)),
        one(Op.ROUND, x -> x.mul(2.3).round().mul(x)),
        one(Op.TRUNC, x -> x.mul(2.3).trunc().sub(x)));
  }

  private static Use host(
      Op op, UnaryOperator<NDArray> guard, UnaryOperator<NDArray> f, DoubleUnaryOperator truth) {
    Use.Step step =
        new Use.Step(
            (backend, in) -> f.apply(guard.apply(in[0])),
            (backend, in) -> backend.map(guard.apply(in[0]), truth));
    return new Use(op, 1, (shapes, random) -> step);
  }

  private static Use host(
      Op op, UnaryOperator<NDArray> guard, BinaryOperator<NDArray> f, DoubleBinaryOperator truth) {
    Use.Step step =
        new Use.Step(
            (backend, in) -> f.apply(in[0], guard.apply(in[1])),
            (backend, in) -> backend.map(in[0], guard.apply(in[1]), truth));
    return new Use(op, 2, (shapes, random) -> step);
  }

  private static List<Use> special() {
    return List.of(
        host(Op.ASINH, x -> x, NDArray::asinh, FastMath::asinh),
        host(Op.ACOSH, x -> x.square().add(1.2), NDArray::acosh, FastMath::acosh),
        host(Op.ATANH, ElementUses::bounded, NDArray::atanh, FastMath::atanh),
        host(Op.ERFC, x -> x, Special::erfc, Erf::erfc),
        host(Op.ERFCX, x -> x, Special::erfcx, x -> FastMath.exp(x * x) * Erf.erfc(x)),
        host(Op.NDTR, x -> x, Special::ndtr, NORMAL::cumulativeProbability),
        host(
            Op.LOG_NDTR,
            x -> x,
            Special::logNdtr,
            x -> FastMath.log(NORMAL.cumulativeProbability(x))),
        host(
            Op.NDTRI,
            x -> probability(x).mul(0.9).add(0.05),
            Special::ndtri,
            NORMAL::inverseCumulativeProbability),
        host(
            Op.NDTRI_EXP,
            x -> positive(x).neg(),
            Special::ndtriExp,
            x -> normalQuantile(FastMath.exp(x))),
        host(Op.LOG1P, ElementUses::bounded, Special::log1p, FastMath::log1p),
        host(Op.LOG_CHANCE, ElementUses::probability, Special::logChance, FastMath::log),
        host(
            Op.LOG_OTHER_CHANCE,
            ElementUses::probability,
            Special::logOtherChance,
            x -> FastMath.log1p(-x)),
        host(Op.EXPM1, x -> x, Special::expm1, FastMath::expm1),
        host(
            Op.LOG1MEXP,
            x -> positive(x).neg(),
            Special::log1mexp,
            x -> FastMath.log1p(-FastMath.exp(x))),
        host(
            Op.LOG_EXPREL,
            x -> x.square().add(0.1),
            Special::logExprel,
            x -> FastMath.log(FastMath.expm1(x) / x)),
        host(Op.LOG_SIGMOID, x -> x, Special::logSigmoid, x -> -FastMath.log1p(FastMath.exp(-x))),
        host(Op.SOFTPLUS, x -> x, Special::softplus, x -> FastMath.log1p(FastMath.exp(x))),
        host(Op.LOG1P_SQUARE, x -> x, Special::log1pSquare, x -> FastMath.log1p(x * x)),
        host(Op.LOG_SQUARED_HYPOT, x -> x, Special::logSquaredHypot, x -> FastMath.log1p(x * x)),
        host(
            Op.LOGIT,
            x -> probability(x).mul(0.9).add(0.05),
            Special::logit,
            x -> FastMath.log(x / (1 - x))),
        host(
            Op.LOG_GAMMA_HALF_STEP,
            ElementUses::positive,
            GammaDifferences::halfStep,
            x -> Gamma.logGamma(x + 0.5) - Gamma.logGamma(x) - FastMath.log(x) / 2),
        host(
            Op.DIGAMMA_HALF_STEP,
            ElementUses::positive,
            GammaDifferences::digammaHalfStep,
            x -> digamma(x + 0.5) - digamma(x)),
        host(Op.DIGAMMA, ElementUses::positive, Special::digamma, ElementUses::digamma),
        host(
            Op.POLYGAMMA,
            ElementUses::positive,
            x -> Special.polygamma(1, x),
            ElementUses::trigamma),
        host(
            Op.LOG_FACTORIAL_REST,
            ElementUses::positive,
            Special::logFactorialRest,
            x -> Gamma.logGamma(x + 1) - x * (FastMath.log(x) - 1)),
        host(Op.I0E, x -> x, Special::i0e, x -> bessel(0, x)),
        host(Op.I1E, x -> x, Special::i1e, x -> bessel(1, x)));
  }

  /**
   * A hundred steps up to where few terms of the asymptotic series (DLMF 5.11.2) have all digits.
   */
  private static double digamma(double x) {
    double sum = 0;
    for (int i = 0; i < 100; i++) {
      sum -= 1 / (x + i);
    }
    double y = x + 100;
    return sum + FastMath.log(y) - 1 / (2 * y) - 1 / (12 * y * y) + 1 / (120 * y * y * y * y);
  }

  /** The derivative of the same. */
  private static double trigamma(double x) {
    double sum = 0;
    for (int i = 0; i < 100; i++) {
      sum += 1 / ((x + i) * (x + i));
    }
    double y = x + 100;
    double square = y * y;
    return sum + 1 / y + 1 / (2 * square) + 1 / (6 * square * y) - 1 / (30 * square * square * y);
  }

  /** The power series of {@code exp(-|x|) I_n(x)} (DLMF 10.25.2). */
  private static double bessel(int order, double x) {
    double term = order == 0 ? 1 : x / 2;
    double sum = 0;
    for (int k = 1; k < 60; k++) {
      sum += term;
      term *= x * x / 4 / k / (k + order);
    }
    return sum * FastMath.exp(-FastMath.abs(x));
  }

  private static double deviance(double count, double mean) {
    return count * FastMath.log(count / mean) - count + mean;
  }

  /**
   * Hipparchus' quantile has ten digits in the tails: one step of Newton's method gives the rest.
   */
  private static double normalQuantile(double p) {
    if (p > 0 && p < 1e-12) { // where the quantile function of Hipparchus has no digits
      return new BrentSolver(1e-14, 1e-14, 1e-15)
          .solve(200, x -> FastMath.log(Erf.erfc(-x * FastMath.sqrt(0.5)) / 2 / p), -37, -5);
    }
    double x = NORMAL.inverseCumulativeProbability(p);
    return Double.isInfinite(x) ? x : x - (NORMAL.cumulativeProbability(x) - p) / NORMAL.density(x);
  }

  /** Has no gradient. */
  private static NDArray quantile(NDArray c, NDArray p) {
    NDArray one = Tensors.number(1);
    return NormalIntegral.quantile(c, Tensors.number(0), one, p, one.sub(p));
  }

  private static List<Use> pairs() {
    return List.of(
        host(
            Op.EXP_WITHIN,
            x -> x,
            (x, range) -> LogDistances.expWithin(x, range.square().add(9)),
            (x, range) -> FastMath.exp(x)),
        two(Op.ADD, NDArray::add),
        two(Op.SUB, NDArray::sub),
        two(Op.MUL, NDArray::mul),
        two(Op.DIV, (a, b) -> a.div(positive(b))),
        two(Op.POW, (a, b) -> positive(a).pow(b)),
        two(Op.MOD, (a, b) -> a.add(0.137).mod(b.square().add(0.7))),
        two(Op.MAXIMUM, (a, b) -> a.maximum(b.add(0.0371))),
        two(Op.MINIMUM, (a, b) -> a.minimum(b.sub(0.0371))),
        two(Op.ATAN2, (a, b) -> a.atan2(positive(b))),
        host(
            Op.TILTED_QUANTILE,
            ElementUses::positive,
            (p, rate) -> Special.tiltedQuantile(probability(p), rate),
            (p, rate) -> FastMath.log1p(FastMath.expm1(rate) / (1 + FastMath.exp(-p))) / rate),
        host(Op.XLOG1PY, ElementUses::positive, Special::xlog1py, (x, y) -> x * FastMath.log1p(y)),
        host(
            Op.DEVIANCE,
            ElementUses::positive,
            (x, mean) -> Special.deviance(positive(x), mean),
            (x, mean) -> deviance(x * x + 0.3, mean)),
        host(
            Op.DEVIANCE_AND_LOG,
            ElementUses::positive,
            (x, mean) -> Special.devianceAndLog(positive(x), mean),
            (x, mean) -> deviance(x * x + 0.3, mean) + FastMath.log(mean)),
        host(
            Op.DEVIANCE_OF_LOG,
            x -> x,
            (x, log) -> Special.deviance(positive(x), log.exp(), log),
            (x, log) -> deviance(x * x + 0.3, FastMath.exp(log))),
        host(
            Op.XLOG1MEXP,
            y -> positive(y).neg(),
            Special::xlog1mexp,
            (x, y) -> x * FastMath.log1p(-FastMath.exp(y))),
        host(
            Op.XLOGY,
            ElementUses::positive,
            (BinaryOperator<NDArray>) NDArray::xlogy,
            (x, y) -> x * FastMath.log(y)),
        host(
            Op.LOG_RATIO,
            ElementUses::positive,
            (x, y) -> Special.logRatio(positive(x), y),
            (x, y) -> FastMath.log((x * x + 0.3) / y)),
        host(
            Op.STANDARDIZED,
            ElementUses::positive,
            (x, scale) -> Special.standardized(x, Tensors.number(0.7), scale),
            (x, scale) -> (x - 0.7) / scale),
        host(
            Op.LOG_NORMAL_INTEGRAL,
            ElementUses::positive,
            (c, b) -> NormalIntegral.log(positive(c), Tensors.number(0), b),
            (c, b) -> FastMath.log(NormalIntegralOracle.value(c * c + 0.3, b))),
        host(
            Op.NORMAL_INTEGRAL_MEAN,
            ElementUses::positive,
            (c, b) -> NormalIntegral.mean(positive(c), Tensors.number(0), b),
            (c, b) -> NormalIntegralOracle.mean(c * c + 0.3, b)),
        host(
            Op.NORMAL_INTEGRAL_VARIANCE,
            ElementUses::positive,
            (c, b) -> NormalIntegral.variance(positive(c), Tensors.number(0), b),
            (c, b) -> NormalIntegralOracle.variance(c * c + 0.3, b)),
        host(
            Op.NORMAL_INTEGRAL_QUANTILE,
            ElementUses::probability,
            (c, p) -> quantile(positive(c), p).mul(3).floor().mul(p),
            (c, p) -> FastMath.floor(3 * NormalIntegralOracle.quantile(c * c + 0.3, p)) * p),
        host(
            Op.LOG_ADD_EXP,
            x -> x,
            Special::logAddExp,
            (x, y) -> FastMath.log(FastMath.exp(x) + FastMath.exp(y))),
        new Use(Op.WHERE, 2, (shapes, random) -> where()));
  }

  private static Use.Step where() {
    return new Use.Step(
        (backend, in) -> Tensors.where(in[0].gt(in[1].add(0.0117)), in[0], in[1].mul(2)),
        (backend, in) -> {
          Shape shape = Shapes.broadcast(in[0].getShape(), in[1].getShape());
          NDArray a = in[0].broadcast(shape);
          NDArray b = in[1].broadcast(shape);
          return NDArrays.where(a.gt(b.add(0.0117)), a, b.mul(2));
        });
  }

  /** Arithmetic with plain numbers, in every form. */
  private static List<Use> numbers() {
    return List.of(
        one(Op.ADD, x -> x.add(1.5).add(x).add(0)),
        one(Op.SUB, x -> x.sub(2).sub(x.mul(3))),
        one(Op.SUB, x -> x.getNDArrayInternal().rsub(1.5)),
        one(Op.MUL, x -> x.mul(1.7).mul(x.mul(-0.4))),
        one(Op.MUL, x -> x.mul(0.6).sub(0.2).mul(x.add(0.3)).neg()),
        one(Op.DIV, x -> x.div(3).add(0.5)),
        one(Op.DIV, x -> positive(x).getNDArrayInternal().rdiv(2.5)),
        one(Op.POW, x -> positive(x).pow(1.5)),
        one(Op.POW, x -> x.pow(2).sub(x.pow(3))),
        one(Op.POW, x -> x.mul(0.5).getNDArrayInternal().rpow(1.3)),
        one(Op.SQUARE, x -> x.mul(0.7).square().add(x.mul(0.7).sub(0.1).square())),
        one(Op.MAXIMUM, x -> x.maximum(0.21)),
        one(Op.MINIMUM, x -> x.minimum(0.21)),
        one(Op.NEG, x -> x.mul(0.3).add(0.1).neg().sum().add(x)),
        one(Op.MUL, x -> x.mul(0).add(x).mul(1e6).mul(1e-6)),
        one(Op.ADD, x -> x.add(1000).sub(1000).mul(0.5)),
        one(Op.SQRT, x -> positive(x).mul(4).sqrt().div(3)));
  }

  /** Numbers on both sides, and what follows an exponential. */
  private static List<Use> putOff() {
    return List.of(
        two(Op.ADD, (a, b) -> a.mul(2).add(0.5).add(b.mul(2))),
        two(Op.ADD, (a, b) -> a.mul(2).add(b.mul(-2).sub(1))),
        two(Op.SUB, (a, b) -> a.mul(2).add(1).sub(b.mul(-2))),
        two(Op.SUB, (a, b) -> a.mul(3).sub(b.mul(0.7).add(0.1))),
        two(Op.MUL, (a, b) -> a.mul(2).mul(b.mul(-0.3))),
        two(Op.DIV, (a, b) -> a.mul(2).div(b.exp().mul(3))),
        one(Op.LOG, x -> x.exp().log().mul(0.5)),
        one(Op.LOG, x -> x.exp().mul(2.5).log().add(x.exp())),
        one(Op.LOG, x -> x.mul(-0.5).add(0.2).exp().div(3).log().mul(x.exp().log())),
        one(Op.LOG, x -> x.exp().add(0.5).log().sub(x.exp().sub(-1).log())),
        one(Op.EXP, x -> x.mul(0.5).exp().add(x.mul(0.5).exp().square())),
        one(Op.SQUARE, x -> x.square().add(x.square()).add(x.neg().square())),
        new Use(Op.WHERE, 2, (shapes, random) -> impossible()));
  }

  /** A log-density that is −∞ outside its support, and its exponential. */
  private static Use.Step impossible() {
    return new Use.Step(
        (backend, in) ->
            Tensors.where(
                    in[0].gt(in[1].add(0.0123)),
                    in[0].mul(-0.5).add(0.25),
                    Double.NEGATIVE_INFINITY)
                .exp(),
        (backend, in) -> {
          NDArray inside = number(in[0].gt(in[1].add(0.0123)), in[0]);
          return inside.mul(in[0].mul(-0.5).add(0.25).exp());
        });
  }

  private static List<Use> truths() {
    return List.of(
        two(Op.EQ, (a, b) -> number(a.round().eq(b.round()), a).mul(a)),
        two(Op.NEQ, (a, b) -> number(a.round().neq(b.round()), a).mul(b)),
        two(Op.GT, (a, b) -> number(a.gt(b.add(0.0113)), a).mul(a)),
        two(Op.GTE, (a, b) -> number(a.gte(b.add(0.0113)), a).mul(b)),
        two(Op.LT, (a, b) -> number(a.lt(b.sub(0.0113)), a).mul(a)),
        two(Op.LTE, (a, b) -> number(a.lte(b.sub(0.0113)), a).mul(b)),
        two(Op.LOGICAL_AND, (a, b) -> number(a.gt(0.1).logicalAnd(b.lt(0.3)), a).mul(a)),
        two(Op.LOGICAL_OR, (a, b) -> number(a.gt(0.1).logicalOr(b.lt(0.3)), a).mul(b)),
        two(Op.LOGICAL_XOR, (a, b) -> number(a.gt(0.1).logicalXor(b.lt(0.3)), a).mul(a)),
        one(Op.LOGICAL_NOT, x -> number(x.gt(0.1).logicalNot(), x).mul(x)),
        one(Op.IS_NAN, x -> number(x.sub(0.2).stopGradient().log().isNaN(), x).mul(x)),
        one(Op.IS_INFINITE, x -> number(number(x.gt(0.2), x).log().isInfinite(), x).mul(x)));
  }
}
