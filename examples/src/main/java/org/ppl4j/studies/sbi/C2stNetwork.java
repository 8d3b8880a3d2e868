package org.ppl4j.studies.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/** The classifier of a {@link C2st}: a network of two hidden layers. In float32. */
final class C2stNetwork implements AutoCloseable {

  private static final double PENALTY = 1e-4;

  /** Its updates alone: nothing clips the gradients, as nothing does in scikit-learn. */
  private static final Adam ADAM = Adam.withRate(1e-3);

  private static final RunConfig CONFIG = RunConfig.defaults().withFloatType(FloatType.FLOAT32);

  private final ImmutableList<Shape> shapes;
  private final FlatVector weights;
  private final double[][] state;
  private int steps;

  /** Weights and biases uniform between ±√(6 / (inputs + outputs)) of their layer. */
  C2stNetwork(int dim, int units, Rng rng) {
    this.shapes =
        ImmutableList.of(
            new Shape(dim, units),
            new Shape(1, units),
            new Shape(units, units),
            new Shape(1, units),
            new Shape(units, 1),
            new Shape(1, 1));
    int size = Math.toIntExact(shapes.stream().mapToLong(Shape::size).sum());
    this.weights = FlatVector.zeros(CONFIG, size);
    this.state = new double[ADAM.stateVectors()][size];
    double[] all = new double[size];
    int at = 0;
    for (int i = 0; i < shapes.size(); i++) {
      Shape layer = shapes.get(i - i % 2);
      double bound = Math.sqrt(6.0 / (layer.get(0) + layer.get(1)));
      for (long k = 0; k < shapes.get(i).size(); k++) {
        all[at++] = bound * (2 * rng.nextUniform() - 1);
      }
    }
    weights.assign(0, all);
  }

  /**
   * One step of Adam.
   *
   * @param x all rows, (N, D)
   * @param chosen the rows of the batch
   * @param labels of all rows, 0 or 1
   * @return the loss before it
   */
  double step(NDArray x, long[] chosen, double[] labels) {
    steps++;
    try (Run run = Run.open(CONFIG, steps)) {
      double[] answers = Arrays.stream(chosen).mapToDouble(i -> labels[(int) i]).toArray();
      NDArray y = run.create(answers, new Shape(chosen.length, 1));
      List<NDArray> layers = weights.cut(run, shapes);
      NDArray logits = logits(layers, rows(run, x, chosen));
      NDArray penalty = run.scalar(0);
      for (int i = 0; i < layers.size(); i += 2) {
        penalty = penalty.add(Tensors.total(layers.get(i).square()));
      }
      NDArray loss =
          Tensors.total(Special.softplus(logits).sub(logits.mul(y)))
              .add(penalty.mul(PENALTY / 2))
              .div(chosen.length);
      NDArray gradient = Autograd.flatGrad(loss, List.of(weights.variable(run)));
      double[] now = weights.values();
      ADAM.update(steps, now, Tensors.values(gradient), state, 0, now.length);
      weights.assign(0, now);
      return Tensors.values(loss)[0];
    }
  }

  private static NDArray rows(Run run, NDArray x, long[] chosen) {
    return Tensors.select(run.bind(x), run.create(chosen, new Shape(chosen.length)), -2);
  }

  /** The log-odds of label 1, (batch, 1). */
  private static NDArray logits(List<NDArray> layers, NDArray rows) {
    NDArray value = rows;
    for (int i = 0; i < layers.size(); i += 2) {
      NDArray in = i == 0 ? value : value.maximum(0);
      value = Tensors.matMul(in, layers.get(i)).add(layers.get(i + 1));
    }
    return value;
  }

  /** The log-odds of label 1 of some rows. */
  double[] logits(NDArray x, long[] chosen) {
    try (Run run = Run.open(CONFIG, 0)) {
      return run.withoutGradients(
          () -> Tensors.values(logits(weights.cut(run, shapes), rows(run, x, chosen))));
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
