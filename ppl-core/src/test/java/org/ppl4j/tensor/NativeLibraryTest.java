package org.ppl4j.tensor;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.BoundData;

/** Where the native library is missing, the first call says which dependency brings it. */
class NativeLibraryTest {

  @TempDir private Path cache;

  /** Asks for the engine, twice, in a process without it. */
  static final class WithoutIt {
    public static void main(String... args) {
      for (int i = 0; i < 2; i++) {
        try {
          BoundData.of(new double[] {1}, RunConfig.defaults()).close();
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesTheDependency() throws Exception {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("pytorch-native"))
            .collect(joining(File.pathSeparator));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                path,
                WithoutIt.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("DJL_CACHE_DIR", cache.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    String message =
        "the native library of PyTorch 2.7.1 for linux-%s cannot be loaded (java.io.IOException:"
                .formatted(arch)
            + " Offline mode is enabled.); add the dependency"
            + " ai.djl.pytorch:pytorch-native-cpu:2.7.1 with the classifier linux-"
            + arch;
    assertThat(said.lines()).containsExactly(message, message);
  }
}
