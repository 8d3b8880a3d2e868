package org.ppl4j.tensor.engine;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/** The row of images. */
final class ImageScripts {

  private ImageScripts() {}

  static List<Script> all() {
    return List.of(
        Script.expression(
            Op.CONVOLUTION,
            "a: Tensor, b: Tensor, groups: int",
            "torch.conv2d(a, b, None, [1, 1], [0, 0], [1, 1], groups)"));
  }
}
