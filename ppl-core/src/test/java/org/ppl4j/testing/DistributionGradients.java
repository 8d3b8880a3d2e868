package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Recurrence;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Body;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.GradientLaw.Law;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * {@link GradientLaw} of the rows of {@link DistributionCases}: of the log-density in the value and
 * in the parameters against differences; of draws, which differences do not tell, against those of
 * leaves.
 */
public final class DistributionGradients {

  /** Draws of each row. */
  private static final int DRAWS = 3;

  /** More than are done where a scan is recorded. */
  private static final int STEPS = 5;

  private DistributionGradients() {}

  /** Whether values or parameters can move. */
  public static boolean isMoving(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      boolean isDiscrete = row.in(run).support().isDiscrete();
      return !isDiscrete
          || IntStream.range(0, row.parameters().size())
              .anyMatch(i -> row.entries(i) != DistributionCase.Entries.NONE);
    }
  }

  /** The log-density. Vectors move in unconstrained coordinates, behind the map to the support. */
  public static Judged density(DistributionCase row, Law law) {
    List<Argument> arguments = new ArrayList<>();
    boolean isDiscrete;
    boolean isBehind;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      NDArray value = DistributionLaws.inside(run, row, distribution);
      isDiscrete = distribution.support().isDiscrete();
      isBehind = !isDiscrete && distribution.eventShape().dimension() > 0;
      if (!isDiscrete) {
        NDArray free =
            isBehind ? Bijections.to(distribution.support()).inverse(value).value() : value;
        arguments.add(Argument.input("value", free));
      }
      arguments.addAll(parameters(run, row, Math.toIntExact(value.getShape().get(0))));
    }
    int first = isDiscrete ? 0 : 1;
    Body body =
        (run, tensors) -> {
          Distribution distribution = row.of(run, tensors.subList(first, tensors.size()));
          NDArray value =
              isDiscrete ? DistributionLaws.inside(run, row, row.in(run)) : tensors.get(0);
          if (isBehind) {
            Transform toSupport = Bijections.to(row.in(run).support());
            value = toSupport.forward(value).value();
          }
          return List.of(distribution.logProb(value));
        };
    return law.check("log-density of " + row, arguments, body);
  }

  /** Draws and their log-densities. */
  public static Judged draws(DistributionCase row, Law law) {
    List<Argument> arguments;
    boolean isReparameterized;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      arguments = parameters(run, row, DRAWS);
      isReparameterized = row.in(run).isReparameterized();
    }
    Body body =
        (run, tensors) -> {
          Draw draw = row.of(run, tensors).draw(run.rng(Rng.Purpose.MODEL, "gradients"));
          return isReparameterized
              ? List.of(draw.value(), draw.logProb())
              : List.of(draw.logProb());
        };
    return law.check("draws of " + row, arguments, body);
  }

  /** The same in the steps of a scan, each of which carries the parameters on. */
  public static Judged drawsOfSteps(DistributionCase row, Law law) {
    List<Argument> arguments;
    boolean isReparameterized;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      arguments = parameters(run, row, DRAWS);
      isReparameterized = row.in(run).isReparameterized();
    }
    Body body =
        (run, tensors) ->
            Recurrence.of(
                    run,
                    "draws",
                    STEPS,
                    tensors,
                    (at, carry) -> {
                      Rng rng = run.rng(Rng.Purpose.MODEL, "gradients").ofStep(at.place());
                      Draw draw = row.of(run, carry).draw(rng);
                      return new Recurrence.Next(
                          carry,
                          isReparameterized
                              ? List.of(draw.value(), draw.logProb())
                              : List.of(draw.logProb()));
                    })
                .kept()
                .stream()
                .map(Recurrence.Kept::tensor)
                .toList();
    return law.check("draws of steps of " + row, arguments, body);
  }

  /** A row of each parameter for each row of values. */
  private static List<Argument> parameters(Run run, DistributionCase row, int rows) {
    List<Argument> arguments = new ArrayList<>();
    List<NDArray> tensors = row.tensors(run);
    for (int i = 0; i < tensors.size(); i++) {
      int which = i;
      Shape one = tensors.get(i).getShape();
      int size = Math.toIntExact(one.size());
      Shape shape = Shapes.concat(new Shape(rows), one);
      arguments.add(
          new Argument(
              "parameter " + i,
              Tensors.values(tensors.get(i).broadcast(shape)),
              shape,
              true,
              direction -> free(row, which, size, direction)));
    }
    return arguments;
  }

  /** Entries that are not free stand still, and the two of a pair move together. */
  private static double[] free(DistributionCase row, int which, int size, double[] direction) {
    double[] moved = new double[direction.length];
    for (int i = 0; i < direction.length; i++) {
      int at = i % size;
      if (row.isFree(which, at)) {
        moved[i] = direction[i];
        moved[i - at + row.partner(which, at)] = direction[i];
      }
    }
    return moved;
  }
}
