package org.ppl4j.tensor.internal.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a product of matrices is best computed, by the nanoseconds that each way was measured to
 * take. Those that are small altogether are done number by number.
 *
 * @param type of what it is computed in
 */
record ProductChoice(Way way, ElementType type) {

  /** By which step. */
  enum Way {
    NUMBERS,
    MULTIPLES,
    DOTS,
    ENGINE
  }

  /** Vectors of fewer elements are no gain. */
  static final int SHORT = 16;

  /** So many numbers of the narrow side are worth that the wide one is rounded first. */
  private static final int LEAST = 8;

  private static final ProductChoice NUMBERS = new ProductChoice(Way.NUMBERS, ElementType.DOUBLE);

  /**
   * The way that is not the engine's.
   *
   * @param k how many products are summed
   * @param isConstant whether the wide side never changes
   * @param terms how many numbers of the narrow side may be other than 0
   * @param isSingle whether single precision is enough
   */
  static ProductChoice own(
      Side wide, Side narrow, int k, boolean isConstant, double terms, boolean isSingle) {
    boolean isLong = k >= 64;
    if (wide.size() < SHORT) {
      boolean isCheap = isConstant || wide.summedStride() == 1;
      return isLong && (isCheap || narrow.size() >= 4)
          ? new ProductChoice(Way.DOTS, ElementType.DOUBLE)
          : NUMBERS;
    }
    List<ProductChoice> all = new ArrayList<>();
    all.add(new ProductChoice(Way.MULTIPLES, ElementType.DOUBLE));
    if (isLong) {
      all.add(new ProductChoice(Way.DOTS, ElementType.DOUBLE));
    }
    if (wide.summedStride() == 1 && narrow.summedStride() == 1) {
      all.add(NUMBERS);
    }
    if (isSingle && (isConstant || narrow.size() >= LEAST)) {
      all.add(new ProductChoice(Way.MULTIPLES, ElementType.FLOAT));
    }
    return all.stream()
        .min(Comparator.comparing(way -> way.nanoseconds(wide, narrow, k, isConstant, terms)))
        .orElseThrow();
  }

  /** The way of a product that changes. */
  static ProductChoice of(
      Side wide, Side narrow, int k, boolean isConstant, double terms, boolean isSingle) {
    ProductChoice best = own(wide, narrow, k, isConstant, terms, isSingle);
    double engines = EngineProductStep.nanoseconds(wide, narrow, k, isSingle);
    return wide.size() >= SHORT && engines < best.nanoseconds(wide, narrow, k, isConstant, terms)
        ? new ProductChoice(Way.ENGINE, ElementType.of(isSingle))
        : best;
  }

  /** About how long it takes for one matrix, if it is not the engine's. */
  double nanoseconds(Side wide, Side narrow, int k, boolean isPacked, double terms) {
    double products = (double) wide.size() * narrow.size() * k;
    return switch (way) {
      case NUMBERS -> 0.4 * products;
      case DOTS ->
          packing(isPacked, wide.summedStride()) * k * wide.size()
              + packing(false, narrow.summedStride()) * k * narrow.size()
              + (k <= 256 ? 0.3 : 0.06 + 90.0 / k) * products;
      case MULTIPLES ->
          packing(isPacked, wide.stride()) * k * wide.size()
              + 0.5 * wide.size() * narrow.size()
              + each(wide.size()) * terms * wide.size();
      case ENGINE -> throw new IllegalArgumentException("products of the engine take another time");
    };
  }

  /** What a multiple takes for each element. */
  private double each(int size) {
    return type == ElementType.FLOAT ? 0.03 + 2.4 / size : 0.055 + 1.6 / size;
  }

  /** What packing takes for each element of vectors of elements so far apart. */
  private double packing(boolean isPacked, int stride) {
    boolean isFloat = type == ElementType.FLOAT;
    return isPacked ? 0 : stride == 1 ? isFloat ? 0.3 : 0.15 : isFloat ? 0.75 : 1.5;
  }
}
