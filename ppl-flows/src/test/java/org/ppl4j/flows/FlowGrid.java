package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformCheck.Finding;
import org.ppl4j.transforms.TransformModule;

/** {@link TransformCheck} of flows over a grid of sizes, batches, parameters and inputs. */
final class FlowGrid {

  static final List<Integer> DIMS = List.of(1, 2, 5);
  static final List<Shape> BATCHES = List.of(new Shape(), new Shape(3), new Shape(4, 3));

  private static final long SEED = 20261125;

  private FlowGrid() {}

  /** What inputs are, before they are mapped into the domain. */
  enum Inputs {
    /** N(0, 1). */
    NEAR(normal -> normal),
    /** 5 · N(0, 1). */
    WIDE(normal -> normal.mul(5)),
    /** ±50. */
    FAR(normal -> normal.sign().mul(50));

    private final UnaryOperator<NDArray> ofNormal;

    Inputs(UnaryOperator<NDArray> ofNormal) {
      this.ofNormal = ofNormal;
    }
  }

  /**
   * A place of the grid.
   *
   * @param dim how many coordinates
   * @param batch of inputs and of contexts
   * @param scale of raw parameters
   */
  record Place(int dim, Shape batch, Inputs inputs, double scale, FloatType type, long seed) {

    /** At larger scales log-determinants and finiteness are; rounding explains the rest. */
    List<Finding> judged(TransformCheck check) {
      return check.findings().stream()
          .filter(
              finding ->
                  scale <= 1
                      || finding.law().contains("against the Jacobian")
                      || finding.law().contains("not finite"))
          .toList();
    }

    NDArray draw(Run run, Transform transform) {
      Shape shape = Shapes.concat(batch, new Shape(dim));
      Rng rng = Rng.of(seed, Rng.Purpose.MODEL, 0, "inputs");
      NDArray x = inputs.ofNormal.apply(rng.normal(run, shape));
      return transform.domain().elementwise().isReal()
          ? x
          : Bijections.to(transform.domain()).forward(x).value();
    }
  }

  /** Every place of a seed at scale 1. */
  static List<Place> full(long seed) {
    List<Place> places = new ArrayList<>();
    for (FloatType type : FloatType.values()) {
      for (Inputs inputs : Inputs.values()) {
        for (Shape batch : BATCHES) {
          DIMS.forEach(dim -> places.add(new Place(dim, batch, inputs, 1, type, seed)));
        }
      }
    }
    return places;
  }

  /** Places in which each two values of the axes meet, another third of them for each seed. */
  static List<Place> third(double scale, long seed) {
    List<Place> places = new ArrayList<>();
    for (FloatType type : FloatType.values()) {
      for (int i = 0; i < DIMS.size(); i++) {
        for (int j = 0; j < BATCHES.size(); j++) {
          Inputs inputs = Inputs.values()[(i + j + (int) seed) % Inputs.values().length];
          places.add(new Place(DIMS.get(i), BATCHES.get(j), inputs, scale, type, seed));
        }
      }
    }
    return places;
  }

  /**
   * The checks of a row at one place for each number of coordinates, of one of these in float32
   * too; with a context at two of them, one in each float type. At each place it is the row's map
   * or its inverse that is checked, of which the check takes both directions anyway. Which of them,
   * which inputs, which batch and which number in float32 alternates from row to row of a table.
   *
   * @param at the place of the row in its table: of three rows that follow one another each value
   *     of each axis occurs for each number of coordinates, of nine also in float32
   */
  static List<TransformCheck> few(FlowCase row, int at) {
    int size = DIMS.size();
    int special = (at + at / size) % size;
    Place single = place(at, special, FloatType.FLOAT32);
    Place withContext = place(at, (special + 1) % size, FloatType.FLOAT64);
    List<TransformCheck> checks = new ArrayList<>();
    for (int dim = 0; dim < size; dim++) {
      checks.addAll(plain(row, place(at, dim, FloatType.FLOAT64), List.of(use(at + dim))));
    }
    checks.addAll(plain(row, single, List.of(use(at + size))));
    checks.addAll(conditional(row, withContext, List.of(use(at))));
    checks.addAll(conditional(row, single, List.of(use(at + 1))));
    return checks;
  }

  private static UnaryOperator<Transform> use(int number) {
    return number % 2 == 0 ? UnaryOperator.identity() : Transform::inverted;
  }

