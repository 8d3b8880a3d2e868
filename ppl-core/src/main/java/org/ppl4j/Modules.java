package org.ppl4j;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Binds modules to their tensors in the parameter store. */
final class Modules {

  private Modules() {}

  static Transform bind(Ppl p, String name, TransformModule module) {
    return module.bind(tensors(p, name, module.tensors()), noise(p, name), training(p));
  }

  static ConditionalTransform bind(Ppl p, String name, ConditionalTransformModule module) {
    return module.bind(tensors(p, name, module.tensors()), noise(p, name), training(p));
  }

  /** Outside any execution. */
  static Transform bind(ParamStore params, Run run, String name, TransformModule module) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : module.tensors()) {
      tensors.put(spec.name(), tensor(params, run, name, spec));
    }
    return module.bind(NamedTensors.of(tensors), run.rng(Rng.Purpose.PREDICT, name), false);
  }

  private static NDArray tensor(ParamStore params, Run run, String module, TensorSpec spec) {
    if (spec.kind() == TensorSpec.Kind.BUFFER) {
      return params.buffers.get(params, run, module, spec);
    }
    String name = module + "." + spec.name();
    ParamSite site = new ParamSite(name, key -> params.initial(run, key, spec), spec.constraint());
    params.fetch(run, site);
    return site.value();
  }

  private static Rng noise(Ppl p, String name) {
    return p.run().rng(p.purpose(), name);
  }

  private static boolean training(Ppl p) {
    return p.purpose() == Rng.Purpose.MODEL || p.purpose() == Rng.Purpose.GUIDE;
  }

  private static NamedTensors tensors(Ppl p, String module, List<TensorSpec> specs) {
    if (specs.isEmpty()) {
      return NamedTensors.empty();
    }
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      tensors.put(
          spec.name(),
          spec.kind() == TensorSpec.Kind.BUFFER
              ? p.params().buffers.get(p.params(), p.run(), module, spec)
              : p.moduleParam(module, spec));
    }
    return NamedTensors.of(tensors);
  }
}
