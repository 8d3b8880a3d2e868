package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

  /** As Boytsov, "Indexing methods for approximate dictionary searching" (2011), counts. */
  @ParameterizedTest
  @CsvSource({
    "kitten, sitting, 3",
    "ca, abc, 3", // not 2, for nothing is put between what was swapped
    "thta, theta, 1",
    "tua, tau, 1",
    "mu, mu, 0",
    "'', tau, 3",
    "sigma, '', 5"
  })
  void distancesCountWhatIsToBeDone(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
    assertThat(Nearest.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void theNearestComeFirstAndFewAreShown() {
    assertThat(Nearest.to("Thta", List.of("mu", "tau", "theta", "y")))
        .hasToString("[theta, tau, mu, y]");
    assertThat(Nearest.to("x", List.of())).hasToString("[]");
    List<String> many = IntStream.range(0, 30).mapToObj(i -> "site" + i).toList();
    assertThat(Nearest.to("site 7", many))
        .hasToString("[site7, site17, site27, site0, site1, site2, site3, site4 and 22 more]");
    List<String> elements = IntStream.range(0, 10).mapToObj(i -> "x[" + i + "]").toList();
    assertThat(Nearest.to("x", elements))
        .hasToString("[x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7] and 2 more]");
  }
}
