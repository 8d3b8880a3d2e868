package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.special.Gamma;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.Summary;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** Programs of Pyro's tutorials come to what is known of them. */
class FromPyroPageTest {

  @Test
  void theScaleIsRead() {
    Summary.Row weight = FromPyroPage.weigh().get("weight");

    // Precisions 1 and 1 / 0.75²: the mean is (8.5 + 9.5 / 0.75²) / (1 + 1 / 0.75²).
    assertThat(weight.mean()).isCloseTo(9.14, within(0.03));
    assertThat(weight.sd()).isCloseTo(0.6, within(0.03));
  }

  @Test
  void aTraceIsReplayed() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      double logJoint = FromPyroPage.logJoint(params);

      // At most that of the mode, and not far below it.
      double mode = Normal.of(8.5, 1).logProb(9.14) + Normal.of(9.14, 0.75).logProb(9.5);
      assertThat(logJoint).isBetween(mode - 30, mode);
    }
  }

  @Test
  void aSavedTraceIsReplayed(@TempDir Path folder) {
    try (ParamStore params = new ParamStore()) {
      double first = FromPyroPage.keep(params, folder.resolve("trace"));

      assertThat(FromPyroPage.repeat(params, folder.resolve("trace")))
          .isCloseTo(first, within(1e-12 * Math.abs(first)));
    }
  }

  @Test
  void aConditionalFlowIsLearned() {
    Random random = new Random(1);
    double[] x = random.doubles(1000, -1, 1).toArray();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] + 0.5 * random.nextGaussian();
    }

    double loss = FromPyroPage.learn(new FromPyroPage.Points(Tensors.vector(x), Tensors.vector(y)));

    // The entropy of noise of deviation 0.5, a row.
    double entropy = 0.5 * Math.log(2 * Math.PI * Math.E * 0.25);
    assertThat(loss / x.length).isCloseTo(entropy, within(0.1));
  }

  @Test
  void aCoinIsEstimated() {
    double[] flips = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0};

    // 6 / 10, and the mode of Beta(16, 14), which is 15 / 28.
    assertThat(FromPyroPage.mle(flips)).isCloseTo(0.6, within(1e-3));
    assertThat(FromPyroPage.map(flips)).isCloseTo(15.0 / 28, within(1e-3));
  }

  /** Priors are wide beside the data, so that means and deviations are those of least squares. */
  @Test
  void slopesAreThoseOfLeastSquares() {
    Random random = new Random(2);
    int size = 170;
    double[] africa = new double[size];
    double[] rugged = new double[size];
    double[] gdp = new double[size];
    double[][] columns = new double[size][];
    for (int i = 0; i < size; i++) {
      africa[i] = i % 4 == 0 ? 1 : 0;
      rugged[i] = 6 * random.nextDouble() * random.nextDouble();
      double slope = africa[i] == 1 ? 0.2 : -0.2;
      gdp[i] = 1 - 0.5 * africa[i] + slope * rugged[i] + 0.5 * random.nextGaussian();
      columns[i] = new double[] {africa[i], rugged[i], africa[i] * rugged[i]};
    }
    OLSMultipleLinearRegression squares = new OLSMultipleLinearRegression();
    squares.newSampleData(gdp, columns);

    Summary summary = FromPyroPage.slopes(new FromPyroPage.Nations(africa, rugged, gdp));

    String[] names = {"a", "bA", "bR", "bAR"};
    for (int i = 0; i < names.length; i++) {
      Summary.Row row = summary.get(names[i]);
      double error = squares.estimateRegressionParametersStandardErrors()[i];
      assertThat(row.mean())
          .isCloseTo(squares.estimateRegressionParameters()[i], within(0.25 * error));
      assertThat(row.sd()).isCloseTo(error, withinPercentage(8));
    }
  }

  /** What Pyro's chapter prints. */
  @Test
  void clustersAreThoseOfPyro() {
    Map<String, double[]> found = FromPyroPage.clusters(new double[] {0, 1, 10, 11, 12});

    double[] locs = found.get("locs");
    int low = locs[0] < locs[1] ? 0 : 1;
    assertThat(locs[low]).isCloseTo(0.499, within(0.005));
    assertThat(locs[1 - low]).isCloseTo(10.984, within(0.005));
    assertThat(found.get("weights")[low]).isCloseTo(0.375, within(0.002));
    assertThat(found.get("scale")[0]).isCloseTo(0.6514, within(0.002));
  }

  /** The sum over all paths of states of two chorales, the second of which is shorter. */
  @Test
  void pathsOfStatesAreSummedOut() {
    double[][] moves = {{0.8, 0.2}, {0.3, 0.7}};
    double[][] keys = {{0.1, 0.6, 0.3}, {0.5, 0.2, 0.9}};
    double[][][] tones = {{{1, 0, 1}, {0, 0, 1}}, {{0, 1, 0}, {1, 1, 0}}, {{0, 0, 1}, {0, 0, 0}}};
    long[] lengths = {3, 2};
    // Dirichlet(1, 0.1) and Dirichlet(0.1, 1) of the rows, Beta(0.1, 0.9) of the keys
    double expected = 2 * (Gamma.logGamma(1.1) - Gamma.logGamma(0.1));
    expected += -0.9 * Math.log(moves[0][1]) - 0.9 * Math.log(moves[1][0]);
    for (double key : Doubles.concat(keys)) {
      expected += -0.9 * Math.log(key) - 0.1 * Math.log(1 - key);
      expected -= Gamma.logGamma(0.1) + Gamma.logGamma(0.9);
    }
    for (int chorale = 0; chorale < 2; chorale++) {
      double sum = 0;
      for (int path = 0; path < 1 << lengths[chorale]; path++) {
        double product = 1;
        int before = 0;
        for (int t = 0; t < lengths[chorale]; t++) {
          int state = path >> t & 1;
          product *= moves[before][state];
          for (int tone = 0; tone < 3; tone++) {
            double key = keys[state][tone];
            product *= tones[t][chorale][tone] == 1 ? key : 1 - key;
          }
          before = state;
        }
        sum += product;
      }
      expected += Math.log(sum);
    }
    double[] all =
        Doubles.concat(
            Doubles.concat(tones[0]), Doubles.concat(tones[1]), Doubles.concat(tones[2]));
    FromPyroPage.Chorales music =
        new FromPyroPage.Chorales(Tensors.array(all, new Shape(3, 2, 3)), lengths, 2);
    Map<String, NDArray> at = Map.of("moves", Tensors.matrix(moves), "keys", Tensors.matrix(keys));

    double found =
        recorded(
            FromPyroPage.MUSIC.with(new Substitute(at), new SumOut()),
            music,
            trace -> trace.logJoint().getDouble());

    assertThat(found).isCloseTo(expected, within(1e-9));
    assertThat(FromPyroPage.heard(music, 50).get("keys")).hasSize(2 * 3);
  }

  /** Of known drift and noise it is what Kalman's filter has last. */
  @Test
  void levelsAreForecast() {
    Random random = new Random(3);
    double[] y = new double[20];
    double level = 5;
    double mean = 0;
    double variance = 100;
    for (int t = 0; t < y.length; t++) {
      level += 0.3 * random.nextGaussian();
      y[t] = level + 0.5 * random.nextGaussian();
      variance += 0.09;
      double gain = variance / (variance + 0.25);
      mean += gain * (y[t] - mean);
      variance *= 1 - gain;
    }
    Program<double[]> known =
        FromPyroPage.LOCAL_LEVEL.with(new Condition("drift", 0.3), new Condition("noise", 0.5));

    double[] forecast = FromPyroPage.forecast(known, y, 3);

    // Of 4,000 draws, each of a deviation of at most √(0.08 + 3 · 0.09 + 0.25).
    assertThat(forecast).hasSize(3);
    for (double found : forecast) {
      assertThat(found).isCloseTo(mean, within(0.05));
    }
  }

  /** K* (K + σ² I)⁻¹ y, by Hipparchus. */
  @Test
  void aCurveIsFound() {
    double[] x = new double[12];
    Arrays.setAll(x, i -> 0.5 * i);
    double[] y = Arrays.stream(x).map(Math::sin).toArray();
    FromPyroPage.Curve curve = new FromPyroPage.Curve(x, y, new double[] {2.2, 3.7});
    RealMatrix own =
        kernel(x, x).add(MatrixUtils.createRealIdentityMatrix(12).scalarMultiply(0.01));
    double[] expected = kernel(curve.asked(), x).multiply(MatrixUtils.inverse(own)).operate(y);
    Map<String, NDArray> at =
        Map.of(
            "variance", Tensors.number(1.5),
            "length", Tensors.number(0.8),
            "noise", Tensors.number(0.01));

    double[] found =
        recorded(
            FromPyroPage.PROCESS.with(new Substitute(at)),
            curve,
            trace -> Tensors.values(trace.value("f")));

    assertThat(found).usingComparatorWithPrecision(1e-9).containsExactly(expected);
    assertThat(FromPyroPage.curve(FromPyroPage.PROCESS, curve))
        .usingComparatorWithPrecision(0.05)
        .containsExactly(Math.sin(2.2), Math.sin(3.7));
  }

  private static RealMatrix kernel(double[] rows, double[] columns) {
    double[][] entries = new double[rows.length][columns.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        double distance = (rows[i] - columns[j]) / 0.8;
        entries[i][j] = 1.5 * Math.exp(-0.5 * distance * distance);
      }
    }
    return MatrixUtils.createRealMatrix(entries);
  }

  /** Five pixels of two numbers and noise of 0.3: the bound comes near the entropy. */
  @Test
  void imagesAreLearned() {
    Random random = new Random(5);
    int size = 1000;
    double[][] weights = {{1, 0.5, -1, 0, 2}, {0, 1, 1, -1.5, 0.5}};
    double[][] covariance = new double[5][5];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        covariance[i][j] =
            weights[0][i] * weights[0][j] + weights[1][i] * weights[1][j] + (i == j ? 0.09 : 0);
      }
    }
    double[][] images = new double[size][5];
    for (double[] image : images) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      Arrays.setAll(
          image, i -> a * weights[0][i] + b * weights[1][i] + 0.3 * random.nextGaussian());
    }

    double loss = FromPyroPage.vae(Tensors.matrix(images), 1000);

    double determinant =
        new LUDecomposition(MatrixUtils.createRealMatrix(covariance)).getDeterminant();
    double entropy = 2.5 * Math.log(2 * Math.PI * Math.E) + 0.5 * Math.log(determinant);
    assertThat(loss / size).isBetween(entropy - 0.1, entropy + 0.3);
  }

  /** What a look at a program's trace finds. */
  private static <D, T> T recorded(Program<D> program, D data, Function<Trace, T> look) {
    RunConfig config = RunConfig.defaults();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        BoundData<D> bound = BoundData.of(data, config);
        Run run = Run.open(config, 0)) {
      return look.apply(Execution.record(run, params, Rng.Purpose.MODEL, program, bound.in(run)));
    }
  }
}
