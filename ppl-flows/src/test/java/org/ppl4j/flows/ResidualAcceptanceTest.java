package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.LipschitzNetwork;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;

/**
 * Many estimates of each case of the reference, and the bound of what is learned at a high rate.
 */
@Tag("acceptance")
@Tag("images.1")
@ExtendWith(LeakCheck.class)
class ResidualAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("images.1");
  private static final int DRAWS = 20_000;
  private static final int STEPS = 1000;
  private static final int BLOCKS = 3;
  private static final int ROWS = 256;
  private static final double RATE = 0.01;

  @Test
  void everyCaseOfTheReferenceAgrees() {
    for (JsonObject row : ResidualReference.cases("residual").toList()) {
      ResidualReferenceTest.errors(row, FloatType.FLOAT64)
          .forEach(
              (name, error) ->
                  POINT.atMost(
                      "largest error of %s of %s".formatted(name, row.get("id").getAsString()),
                      error,
                      1e-10));
    }
  }

  /** The estimates are told from the series cut at ten terms, where that is not the whole. */
  @Test
  void theRouletteHasNoBias() {
    double cut = 0;
    for (JsonObject row :
        Stream.concat(
                ResidualReference.cases("residual"), ResidualReference.cases("residual_gradient"))
            .toList()) {
      RouletteSample sample = RouletteSample.of(row, DRAWS);
      String what =
          "of %s means of %s estimates of %s"
              .formatted(sample.judged(), DRAWS, row.get("id").getAsString());
      POINT.atMost("largest distance in standard errors " + what, sample.off(), 4);
      cut = Math.max(cut, sample.cutOff());
    }
    POINT.above("standard errors of the mean from the series cut at ten terms", cut, 4);
  }

  /** By Adam, on points of a ring, which blocks are as steep for as they may be. */
  @Test
  void noBlockIsSteeperThanItsBound() {
    double steepest = steepest(Lipschitz.of(32, 32), 2, ResidualAcceptanceTest::ofVectors);
    POINT.between("largest bound of a block by singular values", steepest, 0.95, 0.999);
  }

  /** Of two rings as an image of 2 × 2 places. */
  @Test
  void noBlockOfConvolutionsIsSteeperThanItsBound() {
    double steepest =
        steepest(
            Lipschitz.of(8, 8).images(new Shape(1, 2, 2)), 4, ResidualAcceptanceTest::ofImages);
    POINT.between("largest bound of a block over images", steepest, 0.93, 0.999);
  }

  /** What a kernel does to images of 2 × 2 places, as a matrix. */
  private static RealMatrix ofImages(NDArray kernel) {
    double[] weights = Tensors.values(kernel);
    int inputs = Math.toIntExact(kernel.getShape().get(1));
    int outputs = weights.length / inputs / 9;
    RealMatrix matrix = new Array2DRowRealMatrix(4 * inputs, 4 * outputs);
    for (int at = 0; at < 4 * inputs; at++) {
      for (int to = 0; to < 4 * outputs; to++) {
        int down = at % 4 / 2 - to % 4 / 2 + 1;
        int right = at % 2 - to % 2 + 1;
        matrix.setEntry(at, to, weights[(to / 4 * inputs + at / 4) * 9 + 3 * down + right]);
      }
    }
    return matrix;
  }

  /** The largest bound of a block on the way of a training on one ring or several. */
  private static double steepest(
      Lipschitz networks, int dim, Function<NDArray, RealMatrix> matrixOfWeight) {
    ResidualFlow flow = ResidualFlow.of(dim, BLOCKS).network(networks);
    LipschitzNetwork network = networks.network(dim, dim);
    Learned learned = new Learned(flow.tensors());
    double steepest = 0;
    double loss = 0;
    for (int step = 1; step <= STEPS; step++) {
      loss = learned.step(flow, dim / 2, step);
      if (step % 50 == 0) {
        steepest = Math.max(steepest, learned.steepest(network, matrixOfWeight));
      }
    }
    assertThat(loss).isFinite();
    POINT.shown("nats of " + dim / 2 + " rings, each of entropy 1.646, after 1,000 steps", loss);
    return steepest;
  }

  /** Parameters and Adam's means. */
  private static final class Learned {

    private final List<TensorSpec> specs;
    private final Map<String, double[]> values = new LinkedHashMap<>();
    private final Map<String, double[]> means = new LinkedHashMap<>();
    private final Map<String, double[]> squares = new LinkedHashMap<>();

    Learned(List<TensorSpec> specs) {
      this.specs = specs;
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors first = FlowTensors.initial(run, specs);
        for (TensorSpec spec : specs) {
          double[] numbers = Tensors.values(first.get(spec.name()));
          values.put(spec.name(), numbers);
          means.put(spec.name(), new double[numbers.length]);
          squares.put(spec.name(), new double[numbers.length]);
        }
      }
    }

    private NamedTensors tensors(Run run) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (TensorSpec spec : specs) {
        NDArray tensor = run.create(values.get(spec.name()), spec.shape());
        tensors.put(spec.name(), Autograd.variable(tensor));
      }
      return NamedTensors.of(tensors);
    }

    /** Points of a ring. */
    private static NDArray ring(Run run, Rng rng) {
      NDArray noise = rng.normal(run, new Shape(ROWS, 3));
      NDArray angle = Tensors.range(noise, -1, 0, 2);
      NDArray ring = angle.div(angle.square().sum(new int[] {-1}, true).sqrt());
      return ring.mul(Tensors.range(noise, -1, 2, 3).mul(0.1).add(2));
    }

    /** Of the points of rings to a normal; gives minus the mean log-density. */
    double step(ResidualFlow flow, int rings, int step) {
      try (Run run = Run.open(RunConfig.defaults(), step)) {
        NamedTensors tensors = tensors(run);
        Rng rng = FlowTensors.rng("ring").split(step);
        NDArray first = ring(run, rng);
        NDArray x =
            rings == 1 ? first : Tensors.concat(List.of(first, ring(run, rng.split("2"))), -1);
        Mapped mapped = flow.bind(tensors, FlowTensors.rng("noise"), true).forward(x);
        NDArray loss =
            mapped
                .value()
                .square()
                .sum(new int[] {-1})
                .div(2)
                .sub(mapped.logDet())
                .mean()
                .add(rings * Math.log(2 * Math.PI));
        List<NDArray> leaves = specs.stream().map(spec -> tensors.get(spec.name())).toList();
        List<NDArray> gradients = Autograd.grad(loss, leaves);
        for (int i = 0; i < specs.size(); i++) {
          move(specs.get(i).name(), Tensors.values(gradients.get(i)), step);
        }
        return Tensors.values(loss)[0];
      }
    }

    private void move(String name, double[] gradient, int step) {
      double[] mean = means.get(name);
      double[] square = squares.get(name);
      for (int j = 0; j < gradient.length; j++) {
        mean[j] = 0.9 * mean[j] + 0.1 * gradient[j];
        square[j] = 0.999 * square[j] + 0.001 * gradient[j] * gradient[j];
        double size = Math.sqrt(square[j] / (1 - Math.pow(0.999, step)));
        values.get(name)[j] -= RATE * mean[j] / (1 - Math.pow(0.9, step)) / (size + 1e-8);
      }
    }

    /** The largest product of the norms of a block's weights. */
    double steepest(LipschitzNetwork network, Function<NDArray, RealMatrix> matrixOfWeight) {
      double steepest = 0;
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        for (int block = 0; block < BLOCKS; block++) {
          NamedTensors bounded = network.bounded(tensors(run).within(Integer.toString(block)));
          double product = 1;
          for (String name : List.of("0.weight", "1.weight", "2.weight")) {
            RealMatrix matrix = matrixOfWeight.apply(bounded.get(name));
            product *= new SingularValueDecomposition(matrix).getNorm();
          }
          steepest = Math.max(steepest, product);
        }
      }
      return steepest;
    }
  }

  private static RealMatrix ofVectors(NDArray weight) {
    double[] all = Tensors.values(weight);
    int columns = Math.toIntExact(weight.getShape().get(1));
    double[][] rows = new double[all.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
    return new Array2DRowRealMatrix(rows);
  }
}
