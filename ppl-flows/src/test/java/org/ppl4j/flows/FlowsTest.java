package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.tngtech.archunit.core.domain.JavaClass;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.net.URL;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.Made;
import org.ppl4j.nn.MaskedConditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.ArchitectureRules;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** Every flow in one line keeps the laws, away from its first values. */
@ExtendWith(LeakCheck.class)
class FlowsTest {

  /** Every size: coordinates, context entries, layers, units, seeds. */
  private static final int SIZE = 2;

  /** So many layers in a row are many. */
  private static final int MANY = 16;

  /** Of many layers, or where all places share a tensor, log-determinants are as many times. */
  private static final double OF_MANY = 0.3;

  static Stream<Named<Method>> flows() {
    return Arrays.stream(Flows.class.getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .map(method -> Named.of(method.getName(), method));
  }

  /** What a parameter of this type is given. */
  private static Object argument(Class<?> type) {
    if (type == ScalarFamily.class) {
      return RationalQuadratic.of(3, 3);
    }
    if (type == TransformModule.class) {
      return Planar.of(SIZE);
    }
    if (type == MaskedConditioner.class) {
      return Made.of(4, 4);
    }
    if (type == Nonlinearity.class) {
      return Nonlinearity.tanh();
    }
    if (type == Shape.class) {
      return new Shape(1, 4, 4);
    }
    if (type == Function.class) {
      Function<Shape, TransformModule> flow = FlowsTest::ofImages;
      return flow;
    }
    if (type == VariancePreserving.class) {
      return VariancePreserving.of();
    }
    if (type == int[].class) {
      return new int[] {8, 8};
    }
    return type == long.class ? (Object) (long) SIZE : (Object) SIZE;
  }

  private static TransformModule ofImages(Shape image) {
    return EachPlace.of(Affine.of(image.get(0)));
  }

  private static Object made(Method method) {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(FlowsTest::argument).toArray();
    try {
      return method.invoke(null, arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(method + " cannot be called", e);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void keepsTheLaws(Method method) {
    keepsTheLaws(made(method));
  }

  static Stream<Named<TransformModule>> plainFlows() {
    return flows()
        .filter(flow -> flow.getPayload().getReturnType() == TransformModule.class)
        .map(flow -> Named.of(flow.getName(), (TransformModule) made(flow.getPayload())));
  }

  @ParameterizedTest
  @MethodSource("plainFlows")
  void keepsThemGivenContexts(TransformModule flow) {
    keepsTheLaws(flow.conditional(SIZE));
  }

  private static void keepsTheLaws(Object flow) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform first = bound(run, flow, 1);
      boolean isMany = first.codomainEventDims() == 3 || first.parts().size() >= MANY;
      Transform transform = isMany ? bound(run, flow, OF_MANY) : first;
      NDArray x = FlowTensors.rng("inputs").normal(run, inputs(transform)).mul(2);

      TransformCheck.check(transform, Bijections.to(transform.domain()).forward(x).value())
          .orThrow();
    }
  }

  /**
   * Six vectors, or what the bijection to a domain makes them of; two images of two channels that
   * are not square; noise of two images.
   */
  private static Shape inputs(Transform transform) {
    if (transform.domainEventDims() == 3) {
      return new Shape(2, SIZE, 2, 3);
    }
    return transform.codomainEventDims() == 3
        ? transform.inverseShape(new Shape(2, 1, 4, 4))
        : Bijections.to(transform.domain()).inverseShape(new Shape(6, SIZE));
  }

  private static Transform bound(Run run, Object flow, double scale) {
    return flow instanceof TransformModule module
        ? module.bind(
            FlowTensors.random(run, module.tensors(), scale), FlowTensors.rng("noise"), false)
        : given(run, (ConditionalTransformModule) flow, scale);
  }

  private static Transform given(Run run, ConditionalTransformModule module, double scale) {
    return module
        .bind(FlowTensors.random(run, module.tensors(), scale), FlowTensors.rng("noise"), false)
        .given(FlowTensors.rng("context").normal(run, new Shape(SIZE)));
  }

  /** The public static methods of the package that make a module with parameters. */
  static Stream<Named<Method>> families() {
    URL home = Flows.class.getProtectionDomain().getCodeSource().getLocation();
    return ArchitectureRules.classesOf("org.ppl4j.flows").stream()
        .map(JavaClass::reflect)
        .filter(type -> type.getProtectionDomain().getCodeSource().getLocation().equals(home))
        .filter(type -> Modifier.isPublic(type.getModifiers()) && type != Flows.class)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> TransformModule.class.isAssignableFrom(method.getReturnType()))
        .filter(method -> !Transform.class.isAssignableFrom(method.getReturnType()))
        .sorted(Comparator.comparing(Method::toString))
        .map(
            method ->
                Named.of(
                    method.getDeclaringClass().getSimpleName() + "." + method.getName(), method));
  }

  private static List<String> names(Method method) {
    return Arrays.stream(method.getParameters()).map(Parameter::getName).toList();
  }

  /** Whether a flow has the parameters of a family, and how many layers at most. */
  private static boolean hasItsParameters(Method flow, Method family) {
    List<String> names = names(flow);
    List<String> without =
        names.get(names.size() - 1).equals("layers") ? names.subList(0, names.size() - 1) : names;
    return family.isVarArgs() || without.equals(names(family));
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyFamilyIsAmongThem(Method family) {
    TransformModule module = (TransformModule) made(family);
    List<String> plain =
        flows()
            .map(Named::getPayload)
            .filter(flow -> flow.getReturnType() == TransformModule.class)
            .filter(flow -> hasItsParameters(flow, family))
            .map(flow -> made(flow).toString())
            .toList();

    assertThat(plain).anyMatch(text -> text.contains(module.toString()));
    ConditionalTransformModule conditional = module.conditional(SIZE, Mlp.of(8));
    assertThat(conditional.toString()).contains(module.toString());
    keepsTheLaws(conditional);
  }

  /** Couplings and autoregressive layers read a context in their own networks. */
  @Test
  void layersWithNetworksSeeContextsThere() {
    int judged = 0;
    for (TransformModule flow : plainFlows().map(Named::getPayload).toList()) {
      String text = flow.toString();
      List<TensorSpec> specs = flow.conditional(SIZE).tensors();
      boolean hasNetworks = text.contains("coupling(") || text.contains("autoregressive(");
      if (hasNetworks) {
        judged++;
        assertThat(specs).as(text).noneMatch(spec -> spec.name().contains("given."));
        assertThat(specs).as(text).hasSameSizeAs(flow.tensors());
      } else {
        assertThat(specs).as(text).isNotEqualTo(flow.tensors());
      }
    }
    assertThat(judged).isGreaterThan(10);
  }
}
