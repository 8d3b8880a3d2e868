package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What a map uses of the run around it while it is recorded in a run of its own: each of those
 * tensors becomes an input of the map, which has its numbers meanwhile.
 */
final class Captures {

  private final Run around;
  private final Run inner;
  private final IdentityHashMap<RunArray, RunArray> inputs = new IdentityHashMap<>();
  private final List<NDArray> tensors = new ArrayList<>();

  private Captures(Run around, Run inner) {
    this.around = around;
    this.inner = inner;
  }

  /** From now on tensors of a run may be used in another. */
  static Captures begin(Run around, Run inner) {
    Captures made = new Captures(around, inner);
    inner.captures = made;
    return made;
  }

  /** Whether tensors of a run may be used in another. */
  static boolean isWithin(Run inner, Run around) {
    return inner.captures != null && inner.captures.around == around;
  }

  /**
   * What stands in a run for a tensor of another.
   *
   * @throws IllegalStateException if its tensors may not be used there
   */
  static RunArray of(RunArray tensor, Run own, Run target) {
    Captures captures = target.captures;
    if (captures != null && captures.around == own) {
      return captures.input(tensor);
    }
    throw new IllegalStateException(
        "tensor of run "
            + own.counter()
            + " is bound to run "
            + target.counter()
            + "; pass values between runs, or Tensors.copy(x, manager) and bind the copy");
  }

  private RunArray input(RunArray tensor) {
    if (tensor.isConstant()) {
      return RunArray.number(inner, tensor.constant());
    }
    checkState(
        tensor.isFloat() && !tensor.hasParticles() && tensor.choices().isEmpty(),
        "tensor of shape %s is used by a map of one row, but holds particles, choices or no"
            + " floats; pass it to the map",
        tensor.getShape());
    RunArray known = inputs.get(tensor);
    if (known == null) {
      double[] values = tensor.forTrial();
      known = (RunArray) Autograd.variable(inner.create(values, tensor.getShape()));
      inputs.put(tensor, known);
      tensors.add(tensor);
    }
    return known;
  }

  /** The tensors that were used, in the order of their inputs. */
  ImmutableList<NDArray> tensors() {
    return ImmutableList.copyOf(tensors);
  }
}
