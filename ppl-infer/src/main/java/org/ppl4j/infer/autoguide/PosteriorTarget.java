package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.RunDensity;
import org.ppl4j.infer.stochastic.Target;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** A model's log density in the units of a guide, which the guide's stochastic layers follow. */
final class PosteriorTarget {

  private PosteriorTarget() {}

  /**
   * That of a model in the run of an execution of its guide.
   *
   * @param placing from the guide's units to unconstrained vectors
   * @throws IllegalArgumentException if a step sees some rows only of a latent site
   */
  static <D extends @Nullable Object> Target of(
      Ppl p, Program<D> model, D data, LatentSpace space, Transform placing) {
    checkArgument(
        space.local().isEmpty(),
        "stochastic layers move all latent values, but a step sees some rows only of sites %s; let"
            + " the model see all rows of their plates",
        space.local().names());
    RunDensity<D> density = new RunDensity<>(p.run(), p.params(), model, data, space);
    return u -> {
      Mapped placed = placing.forward(u);
      RunDensity.At at = density.at(placed.value());
      for (Plate plate : at.program().plates()) {
        checkArgument(
            plate.batch() == plate.size(),
            "stochastic layers follow the density of all data, but they hold %s of %s rows of plate"
                + " '%s'; give the fit the whole data",
            plate.batch(),
            plate.size(),
            plate.name());
      }
      NDArray logDensity = Tensors.reshape(at.logDensity(), Shapes.dropRight(u.getShape(), 1));
      return logDensity.add(placed.logDet());
    };
  }
}
