package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column.Entry;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Gradients as a function of a loss and its inputs: nothing is accumulated, inputs need not be
 * leaves, any number of threads may differentiate at once, and gradients can be differentiated
 * again.
 */
public final class Autograd {

  private static final String NO_VARIABLE =
      "loss depends on no parameter; ask for one by p.param(name, ...) and compute with its tensor,"
          + " not with its number (outside programs: Autograd.variable(x))";

  private Autograd() {}

  /**
   * The gradient of a scalar with respect to each input, of the input's shape; zeros for an input
   * that the loss does not depend on. The graph lives as long as the run, so that losses which
   * share a part can be differentiated one after the other.
   *
   * @throws IllegalArgumentException if the loss is not a scalar, or depends on no variable at all
   */
  public static List<NDArray> grad(NDArray loss, List<? extends NDArray> inputs) {
    return grad(loss, inputs, false);
  }

  /**
   * The same, recording the gradients themselves if {@code higherOrder}, so that they can be
   * differentiated again.
   *
   * @throws IllegalArgumentException if the loss is not a scalar, or depends on no variable at all
   */
  public static List<NDArray> grad(
      NDArray loss, List<? extends NDArray> inputs, boolean higherOrder) {
    if (HiddenDims.anyOf(loss) || inputs.stream().anyMatch(HiddenDims::anyOf)) {
      return ofEachChoice(loss, inputs, higherOrder);
    }
    RunArray y = checkLoss(loss);
    if (inputs.isEmpty()) {
      return List.of();
    }
    Run run = y.requireRun();
    Tape tape = run.owned().tape();
    if (!tape.isEmpty()) {
      if (!higherOrder) {
        return whole(run, tape.gradients(y, inputs, 0), inputs);
      }
      tape.checkFirstOrder(y);
    }
    long number = y.handle();
    long[] in = handles(inputs);
    long[] gradients;
    try {
      gradients = PyTorch.get().gradients(number, in, higherOrder);
    } catch (EngineException e) {
      throw failure(e);
    }
    List<NDArray> result = new ArrayList<>(gradients.length);
    for (int i = 0; i < gradients.length; i++) {
      RunArray input = (RunArray) inputs.get(i);
      RunArray gradient =
          run.adopt(Entry.GRADIENT, gradients[i], input.getShape(), input.getDataType());
      result.add(higherOrder ? gradient.moving() : gradient);
    }
    run.owned().column().differentiate(number, in, higherOrder, gradients);
    return result;
  }

  /**
   * The gradient of the sum of a function's values with respect to where it was asked, of the shape
   * of that; zeros if the function is the same everywhere, as a flat log density.
   */
  public static NDArray gradOfSum(NDArray values, NDArray at) {
    try {
      return grad(Tensors.total(values), List.of(at)).get(0);
    } catch (IllegalArgumentException e) {
      if (!NO_VARIABLE.equals(e.getMessage())) {
        throw e;
      }
      return ((RunArray) at).requireRun().zeros(at.getShape());
    }
  }

  /** The gradients for each value of choices, of which each has its own loss and inputs. */
  private static List<NDArray> ofEachChoice(
      NDArray loss, List<? extends NDArray> inputs, boolean higherOrder) {
    List<NDArray> shown = new ArrayList<>(inputs.size());
    for (NDArray input : inputs) {
      checkArgument(
          HiddenDims.of(input).containsAll(HiddenDims.of(loss)),
          "gradient of a loss that depends on the choice of %s is asked in a tensor of shape %s"
              + " that does not; have the site sampled by InferConfig",
          HiddenDims.names(HiddenDims.of(loss)),
          input.getShape());
      shown.add(((RunArray) input).shown());
    }
    NDArray total = Tensors.total(((RunArray) loss).shown());
    List<NDArray> gradients = grad(total, shown, higherOrder);
    List<NDArray> result = new ArrayList<>(gradients.size());
    for (int i = 0; i < gradients.size(); i++) {
      result.add(
          ((RunArray) gradients.get(i)).hiding(HiddenDimRules.of((RunArray) inputs.get(i)), null));
    }
    return result;
  }

