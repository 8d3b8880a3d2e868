package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/**
 * What a tensor may depend on beside what its program says: which of K values something has. A
 * tensor that does has a hidden dim of size K for it, left of all others; see {@link HiddenDims}.
 *
 * <p>Two choices are the same only if they are one object.
 */
public final class Choice {

  private final String name;
  private final int size;
  private final long number;

  private Choice(String name, int size, long number) {
    this.name = name;
    this.size = size;
    this.number = number;
  }

  /**
   * A choice of a run.
   *
   * @param name for messages: that of the site
   * @param size K, how many values there are, at least 1
   */
  public static Choice of(Run run, String name, int size) {
    requireNonNull(name, "name");
    checkArgument(size >= 1, "choice '%s' is of %s values, but needs at least 1", name, size);
    return new Choice(name, size, run.nextChoice());
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** K, how many values there are. */
  public int size() {
    return size;
  }

  /** Its place among those of the run, in which hidden dims stand. */
  long number() {
    return number;
  }

  /** The name and the number of values, e.g. {@code z of 3}. */
  @Override
  public String toString() {
    return name + " of " + size;
  }
}
