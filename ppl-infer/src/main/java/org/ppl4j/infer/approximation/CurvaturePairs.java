package org.ppl4j.infer.approximation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last steps of an optimizer with the changes of the gradient along them: what is known of the
 * Hessian of its function. A pair without positive curvature is left out.
 */
final class CurvaturePairs {

  /**
   * One step.
   *
   * @param step s
   * @param change of the gradient, y
   * @param product s · y
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Pair(double[] step, double[] change, double product) {}

  private final int memory;
  private final Deque<Pair> pairs = new ArrayDeque<>(); // the oldest first

  /**
   * None yet.
   *
   * @param memory how many are kept
   */
  CurvaturePairs(int memory) {
    this.memory = memory;
  }

  /**
   * Adds a step, if s · y is above ε |y|², ε the rounding of a double (Byrd, Lu, Nocedal and Zhu
   * 1995).
   *
   * @return whether it was added
   */
  boolean add(double[] step, double[] change) {
    double product = Vectors.dot(step, change);
    if (!(product > Math.ulp(1.0) * Vectors.dot(change, change))) {
      return false;
    }
    if (pairs.size() == memory) {
      pairs.removeFirst();
    }
    pairs.addLast(new Pair(step, change, product));
    return true;
  }

  boolean isEmpty() {
    return pairs.isEmpty();
  }

  void clear() {
    pairs.clear();
  }

  /** All, the oldest first. */
  List<Pair> all() {
    return List.copyOf(pairs);
  }

  /**
   * The inverse Hessian that they stand for, times a vector: two loops over the pairs around s · y
   * / |y|² of the newest times the identity (Nocedal and Wright, "Numerical optimization", 2006,
   * algorithm 7.4).
   */
  double[] times(double[] vector) {
    double[] product = vector.clone();
    if (pairs.isEmpty()) {
      return product;
    }
    double[] shares = new double[pairs.size()];
    int at = pairs.size();
    for (Iterator<Pair> newest = pairs.descendingIterator(); newest.hasNext(); ) {
      Pair pair = newest.next();
      shares[--at] = Vectors.dot(pair.step, product) / pair.product;
      Vectors.add(product, -shares[at], pair.change);
    }
    Pair last = pairs.getLast();
    Vectors.scale(product, last.product / Vectors.dot(last.change, last.change));
    for (Pair pair : pairs) {
      double share = Vectors.dot(pair.change, product) / pair.product;
      Vectors.add(product, shares[at++] - share, pair.step);
    }
    return product;
  }
}
