package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.LeakCheck;

/** Arrays are where Zarr's format has them, with the same bits. */
@ExtendWith(LeakCheck.class)
class InferenceDataTest {

  private final NDManager manager = NDManager.newBaseManager();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  /** Two chains of three draws of a number and of a pair. */
  private Samples samples(double first) {
    NDManager own = NDManager.newBaseManager();
    double[] pairs = {0.1, 1, 0.2, 2, 0.3, 3, 0.4, 4, 0.5, 5, 0.6, 6};
    return Samples.ofChains(
        own,
        ImmutableMap.of(
            "mu",
            own.create(new double[] {first, -0.0, Double.NaN, 1e-300, Math.PI, 7}),
            "a",
            own.create(pairs, new Shape(6, 2))),
        2);
  }

  private JsonObject json(Path zarr, String path) throws IOException {
    return JsonParser.parseString(Files.readString(zarr.resolve(path))).getAsJsonObject();
  }

  private static double[] doubles(Path chunk) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(chunk)).order(ByteOrder.LITTLE_ENDIAN);
    double[] numbers = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(numbers);
    return numbers;
  }

  @Test
  void drawsAreChainsByDrawsByShape() throws IOException {
    Path zarr = folder.resolve("run.zarr");
    try (Samples samples = samples(0.1);
        Samples named = samples.withLabels("a", List.of("Leeds", "Ü😀"))) {
      Thread.currentThread().interrupt(); // as after a run that was
      InferenceData.of(named).write(zarr);
      assertThat(Thread.interrupted()).isTrue();

      JsonObject mu = json(zarr, "posterior/mu/.zarray");
      assertThat(mu.get("shape")).hasToString("[2,3]");
      assertThat(mu.get("dtype").getAsString()).isEqualTo("<f8");
      assertThat(mu.get("compressor").isJsonNull()).isTrue();
      assertThat(doubles(zarr.resolve("posterior/mu/0.0"))).isEqualTo(samples.values("mu"));
      assertThat(json(zarr, "posterior/a/.zarray").get("shape")).hasToString("[2,3,2]");
      assertThat(json(zarr, "posterior/a/.zattrs").get("_ARRAY_DIMENSIONS"))
          .hasToString("[\"chain\",\"draw\",\"a_dim_0\"]");
      assertThat(doubles(zarr.resolve("posterior/a/0.0.0"))).isEqualTo(samples.values("a"));
      assertThat(json(zarr, "posterior/a_dim_0/.zarray").get("dtype").getAsString())
          .isEqualTo("<U5");
      assertThat(new String(Files.readAllBytes(zarr.resolve("posterior/a_dim_0/0")), "UTF-32LE"))
          .isEqualTo("LeedsÜ😀\0\0\0");
      JsonObject all = json(zarr, ".zmetadata").getAsJsonObject("metadata");
      assertThat(all.get("posterior/mu/.zarray")).isEqualTo(mu);
      try (Stream<Path> files = Files.walk(zarr)) {
        long about = files.filter(file -> file.getFileName().toString().startsWith(".z")).count();
        assertThat(all.size()).isEqualTo(about - 1);
      }
    }
  }

  /** Under ArviZ's names and types; what is not there has no group. */
  @Test
  void allGroupsAreThere() throws IOException {
    Path zarr = folder.resolve("run.zarr");
    ImmutableDoubleArray numbers = ImmutableDoubleArray.of(0, 1, 0, 0, 1, 0);
    NDArray data = manager.create(new float[] {1.5f, 2.5f});
    try (Samples samples = samples(1)) {
      InferenceData.of(samples)
          .prior(samples)
          .priorPredictive(samples)
          .posteriorPredictive(samples)
          .logLikelihood(samples)
          .sampler(ImmutableMap.of("lp__", numbers, "divergent__", numbers, "own", numbers))
          .observed(ImmutableMap.of("y", data))
          .write(zarr);
    }

    try (Stream<Path> groups = Files.list(zarr)) {
      assertThat(groups.filter(Files::isDirectory).map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "posterior",
              "prior",
              "prior_predictive",
              "posterior_predictive",
              "log_likelihood",
              "sample_stats",
              "observed_data");
    }
    assertThat(doubles(zarr.resolve("sample_stats/lp/0.0"))).isEqualTo(numbers.toArray());
    assertThat(Files.readAllBytes(zarr.resolve("sample_stats/diverging/0.0")))
        .isEqualTo(new byte[] {0, 1, 0, 0, 1, 0});
    assertThat(zarr.resolve("sample_stats/own")).isDirectory();
    assertThat(json(zarr, "observed_data/y/.zarray").get("dtype").getAsString()).isEqualTo("<f4");
    assertThat(Files.readAllBytes(zarr.resolve("observed_data/y/0"))).hasSize(8);
  }

  @Test
  void whatWasWrittenBeforeIsReplaced() throws IOException {
    Path zarr = folder.resolve("run.zarr");
    try (Samples one = samples(1);
        Samples two = samples(2)) {
      InferenceData.of(one).prior(one).write(zarr);
      InferenceData.of(two).write(zarr);
    }

    assertThat(doubles(zarr.resolve("posterior/mu/0.0"))[0]).isEqualTo(2);
    assertThat(zarr.resolve("prior")).doesNotExist();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(zarr);
    }
  }

  @Test
  void mistakesAreNamed() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("letter.txt"), "dear reader");
    try (Samples samples = samples(1);
        Samples weighted = samples.withLogWeights(new double[6], List.of())) {
      assertThatThrownBy(() -> InferenceData.of(weighted))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "samples of posterior have weights, which ArviZ does not know; resample them before");
      InferenceData data = InferenceData.of(samples);
      assertThatThrownBy(() -> data.sampler(Map.of("lp__", ImmutableDoubleArray.of(1, 2))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "column 'lp__' of the sampler has 2 numbers, but there are 6 draws; pass one for"
                  + " each");
      assertThatThrownBy(() -> data.write(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("folder '%s' is there and has no such data; choose another", other);
      assertThatThrownBy(
              () -> data.observed(Map.of("a/b", samples.get("mu"))).write(folder.resolve("new")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "'a/b' has no place in a folder: a name must not be empty, begin with a dot or have a"
                  + " slash; rename it");
    }
    try (Samples chain =
        Samples.of(manager.newSubManager(), Map.of("chain", manager.create(new double[] {1, 2})))) {
      assertThatThrownBy(() -> InferenceData.of(chain).write(folder.resolve("new")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("site 'chain' has the name of a dim, which ArviZ's draws have; rename it");
    }
    assertThat(folder.resolve("new")).doesNotExist();
    assertThat(other.resolve("letter.txt")).exists();
  }
}
