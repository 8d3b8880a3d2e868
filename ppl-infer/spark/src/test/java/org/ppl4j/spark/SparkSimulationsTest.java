package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.SimulationException;
import org.ppl4j.infer.sbi.Simulations;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.tensor.Tensors;

/** Simulations on executors are those of one machine. */
@Tag("spread.4")
class SparkSimulationsTest {

  private static final int ROWS = 1200; // three blocks

  private static final Simulator NOISY =
      (theta, rng) -> new double[] {theta[0] + rng.nextNormal(), rng.nextNormal()};

  private final SparkSession spark = LocalSpark.ofTests();

  private static Npe npe(Simulator simulator) {
    return Npe.of(Uniform.of(-3, 3), simulator, Flows::posterior).progress(Progress.silent());
  }

  private static double[] numbers(Simulations of) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return Tensors.values(of.parameters(manager).concat(of.data(manager), 1));
    }
  }

  @Test
  void theyHaveTheBitsOfOneMachine(@TempDir Path folder) {
    Simulations here = npe(NOISY).simulate(ROWS);
    SparkSimulations cluster = SparkSimulations.on(spark);
    Path file = folder.resolve("simulations");

    assertThat(numbers(cluster.simulate(npe(NOISY), ROWS))).containsExactly(numbers(here));
    assertThat(cluster.simulate(npe(NOISY), 500, file, 300).tried()).isEqualTo(500);
    Simulations all = cluster.simulate(npe(NOISY), ROWS, file, 600); // goes on
    assertThat(numbers(all)).containsExactly(numbers(here));
    assertThat(numbers(Simulations.load(file))).containsExactly(numbers(here));
    assertThat(numbers(cluster.simulate(npe(NOISY), ROWS, file))).containsExactly(numbers(here));
    assertThatThrownBy(() -> cluster.simulate(npe(NOISY), 100, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("simulations that were begun are not the first of 100");
  }

  @Test
  void rowsThatFailAreCountedInTheirOrder() {
    Simulator failing =
        (theta, rng) -> {
          if (theta[0] > 2.9) {
            throw new IllegalStateException("too large");
          }
          return theta[0] < -2.9 ? new double[] {Double.NaN} : new double[] {theta[0]};
        };
    Npe some = npe(failing).maxFailures(0.1);
    Simulations here = some.simulate(ROWS);

    Simulations there = SparkSimulations.on(spark).simulate(some, ROWS);

    assertThat(there.failures()).isEqualTo(here.failures()).isNotEmpty();
    assertThat(numbers(there)).containsExactly(numbers(here));
    Npe none = npe(failing);
    String message = message(() -> none.simulate(ROWS));
    assertThat(message(() -> SparkSimulations.on(spark).simulate(none, ROWS))).isEqualTo(message);
  }

  private static String message(Supplier<Simulations> simulation) {
    try {
      return "none, but " + simulation.get();
    } catch (SimulationException e) {
      return e.getMessage();
    }
  }

  @Test
  void aSimulatorThatCannotTravelIsRefusedByName() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weights = manager.create(1.0);

      assertThatThrownBy(
              () ->
                  SparkSimulations.on(spark)
                      .simulate(npe((theta, rng) -> weights.toDoubleArray()), ROWS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "'weights', which a function of class org.ppl4j.spark.SparkSimulationsTest has"
                  + " captured, in field 'simulator' of org.ppl4j.infer.sbi.RowSimulator cannot"
                  + " travel");
    }
  }
}
