package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * What distributions of counts share. Their log-masses are sums of two functions that are small
 * where the mass is not: R(n) = log n! − n log n + n, and the deviance D(k, m) = k log(k / m) − k +
 * m of a count from its mean. The logarithms of factorials themselves, of the size n log n, never
 * appear, so that large counts keep their digits in float32 too.
 *
 * <p>Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
 */
final class Counts {

  /** The maximum of the rate of a Poisson draw. */
  private static final double MAX_RATE = 1e38;

  private Counts() {}

  /** The largest count of a run's float type. */
  static double largest(Run run) {
    return Math.exp(run.floatType().logRange());
  }

  /** Counts of any data type in the float type. */
  static NDArray asFloat(NDArray value) {
    return value.getDataType().isFloating()
        ? value
        : Tensors.cast(value, Tensors.run(value).dataType());
  }

  /** The logarithm of Poisson's mass e^−m m^k / k!. */
  static NDArray poisson(NDArray k, NDArray mean) {
    return Special.logFactorialRest(k).add(Special.deviance(k, mean)).neg();
  }

  /** A Poisson draw whose rate is a gamma draw times a factor, both by their logarithms. */
  static NDArray gammaPoisson(Rng rng, NDArray logGamma, NDArray logFactor) {
    NDArray rate = logGamma.add(logFactor).stopGradient().exp().minimum(MAX_RATE);
    return rng.poisson(rate);
  }

  /** The logarithm of the binomial mass, k events in n trials. */
  static NDArray binomial(NDArray k, NDArray n, Odds odds) {
    NDArray rest = n.sub(k);
    return Special.logFactorialRest(n)
        .sub(Special.logFactorialRest(k))
        .sub(Special.logFactorialRest(rest))
        .sub(odds.deviance(k, n))
        .sub(odds.devianceOfRest(rest, n));
  }

  /**
   * The logarithm of the mass of k events before the r-th trial without one, r real: r / (k + r)
   * times the binomial mass of k events in k + r trials.
   *
   * @param deviances D(k, (k + r) p) + D(r, (k + r) (1 − p))
   */
  static NDArray negativeBinomial(NDArray k, NDArray r, NDArray trials, NDArray deviances) {
    return Special.logFactorialRest(trials)
        .sub(Special.logFactorialRest(k))
        .sub(Special.logFactorialRest(r))
        .sub(logExcess(k, r))
        .sub(deviances);
  }

  /**
   * log((k + r) / r), whose derivative in r is as small as it should be at k = 0, and finite where
   * k / r is not.
   */
  private static NDArray logExcess(NDArray k, NDArray r) {
    return Special.softplus(k.maximum(MathConstants.TINY).log().sub(r.log()));
  }

  /**
   * The logarithm of Pólya's mass n! / Π x_i! · Γ(a_0) / Π Γ(a_i) · Π Γ(x_i + a_i) / Γ(n + a_0)
   * with a_0 = Σ a_i.
   *
   * @param x counts {@code (*, K)}
   * @param a concentrations {@code (*, K)}
   * @param n their sum, a number or {@code (*)}
   */
  static NDArray polya(NDArray x, NDArray a, NDArray n) {
    NDArray prior = a.sum(new int[] {-1});
    NDArray whole = prior.add(n);
    NDArray after = x.add(a);
    NDArray share = after.div(whole.expandDims(-1));
    NDArray each =
        Special.logFactorialRest(x)
            .add(Special.logFactorialRest(a))
            .sub(Special.logFactorialRest(after))
            .add(Special.deviance(x, column(n).mul(share)))
            .add(Special.deviance(a, prior.expandDims(-1).mul(share)))
            .add(logExcess(x, a));
    return Special.logFactorialRest(prior)
        .sub(Special.logFactorialRest(whole))
        .add(logExcess(n, prior))
        .add(Special.logFactorialRest(n))
        .sub(each.sum(new int[] {-1}));
  }

  /**
   * The least whole number that is not below x, or the nearest one if x is that but for rounding.
   */
  static NDArray roundedUp(NDArray x) {
    double slack = Tensors.run(x).floatType() == FloatType.FLOAT32 ? 1e-6 : 1e-14;
    NDArray nearest = x.round();
    NDArray isWhole = x.sub(nearest).abs().lte(x.abs().mul(slack));
    return Tensors.where(isWhole, nearest, x.ceil());
  }

  /** The cdf of counts by its formula at whole numbers from 0 on; 0 below. */
  static NDArray cdf(NDArray value, UnaryOperator<NDArray> formula) {
    return atWhole(value, formula, 0);
  }

  /** The survival function by its formula at whole numbers from 0 on; 1 below. */
  static NDArray sf(NDArray value, UnaryOperator<NDArray> formula) {
    return atWhole(value, formula, 1);
  }

  /** The logarithm of the cdf by its formula at whole numbers from 0 on; −∞ below. */
  static NDArray logCdf(NDArray value, UnaryOperator<NDArray> formula) {
    return atWhole(value, formula, Double.NEGATIVE_INFINITY);
  }

  private static NDArray atWhole(NDArray value, UnaryOperator<NDArray> formula, double below) {
    NDArray whole = asFloat(value).floor();
    NDArray inside = formula.apply(whole.maximum(0));
    return Tensors.where(whole.lt(0), Tensors.number(below), inside);
  }

  /** A total as it meets vectors of counts. */
  static NDArray column(NDArray n) {
    return Tensors.constant(n).isPresent() ? n : n.expandDims(-1);
  }

  /** The numbers from {@code low} to {@code high}, with {@code dims} dims of size 1 behind them. */
  static NDArray range(Run run, double low, double high, int dims) {
    double[] values = new double[Math.toIntExact((long) (high - low) + 1)];
    Arrays.setAll(values, i -> low + i);
    long[] shape = new long[1 + dims];
    Arrays.fill(shape, 1);
    shape[0] = values.length;
    return run.create(values, new Shape(shape));
  }

  /**
   * The extreme bound of the supports of all places, whose values are then all enumerated: those
   * outside of its own support have probability 0 at a place. It reads the numbers of a tensor.
   *
   * @param extreme the lower or the higher of two
   */
  static double bound(NDArray bound, DoubleBinaryOperator extreme) {
    return Tensors.constant(bound)
        .orElseGet(() -> Arrays.stream(HiddenDims.numbers(bound)).reduce(extreme).orElse(0));
  }
}
