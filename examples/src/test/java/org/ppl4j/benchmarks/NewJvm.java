package org.ppl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs in a virtual machine of their own, with its own settings and one thread a product. */
public final class NewJvm {

  private NewJvm() {}

  /** How a program is started. */
  static List<String> command(String classPath, Class<?> program, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** What a program prints. */
  public static String output(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    return output(System.getProperty("java.class.path"), program, arguments);
  }

  /** What a program of a class path prints. */
  static String output(String classPath, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(classPath, program, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("process ended with status " + process.exitValue());
    }
    return output;
  }
}
