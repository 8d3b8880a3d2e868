package org.ppl4j.infer.approximation;

import java.util.Arrays;

/** Sums over vectors of doubles, always in the same order. */
final class Vectors {

  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  static double[] minus(double[] a, double[] b) {
    double[] difference = a.clone();
    add(difference, -1, b);
    return difference;
  }

  /** {@code a + factor · b}. */
  static double[] plus(double[] a, double factor, double[] b) {
    double[] sum = a.clone();
    add(sum, factor, b);
    return sum;
  }

  /** Adds {@code factor · b} to {@code a}. */
  static void add(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += factor * b[i];
    }
  }

  static void scale(double[] a, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }

  static boolean areFinite(double[] a) {
    return Arrays.stream(a).allMatch(Double::isFinite);
  }
}
