package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.Arrival;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Body;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.GradientLaw.Law;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * {@link GradientLaw} of the rows of {@link FlowCases}: in inputs, contexts and everything that is
 * learned, in both directions, and behind other flows. Inputs of a domain that is not all numbers
 * come through its bijection.
 */
final class FlowGradients {

  private static final int ROWS = 3;
  private static final double SCALE = 0.7;

  /** Which direction, and what is made of the results. */
  private record Use(TransformModule module, boolean isInverse) {

    Mapped of(NamedTensors tensors, NDArray x) {
      Transform transform = module.bind(tensors, FlowTensors.rng("noise"), false);
      return isInverse ? transform.inverse(x) : transform.forward(x);
    }
  }

  private FlowGradients() {}

  /** A row's map in one direction. */
  @CanIgnoreReturnValue
  static Judged check(FlowCase row, int dim, boolean isInverse, Law law) {
    Use use = new Use(row.module().apply(dim), isInverse);
    List<Argument> arguments = new ArrayList<>();
    Body body = body(List.of(use), arguments, dim);
    return law.check(row + " of " + dim + direction(isInverse), arguments, body);
  }

  private static String direction(boolean isInverse) {
    return isInverse ? " backwards" : " forward";
  }

  /** {@link GradientLaw} in some arrivals. */
  static Law in(Arrival... arrivals) {
    return (what, arguments, body) -> {
      Judged judged = Judged.NONE;
      for (Arrival arrival : arrivals) {
        judged = judged.plus(GradientLaw.check(what, arguments, body, arrival));
      }
      return judged;
    };
  }

  /** A row's map of the images of another row's. */
  @CanIgnoreReturnValue
  static Judged behind(FlowCase row, FlowCase first, int dim, boolean isInverse, Law law) {
    List<Use> uses =
        List.of(
            new Use(first.module().apply(dim), isInverse),
            new Use(row.module().apply(dim), isInverse));
    List<Argument> arguments = new ArrayList<>();
    Body body = body(uses, arguments, dim);
    String what = "%s of %s%s behind %s".formatted(row, dim, direction(isInverse), first);
    return law.check(what, arguments, body);
  }

  /** A row's conditional map in one direction, of which the context is an input too. */
  @CanIgnoreReturnValue
  static Judged conditional(FlowCase row, int dim, boolean isInverse, Law law) {
    if (row.conditional() == null) {
      return Judged.NONE;
    }
    ConditionalTransformModule module = row.conditional().apply(dim);
    List<Argument> arguments = new ArrayList<>();
    List<String> names;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray context = FlowTensors.rng("context").normal(run, new Shape(ROWS, FlowCase.CONTEXT));
      arguments.add(input(run, dim));
      arguments.add(Argument.input("context", context));
      names = parameters(run, module.tensors(), SCALE, "", arguments);
    }
    Body body =
        (run, in) -> {
          NamedTensors tensors = bound(run, module.tensors(), names, in.subList(2, in.size()));
          Transform transform =
              module.bind(tensors, FlowTensors.rng("noise"), false).given(in.get(1));
          NDArray x = toDomain(transform, in.get(0)).value();
          Mapped mapped = isInverse ? transform.inverse(x) : transform.forward(x);
          return List.of(mapped.value(), mapped.logDet());
        };
    String what = "conditional " + row + " of " + dim + direction(isInverse);
    return law.check(what, arguments, body);
  }

  /**
   * Modules one after the other, with first values; their arguments are added to the inputs. Their
   * results are log-determinants, and the image last.
   */
  static Body stack(List<TransformModule> modules, List<Argument> arguments) {
    List<Use> uses = modules.stream().map(module -> new Use(module, false)).toList();
    return body(uses, arguments, 0.0);
  }

  private static Body body(List<Use> uses, List<Argument> arguments, int dim) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      arguments.add(input(run, dim));
    }
    return body(uses, arguments, SCALE);
  }

  /** One use after the other; their arguments are added. */
  private static Body body(List<Use> uses, List<Argument> arguments, double scale) {
    List<List<String>> names = new ArrayList<>();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (int i = 0; i < uses.size(); i++) {
        List<TensorSpec> specs = uses.get(i).module().tensors();
        names.add(parameters(run, specs, scale, "layer " + i + " ", arguments));
      }
    }
    return (run, in) -> {
      List<NDArray> results = new ArrayList<>();
      NDArray x = in.get(0);
      Constraint place = Constraint.REAL;
      int from = 1;
      for (int i = 0; i < uses.size(); i++) {
        Use use = uses.get(i);
        int to = from + names.get(i).size();
        NamedTensors tensors =
            bound(run, use.module().tensors(), names.get(i), in.subList(from, to));
        Transform transform = use.module().bind(tensors, FlowTensors.rng("noise"), false);
        if (!place.equals(transform.domain())) {
          Mapped freed = freed(place, x);
          Mapped start = toDomain(transform, freed.value());
          results.add(freed.logDet());
          results.add(start.logDet());
          x = start.value();
        }
        Mapped mapped = use.of(tensors, x);
        place =
            isSurface(transform.codomain(), mapped.value())
                ? transform.codomain()
                : Constraint.REAL;
        x = mapped.value();
        results.add(mapped.logDet());
        from = to;
      }
      results.add(x);
      return results;
    };
  }

  /** Whether members have more entries than dimensions to move in. */
  private static boolean isSurface(Constraint set, NDArray members) {
    Shape shape = members.getShape();
    return set.elementwise().eventDims() > 0
        && Bijections.to(set).inverseShape(shape).size() < shape.size();
  }

  /** Members of a surface as numbers; others as they are. */
  private static Mapped freed(Constraint place, NDArray x) {
    return place.isReal()
        ? Bijections.identity().independent(1).forward(x)
        : Bijections.to(place).inverse(x);
  }

  private static Mapped toDomain(Transform transform, NDArray x) {
    Constraint domain = transform.domain();
    return (domain.elementwise().isReal()
            ? Bijections.identity().independent(1)
            : Bijections.to(domain))
        .forward(x);
  }

  private static Argument input(Run run, int dim) {
    return Argument.input("inputs", FlowTensors.rng("inputs").normal(run, new Shape(ROWS, dim)));
  }

  /** Adds what is learned, of a scale or, if it is 0, with first values; gives its names. */
  private static List<String> parameters(
      Run run, List<TensorSpec> specs, double scale, String prefix, List<Argument> arguments) {
    NamedTensors random =
        scale == 0 ? FlowTensors.initial(run, specs) : FlowTensors.random(run, specs, scale);
    List<String> names = new ArrayList<>();
    for (TensorSpec spec : specs) {
      if (spec.kind() == TensorSpec.Kind.PARAMETER) {
        names.add(spec.name());
        arguments.add(Argument.parameter(prefix + spec.name(), random.get(spec.name())));
      }
    }
    return names;
  }

  private static NamedTensors bound(
      Run run, List<TensorSpec> specs, List<String> names, List<NDArray> parameters) {
    Map<String, NDArray> all = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      int place = names.indexOf(spec.name());
      all.put(
          spec.name(),
          place >= 0
              ? parameters.get(place)
              : spec.initial().create(FlowTensors.rng(spec.name()), run));
    }
    return NamedTensors.of(all);
  }
}
