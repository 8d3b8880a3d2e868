package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The data that Pyro is timed on, bit for bit: SplitMix64 (Steele, Lea and Flood 2014) for uniform
 * numbers, Box and Muller's rule for normal ones.
 */
final class PeerData {

  private PeerData() {}

  private static final class Stream {

    private long state;

    Stream(long seed) {
      state = seed;
    }

    private long word() {
      state += 0x9E3779B97F4A7C15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }

    double[] uniform(int count) {
      double[] out = new double[count];
      for (int i = 0; i < count; i++) {
        out[i] = (word() >>> 11) * 0x1.0p-53;
      }
      return out;
    }

    double[] normal(int count) {
      double[] out = new double[count];
      double[] u = uniform((count + 1) / 2 * 2);
      for (int i = 0; i < count; i += 2) {
        double radius = Math.sqrt(-2.0 * StrictMath.log(1.0 - u[i]));
        double angle = 2.0 * Math.PI * u[i + 1];
        out[i] = radius * StrictMath.cos(angle);
        if (i + 1 < count) {
          out[i + 1] = radius * StrictMath.sin(angle);
        }
      }
      return out;
    }
  }

  /** y = x w + 0.7 + 0.5 noise: rows of 10. */
  static PeerModels.Table linearRegression(NDManager manager, int rows) {
    int width = 10;
    double[] x = new Stream(301).normal(rows * width);
    double[] noise = new Stream(302).normal(rows);
    double[] w = new double[width];
    for (int j = 0; j < width; j++) {
      w[j] = (j - 4.5) / 5.0;
    }
    double[] y = product(x, w);
    for (int i = 0; i < rows; i++) {
      y[i] += 0.7 + 0.5 * noise[i];
    }
    return table(manager, x, width, y);
  }

  /** A time series of 200. */
  static NDArray series(NDManager manager) {
    double[] y = new Stream(601).normal(200);
    for (int t = 1; t < y.length; t++) {
      y[t] = 0.4 + 0.7 * y[t - 1] + 0.5 * y[t];
    }
    return manager.create(y);
  }

