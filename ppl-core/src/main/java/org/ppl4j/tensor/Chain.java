package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Many steps, each a function of the state before it, whose gradient is found backwards: λ ←
 * (∂next/∂state)ᵀ λ, with the gradients in all else that a step depends on beside it. Of N steps √N
 * states are kept, from which the others are computed again, √N at a time; so the memory is that of
 * one step and of 2 √N states, and the gradient that of the engine through all steps. The work is
 * that of the steps twice more.
 *
 * <p>First derivatives only. A program with such gradients is not recorded. Source: Griewank,
 * "Achieving logarithmic growth of temporal and spatial complexity in reverse automatic
 * differentiation" (1992), section 2.
 */
public final class Chain {

  /** A step. */
  @FunctionalInterface
  public interface Step {

    /**
     * The state after a step: the same whenever it is asked, since it is asked again for gradients.
     *
     * @param index of the step, from 0
     */
    NDArray next(int index, NDArray state);
  }

  private final Run run;
  private final NDArray start;
  private final int steps;
  private final Step step;
  private final int length; // of a block
  private final List<NDArray> kept = new ArrayList<>(); // before each block

  private Chain(NDArray start, int steps, Step step) {
    this.run = Tensors.run(start);
    this.start = start;
    this.steps = steps;
    this.step = step;
    this.length = (int) Math.ceil(Math.sqrt(steps));
  }

  /**
   * The state after all steps.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static NDArray end(NDArray start, int steps, Step step) {
    checkArgument(steps >= 1, "chain has %s steps, but needs at least 1", steps);
    return new Chain(start, steps, step).end();
  }

  private NDArray end() {
    NDArray last = run.withoutGradients(this::followed);
    if (!run.isRecording()) {
      return last;
    }
    run.owned().column().ask("a gradient that is found backwards from states that were kept");
    NDArray end = Autograd.variable(last);
    run.owned().tape().add(end, this::gradients);
    return end;
  }

  private NDArray followed() {
    NDArray state = start;
    for (int from = 0; from < steps; from += length) {
      kept.add(state);
      int block = kept.size() - 1;
      state = Scope.keeping(run, () -> List.of(last(states(block)))).get(0);
    }
    return state;
  }

  /** The state before each step of a block, and after its last. */
  private List<NDArray> states(int block) {
    int from = block * length;
    List<NDArray> states = new ArrayList<>(List.of(kept.get(block)));
    for (int i = from; i < Math.min(from + length, steps); i++) {
      int index = i;
      states.addAll(Scope.keeping(run, () -> List.of(step.next(index, last(states)))));
    }
    return states;
  }

  private static NDArray last(List<NDArray> states) {
    return states.get(states.size() - 1);
  }

  /** Of the inputs, by way of the steps and by way of the start. */
  private List<NDArray> gradients(NDArray ofEnd, List<NDArray> inputs) {
    List<NDArray> gradients = new ArrayList<>(List.of(ofEnd));
    gradients.addAll(Collections.nCopies(inputs.size(), run.scalar(0)));
    List<NDArray> all = run.withoutGradients(() -> throughBlocks(gradients, inputs));
    List<NDArray> rest = all.subList(1, all.size());
    if (!((RunArray) start).moves()) {
      return rest;
    }
    NDArray total = run.withGradients(() -> Tensors.total(start.mul(all.get(0))));
    return Tape.sums(rest, run.owned().tape().gradients(total, inputs, run.owned().tape().size()));
  }

  private List<NDArray> throughBlocks(List<NDArray> ofEnd, List<NDArray> inputs) {
    List<NDArray> gradients = ofEnd;
    for (int i = kept.size() - 1; i >= 0; i--) {
      int block = i;
      List<NDArray> after = gradients;
      gradients = Scope.keeping(run, () -> throughBlock(block, after, inputs));
      run.owned().free(after, gradients);
    }
    return gradients;
  }

  /** From the gradients in the state after a block, and in the inputs, to those before it. */
  private List<NDArray> throughBlock(int block, List<NDArray> after, List<NDArray> inputs) {
    List<NDArray> states = states(block);
    List<NDArray> gradients = after;
    for (int i = states.size() - 2; i >= 0; i--) {
      int index = block * length + i;
      NDArray state = states.get(i);
      List<NDArray> next = gradients;
      gradients = Scope.keeping(run, () -> throughStep(index, state, next, inputs));
      run.owned().free(next, gradients);
    }
    return gradients;
  }

  private List<NDArray> throughStep(
      int index, NDArray before, List<NDArray> after, List<NDArray> inputs) {
    Tape tape = run.owned().tape();
    int size = tape.size();
    NDArray state = Autograd.variable(before);
    List<NDArray> all = new ArrayList<>(List.of(state));
    all.addAll(inputs);
    try {
      NDArray total =
          run.withGradients(() -> Tensors.total(step.next(index, state).mul(after.get(0))));
      List<NDArray> found = tape.gradients(total, all, size);
      List<NDArray> sums = new ArrayList<>(List.of(found.get(0)));
      sums.addAll(Tape.sums(found.subList(1, found.size()), after.subList(1, after.size())));
      return sums;
    } finally {
      tape.cut(size);
    }
  }
}
