package org.ppl4j.tensor.graph;

import com.google.common.primitives.ImmutableIntArray;

/**
 * Makes the nodes of convolutions: the windows of an image are a view of it, of which the kernels
 * are a product. The gradient of the view puts windows back where they overlap.
 */
final class Windows {

  private final Graph graph;

  Windows(Graph graph) {
    this.graph = graph;
  }

  /**
   * Of images {@code (N, G C, H, W)} and kernels {@code (G O, C, h, w)}: {@code (N, G O, H - h + 1,
   * W - w + 1)}.
   */
  Node convolution(Node images, Node kernels, int groups) {
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
