package org.ppl4j.internal;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.ppl4j.Handler;
import org.ppl4j.internal.math.Nearest;

/**
 * Names that a user wrote and a program must have: a handler makes one of these when an execution
 * begins, shows it every name that it meets, and asks it in {@link Handler.Frame#end}. A name with
 * a slip of the pen would else do nothing, without a word.
 */
public final class WrittenNames {

  private final String owner;
  private final String what;
  private final Set<String> written;
  private final Set<String> met = new LinkedHashSet<>();

  private WrittenNames(String owner, String what, Set<String> written) {
    this.owner = requireNonNull(owner, "owner");
    this.what = requireNonNull(what, "what");
    this.written = ImmutableSet.copyOf(written);
  }

  /**
   * Of one execution.
   *
   * @param owner where they were written, e.g. {@code condition}
   * @param what they are names of, e.g. {@code sample site}
   */
  public static WrittenNames of(String owner, String what, Set<String> written) {
    return new WrittenNames(owner, what, written);
  }

  /** The program has something of this name. */
  public void meet(String name) {
    met.add(name);
  }

  /**
   * The execution has ended.
   *
   * @throws IllegalArgumentException if a name was not met; with those that were, the nearest first
   */
  public void check() {
    for (String name : written) {
      checkArgument(
          met.contains(name),
          "%s names %s '%s', but the program has none; write one of %s",
          owner,
          what,
          name,
          Nearest.to(name, met));
    }
  }
}
