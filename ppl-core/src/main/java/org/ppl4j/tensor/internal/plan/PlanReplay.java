package org.ppl4j.tensor.internal.plan;

import java.util.List;
import org.ppl4j.tensor.internal.plan.Memory.Place;
import org.ppl4j.tensor.internal.table.JavaKernel;

/** Computes a plan on memory of its own. It belongs to one thread at a time. */
public final class PlanReplay {

  /** After so many runs code is generated, which takes some milliseconds, unless it is there. */
  private static final int BEFORE_CODE = 1000;

  private final Store store;
  private final double[][] buffers; // of the store
  private final Plan plan;
  private Action[] actions;
  private int left = BEFORE_CODE;
  private final Place[] inputs;
  private final Place[] outputs;

  PlanReplay(Plan plan, Store store, Action[] actions, List<Place> inputs, List<Place> outputs) {
    this.plan = plan;
    this.store = store;
    this.buffers = store.doubles();
    this.actions = plan.isCodeKnown() ? plan.code() : actions;
    this.inputs = inputs.toArray(Place[]::new);
    this.outputs = outputs.toArray(Place[]::new);
  }

  /** Sets the numbers of an input, from a place of an array on. */
  public void set(int input, double[] values, int from, int size) {
    Place place = inputs[input];
    if (isSingle(input)) {
      Copies.put(false, size, singles(input), 0, 1, values, from, 1);
    } else {
      System.arraycopy(values, from, buffers[place.buffer()], place.offset(), size);
    }
  }

  /** Whether an input is kept in single precision, as large ones of such a plan may be. */
  public boolean isSingle(int input) {
    return Store.isSingle(inputs[input].buffer());
  }

  /** The array that begins with the numbers of such an input. */
  public float[] singles(int input) {
    return store.single(inputs[input].buffer());
  }

  /** The array that holds the numbers of any other input, from {@link #start} on. */
  public double[] memory(int input) {
    return buffers[inputs[input].buffer()];
  }

  /** Where the numbers of an input begin in its array. */
  public int start(int input) {
    return inputs[input].offset();
  }

  /** Sets what computes a row that is computed in Java. */
  public void set(int kernel, JavaKernel by) {
    store.kernels()[kernel] = by;
  }

  /**
   * From now on no more than so many steps of each scan are done: the last of those stands for all
   * that would come after it.
   */
  public void cutScans(int most) {
    store.bodies().cut(most);
  }

  /** What it computes on. */
  double[][] buffers() {
    return buffers;
  }

  /** Computes all outputs. */
  public void run() {
    if (left > 0 && --left == 0) {
      actions = plan.code();
    }
    store.run(actions);
  }

  /**
   * Computes all outputs, with the numbers of an input, and puts those of an output into an array.
   * Neither is copied where its array can stand for that of the plan.
   *
   * @param from as many numbers as the input has
   * @param to as many as the output has; another array
   */
  public void run(int input, double[] from, int output, double[] to) {
    Place read = inputs[input];
    Place written = outputs[output];
    boolean lendsInput = !isSingle(input) && plan.isAlone(read, from.length);
    boolean lendsOutput = plan.isAlone(written, to.length) && from != to;
    double[] ownInput = lendsInput ? exchange(read, from) : from;
    double[] ownOutput = lendsOutput ? exchange(written, to) : to;
    if (!lendsInput) {
      set(input, from, 0, from.length);
    }
    try {
      run();
    } finally {
      if (lendsOutput) {
        double[] unused = exchange(written, ownOutput);
      }
      if (lendsInput) {
        double[] unused = exchange(read, ownInput);
      }
    }
    if (!lendsOutput) {
      get(output, to, 0, to.length);
    }
  }

  private double[] exchange(Place place, double[] other) {
    double[] before = buffers[place.buffer()];
    buffers[place.buffer()] = other;
    return before;
  }

  /** The first number of an output. */
  public double number(int output) {
    Place place = outputs[output];
    return buffers[place.buffer()][place.offset()];
  }

  /** Copies the numbers of an output to a place of an array. */
  public void get(int output, double[] values, int to, int size) {
    Place place = outputs[output];
    System.arraycopy(buffers[place.buffer()], place.offset(), values, to, size);
  }
}
