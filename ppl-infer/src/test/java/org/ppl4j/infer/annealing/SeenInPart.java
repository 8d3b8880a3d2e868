package org.ppl4j.infer.annealing;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Tensors;

/** A latent value for each row of a plate of which a step would see some rows only. */
final class SeenInPart {

  static final Program<NDArray> MODEL =
      (p, y) -> {
        try (Plate rows = p.plate("rows", 4, 2)) {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.observe("y", Normal.of(x, 1), rows.take(y));
        }
      };

  /** Of {@link #rows}, each of N(0, 2). */
  static final double LOG_EVIDENCE = -4 * Math.log(4 * Math.PI) / 2 - (1 + 4 + 0 + 1) / 4.0;

  private SeenInPart() {}

  static NDArray rows() {
    return Tensors.vector(1, 2, 0, -1);
  }
}
