package org.ppl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import org.ppl4j.tensor.FloatType;

/** A virtual machine that times steps, a batch whenever it is asked: see {@link StepTimes}. */
final class StepJvm implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;

  /** Of the classes of a class path. */
  StepJvm(String classPath) throws IOException {
    process =
        new ProcessBuilder(NewJvm.command(classPath, StepTimes.class))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /**
   * Microseconds of a step, the mean of so many.
   *
   * @throws IllegalStateException if the steps fail there
   */
  synchronized double mean(String what, FloatType type, int count) {
    try {
      process.getOutputStream().write("%s %s %d%n".formatted(what, type, count).getBytes(UTF_8));
      process.getOutputStream().flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException(
            "steps '%s' of %s failed in a process of their own, which says why"
                .formatted(what, type));
      }
      return Double.parseDouble(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
