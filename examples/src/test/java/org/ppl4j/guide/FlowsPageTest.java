package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Every flow of the chapter goes there and back, and inverts as its table says. */
class FlowsPageTest {

  private static final double[] ROWS = {0.3, -1.2, 0.8, 0.1, 0.6, -0.5};

  private record Row(String name, String inverse) {}

  @Test
  void rowsOfTheTablesAreTheBlocks() throws IOException {
    List<Row> rows =
        Pattern.compile("(?m)^\\| `(\\w+)` \\|[^|]*\\| (\\w+) \\|")
            .matcher(Files.readString(Path.of("guide", "flows.md")))
            .results()
            .map(FlowsPageTest::row)
            .toList();
    Shape image = new Shape(2, 4, 4);
    double[] pixels = new Random(1).doubles(image.size(), -1, 1).toArray();
    List<String> found = new ArrayList<>();

    FlowsPage.mapsOfOneNumber()
        .forEach(
            family -> found.add(check(FlowsPage.layers(family).get(0), new Shape(2, 3), ROWS)));
    for (TransformModule flow : FlowsPage.layers(AffineFamily.of())) {
      found.add(check(flow, new Shape(2, 3), ROWS));
    }
    Stream.of(FlowsPage.layersOfTheirOwn(), FlowsPage.continuousAndResidual(), FlowsPage.linear())
        .flatMap(List::stream)
        .forEach(flow -> found.add(check(flow, new Shape(2, 3), ROWS)));
    FlowsPage.ofImages(image)
        .forEach(flow -> found.add(check(flow, new Shape(1, 2, 4, 4), pixels)));
    FlowsPage.ofDirections()
        .forEach(flow -> found.add(check(flow, new Shape(2, 3), 0.6, 0, 0.8, -0.48, 0.8, 0.36)));

    assertThat(found).hasSize(42);
    assertThat(found).containsExactlyElementsOf(rows.stream().map(Row::inverse).toList());
  }

  private static Row row(MatchResult match) {
    return new Row(match.group(1), match.group(2));
  }

  /** Goes there and back, and says how. */
  private static String check(TransformModule flow, Shape shape, double... numbers) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray rows = run.create(numbers, shape);
      Transform bound = params.transform(run, "flow", flow);
      Mapped there = bound.forward(rows);

      Mapped back = FlowsPage.noiseOf(flow, there.value(), run, params);

      assertThat(largest(back.value().sub(rows))).as("%s", flow).isCloseTo(0, within(1e-5));
      assertThat(largest(there.logDet().add(back.logDet())))
          .as("%s", flow)
          .isCloseTo(0, within(1e-5));
      return bound.invertibility().name().toLowerCase(Locale.ROOT);
    }
  }

  private static double largest(NDArray x) {
    return Tensors.values(x.abs().max())[0];
  }
}
