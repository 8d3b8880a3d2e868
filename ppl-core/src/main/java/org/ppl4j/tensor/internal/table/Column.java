package org.ppl4j.tensor.internal.table;

import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What does the rows of the table: an engine, or something that watches one. Tensors are handles
 * here, numbers that mean something to the engine alone; whoever asked for one owns it.
 *
 * <p>Besides its rows a column is told how every other tensor came to be and which are read, so
 * that one that counts can say whether a program's tensors come from the table and its inputs
 * alone.
 */
public interface Column {

  /** How a tensor came to be that is no row's result. */
  enum Entry {
    /** A plain number. */
    NUMBER,
    /** Numbers that Java code has written down, such as nodes, weights or places. */
    CONSTANT,
    /** An array of the user's. */
    DATA,
    /** Parameters, and what gradients are taken of. */
    VARIABLE,
    /** Gradients. */
    GRADIENT
  }

  /** The result of a row. */
  long apply(Op op, Attributes attributes, long[] in);

  /** The results of a row that has several. */
  long[] applyMany(Op op, Attributes attributes, long[] in);

  /**
   * Does a round of a loop so many times: one operation with a body, which whoever records a
   * program needs to see once.
   */
  default void repeat(int rounds, Runnable round) {
    for (int i = 0; i < rounds; i++) {
      round.run();
    }
  }

  /** What watches the steps of a scan. */
  interface Steps {

    /** What the first step is given. */
    void start(long[] carry);

    /** A step begins. */
    void begin();

    /** It is given a tensor at a place of what the one before has left. */
    void carried(int place, long handle);

    /** It is given its part of a tensor along an axis, counted from the right. */
    void row(long of, int axis, long handle);

    /** It has left a carry, and kept some tensors. */
    void end(long[] carry, long[] kept);

    /**
     * All steps together have given this, of which the first ones were done.
     *
     * @param places which of what they have kept is stacked; all else is the same at each step
     */
    void result(long[] carry, int[] places, long[] stacks);
  }

  /**
   * Steps begin, each of what the one before has left, of which the first ones are done.
   *
   * @return who watches them; null for nobody
   */
  default @Nullable Steps scan(int times, int carried) {
    return null;
  }

  /** A tensor is made that is no row's result. */
  default void enter(Entry entry, long handle) {}

  /** A tensor of the same values as another is made that gradients are taken of. */
  default void vary(long source, long handle) {
    enter(Entry.VARIABLE, handle);
  }

  /**
   * The gradients of a number in tensors.
   *
   * @param moving whether they have derivatives themselves
   * @param results one for each, which have entered already
   */
  default void differentiate(long number, long[] in, boolean moving, long[] results) {}

  /** A number of a name has entered, which may be another when the program runs again. */
  default void given(String name, DoubleSupplier number, long handle) {}

  /**
   * An array of data has entered that is at a place among those of its owner.
   *
   * @param isWhole whether it is one of whole numbers
   */
  default void bound(int place, boolean isWhole, long handle) {}

  /** The numbers of a vector that outlives runs, and may be overwritten, have entered. */
  default void stored(Object vector, long handle) {}

  /** A row that is computed in Java has given a tensor. */
  default void compute(Op op, long handle) {}

  /**
   * A row that is computed in Java is done.
   *
   * @param operands makes the tensors that it was computed of
   * @param results what the row has given, by this column if they have derivatives
   */
  default void computed(Op op, Attributes attributes, Supplier<long[]> operands, long[] results) {}

  /**
   * A tensor's elements are copied to Java.
   *
   * @param op the row that is computed of them; null if the program, or who runs it, asks
   */
  default void read(@Nullable Op op, long handle) {}

  /** A program has asked for something of its run that differs from one to the next. */
  default void ask(String what) {}

  /** Frees a tensor. */
  void free(long handle);
}
