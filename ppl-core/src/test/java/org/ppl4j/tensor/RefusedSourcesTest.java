package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RefusedSourcesTest {

  /** An edit by hand fails here, and so does an upgrade of DJL that adds a method. */
  @Test
  void theFilesAreWhatIsGenerated() throws IOException {
    Map<String, String> generated = RefusedSources.files();

    assertThat(names()).containsExactlyElementsOf(generated.keySet());
    for (Map.Entry<String, String> file : generated.entrySet()) {
      assertThat(RefusedSources.FOLDER.resolve(file.getKey()))
          .as("the generated source; to write it anew: %s", RefusedSources.COMMAND)
          .hasContent(file.getValue());
    }
  }

  private static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(RefusedSources.FOLDER)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }
}
