package org.ppl4j.testing;

import ai.djl.ndarray.types.Shape;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A second column of the table of operations: the engine's, counted. It holds the shapes that the
 * table claims against those of the engine, and finds what reaches a program's tensors by another
 * way than a row or an input: an operand that nobody made, or what Java could make of a tensor that
 * a program reads. Only the checks of a program's first run read there, which answer by an error,
 * and who looks for the first value of a parameter and keeps it, an input from then on. What is
 * read in search of a result that is not finite, in a step that is repeated for it, does not count.
 */
public final class CountingColumn implements Column {

  private static final int MOST_FAULTS = 20;

  private static final String TENSORS = Run.class.getPackageName();

  private static final Set<String> PROGRAMS = Set.of(Execution.class.getName());

  private static final Set<String> SEEKERS =
      Set.of(TENSORS + ".NonFiniteWatch", "org.ppl4j.infer.svi.Diagnosis");

  private static final Set<String> READERS =
      Set.of(
          "org.ppl4j.Plates",
          "org.ppl4j.SiteCheck",
          "org.ppl4j.distributions.Argument",
          "org.ppl4j.params.StoredParam",
          "org.ppl4j.params.Buffers",
          "org.ppl4j.infer.latent.Initializers",
          "org.ppl4j.infer.latent.StartAttempt");

  private final PyTorch engine = PyTorch.get();
  private final Map<Op, Integer> operations = new EnumMap<>(Op.class);
  private final Map<Op, Integer> kernelReads = new EnumMap<>(Op.class);
  private final Map<Entry, Integer> entries = new EnumMap<>(Entry.class);
  private final Set<Long> known = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private final List<Integer> readsBeforeGradients = new ArrayList<>();
  private int readsSince;

  /** A column that has watched a body. */
  public static CountingColumn over(Runnable body) {
    CountingColumn column = new CountingColumn();
    column.watch(body);
    return column;
  }

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
    if (entry == Entry.GRADIENT) {
      readsBeforeGradients.add(readsSince);
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
    if (op != null) {
      kernelReads.merge(op, 1, Integer::sum);
      return;
    }
    List<StackFrame> frames = StackWalker.getInstance().walk(Stream::toList);
    if (isIn(frames, SEEKERS)) {
      return;
    }
    readsSince++;
    if (isIn(frames, PROGRAMS) && !isIn(frames, READERS)) {
      fault("a program reads a tensor, at " + reader(frames));
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

  /** Whether a method of these classes, or of one inside of them, is being run. */
  private static boolean isIn(List<StackFrame> frames, Set<String> types) {
    return frames.stream()
        .map(StackFrame::getClassName)
        .anyMatch(name -> types.contains(name.replaceFirst("\\$.*", "")));
  }

  /** The first line outside of tensors. */
  private static String reader(List<StackFrame> frames) {
    return frames.stream()
        .filter(frame -> !frame.getClassName().equals(CountingColumn.class.getName()))
        .filter(frame -> !frame.getClassName().startsWith(TENSORS + "."))
        .findFirst()
        .map(Object::toString)
        .orElse("an unknown place");
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

  /**
   * For each gradient how many tensors were read by others than rows since the opening of its run,
   * or since the gradient before it.
   */
  public List<Integer> readsBeforeGradients() {
    return readsBeforeGradients;
  }

  /** What should not be, in words. */
  public List<String> faults() {
    return faults;
  }
}
