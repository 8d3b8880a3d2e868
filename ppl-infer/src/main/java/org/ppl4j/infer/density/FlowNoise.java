package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.SphericalUniform;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Transform;

/** What the noise is that a flow makes rows of, and where it makes them. */
final class FlowNoise {

  static final Family FAMILY = Family.of(FlowNoise.class, 1);

  private FlowNoise() {}

  /**
   * Standard normal for a flow of numbers, uniform for one of angles or of directions; of numbers,
   * batch shape (dim), but of directions.
   *
   * @param dim of the noise
   * @throws IllegalArgumentException if the flow takes anything else
   */
  static Distribution of(Transform flow, int dim) {
    Constraint domain = flow.domain().elementwise();
    if (domain.isReal()) {
      return Normal.standard(dim);
    }
    if (domain.equals(Constraint.SPHERE)) {
      return SphericalUniform.of(dim);
    }
    if (domain.equals(Constraint.CIRCULAR)) {
      return Uniform.of(-Math.PI, Math.PI).expand(dim);
    }
    throw new IllegalArgumentException(
        "flow '%s' takes noise in '%s', of which there is none; start it from numbers, from angles"
                .formatted(flow, flow.domain())
            + " alone or from a sphere");
  }

  /**
   * As vectors.
   *
   * @throws IllegalArgumentException if it is neither of so many numbers nor a vector of them
   */
  @CanIgnoreReturnValue
  static Distribution ofVectors(Distribution noise, int dim) {
    Shape batch = noise.batchShape();
    Shape event = noise.eventShape();
    boolean isOfNumbers = event.dimension() == 0 && batch.equals(new Shape(dim));
    checkArgument(
        isOfNumbers || batch.dimension() == 0 && event.equals(new Shape(dim)),
        "base '%s' has batch shape %s and event shape %s, but noise of %s columns is of numbers"
            + " with batch shape (%s) or of vectors with event shape (%s); expand it, or make it an"
            + " event",
        noise,
        batch,
        event,
        dim,
        dim,
        dim);
    return isOfNumbers ? noise.toEvent(1) : noise;
  }

  /**
   * Where a flow makes rows.
   *
   * @param contextDim how many entries a context has; 0 without
   */
  static Constraint madeBy(Fitted.Flows flows, int dim, int contextDim, RunConfig config) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore scratch = new ParamStore(manager, config)) {
      return new FlowModel(flows.of(dim, contextDim), dim, scratch, config).create(contextDim);
    }
  }
}
