package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;

/**
 * Conditional flows that see their context through a network, which is learned with them: as the
 * network's outputs plus a linear map of the context. The networks of this library put out 0 at
 * first, and so does what the flow makes of a context; without the linear map neither would ever
 * move the other.
 */
final class EmbeddedFlow {

  private static final Family FAMILY = Family.of(EmbeddedFlow.class, 1);

  static final String FLOW = "flow";
  static final String EMBEDDING = "embedding";
  static final String LINEAR = "linear";

  private EmbeddedFlow() {}

  /** Flows that see their contexts through networks of this kind, with so many outputs. */
  static Flows through(Conditioner embedding, int features, Flows flows) {
    return (dim, contextDim) ->
        of(flows.of(dim, features), embedding.network(contextDim, features), contextDim, features);
  }

  private static ConditionalTransformModule of(
      ConditionalTransformModule flow, Network embedding, int inputs, int features) {
    return ConditionalTransformModule.of(
        "embedded " + flow,
        inputs,
        () -> {
          ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
          all.add(linear(inputs, features));
          embedding.tensors().forEach(tensor -> all.add(tensor.within(EMBEDDING)));
          flow.tensors().forEach(tensor -> all.add(tensor.within(FLOW)));
          return TensorSpec.ofFamily(FAMILY, all.build());
        },
        (tensors, context, rng, training) -> {
          NDArray output =
              embedding.apply(tensors.within(EMBEDDING), context, rng.split(EMBEDDING), training);
          NDArray seen = output.add(Tensors.matMul(context, tensors.get(LINEAR)));
          return flow.bind(tensors.within(FLOW), rng.split(FLOW), training).given(seen);
        });
  }

  /** Uniform between ±1 / √inputs, as torch's dense layers. */
  static TensorSpec linear(int inputs, int features) {
    Shape shape = new Shape(inputs, features);
    double bound = 1 / Math.sqrt(inputs);
    return TensorSpec.parameter(
        LINEAR, shape, (rng, run) -> rng.uniform(run, shape).mul(2 * bound).sub(bound));
  }
}
