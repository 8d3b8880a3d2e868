package org.ppl4j.tensor.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SingleSourcesTest {

  /** An edit by hand fails here, and so does one of the loops in double precision alone. */
  @Test
  void theFilesAreWhatIsGenerated() throws IOException {
    Map<String, String> generated = SingleSources.files();

    assertThat(names()).containsExactlyElementsOf(generated.keySet());
    for (Map.Entry<String, String> file : generated.entrySet()) {
      assertThat(SingleSources.FOLDER.resolve(file.getKey()))
          .as("the generated source; to write it anew: %s", SingleSources.COMMAND)
          .hasContent(file.getValue());
    }
  }

  private static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(SingleSources.FOLDER)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
