package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Transform;

/**
 * Rows beside a flow in an execution, all in standard units: what a {@link Goal} sees. Gradients go
 * through log-densities and draws alike.
 */
public final class FlowBatch {

  /** Draws of each context are compared with its row, which is one. */
  private static final int DRAWS_OF_A_CONTEXT = 4;

  /** A comparison needs two draws. */
  private static final long FEWEST = 2;

  /** How much what a flow prefers counts: enough where the log-density hardly says anything. */
  private static final double PREFERRED = 0.1;

  private final Ppl p;
  private final FlowModel model;
  private final Rows rows;
  private @Nullable Transform transform;

  /** Of a flow, whose tensors are made if there are none. */
  FlowBatch(Ppl p, FlowModel model, Rows rows) {
    this.p = p;
    this.model = model;
    this.rows = rows;
  }

  /** The rows (N, D). */
  public NDArray y() {
    return rows.y();
  }

  /** Their contexts (N, C); empty without. */
  public Optional<NDArray> x() {
    return Optional.ofNullable(rows.x());
  }

  /** The flow given the contexts, from noise to rows. */
  public Transform transform() {
    if (transform == null) {
      transform = model.flow().transform(p, rows.x());
    }
    return transform;
  }

  /**
   * The log-density of each row, (N). Where noise in the cells of rows is learned, it is that of
   * the rows with noise less that of the noise.
   */
  public NDArray logProb() {
    return ofRows(transform());
  }

  /**
   * The log-density of other rows of the same contexts.
   *
   * @param y {@code (*, N, D)}
   * @return {@code (*, N)}
   */
  public NDArray logProb(NDArray y) {
    return model.distribution(p, transform()).logProb(y);
  }

  /**
   * The same as {@link #logProb()}, and a tenth of what the flow {@linkplain
   * org.ppl4j.nn.NamedTensors#prefer prefers}: what {@link Objective#likelihood()} makes large.
   */
  public NDArray likelihood() {
    List<NDArray> preferred = new ArrayList<>();
    NDArray logProb = ofRows(model.flow().transform(p, rows.x(), preferred::add));
    for (NDArray one : preferred) {
      logProb = logProb.add(one.mul(PREFERRED));
    }
    return logProb;
  }

  private NDArray ofRows(Transform made) {
    if (rows.cells() == null) {
      return model.distribution(p, made).logProb(rows.y());
    }
    CellNoise.Drawn drawn = model.noisy(p, rows);
    return model.distribution(p, made).logProb(drawn.y()).sub(drawn.logProb());
  }

  /** Lets the mean log-density of the rows count as well, times a weight; of 0 it does not. */
  void addLikelihood(double weight) {
    if (weight > 0) {
      p.factor("log density", logProb().mean().mul(weight));
    }
  }

  /** A draw of each row's context, (N, D). */
  public NDArray draws() {
    return drawn(rows.y().getShape());
  }

  /**
   * Draws of each row's context.
   *
   * @param each how many, at least 1
   * @return (each, N, D)
   */
  public NDArray draws(int each) {
    return drawn(new Shape(each).addAll(rows.y().getShape()));
  }

  private NDArray drawn(Shape shape) {
    Rng rng = p.run().rng(Rng.Purpose.MODEL, "compared draws");
    Distribution each = model.distribution(p, transform()).base();
    NDArray noise = each.expand(Shapes.dropRight(shape, 1)).draw(rng).value();
    try {
      return transform().forward(noise).value();
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "objective compares draws, but flow '%s' makes none: %s; train it by likelihood, or invert"
                  .formatted(transform(), e.getMessage())
              + " it",
          e);
    }
  }

  /**
   * The mean score of draws at rows, a number: without contexts of as many draws as rows, else of a
   * few draws of each context at its row.
   */
  public NDArray score(Mmd mmd) {
    long count = rows.y().getShape().get(0);
    if (rows.x() == null) {
      NDArray draws = drawn(new Shape(Math.max(FEWEST, count), model.dim()));
      return mmd.score(draws, rows.y());
    }
    NDArray draws = draws(DRAWS_OF_A_CONTEXT);
    NDArray scores = mmd.score(draws.swapAxes(0, 1), rows.y().expandDims(1));
    return Tensors.total(scores).div(count);
  }
}
