package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Activation normalisation: a learnable shift and scale of each coordinate, y = (m + loc) + s ·
 * exp(logScale) · x, which start so that the inverse brings the first batch to mean 0 and standard
 * deviation 1.
 *
 * <p>x and y: {@code (*, D)}; log |det| = Σ (log s + logScale). Tensors: {@code loc (D)} and {@code
 * logScale (D)}, learned, 0 at first; {@code firstLoc (D)} and {@code firstLogScale (D)}, buffers:
 * m and log s. In the first step of learning m and s are the mean and the standard deviation (plus
 * 1e-6) of what {@code inverse} gets there, all batch dims together, without a gradient; the step
 * keeps them if it succeeds. Until then, for a batch of a single row, and {@code forward}, they are
 * 0 and 1: the identity. Afterwards this is an {@link Affine} layer with another start, whatever
 * the batch. Both directions cost the same; {@code inverted()} normalises what goes forward: for a
 * guide.
 *
 * <p>Source: Kingma and Dhariwal, "Glow: generative flow with invertible 1×1 convolutions" (2018),
 * section 3.1.
 */
public final class ActNorm implements TransformModule {

  private static final Family FAMILY = Family.of(ActNorm.class, 1);

  private static final double MIN = 1e-6;
  private static final String LOC = "firstLoc";
  private static final String LOG_SCALE = "firstLogScale";

  private final int dim;
  private final Layer layer = new Layer();

  private ActNorm(int dim) {
    this.dim = dim;
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static ActNorm of(int dim) {
    checkArgument(dim >= 1, "act norm needs at least 1 coordinate, but dim is %s", dim);
    return new ActNorm(dim);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape shape = new Shape(dim);
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("loc", shape, 0),
        TensorSpec.parameter("logScale", shape, 0),
        TensorSpec.buffer(LOC, shape, (rng, run) -> run.zeros(shape)),
        TensorSpec.buffer(LOG_SCALE, shape, (rng, run) -> run.zeros(shape)));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return training && tensors.isFirst(LOC)
        ? new NormalizingMap(layer, tensors)
        : layer.stored(tensors);
  }

  @Override
  public String toString() {
    return "act norm(" + dim + ")";
  }

  private final class Layer implements NormalizingMap.Layer {

    @Override
    public Transform stored(NamedTensors tensors) {
      return map(tensors, tensors.get(LOC), tensors.get(LOG_SCALE));
    }

    @Override
    public Transform of(NamedTensors tensors, NDArray batch) {
      NormalizingMap.Moments moments =
          Tensors.run(batch).withoutGradients(() -> NormalizingMap.Moments.of(batch));
      NDArray logScale = moments.variance().sqrt().add(MIN).log();
      tensors.update(LOC, moments.mean());
      tensors.update(LOG_SCALE, logScale);
      return map(tensors, moments.mean(), logScale);
    }

    private static Transform map(NamedTensors tensors, NDArray firstLoc, NDArray firstLogScale) {
      return new AffineMap(
          tensors.get("loc").add(firstLoc), tensors.get("logScale").add(firstLogScale), 1);
    }

    @Override
    public String toString() {
      return ActNorm.this.toString();
    }
  }
}
