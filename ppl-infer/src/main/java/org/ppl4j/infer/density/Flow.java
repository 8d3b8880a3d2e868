package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** A flow from noise to rows, with or without contexts. */
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

  /**
   * What it makes rows of, in an execution: see {@link BaseDistribution}.
   *
   * @param transform of the execution
   */
  default Distribution noise(Ppl p, Transform transform, int dim) {
    return FlowNoise.of(transform, dim);
  }

  /** What files name that. */
  default List<Family> noiseFamilies() {
    return List.of(FlowNoise.FAMILY);
  }

  /** Whether that is by the domain of the flow alone. */
  default boolean isOfStandardNoise() {
    return true;
  }

  /** The same from other noise. */
  default Flow from(BaseDistribution base) {
    Flow flow = this;
    return new Flow() {
      @Override
      public Transform transform(
          Ppl p, @Nullable NDArray x, @Nullable Consumer<NDArray> preferences) {
        return flow.transform(p, x, preferences);
      }

      @Override
      public Distribution noise(Ppl p, Transform transform, int dim) {
        return base.of(p, dim);
      }

      @Override
      public List<Family> noiseFamilies() {
        return base.families();
      }

      @Override
      public boolean isOfStandardNoise() {
        return false;
      }
    };
  }

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
