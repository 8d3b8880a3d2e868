package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** The functions are what they are said to be. */
class SmoothBasisTest {

  private static final int ROWS = 640;

  private static Table contexts(int columns) {
    Random random = new Random(3);
    double[] values =
        random.doubles((long) ROWS * columns).map(u -> random.nextGaussian()).toArray();
    return new Table("x", columns, values);
  }

  private static SmoothBasis basis(Table contexts) {
    return SmoothBasis.of(contexts, Rng.of(0, Rng.Purpose.PLATE, 0, "basis"));
  }

  @Test
  void directionsAreOfLengthOneAndBendsAreAtQuantiles() {
    Table contexts = contexts(3);
    SmoothBasis basis = basis(contexts);
    int bends = basis.bends().length;
    for (int k = 0; k < bends; k++) {
      double[] direction = new double[3];
      for (int j = 0; j < 3; j++) {
        direction[j] = basis.directions()[j * bends + k];
      }
      assertThat(Arrays.stream(direction).map(w -> w * w).sum()).isCloseTo(1, within(1e-12));
      assertThat(direction[0]).isPositive();
      int below = 0;
      for (int i = 0; i < ROWS; i++) {
        double along = 0;
        for (int j = 0; j < 3; j++) {
          along += direction[j] * contexts.number(i, j);
        }
        below += along < basis.bends()[k] - 1e-12 ? 1 : 0;
      }
      assertThat(below).isEqualTo((2 * k + 1) * ROWS / (2 * bends));
    }
  }

  @Test
  void functionsAreOneTheEntriesAndWhatIsBeyondABend() {
    Table contexts = contexts(1);
    SmoothBasis basis = basis(contexts);
    int bends = basis.bends().length;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] all = Tensors.values(basis.of(run, contexts, ROWS));
      assertThat(all).hasSize(ROWS * (2 + bends));
      for (int i = 0; i < ROWS; i++) {
        double x = contexts.number(i, 0);
        assertThat(all[i * (2 + bends)]).isEqualTo(1);
        assertThat(all[i * (2 + bends) + 1]).isEqualTo(x);
        for (int k = 0; k < bends; k++) {
          assertThat(all[i * (2 + bends) + 2 + k])
              .isCloseTo(Math.max(0, x - basis.bends()[k]), within(1e-12));
        }
      }
      assertThat(Tensors.values(basis.constant(run, 7))).startsWith(7, 0).hasSize(2 + bends);
    }
  }

  @Test
  void withoutContextsThereIsTheConstantAlone() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      SmoothBasis constant = SmoothBasis.constant();
      assertThat(Tensors.values(constant.of(run, null, 3))).containsExactly(1, 1, 1);
      assertThat(Tensors.values(constant.ridge(run, 5))).hasSize(1);
    }
  }
}
