package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.sbi.Simulations;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformModule;

/** Files of every kind that an earlier version saved are read, to what it computed from them. */
@ExtendWith(LeakCheck.class)
class SavedFilesTest {

  private static final Path FOLDER = Path.of("src/test/resources/org/ppl4j/integration/saved");

  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray loc = p.sample("loc", Normal.of(0, 5));
        NDArray scale = p.sample("scale", HalfNormal.of(2));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Normal.of(loc, scale), rows.take(y));
        }
      };

  private static TransformModule flow(int dim) {
    return Flows.actNorm(dim).then(Elementwise.of(dim, RationalQuadratic.of(8, 3)));
  }

  /** What was computed here, by the names of {@code values.txt}. */
  private static Map<String, double[]> parameters() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = ParamStore.open(manager, FOLDER.resolve("parameters.bin"))) {
      return values("parameter/", params);
    }
  }

  private static Map<String, double[]> fit() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Svi<NDArray> svi =
            Svi.builder(MODEL, AutoFlow.of(MODEL, SavedFilesTest::flow))
                .params(params)
                .optimizer(Adam.withRate(0.02))
                .averaging(Averaging.polynomial(3))
                .progress(Progress.silent())
                .build()) {
      NDArray y = manager.create(new double[] {1.5, 0.5, 2.5, 1});
      svi.load(FOLDER.resolve("fit.bin"));
      double[] losses = {svi.step(y), svi.step(y)};
      Map<String, double[]> values = values("stepped/", params);
      values.put("step", losses);
      return values;
    }
  }

  private static Map<String, double[]> values(String prefix, ParamStore params) {
    return params.names().stream()
        .collect(
            Collectors.toMap(
                name -> prefix + name, params::value, (one, other) -> one, TreeMap::new));
  }

  private static Map<String, double[]> density() {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            Density.load(manager, FOLDER.resolve("density.bin"), SavedFilesTest::flow)) {
      NDArray y = manager.create(new double[] {-1, 0, 0.5});
      return Map.of(
          "density", density.logProb(y).toDoubleArray(),
          "draws", density.sample(3).toDoubleArray());
    }
  }

  private static Map<String, double[]> conditional() {
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensity.load(
                manager,
                FOLDER.resolve("conditional.bin"),
                (dim, context) -> Flows.affine(dim).conditional(context))) {
      NDArray y = manager.create(new double[] {-1, 0, 0.5});
      NDArray x = manager.create(new double[] {-0.5, 0.1, 0.2});
      NDArray far = manager.create(new double[] {-0.5, 3});
      return Map.of(
          "conditional", density.logProb(y, x).toDoubleArray(),
          "distance", density.distance(far).toDoubleArray());
    }
  }

  private static Map<String, double[]> simulations() {
    Simulations simulations = Simulations.load(FOLDER.resolve("simulations.bin"));
    try (NDManager manager = NDManager.newBaseManager()) {
      return Map.of(
          "theta", simulations.parameters(manager).toDoubleArray(),
          "data", simulations.data(manager).toDoubleArray(),
          "failures", new double[] {simulations.failures().size()});
    }
  }

  @Test
  void parametersAreRead() throws IOException {
    assertThat(difference(parameters())).isZero();
  }

  @Test
  void aFitGoesOn() throws IOException {
    assertThat(difference(fit())).isLessThan(TOLERANCE);
  }

  @Test
  void densitiesAreRead() throws IOException {
    assertThat(difference(density())).isLessThan(TOLERANCE);
    assertThat(difference(conditional())).isLessThan(TOLERANCE);
  }

  @MustBeClosed
  private static Density density(NDManager manager, String file, ScalarFamily family) {
    return Density.load(manager, FOLDER.resolve(file), dim -> Elementwise.of(dim, family));
  }

  private static final String OLD =
      " of version 1, but here it is of version 2, which makes something else of the same numbers;"
          + " train it anew and save it again, or read it with the release that saved it";

  /** Read by what their numbers mean now, these would give other densities in the tails. */
  @Test
  void densitiesOfWhatHasOtherTailsNowAreRefused() {
    ScalarFamily affine = AffineFamily.of();
    ScalarFamily tailed = affine.then(RationalQuadratic.of(4, 3).linearTails());
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> density(manager, "spline-tails.bin", tailed))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "file '%s' has a density of another flow: module 'flow' was saved with"
                      .formatted(FOLDER.resolve("spline-tails.bin"))
                  + " 'RationalQuadratic.linearTails'"
                  + OLD);
      assertThatThrownBy(() -> density(manager, "margins.bin", affine))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "file '%s' was saved with 'Marginal'".formatted(FOLDER.resolve("margins.bin")) + OLD);
    }
  }

  @Test
  void simulationsAreRead() throws IOException {
    assertThat(difference(simulations())).isZero();
  }

  @Test
  @Tag("acceptance")
  @Tag("rooms.5")
  void filesOfTheLastVersionAreRead() throws IOException {
    AcceptancePoint point = new AcceptancePoint("rooms.5");
    Map<String, double[]> here = new TreeMap<>(parameters());
    here.putAll(fit());
    here.putAll(density());
    here.putAll(conditional());
    here.putAll(simulations());

    assertThat(here.keySet()).containsExactlyInAnyOrderElementsOf(saved().keySet());
    int numbers = here.values().stream().mapToInt(values -> values.length).sum();
    point.atMost(
        "largest difference of %d numbers from old files".formatted(numbers),
        difference(here),
        TOLERANCE);
  }

  /** Of numbers near 1, by the rounding of sums in another order. */
  private static final double TOLERANCE = 1e-12;

  private static double difference(Map<String, double[]> here) throws IOException {
    Map<String, double[]> saved = saved();
    double largest = 0;
    for (Map.Entry<String, double[]> entry : here.entrySet()) {
      double[] then = saved.get(entry.getKey());
      double[] now = entry.getValue();
      assertThat(then).as(entry.getKey()).hasSameSizeAs(now);
      for (int i = 0; i < now.length; i++) {
        largest = Math.max(largest, Math.abs(now[i] - then[i]));
      }
    }
    return largest;
  }

  private static Map<String, double[]> saved() throws IOException {
    try (Stream<String> lines = Files.lines(FOLDER.resolve("values.txt"))) {
      return lines
          .map(line -> line.split(" "))
          .collect(
              Collectors.toMap(
                  words -> words[0],
                  words ->
                      Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray()));
    }
  }
}
