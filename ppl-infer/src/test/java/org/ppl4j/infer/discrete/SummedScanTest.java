package org.ppl4j.infer.discrete;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Choices;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** States of a scan are summed out and drawn back as those of the same steps in a loop. */
@ExtendWith(LeakCheck.class)
class SummedScanTest {

  private static final int STEPS = 5;
  private static final int SIZE = 3;

  private static NDArray parameter(org.ppl4j.Ppl p, String name, long... shape) {
    return p.sample(name, ImproperUniform.of(Constraint.REAL, new Shape(), new Shape(shape)));
  }

  /** Two series in a plate, a switch outside of all, and data after the last step. */
  private static Program<double[][]> model(boolean isScan) {
    return (p, y) -> {
      NDArray table = parameter(p, "table", SIZE, SIZE);
      NDArray means = parameter(p, "means", SIZE);
      NDArray wide = p.sample("wide", Bernoulli.probs(0.3));
      NDArray sd = wide.add(1);
      NDArray data = p.constant(y); // (steps, series)
      try (Plate series = p.plate("series", 2)) {
        NDArray z = p.sample("z0", Categorical.logits(p.run().zeros(new Shape(SIZE))));
        if (isScan) {
          z =
              p.scan(
                  "t",
                  STEPS,
                  z,
                  (q, t, before) -> {
                    NDArray now = q.sample("z", Categorical.logits(q.pick(table, before, 1)));
                    q.observe("y", Normal.of(q.pick(means, now), sd), t.take(data));
                    return now;
                  });
        } else {
          for (int t : p.loop("t", STEPS)) {
            z = p.sample("z", Categorical.logits(p.pick(table, z, 1)));
            p.observe("y", Normal.of(p.pick(means, z), sd), data.get(t));
          }
        }
        p.observe("end", Normal.of(p.pick(means, z), 1), series.take(new double[] {0.5, -1}));
      }
    };
  }

  private static double[][] data() {
    double[][] y = new double[STEPS][2];
    for (int i = 0; i < 2 * STEPS; i++) {
      y[i / 2][i % 2] = 2 * Math.sin(3.0 * i);
    }
    return y;
  }

  private static double[] vector(int size, int seed) {
    return IntStream.range(0, size).mapToDouble(i -> Math.sin(1.0 + i + 7 * seed)).toArray();
  }

  @ParameterizedTest
  @EnumSource(names = {"OFF", "REQUIRED"})
  void densitiesAreThoseOfLoops(Recording recording) {
    RunConfig config = RunConfig.defaults().withRecording(recording);
    try (LogDensity<double[][]> scan = LogDensity.of(model(true), data(), config);
        LogDensity<double[][]> loop = LogDensity.of(model(false), data(), config)) {
      int size = scan.size();
      for (int seed = 0; seed < 3; seed++) {
        double[] ofScan = new double[size];
        double[] ofLoop = new double[size];
        double[] u = vector(size, seed);
        assertThat(scan.evaluate(u, ofScan)).isCloseTo(loop.evaluate(u, ofLoop), within(1e-11));
        assertThat(ofScan).usingComparatorWithPrecision(1e-10).containsExactly(ofLoop);
      }
      try (Run run = Run.open(config, 0)) {
        NDArray many = run.create(vector(4 * size, 5), new Shape(4, size));
        assertThat(Tensors.values(scan.value(run, many)))
            .usingComparatorWithPrecision(1e-10)
            .containsExactly(Tensors.values(loop.value(run, many)));
      }
    }
  }

