package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.svi.Svi;

/** The blocks of the page images.md. */
final class ImagesPage {

  private ImagesPage() {}

  // region
  record Curve(NDArray x, NDArray y) {}

  static final Block NETWORK =
      new SequentialBlock()
          .add(Linear.builder().setUnits(16).build())
          .add(Activation::tanh)
          .add(Linear.builder().setUnits(1).build());

  static final Program<Curve> FITTED =
      (p, curve) -> {
        try (Plate rows = p.plate("rows", curve.y().size(0))) {
          NDArray x = rows.take(curve.x()).expandDims(-1);
          NDArray mean = p.net("net", NETWORK, x, 1).squeeze(-1); // of rows of one dim
          p.observe("y", Normal.of(mean, 0.1), rows.take(curve.y()));
        }
      };

  static double learn(Curve curve) {
    Program<Curve> nothingLatent = (p, data) -> {};
    try (Svi<Curve> svi = Svi.of(FITTED, nothingLatent)) {
      return svi.run(curve, 3000).finalLoss(); // minus the log likelihood
    }
  }
  // endregion
}