  private static Place place(int at, int dim, FloatType type) {
    int size = DIMS.size();
    Inputs inputs = Inputs.values()[(dim + at) % size];
    return new Place(DIMS.get(dim), BATCHES.get((dim + 2 * at) % size), inputs, 1, type, SEED);
  }

  /**
   * Two places or three, in which each value of each axis occurs for some number of coordinates:
   * near for one, wide for two, near and far out for five, the last of these in both float types.
   */
  static Stream<Place> small(int dim) {
    List<Inputs> inputs =
        switch (dim) {
          case 1 -> List.of(Inputs.NEAR);
          case 2 -> List.of(Inputs.WIDE);
          default -> List.of(Inputs.NEAR, Inputs.FAR);
        };
    Shape batch = BATCHES.get(DIMS.indexOf(dim));
    Inputs last = inputs.get(inputs.size() - 1);
    return Stream.concat(
        inputs.stream().map(each -> new Place(dim, batch, each, 1, FloatType.FLOAT64, SEED)),
        Stream.of(new Place(dim, batch, last, 1, FloatType.FLOAT32, SEED)));
  }

  /** The checks of a row at a place: both directions, without and with a context. */
  static List<TransformCheck> check(FlowCase row, Place place) {
    return check(row, place, transform -> transform);
  }

  /** The same with a change made to each transform. */
  static List<TransformCheck> check(FlowCase row, Place place, UnaryOperator<Transform> change) {
    List<UnaryOperator<Transform>> uses =
        List.of(change, transform -> change.apply(transform).inverted());
    List<TransformCheck> checks = new ArrayList<>(plain(row, place, uses));
    checks.addAll(conditional(row, place, uses));
    return checks;
  }

  private static List<TransformCheck> plain(
      FlowCase row, Place place, List<UnaryOperator<Transform>> uses) {
    TransformModule module = row.module().apply(place.dim());
    try (Run run = Run.open(RunConfig.defaults().withFloatType(place.type()), 0)) {
      return checks(
          run,
          place,
          module.tensors(),
          tensors -> module.bind(tensors, FlowTensors.rng("noise"), false),
          uses);
    }
  }

  private static List<TransformCheck> conditional(
      FlowCase row, Place place, List<UnaryOperator<Transform>> uses) {
    if (row.conditional() == null) {
      return List.of();
    }
    ConditionalTransformModule module = row.conditional().apply(place.dim());
    try (Run run = Run.open(RunConfig.defaults().withFloatType(place.type()), 0)) {
      Shape shape = Shapes.concat(place.batch(), new Shape(FlowCase.CONTEXT));
      NDArray context = Rng.of(place.seed(), Rng.Purpose.MODEL, 0, "context").normal(run, shape);
      return checks(
          run,
          place,
          module.tensors(),
          tensors -> module.bind(tensors, FlowTensors.rng("noise"), false).given(context),
          uses);
    }
  }

  private static List<TransformCheck> checks(
      Run run,
      Place place,
      List<TensorSpec> specs,
      Function<NamedTensors, Transform> bound,
      List<UnaryOperator<Transform>> uses) {
    List<NDArray> variables = new ArrayList<>();
    NamedTensors tensors =
        FlowTensors.random(run, specs, place.scale(), place.seed())
            .map(
                tensor -> {
                  variables.add(Autograd.variable(tensor));
                  return variables.get(variables.size() - 1);
                });
    Transform transform = bound.apply(tensors);
    return uses.stream()
        .map(use -> use.apply(transform))
        .map(
            direction -> {
              NDArray x = place.draw(run, direction);
              TransformCheck check = TransformCheck.check(direction, x);
              return new TransformCheck(
                  check.name(),
                  check.inversion(),
                  ImmutableList.<Finding>builder()
                      .addAll(place.judged(check))
                      .add(ofParameters(check, direction, x, variables))
                      .build());
            })
        .toList();
  }

  /** The gradients in what is learned: raw parameters, weights of networks. */
  private static Finding ofParameters(
      TransformCheck check, Transform transform, NDArray x, List<NDArray> variables) {
    double count = 0;
    if (!variables.isEmpty()) {
      Mapped mapped = transform.forward(x);
      NDArray total = mapped.value().sum().add(mapped.logDet().sum());
      for (NDArray gradient : Autograd.grad(total, variables)) {
        for (double entry : Tensors.values(gradient)) {
          count += Double.isFinite(entry) ? 0 : 1;
        }
      }
    }
    int inputs = check.inversion().inputs();
    return new Finding("gradients of parameters that are not finite", count, 0, inputs);
  }
}
