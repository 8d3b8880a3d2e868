package org.ppl4j.tensor.internal.engine;

import java.util.List;

/** What tests ask the engine about tensors. */
public final class EngineQuestions {

  private static final ScriptModule MODULE =
      new ScriptModule(
          List.of(
              """
              def is_leaf(self, a: Tensor) -> bool:
                return a.is_leaf
              """,
              """
              def requires_gradient(self, a: Tensor) -> bool:
                return a.requires_grad
              """));

  private EngineQuestions() {}

  /** Whether the engine records what gradients of a tensor need. */
  public static boolean requiresGradient(long handle) {
    return MODULE.truth("requires_gradient", NativeValues.valueFromTensor(handle));
  }

  /** Whether a tensor is no result that gradients go through. */
  public static boolean isLeaf(long handle) {
    return MODULE.truth("is_leaf", NativeValues.valueFromTensor(handle));
  }
}