  /** Zeros where there is no gradient. */
  private static List<NDArray> whole(
      Run run, List<NDArray> gradients, List<? extends NDArray> inputs) {
    List<NDArray> result = new ArrayList<>(gradients.size());
    for (int i = 0; i < gradients.size(); i++) {
      NDArray gradient = gradients.get(i);
      result.add(Tape.isNone(gradient) ? run.zeros(inputs.get(i).getShape()) : gradient);
    }
    return result;
  }

  /**
   * The gradients of a number as the engine knows them.
   *
   * @return one for each input, the number 0 where the engine knows of none
   */
  static List<NDArray> reached(NDArray number, List<? extends NDArray> inputs) {
    RunArray y = (RunArray) number;
    Run run = y.requireRun();
    PyTorch engine = PyTorch.get();
    long[] gradients;
    try {
      gradients = engine.reachedGradients(y.handle(), handles(inputs));
    } catch (EngineException e) {
      throw failure(e);
    }
    List<NDArray> result = new ArrayList<>(gradients.length);
    for (int i = 0; i < gradients.length; i++) {
      Shape shape = inputs.get(i).getShape();
      if (Arrays.equals(engine.sizes(gradients[i]), shape.getShape())) {
        result.add(run.adopt(Entry.GRADIENT, gradients[i], shape, run.dataType()));
      } else {
        engine.free(gradients[i]);
        result.add(run.scalar(0));
      }
    }
    return result;
  }

  /**
   * The gradients with respect to all inputs joined into one vector, in the order of the inputs;
   * one call of the engine.
   *
   * @throws IllegalArgumentException if the loss is not a scalar, or depends on no variable at all
   */
  public static NDArray flatGrad(NDArray loss, List<? extends NDArray> inputs) {
    RunArray y = checkLoss(loss);
    Run run = y.requireRun();
    if (!run.owned().tape().isEmpty()) {
      return joined(grad(loss, inputs));
    }
    long size = 0;
    for (NDArray input : inputs) {
      size += input.size();
    }
    long gradient;
    try {
      gradient = PyTorch.get().flatGradient(y.handle(), handles(inputs));
    } catch (EngineException e) {
      throw failure(e);
    }
    return run.adopt(Entry.GRADIENT, gradient, new Shape(size), run.dataType());
  }

  /**
   * The same, read from the device into an array, so that steps can use one again and again.
   *
   * @throws IllegalArgumentException if the loss is not a scalar, or depends on no variable at all,
   *     or if the inputs do not hold as many elements as the array
   */
  public static void flatGrad(NDArray loss, List<? extends NDArray> inputs, double[] into) {
    RunArray gradient = (RunArray) flatGrad(loss, inputs);
    checkArgument(
        gradient.size() == into.length,
        "gradient in %s elements is read into an array of %s; pass an array of as many",
        gradient.size(),
        into.length);
    gradient.read(null, into);
  }

  private static NDArray joined(List<NDArray> gradients) {
    return Tensors.concat(
        gradients.stream()
            .map(gradient -> Tensors.reshape(gradient, new Shape(gradient.size())))
            .toList(),
        0);
  }

