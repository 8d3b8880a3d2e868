package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.mcmc.ClosedForm.ERRORS;
import static org.ppl4j.infer.mcmc.ClosedForm.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.random.RandomDataGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Posteriors in closed form, within four Monte Carlo standard errors. */
@ExtendWith(LeakCheck.class)
class NutsTest {

  private static final double[] COUNTS = {3, 1, 4, 1, 5, 2};

  /** The posterior of the rate is Gamma(2 + 16, 1 + 6). */
  private static final Program<NDArray> RATE =
      (p, y) -> {
        NDArray rate = p.sample("rate", Gamma.of(2, 1));
        p.deterministic("double", rate.mul(2));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Poisson.of(rate), rows.take(y));
        }
      };

  private static <D> Nuts<D> quiet(Program<D> model) {
    return Nuts.of(model).progress(Progress.silent()).config(RunConfig.defaults().withSeed(5));
  }

  @Test
  void aConjugateRate() {
    try (McmcRun<NDArray> run = quiet(RATE).run(Tensors.vector(COUNTS))) {
      Samples samples = run.samples();
      assertThat(samples.chains()).isEqualTo(4);
      assertThat(samples.draws()).isEqualTo(4000);
      assertThat(samples.names()).containsExactly("rate", "double");
      check(samples, "rate", 0, 18.0 / 7, Math.sqrt(18) / 7);
      check(samples, "double", 0, 36.0 / 7, 2 * Math.sqrt(18) / 7);
      assertThat(run.report().warnings()).isEmpty();
      assertThat(run.report().figures().whyNotRecorded()).isEmpty();
      assertThat(run.summary().warnings()).isEmpty();
    }
  }

  @Test
  void aConjugateRateByTrajectoriesOfOneLength() {
    NDArray counts = Tensors.vector(COUNTS);
    Hmc<NDArray> hmc = Hmc.of(RATE).progress(Progress.silent());
    for (Hmc<NDArray> each : List.of(hmc, hmc.steps(5), hmc.trajectory(1))) {
      try (McmcRun<NDArray> run = each.run(counts)) {
        check(run.samples(), "rate", 0, 18.0 / 7, Math.sqrt(18) / 7);
      }
    }
  }

  @Test
  void oneNumber() {
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(-3, 100));
    try (McmcRun<Void> run = quiet(model).run(null)) {
      check(run.samples(), "x", 0, -3, 100);
    }
  }

  static Stream<Metric> metrics() {
    return Stream.of(Metric.LOW_RANK, Metric.DIAGONAL, Metric.DENSE);
  }

  /** Correlations of 0.95 between neighbours, scales from 0.01 to 100. */
  @ParameterizedTest
  @MethodSource("metrics")
  void fiveCorrelatedNumbers(Metric metric) {
    double[] scales = {0.01, 0.1, 1, 10, 100};
    double[] covariance = new double[25];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        covariance[5 * i + j] = scales[i] * scales[j] * Math.pow(0.95, Math.abs(i - j));
      }
    }
    Program<Void> model =
        (p, none) ->
            p.sample(
                "x",
                MultivariateNormal.withCovariance(0, p.run().create(covariance, new Shape(5, 5))));
    try (McmcRun<Void> run = quiet(model).metric(metric).run(null)) {
      for (int i = 0; i < 5; i++) {
        check(run.samples(), "x", i, 0, scales[i]);
      }
      double stepSize = run.report().chains().get(0).stepSize(); // in units of what was learned
      assertThat(stepSize > 0.4).isEqualTo(metric != Metric.DIAGONAL);
    }
  }

  /** A line through 40 points, whose posterior in closed form is one of the column's units too. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 1e6, 1e-3})
  void unitsOfAColumnDoNotMatter(double unit) {
    RandomDataGenerator random = new RandomDataGenerator(3);
    double[] x = random.nextDeviates(new NormalDistribution(1, 1), 40);
    double[] y = Arrays.stream(x).map(v -> 2 + 1.5 * v + random.nextNormal(0, 1)).toArray();
    RealMatrix precision = MatrixUtils.createRealIdentityMatrix(2).scalarMultiply(0.01);
    double[] shift = new double[2];
    for (int i = 0; i < x.length; i++) {
      RealVector row = new ArrayRealVector(new double[] {1, x[i]});
      precision = precision.add(row.outerProduct(row));
      shift[0] += y[i];
      shift[1] += y[i] * x[i];
    }
    RealMatrix covariance = MatrixUtils.inverse(precision);
    double[] mean = covariance.operate(shift);
    double[] column = Arrays.stream(x).map(v -> v * unit).toArray();
    Program<Void> model =
        (p, none) -> {
          NDArray a = p.sample("a", Normal.of(0, 10));
          NDArray b = p.sample("b", Normal.of(0, 10 / unit));
          try (Plate rows = p.plate("rows", x.length)) {
            NDArray line = a.add(b.mul(rows.take(column)));
            p.observe("y", Normal.of(line, 1), rows.take(y));
          }
        };
    try (McmcRun<Void> run = quiet(model).run(null)) {
      check(run.samples(), "a", 0, mean[0], Math.sqrt(covariance.getEntry(0, 0)));
      check(run.samples(), "b", 0, mean[1] / unit, Math.sqrt(covariance.getEntry(1, 1)) / unit);
      assertThat(run.report().warnings()).isEmpty();
      assertThat(run.summary().warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void chainsAndDrawsAreAsManyAsAskedFor(int chains) {
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(0, 1));
    try (McmcRun<Void> run =
        quiet(model)
            .chains(chains)
            .warmup(0)
            .draws(7)
            .threads(1)
            .startAt(starts(chains))
            .run(null)) {
      assertThat(run.samples().draws()).isEqualTo(7L * chains);
      assertThat(run.report().chains()).hasSize(chains);
    }
  }

  private static double[][] starts(int chains) {
    double[][] starts = new double[chains][1];
    for (int i = 0; i < chains; i++) {
      starts[i][0] = i;
    }
    return starts;
  }

  /** The seed decides; the chains differ, and so do their starts. */
  @Test
  void theSameSeedGivesTheSameBits() {
    NDArray counts = Tensors.vector(COUNTS);
    Nuts<NDArray> nuts = quiet(RATE).warmup(30).draws(10).chains(2);
    try (McmcRun<NDArray> one = nuts.run(counts);
        McmcRun<NDArray> again = nuts.threads(1).run(counts);
        McmcRun<NDArray> other = nuts.config(RunConfig.defaults().withSeed(6)).run(counts)) {
      double[] draws = one.samples().values("rate");
      assertThat(again.samples().values("rate")).containsExactly(draws);
      assertThat(other.samples().values("rate")[0]).isNotEqualTo(draws[0]);
      assertThat(draws[10]).isNotEqualTo(draws[0]);
    }
  }

  @Test
  void thinnedDrawsAreThoseOfTheChains() {
    NDArray counts = Tensors.vector(COUNTS);
    try (McmcRun<NDArray> run = quiet(RATE).warmup(50).draws(50).chains(2).run(counts);
        Samples few = run.posterior(counts, 4)) {
      double[] all = run.samples().values("rate");
      assertThat(few.values("rate")).containsExactly(all[12], all[37], all[62], all[87]);
      assertThat(few.chains()).isZero();
    }
  }

  /** Of a new count: mean that of the rate; variance that of the rate and the rate. */
  @Test
  void predictsFromItsDraws() {
    NDArray counts = Tensors.vector(COUNTS);
    try (McmcRun<NDArray> run = quiet(RATE).run(counts);
        Samples predicted = Predictive.of(RATE, run).draw(counts, 4000)) {
      double[] mean = predicted.mean("y");
      double sd = Math.sqrt(18.0 / 7 + 18.0 / 49);
      assertThat(mean).hasSize(6);
      for (double each : mean) {
        assertThat(each).isCloseTo(18.0 / 7, within(ERRORS * sd / Math.sqrt(1500)));
      }
    }
  }

  @Test
  void dataMayBeFreedAfterTheRun() {
    try (McmcRun<NDArray> run = onDataThatAreFreed()) {
      assertThat(run.samples().values("rate")).hasSize(20);
      assertThat(run.toString()).startsWith("nuts: 1 chains of 20 draws").contains("rate");
      run.close();
    }
  }

  @MustBeClosed
  private static McmcRun<NDArray> onDataThatAreFreed() {
    try (NDManager manager = NDManager.newBaseManager()) {
      return quiet(RATE).warmup(20).draws(20).chains(1).run(manager.create(COUNTS));
    }
  }
}
