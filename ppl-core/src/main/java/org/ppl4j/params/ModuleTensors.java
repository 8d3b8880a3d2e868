package org.ppl4j.params;

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

/** Binds modules to their tensors in a store, outside any program. */
final class ModuleTensors {

  private ModuleTensors() {}

  static Transform bind(ParamStore params, Run run, String name, TransformModule module) {
    NamedTensors tensors = tensors(params, run, name, module.tensors());
    return module.bind(tensors, run.rng(Rng.Purpose.PREDICT, name), false);
  }

  static ConditionalTransform bind(
      ParamStore params, Run run, String name, ConditionalTransformModule module) {
    NamedTensors tensors = tensors(params, run, name, module.tensors());
    return module.bind(tensors, run.rng(Rng.Purpose.PREDICT, name), false);
  }

  private static NamedTensors tensors(
      ParamStore params, Run run, String module, List<TensorSpec> specs) {
    params.buffers().checkModule(module, specs);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      String name = module + "." + spec.name();
      tensors.put(
          spec.name(),
          spec.kind() == TensorSpec.Kind.BUFFER
              ? params.buffers().get(run, name, spec)
              : parameter(params, run, name, spec));
    }
    return NamedTensors.of(tensors);
  }

  private static NDArray parameter(ParamStore params, Run run, String name, TensorSpec spec) {
    ParamValue fetched =
        params.fetch(
            run,
            name,
            spec.constraint(),
            () -> spec.initial().create(params.initialNoise(run, name), run));
    return spec.checked(name, fetched.value());
  }
}
