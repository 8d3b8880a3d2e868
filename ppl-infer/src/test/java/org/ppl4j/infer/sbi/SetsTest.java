package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.nn.Mlp;
import org.ppl4j.testing.LeakCheck;

/** Posteriors given sets of independent observations. */
@ExtendWith(LeakCheck.class)
class SetsTest {

  private static final int MOST = 6;

  @TempDir private Path folder;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Each observation is of two numbers, around the parameter and around five more. */
  private static Npe npe() {
    Simulator two =
        (theta, rng) -> new double[] {theta[0] + rng.nextNormal(), 5 + theta[0] + rng.nextNormal()};
    return NpeTest.quick(Npe.of(Normal.of(0, 1), two, AffineFlows::network))
        .sets(MOST)
        .embedding(Mlp.of(4), 2);
  }

  private NDArray set(double... numbers) {
    return manager.create(numbers, new Shape(numbers.length / 2, 2));
  }

  @Test
  void rowsOfSetsHaveTheirSizesAndTheirMembersInOrder() {
    Simulations simulations = npe().simulate(300);
    int columns = simulations.dataColumns();
    assertThat(columns).isEqualTo(1 + 2 * MOST);
    int[] sizes = new int[MOST + 1];
    double[] data = simulations.allData();
    for (int from = 0; from < data.length; from += columns) {
      int size = (int) data[from];
      sizes[size]++;
      double[] first = new double[size];
      for (int i = 0; i < size; i++) {
        first[i] = data[from + 1 + 2 * i];
      }
      assertThat(first).isSorted();
      assertThat(Arrays.copyOfRange(data, from + 1 + 2 * size, from + columns))
          .containsExactly(new double[2 * (MOST - size)]);
    }
    for (int size = 1; size <= MOST; size++) {
      double share = Math.log((size + 1.0) / size) / Math.log(MOST + 1.0);
      // Four standard errors.
      double error = 4 * Math.sqrt(300 * share * (1 - share));
      assertThat((double) sizes[size]).isCloseTo(300 * share, within(error));
    }
  }

  @Test
  void orderMakesNoDifferenceAndSizeDoes() {
    try (NeuralPosterior posterior = npe().fit(npe().simulate(1000));
        Samples one = posterior.posterior(set(1, 6, 2, 7, 0, 5.5), 1000);
        Samples turned = posterior.posterior(set(2, 7, 0, 5.5, 1, 6), 1000);
        Samples few = posterior.posterior(set(1, 6), 1000)) {
      assertThat(turned.values("theta")).containsExactly(one.values("theta"));
      // Of n pairs around θ: mean of all over 1 + 1 / 2n, variance 1 / (1 + 2n).
      check(one, 6 * 1.083 / 7, Math.sqrt(1 / 7.0));
      check(few, 2 * 1.0 / 3, Math.sqrt(1 / 3.0));
      Path file = folder.resolve("posterior");
      posterior.save(file);
      try (NeuralPosterior loaded = npe().load(file);
          Samples again = loaded.posterior(set(2, 7, 0, 5.5, 1, 6), 1000)) {
        assertThat(again.values("theta")).containsExactly(one.values("theta"));
      }
      assertThatThrownBy(() -> npe().sets(MOST + 1).load(file))
          .hasMessage(
              "file '%s' has a posterior given sets of up to 6 observations, but this npe learns of"
                      .formatted(file)
                  + " sets of up to 7 observations; load it by the npe that learned it");
      assertThatThrownBy(() -> posterior.posterior(manager.create(new Shape(7, 2)), 1))
          .hasMessage(
              "observation is a set of 7, but those that are learned of have up to 6 members; learn"
                  + " of larger ones");
      assertThatThrownBy(() -> posterior.posterior(manager.create(new Shape(2, 3)), 1))
          .hasMessage("observation has 3 numbers, but the simulator returns 2; pass as many");
      assertThatThrownBy(() -> posterior.posterior(manager.create(new Shape(2, 3, 1)), 1))
          .hasMessage(
              "observation has shape (2, 3, 1), but wants a row of numbers each; pass shape (n,"
                  + " C)");
    }
    assertThatThrownBy(() -> npe().sets(0))
        .hasMessage("npe has sets of up to 0 observations, but needs at least 1");
  }

  private static void check(Samples draws, double mean, double sd) {
    Summary.Row theta = draws.summary().get("theta");
    assertThat(theta.mean()).isCloseTo(mean, within(0.3 * sd));
    assertThat(theta.sd()).isCloseTo(sd, within(0.2 * sd));
  }

  @Test
  void membersOfAnotherLengthAreNamed() {
    AtomicInteger calls = new AtomicInteger();
    Simulator wrong = (theta, rng) -> new double[calls.incrementAndGet() == 12 ? 2 : 1];
    Npe npe =
        NpeTest.quick(Npe.of(Normal.of(0, 1), wrong, AffineFlows::network))
            .threads(1)
            .maxFailures(0)
            .sets(MOST);
    assertThatThrownBy(() -> npe.simulate(20))
        .hasMessageEndingWith(
            "simulator returned 2 numbers for a member of a set, but 1 for another; always return"
                + " as many");
  }
}
