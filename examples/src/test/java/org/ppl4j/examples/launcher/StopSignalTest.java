package org.ppl4j.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Summary;

/** Ctrl-C ends the work and keeps what there is. */
class StopSignalTest {

  private static final String SAID =
      "stops after this step and says what there is; Ctrl-C again ends at once";

  private final StringWriter said = new StringWriter();
  private final PrintWriter err = new PrintWriter(said, true);

  @TempDir private Path folder;

  private boolean isReading;

  /** Works until it is told to stop. */
  private Example until(boolean hasResult, StopSignal signal) {
    return new Example() {
      @Override
      public String name() {
        return "long";
      }

      @Override
      public String description() {
        return "works for a day";
      }

      @Override
      public ExampleResult run(ExampleOptions options) throws IOException {
        signal.give();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        if (!hasResult && isReading) {
          throw new IOException("the client was interrupted");
        }
        if (!hasResult) {
          throw new IllegalStateException("work was stopped; run it again");
        }
        return new ExampleResult(
            new Summary(ImmutableMap.of()), Reference.none(), ImmutableMap.of("half", 0.5));
      }
    };
  }

  private int run(boolean hasResult) {
    try (StopSignal signal = StopSignal.to(Thread.currentThread(), err)) {
      Launcher launcher =
          new Launcher(
              ImmutableList.of(until(hasResult, signal)), new PrintWriter(new StringWriter()), err);
      int status =
          launcher.execute("run", "long", "--json", folder.resolve("long.json").toString());
      assertThat(signal.isGiven()).isTrue();
      return status;
    }
  }

  @Test
  void whatThereIsIsKept() throws IOException {
    assertThat(run(true)).isEqualTo(130);
    assertThat(said.toString()).contains(SAID);
    assertThat(Files.readString(folder.resolve("long.json"))).contains("\"half\": 0.5");
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void whereThereIsNothingItIsSaid() {
    assertThat(run(false)).isEqualTo(130);
    assertThat(said.toString())
        .contains(SAID)
        .contains(
            "stopped before there was a result: java.lang.IllegalStateException: work was stopped;"
                + " run it again");
    assertThat(folder.resolve("long.json")).doesNotExist();
  }

  /** It is no mistake of the user's. */
  @Test
  void aFileThatIsNotReadBecauseOfItIsNoMisuse() {
    isReading = true;

    assertThat(run(false)).isEqualTo(130);
    assertThat(said.toString()).contains("stopped before there was a result: ", "long was");
  }

  /** What makes a report of a fit that was stopped is not stopped itself. */
  @Test
  void aReportIsMadeOfWhatWasStopped() {
    ExampleOptions options = ExampleOptions.defaults().withReport(folder.resolve("page.html"));

    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                options.report(
                    () -> {
                      throw new IllegalStateException(
                          "stopped: " + Thread.currentThread().isInterrupted());
                    }))
        .hasMessage("stopped: false");
    assertThat(Thread.interrupted()).isTrue();
  }
}
