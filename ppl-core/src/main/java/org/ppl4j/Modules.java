package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.nn.BlockNet;
import org.ppl4j.nn.BoundNetwork;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Binds the modules of programs to their tensors. */
final class Modules {

  private Modules() {}

  static Transform bind(Ppl p, String name, TransformModule module) {
    return module.bind(tensors(p, name, module.tensors()), noise(p, name), training(p));
  }

  static ConditionalTransform bind(Ppl p, String name, ConditionalTransformModule module) {
    return module.bind(tensors(p, name, module.tensors()), noise(p, name), training(p));
  }

  static BoundNetwork bind(Ppl p, String name, Network network) {
    NamedTensors tensors = tensors(p, name, network.tensors());
    return new BoundNetwork(network, tensors, noise(p, name), training(p));
  }

  /** The output of a block, of which each call draws noise of its own. */
  static NDList forward(Ppl p, String name, BlockNet net, NDList inputs) {
    NamedTensors tensors = tensors(p, name, net.tensors());
    return net.forward(tensors, inputs, noise(p, name).split("call " + p.calls(name)), training(p));
  }

  /** Of the name in the store, as the frames around have it, and of the steps of scans. */
  private static Rng noise(Ppl p, String name) {
    Rng rng = p.nesting.noise(p.stored(name), p.run().rng(p.purpose(), p.stored(name)));
    for (int step : p.nesting.steps()) {
      rng = rng.ofStep(step);
    }
    return rng;
  }

  /** Whether it is learned; where a scan looks ahead for shapes alone, it is not. */
  private static boolean training(Ppl p) {
    return (p.purpose() == Rng.Purpose.MODEL || p.purpose() == Rng.Purpose.GUIDE)
        && !p.nesting.steps().contains(Scan.AHEAD);
  }

  private static NamedTensors tensors(Ppl p, String module, List<TensorSpec> specs) {
    p.params().buffers().checkModule(p.stored(module), specs);
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
        tensors.put(spec.name(), p.params().buffers().get(p.run(), full, spec));
      } else {
        tensors.put(spec.name(), spec.checked(name, p.moduleParam(module, spec)));
      }
    }
    return buffers.isEmpty() || !training(p)
        ? NamedTensors.of(tensors)
        : NamedTensors.of(tensors, new Handed(p, buffers));
  }

  /** Hands what a module finds for its buffers to the execution. */
  private record Handed(Ppl p, Map<String, String> names) implements NamedTensors.Updates {

    @Override
    public void update(String name, NDArray value) {
      p.updates().put(named(name), value);
    }

    @Override
    public boolean isFirst(String name) {
      return p.params().buffers().isFirst(named(name));
    }

    private String named(String name) {
      String full = names.get(name);
      checkArgument(full != null, "tensor '%s' is no buffer; only buffers are updated", name);
      return full;
    }
  }
}
