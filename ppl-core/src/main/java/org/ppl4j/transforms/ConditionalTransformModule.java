package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/**
 * A module that is given a context: what {@link TransformModule#conditional} makes of any.
 * Immutable as those are, and composed in the same way.
 */
public final class ConditionalTransformModule implements Serializable {

  private final ModuleParts<Part> parts;

  private ConditionalTransformModule(ImmutableList<Part> parts) {
    this.parts = new ModuleParts<>(parts, part -> part.tensors.get());
  }

  private ConditionalTransformModule(
      String name, Supplier<List<TensorSpec>> tensors, Binding binding) {
    this(ImmutableList.of(new Part(name, Suppliers.memoize(tensors::get), binding)));
  }

  /** What a module makes of its tensors and a context. */
  @FunctionalInterface
  public interface Binding extends Serializable {

    /**
     * The transform for a context; the rest as in {@link TransformModule#bind}.
     *
     * @param context {@code (*, C)}
     */
    Transform bind(NamedTensors tensors, NDArray context, Rng rng, boolean training);
  }

  private record Part(String name, Supplier<List<TensorSpec>> tensors, Binding binding) {

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * A module of one's own.
   *
   * @param name what messages call it
   * @param contextDim C, the number of entries of a context
   * @param tensors gives the parameters and buffers, with names that are unique in this module
   * @throws IllegalArgumentException if {@code contextDim} is below 1
   */
  public static ConditionalTransformModule of(
      String name, int contextDim, Supplier<List<TensorSpec>> tensors, Binding binding) {
    checkArgument(
        contextDim >= 1,
        "conditional %s needs at least 1 context entry, but contextDim is %s",
        name,
        contextDim);
    return new ConditionalTransformModule(
        name + " given " + contextDim,
        tensors,
        (bound, context, rng, training) -> {
          Shape shape = context.getShape();
          checkArgument(
              shape.dimension() >= 1 && shape.get(shape.dimension() - 1) == contextDim,
              "conditional %s takes contexts of %s entries, but got shape %s",
              name,
              contextDim,
              shape);
          return binding.bind(bound, context, rng, training);
        });
  }

  /** A module that gives the same transform for every context. */
  public static ConditionalTransformModule ignoringContext(TransformModule module) {
    return new ConditionalTransformModule(
        module.toString(),
        module::tensors,
        (tensors, context, rng, training) -> module.bind(tensors, rng, training));
  }

  /** The parameters and buffers, with names that are unique in this module. */
  public List<TensorSpec> tensors() {
    return parts.tensors();
  }

  /** The conditional transform that these tensors make; the rest as in {@link TransformModule}. */
  public ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Bound(parts, tensors, rng, training);
  }

  /**
   * This module, then {@code next}, of the same context; their tensors are named {@code 0.name} and
   * {@code 1.name}.
   */
  public ConditionalTransformModule then(ConditionalTransformModule next) {
    return new ConditionalTransformModule(parts.and(next.parts));
  }

  /** This module, then one that does not look at the context. */
  public ConditionalTransformModule then(TransformModule next) {
    return then(ignoringContext(next));
  }

  /** This module with forward and inverse exchanged. */
  public ConditionalTransformModule inverted() {
    return new ConditionalTransformModule(
        this + ".inverted()",
        this::tensors,
        (tensors, context, rng, training) ->
            bind(tensors, rng, training).given(context).inverted());
  }

  /**
   * This module with {@code dims} batch dimensions turned into event dimensions, of the same
   * context for all of them; itself for 0. See {@link TransformModule#independent}.
   *
   * @throws IllegalArgumentException if {@code dims} is below 0
   */
  public ConditionalTransformModule independent(int dims) {
    checkArgument(dims >= 0, "module '%s' is made independent over %s dims", this, dims);
    if (dims == 0) {
      return this;
    }
    return new ConditionalTransformModule(
        this + ".independent(" + dims + ")",
        this::tensors,
        (tensors, context, rng, training) ->
            bind(IndependentModule.apart(tensors(), tensors, dims), rng, training)
                .given(IndependentModule.apart(context, 1, dims))
                .independent(dims));
  }

  /**
   * {@code count} copies of this module one after the other, each with tensors of its own.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  public ConditionalTransformModule repeat(int count) {
    return ModuleParts.repeated(this, count, (all, one) -> all.then(one));
  }

  @Override
  public String toString() {
    return parts.toString();
  }

  private record Bound(ModuleParts<Part> parts, NamedTensors tensors, Rng rng, boolean training)
      implements ConditionalTransform {

    @Override
    public Transform given(NDArray context) {
      return parts.bind(
          tensors, rng, (part, share, noise) -> part.binding.bind(share, context, noise, training));
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new Bound(parts, tensors.map(operator), rng, training);
    }

    @Override
    public String toString() {
      return parts.toString();
    }
  }
}
