package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which draws are kept of chains that were cut short. */
class KeptTest {

  /** A chain that was stopped after so many draws. */
  private static Chain chain(int number, int draws) {
    Chain chain = Targets.chain(number, Targets.normal(1, 1), 1, new Chain.Length(10, 100));
    AtomicInteger asked = new AtomicInteger();
    var unused = chain.run(Integer.MAX_VALUE, () -> asked.getAndIncrement() == 10 + draws);
    assertThat(chain.draws()).isEqualTo(draws);
    return chain;
  }

  @ParameterizedTest
  @CsvSource({
    "100 100 100 100, 4, 100",
    "100 100 40 0, 2, 100",
    "100 100 70 0, 3, 70",
    "100 50 0 0, 2, 50",
    "100 49 0 0, 1, 100",
    "7 9 0 0, 2, 7"
  })
  void asManyAsPossibleAndThenAsManyChains(String draws, int chains, int each) {
    int[] counts =
        IntStream.of(0, 1, 2, 3)
            .map(i -> Integer.parseInt(Splitter.on(' ').splitToList(draws).get(i)))
            .toArray();
    Kept kept =
        Kept.of(
            IntStream.range(0, 4).mapToObj(i -> chain(i + 1, counts[i])).toList(),
            Optional.empty());

    assertThat(kept.chains()).hasSize(chains);
    assertThat(kept.draws()).isEqualTo(each);
    assertThat(kept.vectors()).hasSize(chains * each);
    assertThat(kept.iterations().chains()).isEqualTo(chains);
    assertThat(kept.iterations().draws()).isEqualTo(chains * each);
  }
}
