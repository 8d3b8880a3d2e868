package org.ppl4j.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.InterruptionException;

/** What examples do when the user stops them. */
class StoppedOptionsTest {

  private final ExampleOptions options = ExampleOptions.defaults();
  private final List<Integer> done = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void clear() {
    boolean unused = Thread.interrupted();
  }

  private static void stop() {
    Thread.currentThread().interrupt();
  }

  private static boolean isStopped() {
    return Thread.currentThread().isInterrupted();
  }

  /** As the library's loops do. */
  private static void work() {
    InterruptionException.check("work", null);
  }

  @Test
  void eachIsWorkedOnUntilItIsStopped() {
    options.each(List.of(1, 2, 3), done::add);
    assertThat(done).containsExactly(1, 2, 3);
    done.clear();

    options.each(
        List.of(1, 2, 3),
        one -> {
          if (one == 2) {
            stop();
          }
          done.add(one);
        });

    assertThat(done).containsExactly(1, 2);
    assertThat(isStopped()).isTrue();
  }

  @Test
  void whatIsStoppedInTheMiddleIsLeftOut() {
    options.each(
        List.of(1, 2, 3),
        one -> {
          if (one == 2) {
            stop();
          }
          work();
          done.add(one);
        });

    assertThat(done).containsExactly(1);
    assertThatThrownBy(() -> options.each(List.of(1, 2), one -> work()))
        .isInstanceOf(InterruptionException.class);
  }

  @Test
  void furtherWorkIsLeftOut() {
    assertThat(options.unlessStopped(() -> 1)).hasValue(1);
    Optional<Integer> none =
        options.unlessStopped(
            () -> {
              stop();
              work();
              return 2;
            });
    assertThat(none).isEmpty();
    assertThat(options.unlessStopped(() -> 3)).isEmpty();
  }

  @Test
  void whatIsSaidOfAFitIsKept() {
    AtomicInteger calls = new AtomicInteger();
    int said =
        options.kept(
            () -> {
              if (calls.incrementAndGet() == 1) {
                stop();
              }
              work();
              return 5;
            });

    assertThat(said).isEqualTo(5);
    assertThat(calls).hasValue(2);
    assertThat(isStopped()).isTrue();
    assertThat(options.<Boolean>kept(StoppedOptionsTest::isStopped)).isFalse();
    assertThat(isStopped()).isTrue();
  }

  @Test
  void filesThatTakeLongAreLeftOut() {
    Path quick = folder.resolve("quick");
    stop();

    options
        .withDirectory(folder)
        .save(
            directory -> {
              assertThat(directory.resolve("quick").toFile().mkdir()).isTrue();
              work();
            });

    assertThat(Files.exists(quick)).isTrue();
    options.save(directory -> assertThat(directory).isNull()); // there is none
  }
}