  /** y = sin(sum of x) + 0.1 noise: 512 rows of 8. */
  static PeerModels.Table curve(NDManager manager) {
    int rows = 512;
    int width = 8;
    double[] x = new Stream(701).normal(rows * width);
    double[] y = new Stream(702).normal(rows);
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        sum += x[i * width + j];
      }
      y[i] = StrictMath.sin(sum) + 0.1 * y[i];
    }
    return table(manager, x, width, y);
  }

  /** y = 1 with log-odds x w − 0.3: 10000 rows of 50. */
  static PeerModels.Table logisticRegression(NDManager manager) {
    int rows = 10_000;
    int width = 50;
    double[] x = new Stream(401).normal(rows * width);
    double[] w = new Stream(402).normal(width);
    for (int j = 0; j < width; j++) {
      w[j] *= 0.5;
    }
    double[] u = new Stream(403).uniform(rows);
    double[] y = product(x, w);
    for (int i = 0; i < rows; i++) {
      y[i] = u[i] < 1.0 / (1.0 + StrictMath.exp(-(y[i] - 0.3))) ? 1 : 0;
    }
    return table(manager, x, width, y);
  }

  /** 919 rows in 85 groups: y = a[group] − 0.7 x + 0.75 noise. */
  static PeerModels.Grouped hierarchical(NDManager manager) {
    int groups = 85;
    int rows = 919;
    double[] u = new Stream(501).uniform(rows);
    double[] ofX = new Stream(502).uniform(rows);
    double[] a = new Stream(503).normal(groups);
    double[] noise = new Stream(504).normal(rows);
    long[] group = new long[rows];
    double[] x = new double[rows];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      group[i] = i < groups ? i : (long) Math.floor(groups * u[i] * u[i]);
      x[i] = ofX[i] < 0.2 ? 1 : 0;
      y[i] = 1.5 + 0.4 * a[(int) group[i]] - 0.7 * x[i] + 0.75 * noise[i];
    }
    return new PeerModels.Grouped(
        manager.create(group), manager.create(x), manager.create(y), groups);
  }

  /** Numbers that are each of a group of its own. */
  static NDArray outcomes(NDManager manager, int groups) {
    return manager.create(new Stream(511).normal(groups));
  }

  /** Two moons: 4096 rows of 2. */
  static NDArray moons(NDManager manager) {
    int rows = 4096;
    double[] u = new Stream(801).uniform(rows);
    double[] noise = new Stream(802).normal(2 * rows);
    double[] x = new double[2 * rows];
    for (int i = 0; i < rows; i++) {
      double cosine = StrictMath.cos(Math.PI * u[i]);
      double sine = StrictMath.sin(Math.PI * u[i]);
      boolean odd = i % 2 == 1;
      x[2 * i] = ((odd ? 1.0 - cosine : cosine) + 0.1 * noise[2 * i] - 0.5) * 1.5;
      x[2 * i + 1] = ((odd ? 0.5 - sine : sine) + 0.1 * noise[2 * i + 1] - 0.25) * 1.5;
    }
    return manager.create(x, new Shape(rows, 2));
  }

  /** x_0 = e_0; x_k = 0.6 sin(2 x_{k−1}) + 0.5 e_k: 4096 rows. */
  static NDArray chain(NDManager manager, int width) {
    int rows = 4096;
    double[] x = new Stream(901).normal(rows * width);
    for (int i = 0; i < x.length; i++) {
      if (i % width > 0) {
        x[i] = 0.6 * StrictMath.sin(2.0 * x[i - 1]) + 0.5 * x[i];
      }
    }
    return manager.create(x, new Shape(rows, width));
  }

  /** y = sin 2x + (0.1 + 0.2 |x|) noise: 4096 rows of 1 given 1. */
  static PeerModels.Table wave(NDManager manager) {
    int rows = 4096;
    double[] x = new Stream(1001).uniform(rows);
    double[] y = new Stream(1002).normal(rows);
    for (int i = 0; i < rows; i++) {
      x[i] = 4.0 * x[i] - 2.0;
      y[i] = StrictMath.sin(2.0 * x[i]) + (0.1 + 0.2 * Math.abs(x[i])) * y[i];
    }
    Shape shape = new Shape(rows, 1);
    return new PeerModels.Table(manager.create(x, shape), manager.create(y, shape));
  }

  /** y = sin(x A) + 0.3 noise: 4096 rows of 5 given 10. */
  static PeerModels.Table waves(NDManager manager) {
    int rows = 4096;
    int width = 10;
    int outcomes = 5;
    double[] a = new Stream(1011).normal(width * outcomes);
    double[] x = new Stream(1012).normal(rows * width);
    double[] y = new Stream(1013).normal(rows * outcomes);
    for (int j = 0; j < outcomes; j++) {
      double[] column = new double[width];
      for (int k = 0; k < width; k++) {
        column[k] = 0.3 * a[k * outcomes + j];
      }
      double[] angle = product(x, column);
      for (int i = 0; i < rows; i++) {
        y[i * outcomes + j] = StrictMath.sin(angle[i]) + 0.3 * y[i * outcomes + j];
      }
    }
    return new PeerModels.Table(
        manager.create(x, new Shape(rows, width)), manager.create(y, new Shape(rows, outcomes)));
  }

  /** Pixel j is on with chance u_j²: 2560 rows of 784. */
  static NDArray pixels(NDManager manager) {
    int rows = 2560;
    int width = 784;
    double[] u = new Stream(1101).uniform(width);
    double[] x = new Stream(1102).uniform(rows * width);
    float[] pixels = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      pixels[i] = x[i] < u[i % width] * u[i % width] ? 1 : 0;
    }
    return manager.create(pixels, new Shape(rows, width));
  }

  private static double[] product(double[] x, double[] w) {
    double[] y = new double[x.length / w.length];
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < w.length; j++) {
        y[i] += x[i * w.length + j] * w[j];
      }
    }
    return y;
  }

  private static PeerModels.Table table(NDManager manager, double[] x, int width, double[] y) {
    NDArray matrix = manager.create(x, new Shape(y.length, width));
    return new PeerModels.Table(matrix, manager.create(y));
  }
}
