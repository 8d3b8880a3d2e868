package org.ppl4j;

import static com.google.common.base.Strings.lenientFormat;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The counter of {@code p.loop}: names inside get its suffix. */
final class Loop implements Iterator<Integer> {

  private final Nesting nesting;
  private final String name;
  private final int size;
  private final @Nullable Loop outer;
  private final String outerSuffix;
  private int next;

  Loop(Nesting nesting, String name, int size) {
    this.nesting = nesting;
    this.name = name;
    this.size = size;
    this.outer = nesting.loop();
    this.outerSuffix = nesting.suffix();
  }

  @Override
  public boolean hasNext() {
    if (next < size) {
      return true;
    }
    if (nesting.loop() == this) {
      nesting.loop(outer, outerSuffix);
    }
    return false;
  }

  @Override
  public Integer next() {
    if (next >= size) {
      throw new NoSuchElementException();
    }
    Loop running = nesting.loop();
    if (next > 0 && running != null && running != this) {
      throw running.left();
    }
    nesting.loop(this, outerSuffix + "[" + next + "]");
    return next++;
  }

  /** What is wrong when a scope ends while this loop is running. */
  IllegalStateException left() {
    return new IllegalStateException(
        lenientFormat(
            "loop '%s' was left in step %s of %s; let it run to its end, or give p.loop the number"
                + " of steps that you want",
            name, next - 1, size));
  }
}