  @Test
  void statesAreDrawnBackAsThoseOfLoops() {
    RunConfig config = RunConfig.defaults();
    try (LogDensity<double[][]> density = LogDensity.of(model(true), data(), config);
        Samples draws = density.samples(vector(2 * density.size(), 1));
        NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      assertThat(draws.shape("z")).isEqualTo(new Shape(STEPS, 2));
      Choices<double[][]> ofScan = Choices.of(model(true), params, config);
      Choices<double[][]> ofLoop = Choices.of(model(false), params, config);
      double[] all = ofScan.marginals(data(), draws, "z");
      int each = 2 * SIZE;
      for (int t = 0; t < STEPS; t++) {
        assertThat(Arrays.copyOfRange(all, t * each, (t + 1) * each))
            .usingComparatorWithPrecision(1e-11)
            .containsExactly(ofLoop.marginals(data(), draws, "z[" + t + "]"));
      }
      assertThat(ofScan.pair(data(), draws, "z", 2 * 2 + 1, "z0", 1))
          .usingComparatorWithPrecision(1e-11)
          .containsExactly(ofLoop.pair(data(), draws, "z[2]", 1, "z0", 1));
      try (Samples scan = ofScan.mostLikely(data(), draws);
          Samples loop = ofLoop.mostLikely(data(), draws)) {
        for (int t = 0; t < STEPS; t++) {
          double[] row = Arrays.copyOfRange(scan.values("z"), 2 * t, 2 * t + 2);
          assertThat(row).containsExactly(Arrays.copyOf(loop.values("z[" + t + "]"), 2));
        }
      }
    }
  }

  /** Joint draws of the switch and of each series' whole path, beside all that there are. */
  @Test
  void pathsAreJointDraws() {
    int count = 20_000;
    RunConfig config = RunConfig.defaults();
    try (LogDensity<double[][]> density = LogDensity.of(model(true), data(), config)) {
      double[] vector = vector(density.size(), 3);
      double[] same = Doubles.concat(Collections.nCopies(count, vector).toArray(double[][]::new));
      double[][] weights = {weights(vector, 0, 0), weights(vector, 0, 1)};
      double[][] others = {weights(vector, 1, 0), weights(vector, 1, 1)};
      try (Samples draws = density.samples(same)) {
        double[] wide = draws.values("wide");
        double[] first = draws.values("z0");
        double[] rest = draws.values("z");
        for (int series = 0; series < 2; series++) {
          double[][] own = series == 0 ? weights : others;
          double[][] other = series == 0 ? others : weights;
          int paths = own[0].length;
          double[] probabilities = new double[2 * paths];
          for (int i = 0; i < 2 * paths; i++) {
            int w = i / paths;
            probabilities[i] = own[w][i % paths] * Arrays.stream(other[w]).sum();
            probabilities[i] *= w == 0 ? 0.7 : 0.3;
          }
          double total = Arrays.stream(probabilities).sum();
          long[] counts = new long[2 * paths];
          for (int i = 0; i < count; i++) {
            int path = (int) first[2 * i + series];
            for (int t = 0; t < STEPS; t++) {
              path = SIZE * path + (int) rest[2 * (STEPS * i + t) + series];
            }
            int half = (int) wide[i];
            counts[half * paths + path]++;
          }
          double[] expected = Arrays.stream(probabilities).map(p -> p / total).toArray();
          assertThat(ChoicesTest.chiSquared(counts, expected)).isGreaterThan(0.005);
        }
      }
    }
  }

  /** Of all paths of a series, the first state first. */
  private static double[] weights(double[] vector, int series, int wide) {
    int paths = (int) Math.pow(SIZE, STEPS + 1.0);
    return IntStream.range(0, paths)
        .mapToDouble(path -> Math.exp(logWeight(vector, series, 1 + wide, path)))
        .toArray();
  }

  private static double logWeight(double[] vector, int series, double sd, int path) {
    double log = 0;
    int before = path / (int) Math.pow(SIZE, STEPS);
    for (int t = 0; t < STEPS; t++) {
      int now = path / (int) Math.pow(SIZE, STEPS - 1.0 - t) % SIZE;
      int row = before;
      double total =
          IntStream.range(0, SIZE).mapToDouble(k -> Math.exp(vector[row * SIZE + k])).sum();
      double z = (data()[t][series] - vector[SIZE * SIZE + now]) / sd;
      log += vector[row * SIZE + now] - Math.log(total) - z * z / 2 - Math.log(sd);
      before = now;
    }
    double end = (series == 0 ? 0.5 : -1) - vector[SIZE * SIZE + before];
    return log - end * end / 2;
  }

