package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

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

  /**
   * This module, then {@code next}, of the same context; their tensors are named {@code 0.name} and
   * {@code 1.name}.
   */
  default ConditionalTransformModule then(ConditionalTransformModule next) {
    return ComposedConditionalModule.of(this, next);
  }

  /** This module, then one that does not look at the context. */
  default ConditionalTransformModule then(TransformModule next) {
    return then(ignoringContext(next));
  }

  /** This module with forward and inverse exchanged. */
  default ConditionalTransformModule inverted() {
    return new MappedConditionalModule(this, Transform::inverted, "inverted");
  }

  /** A module that gives the same transform for every context. */
  static ConditionalTransformModule ignoringContext(TransformModule module) {
    return new IgnoringContext(module);
  }

  /**
   * {@code count} copies of this module one after the other, each with tensors of its own.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  default ConditionalTransformModule repeat(int count) {
    checkArgument(count >= 1, "module is repeated %s times, but needs at least 1", count);
    ConditionalTransformModule all = this;
    for (int i = 1; i < count; i++) {
      all = all.then(this);
    }
    return all;
  }
}
