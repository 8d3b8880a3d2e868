package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.LeakCheck;

/** Samples that were saved are those that were. */
@ExtendWith(LeakCheck.class)
class SamplesFileTest {

  @TempDir private Path folder;

  private NDManager manager;
  private Path file;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    file = folder.resolve("draws.ppl");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Map<String, NDArray> sites() {
    Map<String, NDArray> sites = new LinkedHashMap<>();
    sites.put(
        "w", manager.create(new SplittableRandom(3).doubles(24).toArray(), new Shape(4, 2, 3)));
    sites.put("k", manager.create(new long[] {7, 8, 9, -1}));
    sites.put("x.y[0]", manager.create(new float[] {1.5f, 0.1f, Float.NaN, -0f}));
    sites.put("isOn", manager.create(new boolean[] {true, false, true, true}));
    sites.put("end", manager.create(new double[] {1e-300, Double.POSITIVE_INFINITY, -0.0, 3}));
    return sites;
  }

  private static void checkSame(Samples loaded, Samples saved) {
    assertThat(loaded.names()).containsExactlyElementsOf(saved.names());
    assertThat(loaded.draws()).isEqualTo(saved.draws());
    assertThat(loaded.chains()).isEqualTo(saved.chains());
    assertThat(loaded.warnings()).isEqualTo(saved.warnings());
    assertThat(loaded.logWeights().isPresent()).isEqualTo(saved.logWeights().isPresent());
    saved
        .logWeights()
        .ifPresent(weights -> assertThat(loaded.logWeights().orElseThrow()).isEqualTo(weights));
    for (String name : saved.names()) {
      assertThat(loaded.values(name)).as(name).isEqualTo(saved.values(name));
      assertThat(loaded.shape(name)).as(name).isEqualTo(saved.shape(name));
      DataType type = saved.get(name).getDataType();
      assertThat(loaded.get(name).getDataType()).as(name).isEqualTo(type);
    }
  }

  /** A choice that is certain is the same in all draws, and nobody is to be warned of it. */
  @Test
  void whatIsExactStaysSo() {
    Map<String, NDArray> sites = new LinkedHashMap<>();
    double[] x = new SplittableRandom(3).doubles(400).toArray();
    sites.put("x", manager.create(x, new Shape(400)));
    sites.put("z", manager.create(new double[400], new Shape(400)));
    try (Samples saved =
        Samples.of(manager.newSubManager(), sites, List.of()).inChains(4).exactIn(Set.of("z"))) {
      saved.save(file);
      try (Samples loaded = Samples.load(file)) {
        assertThat(loaded.summary().warnings()).isEqualTo(saved.summary().warnings());
        assertThat(loaded.summary().warnings()).noneMatch(said -> said.contains("'z'"));
      }
      try (Samples unsaid = saved.exactIn(Set.of())) {
        assertThat(unsaid.summary().warnings()).anyMatch(said -> said.contains("'z'"));
      }
    }
  }

  @Test
  void everythingIsThereAgain() {
    double[] logWeights = {0, -1, Double.NEGATIVE_INFINITY, 0.3};
    List<Samples> all =
        List.of(
            Samples.of(manager, sites(), List.of("a \"quoted\" warning", "two")),
            Samples.ofChains(manager, sites(), 2),
            Samples.weighted(manager, sites(), logWeights, List.of("far")));
    for (Samples saved : all) {
      saved.save(file);
      try (Samples loaded = Samples.load(file)) {
        checkSame(loaded, saved);
      }
    }
    assertThat(folder.toFile().list()).containsExactly("draws.ppl");
  }

  /** Every byte of the file counts, and each shorter file is refused. */
  @Test
  @SuppressWarnings("MustBeClosed") // they throw
  void damagedFilesAreRefused() throws IOException {
    Samples.ofChains(manager, sites(), 2).save(file);
    byte[] good = Files.readAllBytes(file);
    int judged = 0;
    for (int i = 0; i < good.length; i += 7) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(file, bad);
      assertThatThrownBy(() -> Samples.load(file)).isInstanceOf(IllegalArgumentException.class);
      Files.write(file, Arrays.copyOf(good, i));
      assertThatThrownBy(() -> Samples.load(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("draws.ppl");
      judged++;
    }
    assertThat(judged).isGreaterThan(100);
  }

  @Test
  @SuppressWarnings("MustBeClosed") // they throw
  void otherFilesAreRefused() {
    TensorFile.builder().put("text", "other").write(file);
    assertThatThrownBy(() -> Samples.load(file))
        .hasMessage(
            "file '%s' has no text 'samples.draws'; pass a file that samples.save wrote", file);
    forged("3", "2", "[]");
    assertThatThrownBy(() -> Samples.load(file))
        .hasMessage(
            "file '%s' holds no samples: samples have 3 draws, which are not as many of each of 2"
                + " chains",
            file);
    forged("4", "0", "[]");
    assertThatThrownBy(() -> Samples.load(file))
        .hasMessage("file '%s' has 3 draws, but says that they are 4", file);
    forged("3", "many", "[]");
    assertThatThrownBy(() -> Samples.load(file))
        .hasMessage("file '%s' has 'many' for 'samples.chains', which is no number", file);
    forged("3", "-1", "[]");
    assertThatThrownBy(() -> Samples.load(file))
        .hasMessage("file '%s' has '-1' for 'samples.chains', which is out of range", file);
    forged("3", "0", "{}");
    assertThatThrownBy(() -> Samples.load(file))
        .hasMessage("file '%s' has a text 'samples.warnings' that is no JSON array of texts", file);
    assertThatThrownBy(() -> Samples.load(folder.resolve("none")))
        .isInstanceOf(UncheckedIOException.class);
  }

  private void forged(String draws, String chains, String warnings) {
    TensorFile.builder()
        .put("samples/x", FloatType.FLOAT64, new Shape(3), new double[3])
        .put("samples.draws", draws)
        .put("samples.chains", chains)
        .put("samples.warnings", warnings)
        .write(file);
  }

  @Test
  void closedSamplesAreNotSaved() throws IOException {
    Samples samples = Samples.of(NDManager.newBaseManager(), Map.of());
    samples.save(file);
    byte[] good = Files.readAllBytes(file);
    samples.close();

    assertThatThrownBy(() -> samples.save(file))
        .hasMessage(
            "samples are used after they were closed; read what is to stay before, or keep a"
                + " copy()");
    assertThat(Files.readAllBytes(file)).isEqualTo(good);
  }
}
