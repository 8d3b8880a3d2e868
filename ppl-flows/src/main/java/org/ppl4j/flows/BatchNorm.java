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
 * Batch normalisation: y = m + √(v + ε) · (loc + exp(logScale) · x) for each coordinate, with mean
 * m and variance v of the batch, ε = 1e-5.
 *
 * <p>x and y: {@code (*, D)}; log |det| = Σ (log(v + ε) / 2 + logScale). Where it learns, {@code
 * inverse}, the direction of densities, takes m and v from what it is given, all batch dims
 * together, and gradients follow them; the log-determinant counts them as constants. A batch of a
 * single row is normalised by the running statistics. Each step that succeeds moves the running
 * statistics towards those of its batch, the first takes them over; {@code forward}, and both
 * directions where nothing is learned, use them, so that densities of rows do not depend on each
 * other.
 *
 * <p>Tensors: {@code loc (D)} and {@code logScale (D)}, learned, 0 at first; {@code mean (D)} 0 and
 * {@code variance (D)} 1 − ε, buffers: the identity at first, until the first step of learning.
 * Both directions cost the same; {@code inverted()} normalises what goes forward: for a guide.
 *
 * <p>Sources: Dinh, Sohl-Dickstein and Bengio, "Density estimation using Real NVP" (2017), section
 * 3.7; the shift and scale after Papamakarios, Pavlakou and Murray, "Masked autoregressive flow for
 * density estimation" (2017), section 3.4.
 */
public final class BatchNorm implements TransformModule {

  private static final Family FAMILY = Family.of(BatchNorm.class, 1);

  private static final double EPSILON = 1e-5;

  private final int dim;
  private final double momentum;
  private final Layer layer = new Layer();

  private BatchNorm(int dim, double momentum) {
    this.dim = dim;
    this.momentum = momentum;
  }

  /**
   * For vectors of {@code dim} coordinates; a batch counts 0.1 in the running statistics.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static BatchNorm of(int dim) {
    checkArgument(dim >= 1, "batch norm needs at least 1 coordinate, but dim is %s", dim);
    return new BatchNorm(dim, 0.1);
  }

  /**
   * With another weight of the newest batch in the running statistics.
   *
   * @throws IllegalArgumentException if it is not in (0, 1]
   */
  public BatchNorm momentum(double momentum) {
    checkArgument(
        momentum > 0 && momentum <= 1,
        "batch norm has momentum %s, but it must be in (0, 1]",
        momentum);
    return new BatchNorm(dim, momentum);
  }

  @Override
  public List<TensorSpec> tensors() {
    Shape shape = new Shape(dim);
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("loc", shape, 0),
        TensorSpec.parameter("logScale", shape, 0),
        TensorSpec.buffer("mean", shape, (rng, run) -> run.zeros(shape)),
        TensorSpec.buffer("variance", shape, (rng, run) -> run.full(1 - EPSILON, shape)));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return training ? new NormalizingMap(layer, tensors) : layer.stored(tensors);
  }

  @Override
  public String toString() {
    return "batch norm(" + dim + ")";
  }

  private final class Layer implements NormalizingMap.Layer {

    @Override
    public Transform stored(NamedTensors tensors) {
      return map(tensors, tensors.get("mean"), tensors.get("variance"));
    }

    @Override
    public Transform of(NamedTensors tensors, NDArray batch) {
      NormalizingMap.Moments moments = NormalizingMap.Moments.of(batch);
      update(tensors, "mean", moments.mean());
      update(tensors, "variance", moments.variance());
      return map(tensors, moments.mean(), moments.variance());
    }

    private void update(NamedTensors tensors, String name, NDArray found) {
      NDArray value = Tensors.detached(found);
      NDArray stored = tensors.get(name);
      tensors.update(
          name, tensors.isFirst(name) ? value : stored.add(value.sub(stored).mul(momentum)));
    }

    private static Transform map(NamedTensors tensors, NDArray mean, NDArray variance) {
      NDArray raised = variance.add(EPSILON);
      return new AffineMap(
          tensors.get("loc").mul(raised.sqrt()).add(mean),
          tensors.get("logScale").add(raised.log().div(2)),
          1);
    }

    @Override
    public String toString() {
      return BatchNorm.this.toString();
    }
  }
}
