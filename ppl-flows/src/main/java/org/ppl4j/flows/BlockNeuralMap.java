package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * A block neural layer with its matrices. Slopes are products of positive numbers, so that no
 * logarithm is needed before the last sum.
 */
final class BlockNeuralMap extends VectorMap {

  private final ImmutableList<NDArray> weights;
  private final ImmutableList<NDArray> blocks;
  private final ImmutableList<NDArray> biases;
  private final NDArray share;
  private final NDArray rest;

  /**
   * With the matrices {@code (*, D k′, D k)}, their diagonal blocks {@code (*, D, k′, k)}, the
   * biases {@code (*, D k)}, γ and 1 − γ, {@code (*, D)}.
   */
  BlockNeuralMap(
      List<NDArray> weights,
      List<NDArray> blocks,
      List<NDArray> biases,
      NDArray share,
      NDArray rest) {
    super(batch(weights, biases, share));
    this.weights = ImmutableList.copyOf(weights);
    this.blocks = ImmutableList.copyOf(blocks);
    this.biases = ImmutableList.copyOf(biases);
    this.share = share;
    this.rest = rest;
  }

  private static Shape batch(List<NDArray> weights, List<NDArray> biases, NDArray share) {
    Shape batch = Shapes.dropRight(share.getShape(), Math.min(1, share.getShape().dimension()));
    for (int l = 0; l < weights.size(); l++) {
      batch =
          Shapes.broadcast(
              batch,
              Shapes.dropRight(weights.get(l).getShape(), 2),
              Shapes.dropRight(biases.get(l).getShape(), 1));
    }
    return batch;
  }

  /** The diagonal blocks {@code (*, D, k′, k)} of a matrix that is 0 elsewhere. */
  static NDArray blocks(NDArray diagonal, int dim) {
    Shape shape = diagonal.getShape();
    int rank = shape.dimension();
    long from = shape.get(rank - 2) / dim;
    long to = shape.get(rank - 1) / dim;
    Shape batch = Shapes.dropRight(shape, 2);
    return Tensors.reshape(diagonal, Shapes.concat(batch, new Shape(dim, from, dim, to)))
        .sum(new int[] {-4})
        .swapAxes(-3, -2);
  }

  /** The images and the logarithms of the diagonal of the Jacobian, both {@code (*, D)}. */
  private Mapped each(NDArray x) {
    NDArray h = through(x, 0);
    NDArray slope = blocks.get(0);
    for (int l = 1; l < weights.size(); l++) {
      NDArray tanh = h.tanh();
      Shape block = blocks.get(l).getShape();
      int rank = block.dimension();
      Shape row = new Shape(block.get(rank - 3), 1, block.get(rank - 2));
      NDArray flat =
          Tensors.reshape(
              tanh.square().sub(1).neg(), Shapes.concat(Shapes.dropRight(h.getShape(), 1), row));
      slope = Tensors.matMul(slope.mul(flat), blocks.get(l));
      h = through(tanh, l);
    }
    NDArray logSlope = slope.squeeze(-1).squeeze(-1).mul(share).add(rest).log();
    return new Mapped(x.mul(rest).add(h.mul(share)), logSlope);
  }

  private NDArray through(NDArray h, int layer) {
    NDArray weight = weights.get(layer);
    NDArray product =
        weight.getShape().dimension() == 2
            ? Tensors.matMul(h, weight)
            : Tensors.matMul(h.expandDims(-2), weight).squeeze(-2);
    return product.add(biases.get(layer));
  }

  @Override
  protected Mapped doForward(NDArray x) {
    Mapped each = each(x);
    return new Mapped(each.value(), Tensors.sumRight(each.logDet(), 1));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    Mapped found =
        Tensors.run(y)
            .withoutGradients(
                () -> {
                  NDArray x = solve(y);
                  return new Mapped(x, doForward(x).logDet().neg());
                });
    return ImplicitInverse.of(found, y, this::doForward, Constraint.REAL);
  }

  /**
   * One coordinate after the other, given those before it: f_i is its last bias up to the sum of
   * its last weights, since tanh is between −1 and 1.
   */
  private NDArray solve(NDArray y) {
    int last = weights.size() - 1;
    NDArray whole = y.broadcast(forwardShape(y.getShape()));
    NDArray reach = weights.get(last).abs().sum(new int[] {-2}).mul(share);
    NDArray middle = whole.sub(biases.get(last).mul(share));
    NDArray low = middle.sub(reach).div(rest);
    NDArray high = middle.add(reach).div(rest);
    NDArray x = low.add(high).mul(0.5);
    long dim = y.getShape().get(y.getShape().dimension() - 1);
    List<NDArray> solved = new ArrayList<>();
    for (long i = 0; i < dim; i++) {
      List<NDArray> columns = new ArrayList<>(solved);
      long at = i;
      NDArray later = i + 1 < dim ? Tensors.range(x, -1, i + 1, dim) : null;
      solved.add(
          MonotoneInverse.of(
              v -> {
                List<NDArray> parts = new ArrayList<>(columns);
                parts.add(v);
                if (later != null) {
                  parts.add(later);
                }
                Mapped each = each(Tensors.concat(parts, -1));
                return new Mapped(column(each.value(), at), column(each.logDet(), at));
              },
              column(whole, i),
              column(low, i),
              column(high, i)));
    }
    return Tensors.concat(solved, -1);
  }

  private static NDArray column(NDArray x, long i) {
    return Tensors.range(x, -1, i, i + 1);
  }

  @Override
  public Invertibility invertibility() {
    return Invertibility.ITERATIVE;
  }

  @Override
  public int iterations() {
    Shape shape = biases.get(weights.size() - 1).getShape();
    return Math.toIntExact(shape.get(shape.dimension() - 1)) * MonotoneInverse.STEPS;
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new BlockNeuralMap(
        weights.stream().map(operator).toList(),
        blocks.stream().map(operator).toList(),
        biases.stream().map(operator).toList(),
        operator.apply(share),
        operator.apply(rest));
  }

  @Override
  public String toString() {
    return "block neural";
  }
}
