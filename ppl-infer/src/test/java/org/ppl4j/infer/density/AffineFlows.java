package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Flows whose maximum likelihood is known: normal distributions and linear regressions. */
public final class AffineFlows {

  private AffineFlows() {}

  private static List<TensorSpec> tensors(int dim) {
    return List.of(
        TensorSpec.parameter("loc", new Shape(dim), 0.7),
        TensorSpec.parameter("logScale", new Shape(dim), -0.4),
        TensorSpec.buffer("one", new Shape(dim), (rng, run) -> run.ones(new Shape(dim))));
  }

  private static Transform affine(NDArray loc, NamedTensors tensors) {
    NDArray scale = tensors.get("logScale").exp().mul(tensors.get("one"));
    return Bijections.affine(loc, scale).independent(1);
  }

  /** y = loc + scale · noise for each column. */
  public static TransformModule normal(int dim) {
    return new TransformModule() {
      @Override
      public List<TensorSpec> tensors() {
        return AffineFlows.tensors(dim);
      }

      @Override
      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
        return affine(tensors.get("loc"), tensors);
      }
    };
  }

  /** y = −x, for one column. */
  static Transform turned() {
    return Bijections.affine(0, -1).independent(1);
  }

  /** y = loc + slope · x + scale · noise, with as many columns in y as in x, or one in either. */
  public static ConditionalTransformModule regression(int dim, int contextDim) {
    return ConditionalTransformModule.of(
        "regression",
        contextDim,
        () ->
            ImmutableList.<TensorSpec>builder()
                .addAll(tensors(dim))
                .add(TensorSpec.parameter("slope", new Shape(Math.max(dim, contextDim)), 0))
                .build(),
        (tensors, context, rng, training) ->
            affine(context.mul(tensors.get("slope")).add(tensors.get("loc")), tensors));
  }

  /** y = loc + scale · noise, where a network of the context gives loc and log scale. */
  public static ConditionalTransformModule network(int dim, int contextDim) {
    Network network = Mlp.of(32).network(contextDim, 2 * dim);
    return ConditionalTransformModule.of(
        "network",
        contextDim,
        network::tensors,
        (tensors, context, rng, training) -> {
          NDArray both = network.apply(tensors, context, rng, training);
          NDArray scale = Tensors.range(both, -1, dim, 2L * dim).exp();
          return Bijections.affine(Tensors.range(both, -1, 0, dim), scale).independent(1);
        });
  }

  /** Of any context: a regression on its first entry. */
  static ConditionalTransformModule one(int dim, int contextDim) {
    ConditionalTransformModule first = regression(dim, 1);
    return ConditionalTransformModule.of(
        "regression on one",
        contextDim,
        first::tensors,
        (tensors, context, rng, training) ->
            first.bind(tensors, rng, training).given(Tensors.range(context, -1, 0, 1)));
  }
}
