package org.ppl4j.infer.density;

import ai.djl.ndarray.NDManager;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.SphericalUniform;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.Transform;

/** What the noise is that a flow makes rows of, and where it makes them. */
final class FlowNoise {

  private FlowNoise() {}

  /**
   * Standard normal for a flow of numbers, uniform for one of angles or of directions.
   *
   * @param dim of the noise
   * @throws IllegalArgumentException if the flow takes anything else
   */
  static Distribution of(Transform flow, int dim) {
    Constraint domain = flow.domain().elementwise();
    if (domain.isReal()) {
      return Normal.standard(dim).toEvent(1);
    }
    if (domain.equals(Constraint.SPHERE)) {
      return SphericalUniform.of(dim);
    }
    if (domain.equals(Constraint.CIRCULAR)) {
      return Uniform.of(-Math.PI, Math.PI).expand(dim).toEvent(1);
    }
    throw new IllegalArgumentException(
        "flow '%s' takes noise in '%s', of which there is none; start it from numbers, from angles"
                .formatted(flow, flow.domain())
            + " alone or from a sphere");
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
