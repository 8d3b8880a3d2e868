package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** Every flow in one line keeps the laws, away from its first values. */
@ExtendWith(LeakCheck.class)
class FlowsTest {

  /** Every size: coordinates, context entries, layers, units. */
  private static final int SIZE = 2;

  static Stream<Named<Method>> flows() {
    return Arrays.stream(Flows.class.getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .map(method -> Named.of(method.getName(), method));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void keepsTheLaws(Method method) throws ReflectiveOperationException {
    Object[] sizes = new Object[method.getParameterCount()];
    Arrays.fill(sizes, SIZE);
    Object flow = method.invoke(null, sizes);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform =
          flow instanceof TransformModule module
              ? module.bind(
                  FlowTensors.random(run, module.tensors(), 1), FlowTensors.rng("noise"), false)
              : given(run, (ConditionalTransformModule) flow);
      NDArray x = FlowTensors.rng("inputs").normal(run, new Shape(6, SIZE)).mul(2);

      TransformCheck.check(transform, Bijections.to(transform.domain()).forward(x).value())
          .orThrow();
    }
  }

  private static Transform given(Run run, ConditionalTransformModule module) {
    return module
        .bind(FlowTensors.random(run, module.tensors(), 1), FlowTensors.rng("noise"), false)
        .given(FlowTensors.rng("context").normal(run, new Shape(SIZE)));
  }
}
