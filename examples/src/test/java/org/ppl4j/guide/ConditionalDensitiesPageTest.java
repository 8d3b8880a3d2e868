package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Densities of known laws are learned. */
class ConditionalDensitiesPageTest {

  @TempDir private Path folder;

  @Test
  void densitiesAreLearned() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Random random = new Random(1);
      double[] x = random.doubles(600, -1, 1).toArray();
      double[] y = Arrays.stream(x).map(v -> 3 * v + 0.1 * random.nextGaussian()).toArray();
      NDArray at = manager.create(new double[] {0, 0.5});
      double[] upper =
          ConditionalDensitiesPage.upper(manager.create(y), manager.create(x), at).toDoubleArray();
      Path file = folder.resolve("density.bin");
      double found =
          ConditionalDensitiesPage.heldOut(
              manager.create(Arrays.copyOf(y, 500)),
              manager.create(Arrays.copyOfRange(y, 500, 600)),
              file);

      // 1.645 standard deviations above the line; the density of y is about 1 / 6 on (−3, 3).
      assertThat(upper[0]).isCloseTo(0.1645, within(0.15));
      assertThat(upper[1]).isCloseTo(1.6645, within(0.15));
      assertThat(found).isCloseTo(-Math.log(6), within(0.15));
      assertThat(file).exists();
    }
  }

  @Test
  void aTableIsLearned() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("price,area,rooms,district\n");
    for (int i = 0; i < 400; i++) {
      double area = 40 + 80 * random.nextDouble();
      boolean isLeeds = random.nextBoolean();
      double price = 3 * area * (isLeeds ? 1.2 : 1) * Math.exp(0.1 * random.nextGaussian());
      csv.append(price).append(',').append(random.nextInt(10) == 0 ? "" : area);
      csv.append(',').append((int) (area / 25)).append(isLeeds ? ",Leeds\n" : ",York\n");
    }
    Path file = folder.resolve("prices.bin");

    String interval =
        ConditionalDensitiesPage.price(
            Files.writeString(folder.resolve("flats.csv"), csv), file, 80);

    Matcher ends = Pattern.compile("(\\S+) to (\\S+), covers 0\\.9\\d*").matcher(interval);
    assertThat(ends.matches()).as(interval).isTrue();
    // 288 exp(± 1.645 · 0.1)
    assertThat(Double.parseDouble(ends.group(1))).isCloseTo(244, within(30.0));
    assertThat(Double.parseDouble(ends.group(2))).isCloseTo(339, within(40.0));
    assertThat(file).exists();
  }
}
