package org.ppl4j.infer.svi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;

/** Saves, damages and loads fits; throws an assertion error where a damage goes unseen. */
final class SavingChecks implements AutoCloseable {

  private static final long SEED = 20_261_125;

  private final Path folder;
  private final Path path;
  private final NDManager manager = NDManager.newBaseManager();

  SavingChecks(Path folder) {
    this.folder = folder;
    this.path = folder.resolve("fit.ppl");
  }

  @Override
  public void close() {
    manager.close();
  }

  void aProcessGoesOnWhereAnotherSaved() throws IOException, InterruptedException {
    String saved = SavingProcess.output("first", path.toString());
    String resumed = SavingProcess.output("later", path.toString());
    String unbroken = SavingProcess.output("unbroken");

    assertThat(resumed).isEqualTo(unbroken);
    try (ParamStore params = ParamStore.open(manager, path)) {
      long first = Double.doubleToRawLongBits(params.value("auto.loc")[0]);
      assertThat(saved).startsWith(first + " ");
    }
  }

  void filesThatWereCutChangeNothing(int cuts) throws IOException {
    damaged(
        (good, svi, before) -> {
          for (int i = 0; i < cuts; i++) {
            Files.write(path, Arrays.copyOf(good, good.length * i / cuts));
            refused(svi, before, "file '" + path + "' ");
          }
        });
  }

  void newerVersionsChangeNothing() throws IOException {
    damaged(
        (good, svi, before) -> {
          Files.write(path, replaced(good, "\"version\":\"1\"", "\"version\":\"2\""));
          refused(
              svi, before, "file '" + path + "' has version '2' of the format, but this library");
        });
  }

  void otherStructuresChangeNothing() throws IOException {
    damaged(
        (good, svi, before) -> {
          TensorFile.builder()
              .put(
                  "parameters",
                  "[{\"name\":\"a\",\"chunk\":0,\"constraint\":\"real\",\"shape\":[]}]")
              .put("seed", "23")
              .put("fit.seed", "23")
              .put("floatType", "FLOAT64")
              .put("parameters/a", FloatType.FLOAT64, new Shape(), new double[1])
              .write(path);
          refused(
              svi, before, "file '" + path + "' has parameter 'a', but the store has [auto.loc");
        });
  }

  void forgedSizesChangeNothing() throws IOException {
    damaged(
        (good, svi, before) -> {
          Files.write(path, replaced(good, "\"shape\":[2]", "\"shape\":[4000000000000]"));
          refused(svi, before, "file '" + path + "' has tensor");
          ByteBuffer huge = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
          Files.write(path, huge.putLong(0, Long.MAX_VALUE - 3).array());
          refused(svi, before, "file '" + path + "' says that its header has 9223372036854775804");
        });
  }

  void mutatedFilesChangeNothing(int mutations) throws IOException {
    Random random = new Random(SEED);
    damaged(
        (good, svi, before) -> {
          for (int i = 0; i < mutations; i++) {
            Files.write(path, mutated(good, random));
            refused(svi, before, "file '" + path + "' ");
          }
        });
  }

  /** What is done to the bytes of a saved fit, and another fit that must stay as it was before. */
  @FunctionalInterface
  private interface Damage {
    void apply(byte[] good, Svi<NDArray> svi, String before) throws IOException;
  }

  private void damaged(Damage damage) throws IOException {
    try (ParamStore params = new ParamStore(manager);
        ParamStore other = new ParamStore(manager)) {
      byte[] good = saved(params);
      Svi<NDArray> svi = SavingProcess.fit(other);
      svi.run(SavingProcess.data(manager), 5);
      damage.apply(good, svi, unmoved(svi));
    }
  }

