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

/** The classical method with equal steps. */
final class RungeKutta extends Solver {

  /** So many steps are recorded one by one, which lets plans see them together. */
  private static final int FEW = 32;

  private final int count; // of steps from each time to the next

  RungeKutta(int count, Steps steps) {
    super(steps);
    this.count = count;
  }

  @Override
  Solver with(Steps steps) {
    return new RungeKutta(count, steps);
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
      Way equal = new Way(here, stretch, needed);
      state = isChain ? Chain.end(state, needed, equal::step) : equal.through(state);
      evaluations += 4 * needed;
      if (stretch.isAsked()) {
        states.add(state);
      }
    }
    return new Solution(states.build(), evaluations, 0);
  }

  /** How far a rate leads in a part of a step. */
  private interface Part {
    NDArray of(NDArray rate, double parts);
  }

  /** Equal steps along a stretch. */
  private record Way(Rate rate, Stretch stretch, int steps) {

    NDArray step(int k, NDArray state) {
      Run run = Tensors.run(state);
      double h = time(k + 1) - time(k);
      return next(
          state,
          number(run, time(k)),
          number(run, time(k) + h / 2),
          number(run, time(k + 1)),
          (x, by) -> x.mul(h / by));
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
      NDArray from = numbers(run, k -> time(k));
      NDArray middle = numbers(run, k -> time(k) + (time(k + 1) - time(k)) / 2);
      NDArray to = numbers(run, k -> time(k + 1));
      NDArray size = numbers(run, k -> time(k + 1) - time(k));
      return Recurrence.of(
              run,
              "runge-kutta",
              steps - 1,
              List.of(step(0, start)),
              (at, carry) -> {
                NDArray h = at.row(size, -2);
                NDArray next =
                    next(
                        carry.get(0),
                        at.row(from, -2),
                        at.row(middle, -2),
                        at.row(to, -2),
                        (x, by) -> x.mul(h.div(by)));
                return new Recurrence.Next(List.of(next), List.of());
              })
          .carry()
          .get(0);
    }

    private NDArray next(NDArray state, NDArray from, NDArray middle, NDArray to, Part step) {
      NDArray first = rate.of(from, state);
      NDArray second = rate.of(middle, state.add(step.of(first, 2)));
      NDArray third = rate.of(middle, state.add(step.of(second, 2)));
      NDArray fourth = rate.of(to, state.add(step.of(third, 1)));
      NDArray sum = second.add(third).mul(2).add(first).add(fourth);
      return state.add(step.of(sum, 6));
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
    return "runge-kutta(" + count + " steps" + steps() + ")";
  }
}
