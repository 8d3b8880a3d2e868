package org.ppl4j.infer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of work on threads: in order, and at rest before anybody goes on. */
class WorkersTest {

  private final AtomicInteger atWork = new AtomicInteger();

  @AfterEach
  void nobodyIsAtWork() {
    boolean unused = Thread.interrupted();
    assertThat(atWork.get()).isZero();
  }

  /** Works until it is asked to end; returns what it is given. */
  private int untilStopped(int result, BooleanSupplier isStopped) {
    atWork.incrementAndGet();
    while (!isStopped.getAsBoolean()) {
      Thread.onSpinWait();
    }
    atWork.decrementAndGet();
    return result;
  }

  private List<Integer> all(int threads, List<Workers.Part<Integer>> parts) {
    try (Workers workers = Workers.of("worker", threads)) {
      return workers.all(parts, () -> {});
    } finally {
      nobodyIsAtWorkNow();
    }
  }

  private void nobodyIsAtWorkNow() {
    assertThat(atWork.get()).isZero();
  }

  private static List<Workers.Part<Integer>> numbers(int count) {
    List<Workers.Part<Integer>> parts = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> parts.add(isStopped -> i));
    return parts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void resultsAreInTheOrderOfTheParts(int threads) {
    assertThat(all(threads, numbers(20))).isEqualTo(IntStream.range(0, 20).boxed().toList());
    assertThat(all(threads, List.of())).isEmpty();
  }

  @Test
  void interruptingTheThreadThatWaitsEndsAllParts() {
    Thread caller = Thread.currentThread();
    CountDownLatch both = new CountDownLatch(2);
    List<Workers.Part<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int number = i;
      parts.add(
          isStopped -> {
            both.countDown();
            if (both.getCount() == 0) {
              caller.interrupt();
            }
            return untilStopped(number, isStopped);
          });
    }
    parts.addAll(numbers(1));
    parts.add(isStopped -> isStopped.getAsBoolean() ? 7 : 8);

    assertThat(all(2, parts)).containsExactly(0, 1, 0, 7);
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A program may know of no other thread than that which executes it. */
  @Test
  void interruptingAThreadOfThemIsInterruptingTheWork() {
    List<Workers.Part<Integer>> parts = new ArrayList<>();
    parts.add(isStopped -> untilStopped(1, isStopped));
    parts.add(
        isStopped -> {
          Thread.currentThread().interrupt();
          return isStopped.getAsBoolean() ? 2 : 3;
        });
    parts.add(isStopped -> Thread.currentThread().isInterrupted() ? 4 : 5); // not its own

    assertThat(all(2, parts)).containsExactly(1, 2, 5);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aFlagThatIsSetBeforeIsHeeded() {
    Thread.currentThread().interrupt();

    assertThat(all(1, List.of(isStopped -> untilStopped(1, isStopped)))).containsExactly(1);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void theFirstThatFailsIsThrownAndTheOthersEnd() {
    IllegalArgumentException planted = new IllegalArgumentException("planted");
    List<Workers.Part<Integer>> parts = new ArrayList<>(numbers(1));
    parts.add(
        isStopped -> {
          throw planted;
        });
    parts.add(isStopped -> untilStopped(1, isStopped));
    parts.add(
        isStopped -> {
          throw new IllegalStateException("later");
        });

    assertThatThrownBy(() -> all(2, parts)).isSameAs(planted);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThatThrownBy(
            () ->
                all(
                    1,
                    List.of(
                        isStopped -> {
                          throw new AssertionError("an error");
                        })))
        .isInstanceOf(AssertionError.class)
        .hasMessage("an error");
  }

  @Test
  void itLooksWhileItWaits() {
    CountDownLatch looked = new CountDownLatch(1);
    Workers.Part<Boolean> part =
        isStopped -> {
          try {
            looked.await();
          } catch (InterruptedException e) {
            return false;
          }
          return true;
        };
    try (Workers workers = Workers.of("worker", 1)) {
      assertThat(workers.all(List.of(part), looked::countDown)).containsExactly(true);
    }
  }

  @Test
  void mistakes() {
    assertThatThrownBy(() -> Workers.of("worker", 0).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("worker has 0 threads, but needs at least 1");
  }
}
