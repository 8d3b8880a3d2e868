package org.ppl4j.transforms;

import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** An immutable description of a learnable conditional transform; see {@link TransformModule}. */
public interface ConditionalTransformModule {

  /** The parameters and buffers, with names that are unique in this module. */
  List<TensorSpec> tensors();

  /**
   * The conditional transform that these tensors make.
   *
   * @param tensors one for each of {@link #tensors()}, of its shape, in one run
   * @param rng noise for modules that draw some
   * @param training whether the result is used to learn (dropout, batch statistics)
   */
  ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training);
}
