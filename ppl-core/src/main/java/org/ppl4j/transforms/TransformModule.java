package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.Serializable;
import java.util.List;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/**
 * An immutable description of a learnable transform: sizes, masks, permutations, and the first
 * values of its tensors as functions of noise. It holds no tensor of its own, so that programs
 * capture it and threads share it; the tensors live in a parameter store under the module's name.
 */
public interface TransformModule extends Serializable {

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

  /**
   * This module given contexts of C entries, for each of which it starts as this does. Layers see
   * them in their own ways: couplings and autoregressive layers beside the coordinates, the parts
   * of a composition each by itself, a transform without parameters not at all, and others through
   * {@linkplain #conditional(int, Conditioner) a network} of two hidden layers of width 32.
   *
   * @param contextDim C
   * @throws IllegalArgumentException if {@code contextDim} is below 1
   */
  default ConditionalTransformModule conditional(int contextDim) {
    return conditional(contextDim, Mlp.of(32, 32));
  }

  /**
   * This module given contexts of C entries, which one network reads: it moves every parameter,
   * also those of all parts of a composition, in unconstrained space, θ(c) = θ + net(c), by 0 at
   * first. The module must take batches of parameters, as all of this library do. Source: Ha, Dai
   * and Le, "HyperNetworks" (2017).
   *
   * @param contextDim C
   * @throws IllegalArgumentException if {@code contextDim} is below 1, or there are no parameters
   */
  default ConditionalTransformModule conditional(int contextDim, Conditioner network) {
    return Conditional.of(this, contextDim, network);
  }

  /** This module, then {@code next}; their tensors are named {@code 0.name} and {@code 1.name}. */
  default TransformModule then(TransformModule next) {
    return ComposedModule.of(this, next);
  }

  /** This module, which does not look at the context, then one that does. */
  default ConditionalTransformModule then(ConditionalTransformModule next) {
    return ConditionalTransformModule.ignoringContext(this).then(next);
  }

  /** This module with forward and inverse exchanged. */
  default TransformModule inverted() {
    return new InvertedModule(this);
  }

  /**
   * This module with {@code dims} batch dimensions turned into event dimensions: the same map of
   * each member, by the same tensors, its log-determinant summed over them; itself for 0. A context
   * is one for all of them.
   *
   * @throws IllegalArgumentException if {@code dims} is below 0
   */
  default TransformModule independent(int dims) {
    checkArgument(dims >= 0, "module '%s' is made independent over %s dims", this, dims);
    return dims == 0 ? this : new IndependentModule(this, dims);
  }

  /**
   * {@code count} copies of this module one after the other, each with tensors of its own.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  default TransformModule repeat(int count) {
    return ModuleParts.repeated(this, count, (all, one) -> all.then(one));
  }
}
