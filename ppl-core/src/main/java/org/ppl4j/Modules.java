package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Shapes;
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
    NamedTensors tensors = tensors(params, run, name, module.tensors());
    return module.bind(tensors, run.rng(Rng.Purpose.PREDICT, name), false);
  }

  /** Outside any execution. */
  static ConditionalTransform bind(
      ParamStore params, Run run, String name, ConditionalTransformModule module) {
    NamedTensors tensors = tensors(params, run, name, module.tensors());
    return module.bind(tensors, run.rng(Rng.Purpose.PREDICT, name), false);
  }

  private static NamedTensors tensors(
      ParamStore params, Run run, String name, List<TensorSpec> specs) {
    params.buffers.structures.check(name, specs);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      String full = name + "." + spec.name();
      tensors.put(
          spec.name(),
          spec.kind() == TensorSpec.Kind.BUFFER
              ? params.buffers.get(params, run, full, spec)
              : fetched(params, run, full, spec));
    }
    return NamedTensors.of(tensors);
  }

  private static NDArray fetched(ParamStore params, Run run, String name, TensorSpec spec) {
    ParamSite site = new ParamSite(name, key -> params.initial(run, key, spec), spec.constraint());
    params.fetch(run, site);
    return checked(name, spec, site.value());
  }

  private static Rng noise(Ppl p, String name) {
    return p.run().rng(p.purpose(), name);
  }

  private static boolean training(Ppl p) {
    return p.purpose() == Rng.Purpose.MODEL || p.purpose() == Rng.Purpose.GUIDE;
  }

  private static NamedTensors tensors(Ppl p, String module, List<TensorSpec> specs) {
    p.params().buffers.structures.check(p.stored(module), specs);
    if (specs.isEmpty()) {
      return NamedTensors.empty();
    }
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    Map<String, String> buffers = new HashMap<>();
    for (TensorSpec spec : specs) {
      String name = module + "." + spec.name();
      if (spec.kind() == TensorSpec.Kind.BUFFER) {
        String full = p.stored(name);
        buffers.put(spec.name(), full);
        tensors.put(spec.name(), p.params().buffers.get(p.params(), p.run(), full, spec));
      } else {
        tensors.put(spec.name(), checked(name, spec, p.moduleParam(module, spec)));
      }
    }
    return buffers.isEmpty() || !training(p)
        ? NamedTensors.of(tensors)
        : NamedTensors.of(tensors, new Handed(p, buffers));
  }

  /** A parameter of the shape of its description, with extra dims on the left if it is a draw. */
  private static NDArray checked(String name, TensorSpec spec, NDArray value) {
    Shape shape = value.getShape();
    int dims = spec.shape().dimension();
    checkArgument(
        shape.dimension() >= dims && Shapes.takeRight(shape, dims).equals(spec.shape()),
        "parameter '%s' has shape %s, but its module wants %s; use the module that made it, or"
            + " another name",
        name,
        shape,
        spec.shape());
    return value;
  }

  /** Hands what a module finds for its buffers to the execution. */
  private record Handed(Ppl p, Map<String, String> names) implements NamedTensors.Updates {

    @Override
    public void update(String name, NDArray value) {
      p.updates().put(named(name), value);
    }

    @Override
    public boolean isFirst(String name) {
      return p.params().buffers.isFirst(named(name));
    }

    private String named(String name) {
      String full = names.get(name);
      checkArgument(full != null, "tensor '%s' is no buffer; only buffers are updated", name);
      return full;
    }
  }
}
