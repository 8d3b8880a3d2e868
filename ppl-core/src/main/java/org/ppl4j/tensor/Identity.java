package org.ppl4j.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The 128 bits that name a stream's words: a hash of where the stream comes from, with a seed and a
 * counter. It is worked out anew for others of them without making anything.
 *
 * <p>Source of the hash: MurmurHash3_x64_128 (Appleby 2011), as {@code Hashing.murmur3_128()} of
 * Guava has it, which makes seven objects each time.
 */
final class Identity {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int ROOT = 0;
  private static final int SPLIT_BY_NAME = 1;
  private static final int SPLIT_BY_INDEX = 2;

  /** Where in the hashed bytes the two numbers lie, behind what kind of stream it is. */
  private static final int NUMBERS = Integer.BYTES;

  private static final int TEXT = NUMBERS + 2 * Long.BYTES;

  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private final @Nullable Identity parent;
  private final byte[] hashed;
  private final boolean isStep; // of a scan
  private long low;
  private long high;

  private Identity(@Nullable Identity parent, byte[] hashed, boolean isStep) {
    this.parent = parent;
    this.hashed = hashed;
    this.isStep = isStep;
  }

  /** That of a stream, of no seed and counter yet. */
  static Identity of(RandomStream stream) {
    RandomStream from = stream.parent();
    if (from == null) {
      throw new IllegalStateException("purpose " + stream.part() + " has no stream; name it");
    }
    if (from.parent() == null) {
      return new Identity(
          null, text(ROOT, ((Rng.Purpose) from.part()).name() + '/' + stream.part()), false);
    }
    return of(from).split(stream.part());
  }

  /** That of a part of the stream, by its name or index, or by the step of a scan. */
  Identity split(Object part) {
    if (part instanceof String name) {
      return new Identity(this, text(SPLIT_BY_NAME, name), false);
    }
    boolean isOfStep = part instanceof RandomStream.Step;
    long index = isOfStep ? ((RandomStream.Step) part).index() : (Long) part;
    byte[] hashed = new byte[TEXT + Long.BYTES];
    hashed[0] = SPLIT_BY_INDEX;
    LONGS.set(hashed, TEXT, index);
    return new Identity(this, hashed, isOfStep);
  }

  private static byte[] text(int kind, String text) {
    byte[] hashed = new byte[TEXT + 2 * text.length()];
    hashed[0] = (byte) kind;
    for (int i = 0; i < text.length(); i++) {
      hashed[TEXT + 2 * i] = (byte) text.charAt(i);
      hashed[TEXT + 2 * i + 1] = (byte) (text.charAt(i) >>> 8);
    }
    return hashed;
  }

  /** That of a seed and a counter from now on. */
  Identity at(long seed, long counter) {
    if (parent != null) {
      Identity unused = parent.at(seed, counter);
      return afterParent();
    }
    return hash(seed, counter);
  }

  /**
   * That of other steps of scans, as {@link RandomStream#at}, once it is told seed and counter;
   * nothing else may have been split from what it was split from.
   */
  void moveTo(long... steps) {
    int left = steps.length;
    for (@Nullable Identity at = this; left > 0 && at != null; at = at.parent) {
      if (at.isStep) {
        LONGS.set(at.hashed, TEXT, steps[--left]);
      }
    }
  }

  /** That of its parent's seed and counter. */
  Identity afterParent() {
    return parent == null ? this : hash(parent.low, parent.high);
  }

  /** The lower half. */
  long low() {
    return low;
  }

  /** The upper half. */
  long high() {
    return high;
  }

  /** Whether it names the same words. */
  boolean isSame(Identity other) {
    return low == other.low && high == other.high;
  }

  private Identity hash(long first, long second) {
    LONGS.set(hashed, NUMBERS, first);
    LONGS.set(hashed, NUMBERS + Long.BYTES, second);
    long h1 = 0;
    long h2 = 0;
    int at = 0;
    for (; at + 16 <= hashed.length; at += 16) {
      h1 ^= mixed1((long) LONGS.get(hashed, at));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= mixed2((long) LONGS.get(hashed, at + 8));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    h1 ^= mixed1(rest(at));
    h2 ^= mixed2(rest(at + 8));
    h1 ^= hashed.length;
    h2 ^= hashed.length;
    h1 += h2;
    h2 += h1;
    h1 = finished(h1);
    h2 = finished(h2);
    low = h1 + h2;
    high = h2 + low;
    return this;
  }

  /** The bytes from a place on that are left, at most 8. */
  private long rest(int from) {
    long rest = 0;
    for (int i = from; i < Math.min(from + 8, hashed.length); i++) {
      rest |= (hashed[i] & 0xffL) << 8 * (i - from);
    }
    return rest;
  }

  private static long mixed1(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mixed2(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long finished(long h) {
    long mixed = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
