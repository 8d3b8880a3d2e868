package org.ppl4j.tensor.engine;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/** The rows of images. */
final class ImageScripts {

  private ImageScripts() {}

  static List<Script> all() {
    return List.of(
        Script.expression(
            Op.CONVOLUTION,
            "a: Tensor, b: Tensor, n: List[int]",
            "torch.conv2d(a, b, None, [n[1], n[2]], [n[3], n[4]], [n[5], n[6]], n[0])"),
        Script.expression(
            Op.TRANSPOSED_CONVOLUTION,
            "a: Tensor, b: Tensor, n: List[int]",
            "torch.conv_transpose2d(a, b, None, [n[1], n[2]], [n[3], n[4]], [n[7], n[8]], n[0],"
                + " [n[5], n[6]])"));
  }
}
