package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Progress;

/** Chains side by side. */
class ChainThreadsTest {

  private static final int SIZE = 2;
  private static final Chain.Length LENGTH = new Chain.Length(100, 200);
  private static final Target NORMAL = Targets.normal(SIZE, 3);

  private static List<Chain> chains(Chain.Length length, IntFunction<Target> target) {
    return IntStream.rangeClosed(1, 4)
        .mapToObj(i -> Targets.chain(i, target.apply(i), SIZE, length))
        .toList();
  }

  private static boolean run(List<Chain> chains, int threads) {
    return ChainThreads.run(chains, threads, () -> false, Progress.silent().start("test", 0));
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    List<double[]> found = new ArrayList<>();
    for (int threads : new int[] {1, 2, 4, 7}) {
      List<Chain> chains = chains(LENGTH, i -> NORMAL);
      assertThat(run(chains, threads)).isFalse();
      Kept kept = Kept.of(chains, Optional.empty());
      assertThat(kept.chains()).hasSize(4);
      assertThat(kept.draws()).isEqualTo(200);
      found.add(kept.vectors());
    }

    for (double[] vectors : found) {
      assertThat(vectors).hasSize(4 * 200 * SIZE).containsExactly(found.get(0));
    }
  }

  /** Chain 2 fails at its thousandth gradient; the others have the draws that they would have. */
  @Test
  void aChainThatFailsLeavesTheOthers() {
    List<Chain> whole = chains(LENGTH, i -> NORMAL);
    boolean unused = run(whole, 2);
    AtomicInteger evaluations = new AtomicInteger();
    List<Chain> chains =
        chains(
            LENGTH,
            i ->
                i != 2
                    ? NORMAL
                    : (u, gradient) -> {
                      if (evaluations.incrementAndGet() > 1000) {
                        throw new IllegalArgumentException("planted");
                      }
                      return NORMAL.evaluate(u, gradient);
                    });

    assertThat(run(chains, 2)).isFalse();

    assertThat(chains.get(1).report().failure()).contains("planted");
    assertThat(chains.get(1).draws()).isBetween(1, 199);
    Kept kept = Kept.of(chains, Optional.empty());
    assertThat(kept.draws()).isEqualTo(200);
    assertThat(kept.chains()).containsExactly(chains.get(0), chains.get(2), chains.get(3));
    assertThat(kept.vectors())
        .containsExactly(
            new Kept(ImmutableList.of(whole.get(0), whole.get(2), whole.get(3)), 200).vectors());
  }

  @Test
  void whereAllFailTheFirstFailureIsTold() {
    List<Chain> chains =
        chains(
            LENGTH,
            i ->
                (u, gradient) -> {
                  throw new IllegalArgumentException("planted " + i);
                });
    assertThat(run(chains, 2)).isFalse();

    assertThatThrownBy(() -> Kept.of(chains, Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("sampler has no draws, for a chain failed and no other has any: planted 1")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  /** The third of four chains, one after the other, interrupts whoever waits. */
  @Test
  void anInterruptKeepsWhatThereIs() {
    Thread caller = Thread.currentThread();
    AtomicInteger evaluations = new AtomicInteger();
    Chain.Length unending = new Chain.Length(20, 1_000_000);
    List<Chain> chains =
        IntStream.rangeClosed(1, 4)
            .mapToObj(
                i ->
                    Targets.chain(
                        i,
                        (u, gradient) -> {
                          if (i == 3 && evaluations.incrementAndGet() == 2000) {
                            caller.interrupt();
                          }
                          return NORMAL.evaluate(u, gradient);
                        },
                        SIZE,
                        i == 3 ? unending : LENGTH))
            .toList();

    assertThat(run(chains, 1)).isTrue();

    assertThat(Thread.interrupted()).isTrue();
    long[] draws = chains.stream().mapToLong(Chain::draws).sorted().toArray();
    assertThat(chains.get(2).draws()).isBetween(1, 999_999);
    assertThat(draws[1] - draws[0]).as("of chains that take turns").isLessThanOrEqualTo(40);
    long most = IntStream.range(0, 4).mapToLong(i -> (4 - i) * draws[i]).max().orElseThrow();
    assertThat(Kept.of(chains, Optional.empty()).size()).isEqualTo(most);
  }

  @Test
  void anInterruptBeforeTheFirstDrawLeavesNothing() {
    List<Chain> chains = chains(LENGTH, i -> NORMAL);
    Thread.currentThread().interrupt();

    assertThat(run(chains, 1)).isTrue();

    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(
            () -> Kept.of(List.of(Targets.chain(1, NORMAL, SIZE, LENGTH)), Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("sampler was interrupted before its first draw; let it run beyond the warm-up");
  }

  @Test
  void whenTheTimeIsOverTheDrawsThatThereAreAreKept() {
    Duration limit = Duration.ofMillis(1500);
    AtomicInteger iterations = new AtomicInteger();
    List<Chain> chains = chains(LENGTH, i -> NORMAL);
    BooleanSupplier isOver = () -> iterations.incrementAndGet() > 4 * 150;

    assertThat(ChainThreads.run(chains, 1, isOver, Progress.silent().start("test", 0))).isTrue();

    Kept kept = Kept.of(chains, Optional.of(limit));
    assertThat(kept.draws()).isBetween(20, 60);
    assertThat(kept.chains()).hasSize(4); // which take turns
    List<Chain> none = chains(LENGTH, i -> NORMAL);
    assertThat(ChainThreads.run(none, 1, () -> true, Progress.silent().start("test", 0))).isTrue();
    assertThatThrownBy(() -> Kept.of(none, Optional.of(limit)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "sampler has a limit of 1.5 s, which was over before its first draw; give it more"
                + " time");
  }

  /** What is no exception of the model's is not kept as if it were. */
  @Test
  void anErrorIsThrown() {
    List<Chain> chains =
        chains(
            LENGTH,
            i ->
                (u, gradient) -> {
                  throw new AssertionError("planted");
                });

    assertThatThrownBy(() -> run(chains, 2)).isInstanceOf(AssertionError.class);
  }

  @Test
  void oneLineShowsAllChains() {
    List<String> shown = new ArrayList<>();
    List<Chain> chains = chains(LENGTH, i -> NORMAL);
    boolean unused =
        ChainThreads.run(
            chains, 2, () -> false, Progress.terminal(shown::add).start("nuts", 4 * 300));

    assertThat(shown.get(shown.size() - 2))
        .matches("\rnuts: 1,200 of 1,200, step size [0-9.]+, 0 divergences, .*/s, 0 s left");
  }
}
