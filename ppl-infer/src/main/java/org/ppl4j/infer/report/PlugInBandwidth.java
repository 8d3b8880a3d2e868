package org.ppl4j.infer.report;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The standard deviation of the normal densities of a {@link KernelDensity} that makes its mean
 * integrated squared error least, where the density's curvature is estimated from the numbers
 * themselves; it assumes no heap of a shape, and so follows several.
 *
 * <p>With numbers on [0, 1], aₖ twice the mean of cos(kπx), and
 *
 * <pre>{@code
 * |fⱼ|²(t) = ½ Σₖ (kπ)²ʲ aₖ² exp(−(kπ)² t)                   of the j-th derivative
 * tⱼ = ((1 + 2^(−j − ½)) / 3 · 1·3···(2j − 1) / (n √(π / 2) |fⱼ₊₁|²(tⱼ₊₁)))^(2 / (3 + 2j))
 * t₇ = t → t₆ → … → t₂,    t = (2 n √π |f₂|²(t₂))^(−2/5),    h = √t
 * }</pre>
 *
 * <p>h is the least root. Numbers that are alike count once in n.
 *
 * <p>Source: Botev, Grotowski and Kroese, "Kernel density estimation via diffusion" (2010),
 * algorithm 1 (the improved Sheather–Jones estimator), with seven stages as there.
 */
final class PlugInBandwidth {

  private static final int STAGES = 7;

  /** Places on [0, 1], and frequencies. */
  private static final int PLACES = 512;

  /** How far [0, 1] goes beyond the numbers, in shares of their range. */
  private static final double MARGIN = 0.1;

  /** With fewer different numbers there is no curvature to estimate. */
  private static final int FEWEST = 10;

  // Where the root is looked for: from a tenth of a place to a third of all.
  private static final double LEAST = Math.pow(0.1 / PLACES, 2);
  private static final double MOST = 0.1;
  private static final double STEP = 1.5;
  private static final int HALVINGS = 40;

  /** exp(−x) of more is nothing. */
  private static final double NOTHING = 100;

  private final double[] squares = new double[PLACES]; // aₖ²
  private final int count; // of different numbers

  private PlugInBandwidth(double[] numbers, double from, double to, int count) {
    this.count = count;
    double[] shares = new double[PLACES];
    for (double number : numbers) {
      int place = (int) Math.min(PLACES - 1, (number - from) / (to - from) * PLACES);
      shares[place] += 1.0 / numbers.length;
    }
    double[] cosines = new double[4 * PLACES];
    Arrays.setAll(cosines, i -> Math.cos(Math.PI * i / (2 * PLACES)));
    for (int k = 1; k < PLACES; k++) {
      double sum = 0;
      for (int place = 0; place < PLACES; place++) {
        sum += shares[place] * cosines[k * (2 * place + 1) % cosines.length];
      }
      squares[k] = 4 * sum * sum;
    }
  }

  /** Of finite numbers; empty if they are too few, or there is no root. */
  static OptionalDouble of(double[] numbers) {
    int count = (int) Arrays.stream(numbers).distinct().count();
    if (count < FEWEST) {
      return OptionalDouble.empty();
    }
    double min = Doubles.min(numbers);
    double max = Doubles.max(numbers);
    double margin = MARGIN * (max - min);
    double range = max - min + 2 * margin;
    if (!(range > 0 && Double.isFinite(range))) {
      return OptionalDouble.empty();
    }
    PlugInBandwidth bandwidth = new PlugInBandwidth(numbers, min - margin, max + margin, count);
    for (double t = LEAST; t < MOST; t *= STEP) {
      if (bandwidth.excess(STEP * t) >= 0) {
        return OptionalDouble.of(range * Math.sqrt(bandwidth.root(t, STEP * t)));
      }
    }
    return OptionalDouble.empty();
  }

  private double root(double from, double to) {
    double low = from;
    double high = to;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (excess(middle) >= 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** How much t is above what it leads to. */
  private double excess(double t) {
    double norm = norm(STAGES, t);
    for (int j = STAGES - 1; j >= 2; j--) {
      double odd = 1; // 1·3···(2j − 1)
      for (int i = 3; i < 2 * j; i += 2) {
        odd *= i;
      }
      double share = (1 + Math.pow(0.5, j + 0.5)) / 3 * odd;
      double stage = Math.pow(share / (count * Math.sqrt(Math.PI / 2) * norm), 2 / (3.0 + 2 * j));
      norm = norm(j, stage);
    }
    return t - Math.pow(2 * count * Math.sqrt(Math.PI) * norm, -0.4);
  }

  /** The squared norm of a derivative of the density at scale t. */
  private double norm(int derivative, double t) {
    double sum = 0;
    for (int k = 1; k < PLACES; k++) {
      double frequency = k * Math.PI * k * Math.PI;
      if (frequency * t > NOTHING) {
        break;
      }
      double term = squares[k] * Math.exp(-frequency * t);
      for (int j = 0; j < derivative; j++) {
        term *= frequency;
      }
      sum += term;
    }
    return sum / 2;
  }
}
