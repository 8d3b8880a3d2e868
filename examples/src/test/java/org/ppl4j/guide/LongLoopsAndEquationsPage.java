package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;

/** The blocks of the page long-loops-and-equations.md. */
final class LongLoopsAndEquationsPage {

  private LongLoopsAndEquationsPage() {}

  // region
  static final Program<NDArray> STATES =
      (p, y) -> {
        NDArray phi = p.sample("phi", Uniform.of(0, 1));
        NDArray sigma = p.sample("sigma", HalfNormal.of(1));
        p.scan(
            "t",
            (int) y.size(0),
            p.scalar(0),
            (q, t, before) -> {
              NDArray x = q.sample("x", Normal.of(before.mul(phi), sigma));
              q.observe("y", Normal.of(x, 0.5), t.take(y));
              return x;
            });
      };

  // endregion
}
