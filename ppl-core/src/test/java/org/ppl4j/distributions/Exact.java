package org.ppl4j.distributions;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.hipparchus.dfp.Dfp;
import org.hipparchus.dfp.DfpField;

/**
 * Inputs of a closed form as decimal numbers of 60 digits, with what closed forms are made of.
 *
 * @param values row by row, by name
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Exact(Map<String, Dfp[]> values) {

  private static final int DIGITS = 60;
  private static final DfpField FIELD = new DfpField(DIGITS);

  /** Differences of this share of an input leave two thirds of the digits. */
  private static final Dfp STEP = FIELD.newDfp("1e-18");

  static final Dfp ZERO = FIELD.getZero();
  static final Dfp ONE = FIELD.getOne();
  static final Dfp PI = FIELD.getPi();
  static final Dfp LOG_PI = PI.log();
  static final Dfp LOG_2 = FIELD.getTwo().log();
  static final Dfp HALF_LOG_2PI = LOG_2.add(LOG_PI).divide(2);

  /** From here on {@link #STIRLING} terms of the series have 50 digits. */
  private static final Dfp STIRLING_FROM = FIELD.newDfp(40);

  /** B_2k / (2k (2k − 1)). */
  private static final Dfp[] STIRLING = stirling(24);

  static Exact of(Map<String, double[]> inputs) {
    Map<String, Dfp[]> values = new LinkedHashMap<>();
    inputs.forEach(
        (name, numbers) -> {
          Dfp[] all = new Dfp[numbers.length];
          for (int i = 0; i < all.length; i++) {
            all[i] = FIELD.newDfp(numbers[i]);
          }
          values.put(name, all);
        });
    return new Exact(values);
  }

  /** A closed form of the inputs. */
  interface Formula extends Function<Exact, Dfp> {

    /** The derivative in an entry of an input. */
    default Formula in(String name, int entry) {
      return inputs -> {
        Dfp x = inputs.get(name, entry);
        Dfp step = x.isZero() ? STEP : x.abs().multiply(STEP);
        Dfp right = apply(inputs.with(name, entry, x.add(step)));
        Dfp left = apply(inputs.with(name, entry, x.subtract(step)));
        return right.subtract(left).divide(step.multiply(2));
      };
    }
  }

  private Exact with(String name, int entry, Dfp value) {
    Map<String, Dfp[]> changed = new LinkedHashMap<>(values);
    Dfp[] all = all(name).clone();
    all[entry] = value;
    changed.put(name, all);
    return new Exact(changed);
  }

  Dfp[] all(String name) {
    Dfp[] all = values.get(name);
    if (all == null) {
      throw new IllegalArgumentException("no input " + name);
    }
    return all;
  }

  Dfp get(String name) {
    return all(name)[0];
  }

  Dfp get(String name, int entry) {
    return all(name)[entry];
  }

  int size(String name) {
    return all(name).length;
  }

  /** An entry that is a whole number. */
  int whole(String name) {
    return get(name).intValue();
  }

  /** The input as a square matrix of which the upper triangle is 0. */
  Dfp[][] lower(String name) {
    int size = (int) Math.round(Math.sqrt(size(name)));
    Dfp[][] rows = new Dfp[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        rows[i][j] = j <= i ? get(name, i * size + j) : ZERO;
      }
    }
    return rows;
  }

  static Dfp number(double x) {
    return FIELD.newDfp(x);
  }

  static Dfp sum(Dfp... terms) {
    Dfp sum = ZERO;
    for (Dfp term : terms) {
      sum = sum.add(term);
    }
    return sum;
  }

  static Dfp logSumExp(Dfp... terms) {
    Dfp largest = terms[0];
    for (Dfp term : terms) {
      largest = term.greaterThan(largest) ? term : largest;
    }
    Dfp sum = ZERO;
    for (Dfp term : terms) {
      sum = sum.add(exp(term.subtract(largest)));
    }
    return largest.add(sum.log());
  }

  /** 0 far below the smallest double. */
  static Dfp exp(Dfp x) {
    return x.lessThan(FIELD.newDfp(-5000)) ? ZERO : x.exp();
  }

  /** log(1 + eˣ). */
  static Dfp softplus(Dfp x) {
    return logSumExp(ZERO, x);
  }

  /** log(1 − eˣ) of negative x. */
  static Dfp log1mexp(Dfp x) {
    return ONE.subtract(exp(x)).log();
  }

  static Dfp logGamma(Dfp x) {
    Dfp product = ONE;
    Dfp y = x;
    while (y.lessThan(STIRLING_FROM)) {
      product = product.multiply(y);
      y = y.add(ONE);
    }
    Dfp inverse = y.reciprocal();
    Dfp square = inverse.square();
    Dfp series = ZERO;
    for (int k = STIRLING.length - 1; k >= 0; k--) {
      series = series.multiply(square).add(STIRLING[k]);
    }
    Dfp half = ONE.divide(2);
    return y.subtract(half)
        .multiply(y.log())
        .subtract(y)
        .add(HALF_LOG_2PI)
        .add(series.multiply(inverse))
        .subtract(product.log());
  }

  /** ψ, the derivative of log Γ. */
  static Dfp digamma(Dfp x) {
    Dfp step = x.multiply(STEP);
    Dfp rise = logGamma(x.add(step)).subtract(logGamma(x.subtract(step)));
    return rise.divide(step.multiply(2));
  }

  private static Dfp[] stirling(int terms) {
    Dfp[] bernoulli = bernoulli(2 * terms);
    Dfp[] series = new Dfp[terms];
    for (int k = 1; k <= terms; k++) {
      series[k - 1] = bernoulli[2 * k].divide(2 * k * (2 * k - 1));
    }
    return series;
  }

  /** The Bernoulli numbers, by Σ (m + 1 choose j) B_j = 0. */
  private static Dfp[] bernoulli(int last) {
    DfpField wide = new DfpField(2 * DIGITS);
    Dfp[] numbers = new Dfp[last + 1];
    for (int m = 0; m <= last; m++) {
      Dfp sum = wide.getZero();
      Dfp choose = wide.getOne();
      for (int j = 0; j < m; j++) {
        sum = sum.add(choose.multiply(numbers[j]));
        choose = choose.multiply(m + 1 - j).divide(j + 1);
      }
      numbers[m] = m == 0 ? wide.getOne() : sum.negate().divide(m + 1);
    }
    Dfp[] rounded = new Dfp[last + 1];
    for (int m = 0; m <= last; m++) {
      rounded[m] = FIELD.newDfp(numbers[m].toString());
    }
    return rounded;
  }
}
