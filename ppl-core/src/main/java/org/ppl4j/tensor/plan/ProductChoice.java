package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.plan.ProductStep.Side;
import org.ppl4j.tensor.plan.ProductStep.Way;

/**
 * How a product of matrices is best computed, by the nanoseconds that each way was measured to
 * take. Those that are small altogether are done number by number.
 */
final class ProductChoice {

  /** Vectors of fewer elements are no gain. */
  static final int SHORT = 16;

  private ProductChoice() {}

  /**
   * The way in double precision that is not the engine's.
   *
   * @param k how many products are summed
   * @param isConstant whether the wide side never changes
   * @param terms how many numbers of the narrow side may be other than 0
   */
  static Way own(Side wide, Side narrow, int k, boolean isConstant, double terms) {
    boolean isLong = k >= 64;
    if (wide.size() < SHORT) {
      boolean isCheap = isConstant || wide.summedStride() == 1;
      return isLong && (isCheap || narrow.size() >= 4) ? Way.PRODUCTS : Way.NUMBERS;
    }
    Way best = Way.MULTIPLES;
    double least = multiples(wide, narrow, k, isConstant, terms);
    if (isLong && products(wide, narrow, k, isConstant) < least) {
      best = Way.PRODUCTS;
      least = products(wide, narrow, k, isConstant);
    }
    boolean isInPlace = wide.summedStride() == 1 && narrow.summedStride() == 1;
    return isInPlace && numbers(wide, narrow, k) < least ? Way.NUMBERS : best;
  }

  /**
   * The way of a product that changes.
   *
   * @param terms how many numbers of the narrow side may be other than 0
   * @param isSingle whether single precision is enough
   */
  static Way of(Side wide, Side narrow, int k, boolean isConstant, double terms, boolean isSingle) {
    Way best = own(wide, narrow, k, isConstant, terms);
    if (wide.size() < SHORT) {
      return best;
    }
    double least = nanoseconds(best, wide, narrow, k, isConstant, terms);
    if (isSingle && Sums.FUSED && (isConstant || narrow.size() >= SingleProductStep.LEAST)) {
      double single = singleMultiples(wide, narrow, k, isConstant, terms);
      if (single < least) {
        best = Way.SINGLE_MULTIPLES;
        least = single;
      }
    }
    return EngineProductStep.nanoseconds(wide, narrow, k, isSingle) < least ? Way.ENGINE : best;
  }

  /** About how long a way in double precision takes for one matrix. */
  static double nanoseconds(
      Way way, Side wide, Side narrow, int k, boolean isPacked, double terms) {
    return switch (way) {
      case NUMBERS -> numbers(wide, narrow, k);
      case PRODUCTS -> products(wide, narrow, k, isPacked);
      case MULTIPLES -> multiples(wide, narrow, k, isPacked, terms);
      default -> throw new IllegalArgumentException(way + " is in single precision");
    };
  }

  private static double numbers(Side wide, Side narrow, int k) {
    return 0.4 * products(wide, narrow, k);
  }

  private static double products(Side wide, Side narrow, int k, boolean isPacked) {
    double each = k <= 256 ? 0.3 : 0.06 + 90.0 / k;
    return packing(isPacked, wide.summedStride()) * k * wide.size()
        + packing(false, narrow.summedStride()) * k * narrow.size()
        + each * products(wide, narrow, k);
  }

  private static double multiples(Side wide, Side narrow, int k, boolean isPacked, double terms) {
    return packing(isPacked, wide.stride()) * k * wide.size()
        + 0.5 * wide.size() * narrow.size()
        + (0.055 + 1.6 / wide.size()) * terms * wide.size();
  }

  /** In single precision, with what numbers take to be rounded and results to be widened. */
  static double singleMultiples(Side wide, Side narrow, int k, boolean isPacked, double terms) {
    double rounding = isPacked ? 0 : wide.stride() == 1 ? 0.3 : 0.75;
    return rounding * k * wide.size()
        + 0.5 * wide.size() * narrow.size()
        + (0.03 + 2.4 / wide.size()) * terms * wide.size();
  }

  /** What packing takes for each element of vectors of elements so far apart. */
  private static double packing(boolean isPacked, int stride) {
    return isPacked ? 0 : stride == 1 ? 0.15 : 1.5;
  }

  private static double products(Side wide, Side narrow, int k) {
    return (double) wide.size() * narrow.size() * k;
  }
}
