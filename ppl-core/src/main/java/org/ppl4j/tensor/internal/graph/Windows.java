package org.ppl4j.tensor.internal.graph;

import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import org.ppl4j.tensor.internal.graph.Form.Convolution.Part;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Sliding;

/**
 * Makes the nodes of convolutions. Of small ones the windows of an image are a view of it, of which
 * the kernels are a product; the gradient of the view puts windows back where they overlap. Others
 * are nodes by themselves.
 */
final class Windows {

  /** From so many products on a convolution is a node. */
  private static final double MANY = 10_000;

  private final Graph graph;

  Windows(Graph graph) {
    this.graph = graph;
  }

  Node convolution(Node images, Node kernels, Attributes a) {
    Sliding sliding = Sliding.of(a.longs());
    ImmutableIntArray shape = shape(Op.CONVOLUTION, images, kernels, a);
    double products =
        (double) Dims.size(shape) * kernels.size() / Math.max(1, kernels.shape().get(0));
    boolean isOfPlaces = kernels.shape().get(2) == 1 && kernels.shape().get(3) == 1;
    boolean isPlain = sliding.equals(Sliding.within(sliding.groups()));
    return isPlain && (isOfPlaces || products < MANY)
        ? product(images, kernels, (int) sliding.groups())
        : graph.node(new Form.Convolution(Part.SUMS, images, kernels, sliding), shape);
  }

  Node transposed(Node sums, Node kernels, Attributes a) {
    Form form = new Form.Convolution(Part.IMAGES, kernels, sums, Sliding.of(a.longs()));
    return graph.node(form, shape(Op.TRANSPOSED_CONVOLUTION, sums, kernels, a));
  }

  private static ImmutableIntArray shape(Op op, Node one, Node other, Attributes a) {
    Shape[] in = {Dims.shape(one.shape()), Dims.shape(other.shape())};
    return Dims.of(op.resultShape(in, a));
  }

  /** What an operand of a convolution, the first one or the other, gets of its gradient. */
  Node gradient(Form.Convolution of, Node d, boolean isFirst) {
    Node kept = isFirst ? of.other() : of.one();
    Part first = of.part() == Part.IMAGES ? Part.KERNELS : Part.IMAGES;
    Part other = of.part() == Part.SUMS ? Part.KERNELS : Part.SUMS;
    Part wanted = isFirst ? first : other;
    Part ofKept = isFirst ? other : first;
    boolean isBefore = of.part().compareTo(ofKept) < 0;
    Form form =
        new Form.Convolution(wanted, isBefore ? d : kept, isBefore ? kept : d, of.sliding());
    return graph.node(form, (isFirst ? of.one() : of.other()).shape());
  }

  /** By a product: {@code (N, G O, H - h + 1, W - w + 1)}. */
  private Node product(Node images, Node kernels, int groups) {
    int count = images.shape().get(0);
    int channels = kernels.shape().get(1);
    int outputs = kernels.shape().get(0) / groups;
    int height = kernels.shape().get(2);
    int width = kernels.shape().get(3);
    int rows = images.shape().get(2) - height + 1;
    int columns = images.shape().get(3) - width + 1;
    ImmutableIntArray apart = images.strides();
    int channel = apart.get(1);
    int down = apart.get(2);
    int right = apart.get(3);
    // By group, so that those of one group are the rows of one matrix.
    Node windows =
        graph.view(
            images.base(),
            images.offset(),
            ImmutableIntArray.of(
                channels * channel, apart.get(0), down, right, channel, down, right),
            ImmutableIntArray.of(groups, count, rows, columns, channels, height, width));
    int size = channels * height * width;
    int places = count * rows * columns;
    Node seen = graph.reshape(windows, ImmutableIntArray.of(groups, places, size));
    Node weights = graph.reshape(kernels, ImmutableIntArray.of(groups, outputs, size));
    Node sums = graph.product(seen, graph.transpose(weights));
    Node byGroup = graph.reshape(sums, ImmutableIntArray.of(groups, count, rows, columns, outputs));
    Node byImage = graph.permute(byGroup, 1, 0, 4, 2, 3);
    return graph.reshape(byImage, ImmutableIntArray.of(count, groups * outputs, rows, columns));
  }
}
