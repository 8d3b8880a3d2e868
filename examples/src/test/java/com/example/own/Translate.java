package com.example.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** A flow layer of one's own: y = x + loc, of vectors of D coordinates, loc (D) learned. */
public record Translate(int dim) implements TransformModule {

  @Override
  public List<TensorSpec> tensors() {
    return List.of(TensorSpec.parameter("loc", new Shape(dim), 0));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray loc = tensors.get("loc");
    return Bijections.affine(loc, loc.onesLike());
  }
}
