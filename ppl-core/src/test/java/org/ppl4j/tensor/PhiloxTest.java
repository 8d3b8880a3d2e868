package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {

  /** The three lines "philox4x32 10" of the file kat_vectors of Random123: counter, key, output. */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void publishedVectorsAreReproduced(String counter, String key, String output) {
    long[] keys = new long[Philox.KEYS];
    long[] out = new long[2];

    Philox.keys(pair(key, 0), keys);
    Philox.block(keys, pair(counter, 2), pair(counter, 0), out);

    assertThat(out).containsExactly(pair(output, 0), pair(output, 2));
  }

  /** Two 32-bit words of a line, the first one as the lower half. */
  private static long pair(String words, int first) {
    List<String> word = Splitter.on(' ').splitToList(words);
    return Long.parseLong(word.get(first), 16) | Long.parseLong(word.get(first + 1), 16) << 32;
  }
}
