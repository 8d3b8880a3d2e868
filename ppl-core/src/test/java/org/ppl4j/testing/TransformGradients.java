package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Body;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.GradientLaw.Law;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * {@link GradientLaw} of the rows of {@link TransformCases}, in inputs and in the tensors that a
 * transform holds, in both directions and behind other transforms.
 */
public final class TransformGradients {

  /** Beyond, images are so near the end of where they live that no difference can be taken. */
  private static final double MODERATE = 3;

  private TransformGradients() {}

  /** A row's map of its inputs. */
  public static Judged forward(TransformCase row, Law law) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = inputs(run, row, Double.POSITIVE_INFINITY);
      return judged(row + " forward", row, Argument.input("inputs", x), Transform::forward, law);
    }
  }

  /** A row's inverse, of images that move as the map moves them if they are not free. */
  public static Judged inverse(TransformCase row, Law law) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = inputs(run, row, MODERATE);
      NDArray y = row.transform().apply(run).forward(x).value();
      boolean isFree = y.size() == x.size();
      return judged(
          row + " backwards",
          row,
          isFree ? positive(y) : Argument.input("inputs", x),
          (transform, at) ->
              transform.inverse(
                  isFree ? at : row.transform().apply(Tensors.run(at)).forward(at).value()),
          law);
    }
  }

  /**
   * A row's map of the images of a map of numbers; where it takes less than all numbers, of those
   * that it takes.
   */
  public static Judged behind(TransformCase row, TransformCase first, Law law) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      NDArray x = inputs(run, row, MODERATE);
      boolean takesAll = transform.domain().elementwise().isReal();
      NDArray at = takesAll ? x : Bijections.to(transform.domain()).inverse(x).value();
      return judged(
          row + " behind " + first,
          row,
          Argument.input("inputs", at),
          (made, free) ->
              made.forward(
                  (takesAll
                          ? first.transform().apply(Tensors.run(free))
                          : Bijections.to(made.domain()))
                      .forward(free)
                      .value()),
          law);
    }
  }

  /** Whether it maps every number to a number, so that others can stand behind it. */
  public static boolean isFirst(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      return transform.domainEventDims() == 0 && transform.domain().isReal();
    }
  }

  private interface Direction {
    Mapped of(Transform transform, NDArray at);
  }

  /** The inputs up to a size, none of them where a map may have a corner. */
  private static NDArray inputs(Run run, TransformCase row, double largest) {
    int size = row.size();
    double[] kept = new double[row.inputs().length];
    int count = 0;
    for (int i = 0; i < kept.length; i += size) {
      double[] input = Arrays.copyOfRange(row.inputs(), i, i + size);
      if (Arrays.stream(input).allMatch(x -> Math.abs(x) <= largest)) {
        double[] beside = Arrays.stream(input).map(x -> 0.99 * x + 0.0037).toArray();
        System.arraycopy(beside, 0, kept, count, size);
        count += size;
      }
    }
    boolean isOfNumbers = row.inputs(run).getShape().dimension() == 1;
    return run.create(
        Arrays.copyOf(kept, count), isOfNumbers ? new Shape(count) : new Shape(count / size, size));
  }

  /** Images, of which those near 0 move by less, so that they stay where images are. */
  private static Argument positive(NDArray y) {
    double[] values = Tensors.values(y);
    return new Argument(
        "images",
        values,
        y.getShape(),
        true,
        d -> {
          double[] moved = d.clone();
          Arrays.setAll(moved, i -> d[i] * Math.min(1, Math.abs(values[i])));
          return moved;
        });
  }

  private static Judged judged(
      String what, TransformCase row, Argument input, Direction direction, Law law) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<Argument> arguments = new ArrayList<>();
      arguments.add(input);
      Transform same =
          row.transform()
              .apply(run)
              .withParameters(
                  tensor -> {
                    String name = "parameter " + arguments.size();
                    NDArray bound = run.bind(tensor);
                    boolean isOfAll =
                        bound.getShape().dimension() == 0 && input.shape().dimension() > 1;
                    arguments.add(
                        isOfAll
                            ? Argument.parameter(name, bound)
                            : Argument.input(name, repeated(bound, input.shape())));
                    return tensor;
                  });
      assertThat(same).isNotNull();
      Body body =
          (other, tensors) -> {
            Iterator<NDArray> parameters = tensors.subList(1, tensors.size()).iterator();
            Transform transform =
                row.transform().apply(other).withParameters(tensor -> parameters.next());
            Mapped mapped = direction.of(transform, tensors.get(0));
            return List.of(mapped.value(), other.bind(mapped.logDet()));
          };
      return law.check(what, arguments, body);
    }
  }

  /** A row of a parameter for each row of inputs. */
  private static NDArray repeated(NDArray parameter, Shape inputs) {
    int own = parameter.getShape().dimension(); // more than those of an input for a matrix
    long[] sizes = new long[Math.max(inputs.dimension(), own + 1)];
    Arrays.fill(sizes, 1);
    sizes[0] = inputs.get(0);
    Shape rows = new Shape(sizes);
    return parameter.broadcast(Shapes.broadcast(rows, parameter.getShape()));
  }
}