  /**
   * Kills a process again and again, soon after it has begun to write over a file; the file is
   * always whole.
   *
   * @return how many kills fell into the writing of a file, and left a part of it
   */
  int killingAProcessThatSavesLeavesAWholeFile(int kills) throws IOException, InterruptedException {
    Random random = new Random(SEED);
    int hits = 0;
    for (int i = 0; i < kills; i++) {
      Process process = SavingProcess.start("endless", path.toString());
      try (BufferedReader lines = process.inputReader(UTF_8)) {
        assertThat(lines.readLine()).isEqualTo("1");
        while (parts().isEmpty()) {
          assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(process.waitFor(random.nextInt(40), TimeUnit.MILLISECONDS)).isFalse();
      } finally {
        process.destroyForcibly().waitFor();
      }
      TensorFile file = TensorFile.read(path);
      assertThat(file.entries().get("parameters/save").values()[0]).isPositive();
      double[] values = file.entries().get("parameters/x").values();
      assertThat(Arrays.stream(values).filter(value -> value != 1).count()).isZero();
      hits += removeParts();
    }
    return hits;
  }

  /** The next save removes what a process that was killed could not; returns how many files. */
  private int removeParts() throws IOException {
    List<Path> parts = parts();
    for (Path file : parts) {
      assertThat(file.getFileName().toString()).startsWith(".fit.ppl.").endsWith(".tmp");
    }
    TensorFile.builder().put("text", "next").write(path);
    assertThat(parts()).isEmpty();
    return parts.size();
  }

  /** Saves beside a process that does so without end: neither is in the other's way. */
  void savesBesideAnotherProcess(int saves) throws IOException, InterruptedException {
    Process process = SavingProcess.start("endless", path.toString());
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("1");
      double[] values = new double[2_000_000];
      for (int i = 0; i < saves; i++) {
        TensorFile.builder()
            .put("parameters/x", FloatType.FLOAT64, new Shape(values.length), values)
            .write(path);
        assertThat(TensorFile.read(path).entries().get("parameters/x").values())
            .hasSize(values.length);
        assertThat(lines.readLine()).isEqualTo(Integer.toString(i + 2));
      }
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.equals(path)).toList();
    }
  }

  // --- the files

  /** A saved fit, as bytes. */
  private byte[] saved(ParamStore params) throws IOException {
    Svi<NDArray> svi = SavingProcess.fit(params);
    svi.run(SavingProcess.data(manager), SavingProcess.FIRST);
    svi.save(path);
    return Files.readAllBytes(path);
  }

  /** Some bits flipped, a part cut out, a part put in, or the end cut off. */
  private static byte[] mutated(byte[] good, Random random) {
    int at = random.nextInt(good.length);
    int length = 1 + random.nextInt(16);
    return switch (random.nextInt(4)) {
      case 0 -> {
        byte[] bad = good.clone();
        for (int i = 0; i < length; i++) {
          bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        }
        bad[at] ^= (byte) (1 + random.nextInt(255));
        yield Arrays.equals(bad, good) ? Arrays.copyOf(good, at) : bad;
      }
      case 1 -> spliced(good, at, Math.min(good.length, at + length), new byte[0]);
      case 2 -> {
        byte[] more = new byte[length];
        random.nextBytes(more);
        yield spliced(good, at, at, more);
      }
      default -> Arrays.copyOf(good, at);
    };
  }

  private static byte[] spliced(byte[] good, int from, int to, byte[] between) {
    ByteBuffer all = ByteBuffer.allocate(good.length - (to - from) + between.length);
    return all.put(good, 0, from).put(between).put(good, to, good.length - to).array();
  }

  /** The header's text changed, and its length in front of it. */
  private static byte[] replaced(byte[] good, String text, String by) {
    String all = new String(good, ISO_8859_1);
    int at = all.indexOf(text);
    assertThat(at).as(text).isPositive();
    byte[] bad = spliced(good, at, at + text.length(), by.getBytes(ISO_8859_1));
    ByteBuffer buffer = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.putLong(0, buffer.getLong(0) + by.length() - text.length()).array();
  }

  private void refused(Svi<NDArray> svi, String before, String message) {
    assertThatThrownBy(() -> svi.load(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
    assertThatThrownBy(() -> svi.params().load(path)).isInstanceOf(IllegalArgumentException.class);
    assertThat(unmoved(svi)).isEqualTo(before);
  }

  private static String unmoved(Svi<NDArray> svi) {
    StringBuilder text = new StringBuilder().append(svi.steps());
    for (String name : svi.params().names()) {
      text.append(' ').append(name).append(Arrays.toString(svi.params().value(name)));
    }
    return text.toString();
  }
}
