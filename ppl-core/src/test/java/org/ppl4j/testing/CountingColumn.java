package org.ppl4j.testing;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.engine.PyTorch;
import org.ppl4j.tensor.table.Attributes;
import org.ppl4j.tensor.table.Column;
import org.ppl4j.tensor.table.Op;

/**
 * A second column of the table of operations: the engine's, counted. It holds the shapes that the
 * table claims against those of the engine, and finds what reaches a program's tensors by another
 * way than a row or an input: an operand that nobody made, or numbers that are written down after
 * values were read and before the gradient.
 */
public final class CountingColumn implements Column {

  private static final int MOST_FAULTS = 20;

  private static final Set<String> INSIDE =
      Set.of(CountingColumn.class.getName(), Run.class.getName(), "org.ppl4j.tensor.Owned");

  private final PyTorch engine = PyTorch.get();
  private final Map<Op, Integer> operations = new EnumMap<>(Op.class);
  private final Map<Op, Integer> kernelReads = new EnumMap<>(Op.class);
  private final Map<Entry, Integer> entries = new EnumMap<>(Entry.class);
  private final Set<Long> known = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private int readsBeforeGradients;
  private int readsSince;

  /** Runs the body with this column for the runs that this thread opens in it. */
  public void watch(Runnable body) {
    engine.watched(this, body);
  }

  @Override
  public long apply(Op op, Attributes attributes, long[] in) {
    check(op, in);
    Shape claimed = op.resultShape(shapes(in), attributes);
    long result = engine.apply(op, attributes, in);
    checkShape(op, claimed, result);
    known.add(result);
    return result;
  }

  @Override
  public long[] applyMany(Op op, Attributes attributes, long[] in) {
    check(op, in);
    long[] results = engine.applyMany(op, attributes, in);
    if (!op.isComputedInJava() && op.row().shapes() != null) {
      Shape[] claimed = op.row().shapes().of(shapes(in), attributes);
      if (claimed.length != results.length) {
        fault(op + " claims " + claimed.length + " results and gives " + results.length);
      }
      for (int i = 0; i < Math.min(claimed.length, results.length); i++) {
        checkShape(op, claimed[i], results[i]);
      }
    }
    Arrays.stream(results).forEach(known::add);
    return results;
  }

  private void check(Op op, long[] in) {
    operations.merge(op, 1, Integer::sum);
    for (long handle : in) {
      if (!known.contains(handle)) {
        fault("an operand of " + op + " is no result of a row and no input");
      }
    }
  }

  private void checkShape(Op op, Shape claimed, long result) {
    Shape actual = new Shape(engine.sizes(result));
    if (!actual.equals(claimed)) {
      fault(op + " claims shape " + claimed + " and gives " + actual);
    }
  }

  private Shape[] shapes(long[] in) {
    return Arrays.stream(in)
        .mapToObj(handle -> new Shape(engine.sizes(handle)))
        .toArray(Shape[]::new);
  }

  @Override
  public void enter(Entry entry, long handle) {
    entries.merge(entry, 1, Integer::sum);
    known.add(handle);
    if (entry == Entry.CONSTANT && readsSince > 0) {
      fault("numbers are written down after " + readsSince + " reads, at " + place());
    }
    if (entry == Entry.GRADIENT) {
      readsBeforeGradients += readsSince;
      readsSince = 0;
    }
  }

  @Override
  public void compute(Op op, long handle) {
    operations.merge(op, 1, Integer::sum);
    known.add(handle);
  }

  @Override
  public void read(@Nullable Op op, long handle) {
    if (op == null) {
      readsSince++;
    } else {
      kernelReads.merge(op, 1, Integer::sum);
    }
  }

  @Override
  public void free(long handle) {
    readsSince = 0;
    known.remove(handle);
    engine.free(handle);
  }

  private void fault(String text) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(text);
    }
  }

  /** The first line outside of runs. */
  private static String place() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !INSIDE.contains(frame.getClassName()))
                    .findFirst()
                    .map(Object::toString)
                    .orElse("an unknown place"));
  }

  /** How often each row was done. */
  public Map<Op, Integer> operations() {
    return operations;
  }

  /** All rows together. */
  public int count() {
    return operations.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many tensors rows computed in Java have read. */
  public Map<Op, Integer> kernelReads() {
    return kernelReads;
  }

  /** How many tensors came in which way. */
  public Map<Entry, Integer> entries() {
    return entries;
  }

  /** How many tensors were read by others than rows between the opening of a run and a gradient. */
  public int readsBeforeGradients() {
    return readsBeforeGradients;
  }

  /** What should not be, in words. */
  public List<String> faults() {
    return faults;
  }
}
