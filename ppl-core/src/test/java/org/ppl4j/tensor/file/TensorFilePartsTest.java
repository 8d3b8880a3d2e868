package org.ppl4j.tensor.file;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.tensor.FloatType;

/** What is beside a file while it is written: nothing of it stays, whatever happens. */
class TensorFilePartsTest {

  private static final String UUID = "0f8fad5b-d9cb-469f-a165-70867728950e";

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("some.ppl");
  }

  private static TensorFile.Builder file(int number) {
    double[] values = new double[50_000];
    java.util.Arrays.fill(values, number);
    return TensorFile.builder().put("x", FloatType.FLOAT64, new Shape(values.length), values);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void partsOfProcessesThatEndedAreRemoved() throws IOException {
    List<String> others =
        List.of(
            ".other.ppl.1f-2a." + UUID + ".tmp",
            ".some.ppl.1f-2a.tmp",
            ".some.ppl.x.1f-2a." + UUID + ".tmp",
            "some.ppl.1f-2a." + UUID + ".tmp");
    for (String other : others) {
      Files.writeString(folder.resolve(other), "of another");
    }
    Files.writeString(folder.resolve(".some.ppl.1f-2a." + UUID + ".tmp"), "abandoned");
    Files.writeString(folder.resolve(".some.ppl.ffff-0." + UUID + ".tmp"), "");

    file(1).write(path());

    assertThat(names()).containsExactlyInAnyOrderElementsOf(with(others, "some.ppl"));
  }

  private static List<String> with(List<String> names, String more) {
    List<String> all = new ArrayList<>(names);
    all.add(more);
    return all;
  }

  @Test
  void anInterruptedThreadWritesAndReadsAndStaysInterrupted() throws IOException {
    try {
      Thread.currentThread().interrupt();
      file(2).write(path());
      assertThat(Thread.currentThread().isInterrupted()).isTrue();

      TensorFile read = TensorFile.read(path());

      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      assertThat(read.entries().get("x").values()).containsOnly(2);
    } finally {
      boolean unused = Thread.interrupted();
    }
    assertThat(names()).containsExactly("some.ppl");
  }

  @Test
  void threadsThatWriteOneFileLeaveAWholeOne() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int number = i;
        writes.add(pool.submit(() -> file(number).write(path())));
      }
      for (Future<?> write : writes) {
        write.get();
      }
    } finally {
      pool.shutdownNow();
    }

    double[] values = TensorFile.read(path()).entries().get("x").values();
    assertThat(values).containsOnly(values[0]);
    assertThat(names()).containsExactly("some.ppl");
  }
}
