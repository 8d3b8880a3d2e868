package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.ppl4j.tensor.Chain;
import org.ppl4j.tensor.Recurrence;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** A method with equal steps. */
final class EqualSteps extends Solver {

  /** So many steps are recorded one by one, which lets plans see them together. */
  private static final int FEW = 32;

  private final StepMethod method;
  private final int count; // of steps from each time to the next

  EqualSteps(StepMethod method, int count, Steps steps) {
    super(steps);
    this.method = method;
    this.count = count;
  }

  @Override
  Solver with(Steps steps) {
    return new EqualSteps(method, count, steps);
  }

  @Override
  Solution solved(Gradient gradient, Rate rate, NDArray start, List<Stretch> way, Failure failure) {
    boolean isChain = gradient == Gradient.ADJOINT || !Tensors.run(start).isRecording();
    ImmutableList.Builder<NDArray> states = ImmutableList.builder();
    NDArray state = start;
    int evaluations = 0;
    for (Stretch stretch : way) {
      Rate here = stretch.sides(rate);
      int needed = Math.max(count, (int) Math.min(Integer.MAX_VALUE, steps().least(stretch)));
      Way equal = new Way(method, here, stretch, needed);
      state = isChain ? Chain.end(state, needed, equal::step) : equal.through(state);
      evaluations += method.evaluations() * needed;
      if (stretch.isAsked()) {
        states.add(state);
      }
    }
    return new Solution(states.build(), evaluations, 0);
  }

  /**
   * A step.
   *
   * @param times at the places of the method
   * @param size a number, or of as many steps as are one after the other
   */
  private record At(List<NDArray> times, Part size) implements StepMethod.Span {

    @Override
    public NDArray time(int place) {
      return times.get(place);
    }

    @Override
    public NDArray along(NDArray rate, double parts) {
      return size.of(rate, parts);
    }
  }

  /** How far a rate leads in a part of a step. */
  private interface Part {
    NDArray of(NDArray rate, double parts);
  }

  /** Equal steps along a stretch. */
  private record Way(StepMethod method, Rate rate, Stretch stretch, int steps) {

    NDArray step(int k, NDArray state) {
      Run run = Tensors.run(state);
      double h = time(k + 1) - time(k);
      List<NDArray> times =
          Arrays.stream(method.places()).mapToObj(place -> number(run, time(k, place))).toList();
      return method.next(rate, state, new At(times, (x, parts) -> x.mul(h / parts)));
    }

    NDArray through(NDArray start) {
      return steps > FEW ? scanned(start) : one(start);
    }

    private NDArray one(NDArray start) {
      NDArray state = start;
      for (int k = 0; k < steps; k++) {
        state = step(k, state);
      }
      return state;
    }

    /** As one operation, but for the first step, which may be wider than the start. */
    private NDArray scanned(NDArray start) {
      Run run = Tensors.run(start);
      List<NDArray> times =
          Arrays.stream(method.places())
              .mapToObj(place -> numbers(run, k -> time(k, place)))
              .toList();
      NDArray size = numbers(run, k -> time(k + 1) - time(k));
      return Recurrence.of(
              run,
              method.toString(),
              steps - 1,
              List.of(step(0, start)),
              (at, carry) -> {
                NDArray h = at.row(size, -2);
                List<NDArray> here = times.stream().map(each -> at.row(each, -2)).toList();
                NDArray next =
                    method.next(
                        rate, carry.get(0), new At(here, (x, parts) -> x.mul(h.div(parts))));
                return new Recurrence.Next(List.of(next), List.of());
              })
          .carry()
          .get(0);
    }

    /** In a step, at a place of the method's. */
    private double time(int k, double place) {
      return place == 1 ? time(k + 1) : time(k) + (time(k + 1) - time(k)) * place;
    }

    /** After so many steps; the last is at the end. */
    private double time(int done) {
      double length = stretch.to() - stretch.from();
      return done == steps ? stretch.to() : stretch.from() + length * done / steps;
    }

    private static NDArray number(Run run, double number) {
      return run.create(new double[] {number}, new Shape(1));
    }

    private NDArray numbers(Run run, IntToDoubleFunction of) {
      double[] all = new double[steps - 1];
      Arrays.setAll(all, i -> of.applyAsDouble(i + 1));
      return run.create(all, new Shape(steps - 1, 1));
    }
  }

  @Override
  public double accuracy() {
    return 0;
  }

  @Override
  public String toString() {
    return method + "(" + count + " steps" + steps() + ")";
  }
}