  /**
   * The derivatives of each of M numbers in those of each input, where the rows of a batch do not
   * depend on each other's: M gradients.
   *
   * @param y {@code (*, M)}
   * @param inputs {@code (*, N)} each
   * @param higherOrder as {@link #grad(NDArray, List, boolean)}
   * @return {@code (*, M, N)} of each input; entry (i, j) is that of number i in number j
   * @throws IllegalArgumentException if y depends on no variable at all
   */
  public static List<NDArray> jacobians(
      NDArray y, List<? extends NDArray> inputs, boolean higherOrder) {
    List<List<NDArray>> rows = new ArrayList<>();
    inputs.forEach(input -> rows.add(new ArrayList<>()));
    long count = y.getShape().get(y.getShape().dimension() - 1);
    for (long i = 0; i < count; i++) {
      NDArray total = Tensors.total(Tensors.range(y, -1, i, i + 1));
      List<NDArray> gradients = grad(total, inputs, higherOrder);
      for (int k = 0; k < gradients.size(); k++) {
        rows.get(k).add(gradients.get(k));
      }
    }
    return rows.stream().map(row -> Tensors.stack(row, -2)).toList();
  }

  /**
   * The second derivatives of a number in a vector: the mean of the matrix and its transpose, which
   * differ by rounding.
   *
   * @param y a number that is computed in {@link Run#withSecondDerivatives}
   * @param x (N)
   * @return (N, N), row by row
   * @throws IllegalArgumentException if y is not a number, or depends on no variable at all
   */
  public static double[] hessian(NDArray y, NDArray x) {
    int size = Math.toIntExact(x.size());
    // An element of the gradient may depend on no variable; with a sum of zeros it does.
    NDArray none = Tensors.total(x.mul(Tensors.run(x).zeros(x.getShape())));
    NDArray gradient = grad(y.add(none), List.of(x), true).get(0);
    double[] matrix = new double[size * size];
    for (int i = 0; i < size; i++) {
      NDArray element = Tensors.total(Tensors.range(gradient, -1, i, i + 1)).add(none);
      double[] row = Tensors.values(grad(element, List.of(x)).get(0));
      for (int j = 0; j < size; j++) {
        matrix[i * size + j] += row[j] / 2;
        matrix[j * size + i] += row[j] / 2;
      }
    }
    return matrix;
  }

  /** A copy of the values, cut from what they came from, that gradients can be taken of. */
  public static NDArray variable(NDArray x) {
    RunArray source = (RunArray) x;
    if (HiddenDims.anyOf(x)) {
      return ((RunArray) variable(source.shown())).hiding(source.choices(), null);
    }
    Run run = source.requireRun();
    run.check();
    PyTorch engine = PyTorch.get();
    long original = source.handle();
    long copy = engine.copy(original);
    // A copy may still be on the source's graph; detached, it is a leaf.
    long leaf = engine.apply(Op.STOP_GRADIENT, Attributes.NONE, new long[] {copy});
    engine.free(copy);
    engine.attachGradient(leaf);
    run.owned().vary(original, leaf);
    RunArray variable =
        new RunArray(run, leaf, source.getShape(), source.getDataType(), false, true);
    return source.hasParticles() ? variable.withParticles() : variable;
  }

  /**
   * Zeros that tensors are moved by, to take gradients of there: of what is computed after them,
   * for which the engine does not look through all that came before, as it does behind a {@link
   * #variable}. So a gradient at each of many steps costs the same.
   *
   * @param x what is moved
   */
  public static NDArray shift(NDArray x) {
    Run run = ((RunArray) x).requireRun();
    NDArray zeros = variable(run.zeros(x.getShape()));
    return Tensors.where(run.create(new boolean[] {true}, new Shape()), zeros, x);
  }

  private static RunArray checkLoss(NDArray loss) {
    checkArgument(
        loss.getShape().dimension() == 0,
        "loss has shape %s, but a gradient is of a single number; sum it",
        loss.getShape());
    RunArray y = (RunArray) loss;
    checkArgument(y.run() != null && !y.isConstant(), NO_VARIABLE);
    return y;
  }

  private static RuntimeException failure(EngineException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("does not require grad")) {
      return new IllegalArgumentException(NO_VARIABLE, e);
    }
    return e;
  }

  private static long[] handles(List<? extends NDArray> arrays) {
    long[] handles = new long[arrays.size()];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = ((RunArray) arrays.get(i)).handle();
    }
    return handles;
  }
}
