package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Rows beside the draws of a flow, through which gradients go: what objectives that compare draws
 * have in common.
 *
 * @param transform the flow in an execution
 * @param y rows (N, D)
 * @param x their contexts (N, C); null without
 */
record Comparison(Ppl p, Transform transform, NDArray y, @Nullable NDArray x) {

  /** Draws of each context are compared with its row, which is one. */
  private static final int DRAWS_OF_A_CONTEXT = 4;

  /** A comparison needs two draws. */
  private static final long FEWEST = 2;

  static Comparison of(Ppl p, FlowModel model, Rows rows) {
    return new Comparison(p, model.flow().transform(p, rows.x()), rows.y(), rows.x());
  }

  /** A draw of each row's context, (N, D). */
  NDArray drawn() {
    return drawn(y.getShape());
  }

  /**
   * The mean score of draws at rows: without contexts of as many draws as rows, else of a few draws
   * of each context at its row.
   */
  NDArray score(Mmd mmd) {
    long rows = y.getShape().get(0);
    long columns = y.getShape().get(1);
    if (x == null) {
      return mmd.score(drawn(new Shape(Math.max(FEWEST, rows), columns)), y);
    }
    NDArray draws = drawn(new Shape(DRAWS_OF_A_CONTEXT, rows, columns));
    return Tensors.total(mmd.score(draws.swapAxes(0, 1), y.expandDims(1))).div(rows);
  }

  private NDArray drawn(Shape shape) {
    Rng rng = p.run().rng(Rng.Purpose.MODEL, "compared draws");
    int dim = Math.toIntExact(shape.get(shape.dimension() - 1));
    Distribution each = FlowNoise.of(transform, dim).on(p.run());
    NDArray noise = each.expand(Shapes.dropRight(shape, 1)).draw(rng).value();
    try {
      return transform.forward(noise).value();
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "objective compares draws, but flow '%s' makes none: %s; train it by likelihood, or invert"
                  .formatted(transform, e.getMessage())
              + " it",
          e);
    }
  }

  /** The mean log-density of the rows. */
  NDArray logProb() {
    Mapped mapped = transform.inverse(y);
    long[] size = y.getShape().getShape();
    Distribution noise = FlowNoise.of(transform, Math.toIntExact(size[1])).on(p.run());
    return Tensors.total(noise.logProb(mapped.value()).add(mapped.logDet())).div(size[0]);
  }

  /** Adds the likelihood, if it has a weight. */
  void addLikelihood(double weight) {
    if (weight > 0) {
      p.factor("log density", logProb().mul(weight));
    }
  }

  static double checkedWeight(double weight) {
    checkArgument(
        weight > 0 && Double.isFinite(weight),
        "objective has likelihood of weight %s, but it must be positive and finite",
        weight);
    return weight;
  }
}