  @Test
  void aModelWithoutChoicesHasNoMarginals() {
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(0, 1));
    RunConfig config = RunConfig.defaults();
    try (LogDensity<Void> density = LogDensity.of(model, null, config);
        Samples draws = density.samples(new double[] {0.5, 1});
        NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      assertThatThrownBy(() -> Choices.of(model, params, config).marginals(null, draws))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "model has no discrete latent site that is summed out; its latent sites are [x]");
    }
  }

  /** States that do not count have any value, in a scan as in a loop. */
  @Test
  void statesMayBeMasked() {
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    try (LogDensity<double[][]> scan = LogDensity.of(masked(true), data(), config);
        LogDensity<double[][]> loop = LogDensity.of(masked(false), data(), config)) {
      double[] u = vector(scan.size(), 2);
      double[] ofScan = new double[u.length];
      double[] ofLoop = new double[u.length];
      assertThat(scan.evaluate(u, ofScan)).isCloseTo(loop.evaluate(u, ofLoop), within(1e-11));
      assertThat(ofScan).usingComparatorWithPrecision(1e-10).containsExactly(ofLoop);
    }
  }

  /** Two series, of which the second ends after three steps. */
  private static Program<double[][]> masked(boolean isScan) {
    double[][] there = new double[STEPS][];
    Arrays.setAll(there, t -> new double[] {1, t < 3 ? 1 : 0});
    return (p, y) -> {
      NDArray table = parameter(p, "table", SIZE, SIZE);
      NDArray means = parameter(p, "means", SIZE);
      NDArray data = p.constant(y);
      NDArray counted = p.constant(there);
      try (Plate series = p.plate("series", 2)) {
        NDArray z = p.sample("z0", Categorical.logits(p.run().zeros(new Shape(SIZE))));
        if (isScan) {
          p.scan(
              "t",
              STEPS,
              z,
              (q, t, before) -> {
                NDArray mask = t.take(counted).gt(0.5);
                NDArray logits = q.pick(table, before, 1);
                NDArray now = q.sample("z", Categorical.logits(logits).mask(mask));
                q.observe("y", Normal.of(q.pick(means, now), 1).mask(mask), t.take(data));
                return now;
              });
        } else {
          for (int t : p.loop("t", STEPS)) {
            NDArray mask = counted.get(t).gt(0.5);
            z = p.sample("z", Categorical.logits(p.pick(table, z, 1)).mask(mask));
            p.observe("y", Normal.of(p.pick(means, z), 1).mask(mask), data.get(t));
          }
        }
      }
    };
  }

  /** What a step carries must follow from its own state. */
  @Test
  void carriesOfMoreThanTheStateAreRefused() {
    Program<Void> counts =
        (p, none) -> {
          NDArray mean = p.sample("mean", Normal.of(0, 1));
          NDArray count =
              p.scan("t", 4, p.scalar(0), (q, t, x) -> x.add(q.sample("z", Bernoulli.probs(0.5))));
          p.observe("y", Normal.of(mean.add(count), 1), 2.0);
        };
    assertThatThrownBy(() -> open(counts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "scan 't' carries what depends on more than 'z' of the step, such as what other steps"
                + " chose, data of the step, or a value that is given in its place; write the steps"
                + " as p.loop, which carries anything, or carry the state alone");
  }

  private static void open(Program<Void> program) {
    try (LogDensity<Void> density = LogDensity.of(program, null, RunConfig.defaults())) {
      assertThat(density.size()).isNegative();
    }
  }
}
