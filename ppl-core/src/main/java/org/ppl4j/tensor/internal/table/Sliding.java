package org.ppl4j.tensor.internal.table;

import com.google.common.primitives.ImmutableLongArray;

/**
 * How windows slide over images: how many groups of channels stay apart, and for both axes how many
 * places windows are apart, how many zeros are put before and behind, and how many places the
 * elements of a window are apart.
 *
 * @param numbers the groups, then stride, padding and dilation, each along both axes
 */
public record Sliding(ImmutableLongArray numbers) {

  /** One place after the other, wholly within the image, in so many groups. */
  public static Sliding within(long groups) {
    return new Sliding(ImmutableLongArray.of(groups, 1, 1, 0, 0, 1, 1));
  }

  /** That of a row, whose first seven integers these are. */
  static Sliding of(Attributes attributes) {
    return of(attributes.longs());
  }

  /** The first seven of some integers. */
  public static Sliding of(long[] longs) {
    return new Sliding(ImmutableLongArray.copyOf(longs).subArray(0, 7).trimmed());
  }

  /** How many groups of channels stay apart. */
  public long groups() {
    return numbers.get(0);
  }

  /** How many places windows are apart along an axis, 0 or 1. */
  public long stride(int axis) {
    return numbers.get(1 + axis);
  }

  private long padding(int axis) {
    return numbers.get(3 + axis);
  }

  private long extent(int axis, long kernel) {
    return numbers.get(5 + axis) * (kernel - 1) + 1;
  }

  /** How many windows there are along an axis; not positive if the kernel is larger. */
  public long windows(int axis, long image, long kernel) {
    return Math.floorDiv(image + 2 * padding(axis) - extent(axis, kernel), stride(axis)) + 1;
  }

  /** The least size of an image that has so many windows along an axis. */
  public long spread(int axis, long windows, long kernel) {
    return (windows - 1) * stride(axis) - 2 * padding(axis) + extent(axis, kernel);
  }

  /** As the integers of a row, with some behind. */
  public Attributes with(long... more) {
    return Attributes.of(
        ImmutableLongArray.builder().addAll(numbers).addAll(more).build().toArray());
  }
}
