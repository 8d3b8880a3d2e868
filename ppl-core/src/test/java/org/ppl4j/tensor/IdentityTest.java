package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import com.google.common.primitives.Longs;
import java.util.Arrays;
import java.util.Collections;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng.Purpose;

/** Identities are the hashes that Guava works out of the same bytes. */
class IdentityTest {

  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  private static long[] halves(Hasher hasher) {
    byte[] bytes = hasher.hash().asBytes();
    Collections.reverse(Bytes.asList(bytes));
    return new long[] {
      Longs.fromByteArray(Arrays.copyOfRange(bytes, 8, 16)), Longs.fromByteArray(bytes)
    };
  }

  private static Hasher hasher(int kind, long first, long second) {
    return Hashing.murmur3_128().newHasher().putInt(kind).putLong(first).putLong(second);
  }

  private static long[] halves(Identity identity) {
    return new long[] {identity.low(), identity.high()};
  }

  @Test
  void hashesOfNamesOfAllLengthsAreGuavas() {
    for (int length = 0; length < 40; length++) {
      String name = "x\u03b8\u4e00".repeat(14).substring(0, length);
      long seed = RANDOM.nextLong();
      long counter = RANDOM.nextLong();
      RandomStream stream = new RandomStream(new RandomStream(null, Purpose.MODEL), name);
      Identity identity = Identity.of(stream);
      long[] root = halves(hasher(0, seed, counter).putUnencodedChars("MODEL/" + name));

      assertThat(halves(identity.at(seed, counter))).containsExactly(root);
      assertThat(halves(identity.split(name).afterParent()))
          .containsExactly(halves(hasher(1, root[0], root[1]).putUnencodedChars(name)));
      assertThat(halves(identity.split(seed).afterParent()))
          .containsExactly(halves(hasher(2, root[0], root[1]).putLong(seed)));
    }
  }

  @Test
  void aStreamBecomesThatOfAnotherStep() {
    Rng first = Rng.of(3, Purpose.GUIDE, 5, "z").split("part").split(7);
    Rng moving = first.stream().rng(3, 1);
    double unused = moving.nextNormal();
    moving.become(3, 5);

    assertThat(moving.isSame(first)).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(moving.nextWord()).isEqualTo(first.nextWord());
    }
    moving.become(4, 5);
    assertThat(moving.isSame(first)).isFalse();
  }
}
