package org.ppl4j.tensor;

/**
 * The counter-based generator Philox 4x32 with ten rounds: a bijection of a 128-bit counter under a
 * 64-bit key whose outputs pass as independent random bits, so that any word of any stream is
 * computed by itself.
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
final class Philox {

  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  /** How many words the keys of ten rounds are. */
  static final int KEYS = 20;

  private Philox() {}

  /**
   * The keys of all rounds.
   *
   * @param key the key; its low half is the first 32-bit word of the paper's key
   * @param rounds receives two 32-bit words a round
   */
  static void keys(long key, long[] rounds) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int i = 0; i < KEYS; i += 2) {
      rounds[i] = k0 & LOW;
      rounds[i + 1] = k1 & LOW;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
  }

  /**
   * Computes one block of 128 random bits.
   *
   * @param rounds the {@link #keys}
   * @param counterHigh words 2 and 3 of the counter, the lower first
   * @param counterLow words 0 and 1 of the counter, the lower first
   * @param out receives output words 0 and 1, then words 2 and 3, the lower first
   */
  static void block(long[] rounds, long counterHigh, long counterLow, long[] out) {
    long c0 = counterLow & LOW;
    long c1 = counterLow >>> 32;
    long c2 = counterHigh & LOW;
    long c3 = counterHigh >>> 32;
    for (int i = 0; i < KEYS; i += 2) {
      long p0 = c0 * MULTIPLIER_0;
      long p1 = c2 * MULTIPLIER_1;
      c0 = p1 >>> 32 ^ c1 ^ rounds[i];
      c2 = p0 >>> 32 ^ c3 ^ rounds[i + 1];
      c1 = p1 & LOW;
      c3 = p0 & LOW;
    }
    out[0] = c0 | c1 << 32;
    out[1] = c2 | c3 << 32;
  }
}
