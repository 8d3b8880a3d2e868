package org.ppl4j.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The classifiers of a {@link C2st}, K networks of two hidden layers that learn apart, computed
 * together: one product of matrices for all of them. In float32.
 */
final class C2stNetworks implements AutoCloseable {

  private static final double PENALTY = 1e-4;
  private static final double RATE = 1e-3;
  private static final double DECAY = 0.9;
  private static final double DECAY_OF_SQUARES = 0.999;
  private static final double EPSILON = 1e-8;

  private static final RunConfig CONFIG = RunConfig.defaults().withFloatType(FloatType.FLOAT32);

  private final int dim;
  private final int units;
  private int count;
  private int steps;
  private FlatVector weights;
  private FlatVector mean;
  private FlatVector square;

  /** Weights and biases uniform between ±√(6 / (inputs + outputs)) of their layer. */
  C2stNetworks(int count, int dim, int units, long seed) {
    this.dim = dim;
    this.units = units;
    this.count = count;
    List<Shape> shapes = shapes(count);
    int size = size(shapes);
    this.weights = FlatVector.zeros(CONFIG, size);
    this.mean = FlatVector.zeros(CONFIG, size);
    this.square = FlatVector.zeros(CONFIG, size);
    double[] all = new double[size];
    Rng rng = Rng.of(seed, Rng.Purpose.INITIAL, 0, "c2st.weights");
    int at = 0;
    for (int i = 0; i < shapes.size(); i++) {
      Shape layer = shapes.get(i - i % 2);
      double bound = Math.sqrt(6.0 / (layer.get(1) + layer.get(2)));
      for (long k = 0; k < shapes.get(i).size(); k++) {
        all[at++] = bound * (2 * rng.nextUniform() - 1);
      }
    }
    weights.assign(0, all);
  }

  /** Weights, biases of each layer. */
  private ImmutableList<Shape> shapes(int networks) {
    return ImmutableList.of(
        new Shape(networks, dim, units),
        new Shape(networks, 1, units),
        new Shape(networks, units, units),
        new Shape(networks, 1, units),
        new Shape(networks, units, 1),
        new Shape(networks, 1, 1));
  }

  private static int size(List<Shape> shapes) {
    return Math.toIntExact(shapes.stream().mapToLong(Shape::size).sum());
  }

  /**
   * One step of Adam.
   *
   * @param x all rows, (N, D)
   * @param chosen the rows of each network's batch, all of one length
   * @param labels of all rows, 0 or 1
   * @return each network's loss before it
   */
  double[] step(NDArray x, long[][] chosen, double[] labels) {
    steps++;
    int batch = chosen[0].length;
    try (Run run = Run.open(CONFIG, steps)) {
      long[] flat = Arrays.stream(chosen).flatMapToLong(Arrays::stream).toArray();
      double[] answers = Arrays.stream(flat).mapToDouble(i -> labels[(int) i]).toArray();
      NDArray y = run.create(answers, new Shape(count, batch, 1));
      List<NDArray> layers = weights.cut(run, shapes(count));
      NDArray logits = logits(layers, rows(run, x, flat, count));
      NDArray penalty = run.scalar(0);
      for (int i = 0; i < layers.size(); i += 2) {
        penalty = penalty.add(Tensors.sumRight(layers.get(i).square(), 2));
      }
      NDArray losses =
          Tensors.sumRight(Special.softplus(logits).sub(logits.mul(y)), 2)
              .add(penalty.mul(PENALTY / 2))
              .div(batch);
      NDArray gradient = Autograd.flatGrad(Tensors.total(losses), List.of(weights.variable(run)));
      return run.withoutGradients(
          () -> {
            descend(run, gradient);
            return Tensors.values(losses);
          });
    }
  }

  private void descend(Run run, NDArray gradient) {
    NDArray m = mean.in(run).mul(DECAY).add(gradient.mul(1 - DECAY));
    NDArray v =
        square.in(run).mul(DECAY_OF_SQUARES).add(gradient.square().mul(1 - DECAY_OF_SQUARES));
    mean.assign(m);
    square.assign(v);
    double rate =
        RATE * Math.sqrt(1 - Math.pow(DECAY_OF_SQUARES, steps)) / (1 - Math.pow(DECAY, steps));
    weights.assign(weights.in(run).sub(m.mul(rate).div(v.sqrt().add(EPSILON))));
  }

  /** Rows (K, batch, D) of all. */
  private static NDArray rows(Run run, NDArray x, long[] chosen, int networks) {
    NDArray index = run.create(chosen, new Shape(networks, chosen.length / networks));
    return Tensors.select(run.bind(x), index, -2);
  }

  /** The log-odds of label 1, (K, batch, 1). */
  private static NDArray logits(List<NDArray> layers, NDArray rows) {
    NDArray value = rows;
    for (int i = 0; i < layers.size(); i += 2) {
      NDArray in = i == 0 ? value : value.maximum(0);
      value = Tensors.matMul(in, layers.get(i)).add(layers.get(i + 1));
    }
    return value;
  }

  /** The log-odds of label 1 of some rows under one network. */
  double[] logits(NDArray x, int network, long[] chosen) {
    try (Run run = Run.open(CONFIG, 0)) {
      return run.withoutGradients(
          () -> {
            List<NDArray> layers =
                weights.cut(run, shapes(count)).stream()
                    .map(layer -> Tensors.range(layer, -3, network, network + 1))
                    .toList();
            return Tensors.values(logits(layers, rows(run, x, chosen, 1)));
          });
    }
  }

  /** Ends the training of a network; those after it move up. */
  void remove(int network) {
    FlatVector[] rest = {
      without(weights, network), without(mean, network), without(square, network)
    };
    close();
    weights = rest[0];
    mean = rest[1];
    square = rest[2];
    count--;
  }

  private FlatVector without(FlatVector all, int network) {
    double[] values = all.values();
    double[] rest = new double[values.length / count * (count - 1)];
    int from = 0;
    int to = 0;
    for (Shape shape : shapes(count)) {
      int each = Math.toIntExact(shape.size() / count);
      System.arraycopy(values, from, rest, to, each * network);
      System.arraycopy(
          values,
          from + each * (network + 1),
          rest,
          to + each * network,
          each * (count - 1 - network));
      from += each * count;
      to += each * (count - 1);
    }
    FlatVector vector = FlatVector.zeros(CONFIG, rest.length);
    vector.assign(0, rest);
    return vector;
  }

  @Override
  public void close() {
    weights.close();
    mean.close();
    square.close();
  }
}
