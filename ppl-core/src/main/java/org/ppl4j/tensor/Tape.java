package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of a run whose gradients the engine does not know, in the order they were made. To
 * the engine they are variables: a gradient is asked of it up to them, and from each of them, the
 * last first, of what made it. Where there is no gradient stands the number 0.
 */
final class Tape {

  /** What made a tensor, as its gradients know it. */
  @FunctionalInterface
  interface Maker {

    /**
     * The gradients of a loss by way of that tensor.
     *
     * @param gradient of the loss in the tensor
     * @param inputs tensors that were there before
     * @return one for each
     */
    List<NDArray> gradients(NDArray gradient, List<NDArray> inputs);
  }

  private record Made(NDArray tensor, Maker maker) {}

  private final List<Made> all = new ArrayList<>(0);

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  void add(NDArray tensor, Maker maker) {
    all.add(new Made(tensor, maker));
  }

  /** Forgets those after the first so many. */
  void cut(int size) {
    all.subList(size, all.size()).clear();
  }

  /**
   * The gradients of a number.
   *
   * @param from how many tensors at the beginning are taken as variables
   * @return one for each input
   */
  List<NDArray> gradients(NDArray number, List<? extends NDArray> inputs, int from) {
    List<NDArray> tensors = new ArrayList<>(inputs);
    List<Made> made = List.copyOf(all.subList(from, all.size()));
    made.forEach(each -> tensors.add(each.tensor));
    List<NDArray> gradients = Autograd.reached(number, tensors);
    for (int last = tensors.size() - 1; last >= inputs.size(); last--) {
      NDArray gradient = gradients.get(last);
      if (!isNone(gradient)) {
        Maker maker = made.get(last - inputs.size()).maker;
        List<NDArray> more = maker.gradients(gradient, List.copyOf(tensors.subList(0, last)));
        gradients = sums(gradients.subList(0, last), more);
      }
    }
    return gradients.subList(0, inputs.size());
  }

  static boolean isNone(NDArray gradient) {
    return ((RunArray) gradient).isConstant();
  }

  /** Of as many pairs; nothing is added to what has none. */
  static List<NDArray> sums(List<NDArray> some, List<NDArray> others) {
    List<NDArray> sums = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      sums.add(some.get(i).add(others.get(i)));
    }
    return sums;
  }

  /** Throws if gradients of gradients go by way of one of the tensors. */
  void checkFirstOrder(NDArray number) {
    List<NDArray> gradients = Autograd.reached(number, all.stream().map(Made::tensor).toList());
    checkState(
        gradients.stream().allMatch(Tape::isNone),
        "gradient of a gradient goes through a chain of steps that is followed backwards, which has"
            + " first derivatives only; take the gradient of a solver through its steps");
  }
}
