package org.ppl4j.tensor;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** What a tensor of a run refuses to do, and what to use instead. */
final class Refusal {

  private static final String IN_PLACE =
      "tensors of a run never change; use the method without 'i' and keep its result";
  private static final String NOISE =
      "noise comes from a sample site or a run's rng(purpose, name), so that a seed gives one"
          + " result";
  private static final String LIFETIME =
      "the run owns its tensors; copy one out with Tensors.copy(x, manager)";
  private static final String GRADIENT =
      "gradients are taken with Autograd.grad(loss, inputs); stopGradient() detaches";
  private static final String BLOCK =
      "only a block knows whether it learns, has noise and keeps statistics; put it into one and"
          + " run that by p.net(name, block, x)";
  private static final String OPTIMIZER = "optimizers are in org.ppl4j.infer.optim";
  private static final String READ =
      "a tensor of a run was handed to a plain NDArray, which would copy it and cut its gradient;"
          + " pass the plain array to the program as data, or wrap it with p.constant(x)";

  private static final ImmutableMap<String, String> ADVICE =
      ImmutableMap.ofEntries(
          Map.entry("set", "build the new value with Tensors.where, concat or stack"),
          Map.entry("setScalar", "build the new value with Tensors.where, concat or stack"),
          Map.entry("put", "use scatter or Tensors.where"),
          Map.entry("intern", IN_PLACE),
          Map.entry("copyTo", LIFETIME),
          Map.entry("attach", LIFETIME),
          Map.entry("tempAttach", LIFETIME),
          Map.entry("detach", LIFETIME),
          Map.entry("returnResource", LIFETIME),
          Map.entry("newSubManager", LIFETIME),
          Map.entry("attachInternal", LIFETIME),
          Map.entry("attachUncappedInternal", LIFETIME),
          Map.entry("tempAttachInternal", LIFETIME),
          Map.entry("detachInternal", LIFETIME),
          Map.entry("ret", LIFETIME),
          Map.entry("attachAll", LIFETIME),
          Map.entry("tempAttachAll", LIFETIME),
          Map.entry("getManagedArrays", LIFETIME),
          Map.entry("setRequiresGradient", GRADIENT),
          Map.entry("getGradient", GRADIENT),
          Map.entry("hasGradient", GRADIENT),
          Map.entry("scaleGradient", GRADIENT),
          Map.entry("booleanMask", "its shape depends on values; use Tensors.where"),
          Map.entry("nonzero", "its shape depends on values; use Tensors.where"),
          Map.entry("unique", "its shape depends on values; prepare it in the data"),
          Map.entry("toByteBuffer", READ),
          Map.entry("encode", LIFETIME),
          Map.entry("toDevice", "a run has one device; set it in the RunConfig"),
          Map.entry("toSparse", "tensors of a run are dense"),
          Map.entry("dropout", BLOCK),
          Map.entry("batchNorm", BLOCK),
          Map.entry("adamUpdate", OPTIMIZER),
          Map.entry("sgdUpdate", OPTIMIZER),
          Map.entry("nagUpdate", OPTIMIZER),
          Map.entry("rmspropUpdate", OPTIMIZER),
          Map.entry("adagradUpdate", OPTIMIZER),
          Map.entry("adadeltaUpdate", OPTIMIZER));

  private Refusal() {}

  /** The exception that a refused method of an interface throws. */
  static UnsupportedOperationException of(String type, String method) {
    return new UnsupportedOperationException(
        type + " method '" + method + "' is refused on a tensor of a run: " + advice(method));
  }

  /** Whether a method is refused for a reason of its own. */
  static String advice(String method) {
    String advice = ADVICE.get(method);
    if (advice != null) {
      return advice;
    }
    if (method.startsWith("random") || method.startsWith("sample") || method.startsWith("trunc")) {
      return NOISE;
    }
    if (method.length() > 3 && method.endsWith("i")) {
      return IN_PLACE;
    }
    return "it is not in the table of operations; use one that is, or compute it in the data";
  }
}
