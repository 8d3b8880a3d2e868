package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/**
 * An immutable description of a learnable transform: sizes, masks, permutations, and the first
 * values of its tensors as functions of noise. It holds no tensor of its own, so that programs
 * capture it and threads share it; the tensors live in a parameter store under the module's name.
 */
public interface TransformModule {

  /** The parameters and buffers, with names that are unique in this module. */
  List<TensorSpec> tensors();

  /**
   * The transform that these tensors make.
   *
   * @param tensors one for each of {@link #tensors()}, of its shape, in one run; while it learns, a
   *     module may give its buffers values for the next step by {@link NamedTensors#update}
   * @param rng noise for modules that draw some
   * @param training whether the result is used to learn (dropout, batch statistics)
   */
  Transform bind(NamedTensors tensors, Rng rng, boolean training);

  /** This module, then {@code next}; their tensors are named {@code 0.name} and {@code 1.name}. */
  default TransformModule then(TransformModule next) {
    return ComposedModule.of(this, next);
  }

  /** This module with forward and inverse exchanged. */
  default TransformModule inverted() {
    return new InvertedModule(this);
  }

  /**
   * {@code count} copies of this module one after the other, each with tensors of its own.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  default TransformModule repeat(int count) {
    checkArgument(count >= 1, "module is repeated %s times, but needs at least 1", count);
    TransformModule all = this;
    for (int i = 1; i < count; i++) {
      all = all.then(this);
    }
    return all;
  }
}
