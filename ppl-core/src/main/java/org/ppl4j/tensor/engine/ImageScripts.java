package org.ppl4j.tensor.engine;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/** The rows of images and signals. */
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
                + " [n[5], n[6]])"),
        // What is one number repeated is no signal for the engine; a copy or a product of it is.
        Script.one(Op.RFFT, "torch.view_as_real(torch.fft_rfft(torch.contiguous(a)))"),
        Script.expression(
            Op.IRFFT,
            "a: Tensor, n: int",
            "torch.mul(torch.fft_irfft(torch.complex(torch.select(a, -1, 0),"
                + " torch.select(a, -1, 1)), n), 1.)"));
  }
}
