package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** A flow from standard normal noise to rows, with or without contexts. */
@FunctionalInterface
interface Flow {

  /** The name of its module. */
  String NAME = "flow";

  /**
   * The transform of an execution, whose tensors are made if there are none.
   *
   * @param x contexts (N, C); null without
   */
  @CanIgnoreReturnValue
  default Transform transform(Ppl p, @Nullable NDArray x) {
    return transform(p, x, null);
  }

  /**
   * The same, of which is taken what its modules {@linkplain NamedTensors#prefer prefer}.
   *
   * @param preferences null: nobody takes it, and it is not computed
   */
  Transform transform(Ppl p, @Nullable NDArray x, @Nullable Consumer<NDArray> preferences);

  static Flow of(TransformModule module) {
    return (p, x, preferences) -> p.module(NAME, new Heard(module, preferences));
  }

  static Flow of(ConditionalTransformModule module) {
    return (p, x, preferences) -> {
      NDArray contexts = requireNonNull(x, "x");
      Shape shape = contexts.getShape();
      ConditionalTransformModule heard =
          ConditionalTransformModule.of(
              module.toString(),
              Math.toIntExact(shape.get(shape.dimension() - 1)),
              module::tensors,
              (tensors, context, rng, training) ->
                  module.bind(tensors.preferences(preferences), rng, training).given(context));
      return p.module(NAME, heard).given(contexts);
    };
  }

  /** A module of which is taken what it prefers. */
  record Heard(TransformModule module, @Nullable Consumer<NDArray> preferences)
      implements TransformModule {

    @Override
    public List<TensorSpec> tensors() {
      return module.tensors();
    }

    @Override
    public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
      return module.bind(tensors.preferences(preferences), rng, training);
    }

    @Override
    public String toString() {
      return module.toString();
    }
  }
}
