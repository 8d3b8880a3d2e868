package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
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
  Transform transform(Ppl p, @Nullable NDArray x);

  static Flow of(TransformModule module) {
    return (p, x) -> p.module(NAME, module);
  }

  static Flow of(ConditionalTransformModule module) {
    return (p, x) -> p.module(NAME, module).given(requireNonNull(x, "x"));
  }
}
