package org.ppl4j.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.GraphDot;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.testing.LeakCheck;

/**
 * The graphs on the page about recording are those of its program, and its links lead somewhere.
 */
@ExtendWith(LeakCheck.class)
class RecordingPageTest {

  private static final Path PAGE = Path.of("src/main/java/org/ppl4j/tensor/RECORDING.md");

  private static NDArray program(Run run, NDArray x) {
    return x.mul(2).sub(run.create(new double[] {1, 2, 3}, new Shape(3))).square().sum();
  }

  private static Node recorded(Graph graph) {
    RunConfig config = RunConfig.defaults();
    Recorder recorder =
        new Recorder(
            graph,
            new RecordedNoise(),
            new RecordedValues(),
            null,
            RecordedBuffers.none(),
            config,
            0);
    return recorder.record(
        run -> {
          NDArray x = Autograd.variable(run.create(new double[] {0.1, 0.2, 0.3}, new Shape(3)));
          return recorder.node((RunArray) program(run, x));
        });
  }

  private static List<String> blocks(String page, String language) {
    List<String> blocks = new ArrayList<>();
    Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  @Test
  void graphsAreThoseOfTheProgram() throws IOException {
    String page = Files.readString(PAGE, UTF_8);
    Graph graph = new Graph();
    Node y = recorded(graph);
    Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(3));
    Node gradient = Gradients.of(graph, y, List.of(x)).get(0);

    assertThat(blocks(page, "dot"))
        .containsExactly(GraphDot.of(List.of(y)), GraphDot.of(List.of(y, gradient)));
    assertThat(blocks(page, "java").get(0).strip())
        .isEqualTo(
            "NDArray y = x.mul(2).sub(run.create(new double[] {1, 2, 3}, new"
                + " Shape(3))).square().sum();");
  }

  @Test
  void linksLeadToSources() throws IOException {
    Matcher link = Pattern.compile("]\\(([^)]+)\\)").matcher(Files.readString(PAGE, UTF_8));
    int links = 0;
    while (link.find()) {
      assertThat(PAGE.resolveSibling(link.group(1))).exists();
      links++;
    }
    assertThat(links).isGreaterThan(5);
  }
}
