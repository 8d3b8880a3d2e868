package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;

/**
 * A conditional flow that sees its context through a network, which is learned with it: as the
 * network's outputs plus a linear map of the context. The networks of this library put out 0 at
 * first, and so does what the flow makes of a context; without the linear map neither would ever
 * move the other.
 *
 * @param flow whose contexts are of so many features
 * @param embedding the network
 * @param inputs how many numbers a context has
 * @param features how many the network puts out
 */
record EmbeddedFlow(ConditionalTransformModule flow, Network embedding, int inputs, int features)
    implements ConditionalTransformModule {

  private static final String FLOW = "flow";
  private static final String EMBEDDING = "embedding";
  private static final String LINEAR = "linear";

  /** Flows that see their contexts through networks of this kind. */
  static Flows through(Conditioner embedding, int features, Flows flows) {
    return (dim, contextDim) ->
        new EmbeddedFlow(
            flows.of(dim, features), embedding.network(contextDim, features), contextDim, features);
  }

  /** Uniform between ±1 / √inputs, as torch's dense layers. */
  private TensorSpec linear() {
    Shape shape = new Shape(inputs, features);
    double bound = 1 / Math.sqrt(inputs);
    return TensorSpec.parameter(
        LINEAR, shape, (rng, run) -> rng.uniform(run, shape).mul(2 * bound).sub(bound));
  }

  @Override
  public List<TensorSpec> tensors() {
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    all.add(linear());
    embedding.tensors().forEach(tensor -> all.add(tensor.within(EMBEDDING)));
    flow.tensors().forEach(tensor -> all.add(tensor.within(FLOW)));
    return all.build();
  }

  @Override
  public ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new BoundFlow(
        flow.bind(tensors.within(FLOW), rng.split(FLOW), training),
        embedding,
        tensors.within(EMBEDDING),
        tensors.get(LINEAR),
        rng.split(EMBEDDING),
        training);
  }

  private record BoundFlow(
      ConditionalTransform flow,
      Network embedding,
      NamedTensors tensors,
      NDArray linear,
      Rng rng,
      boolean training)
      implements ConditionalTransform {

    @Override
    public Transform given(NDArray context) {
      NDArray features = embedding.apply(tensors, context, rng, training);
      return flow.given(features.add(Tensors.matMul(context, linear)));
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new BoundFlow(
          flow.withParameters(operator),
          embedding,
          tensors.map(operator),
          operator.apply(linear),
          rng,
          training);
    }
  }
}
