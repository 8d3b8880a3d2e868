package org.ppl4j.tensor;

import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A column around another that notes which tensors of a run descend from which sources, by name:
 * the result of a row from those of its operands, all that comes after a value was read in Java
 * from those of that value.
 */
final class Descent implements Column {

  private final Column column;
  private final Map<Long, ImmutableSet<Object>> sources = new HashMap<>();
  private ImmutableSet<Object> read = ImmutableSet.of(); // in Java
  private boolean isLooking;

  Descent(Column column) {
    this.column = column;
  }

  /** What a step of a scan is given at a place, while the step runs. */
  private record Carried(Within scan, int place) {}

  /** A tensor is a source. */
  void add(String name, long handle) {
    put(union(of(handle), ImmutableSet.of(name)), handle);
  }

  /** The names of the sources of a tensor. */
  ImmutableSet<Object> of(long handle) {
    return sources.getOrDefault(handle, ImmutableSet.of());
  }

  /** The names of the sources of all that Java has read. */
  ImmutableSet<Object> read() {
    return read;
  }

  /** Does something that reads values and makes nothing of them. */
  void looking(Runnable body) {
    boolean before = isLooking;
    isLooking = true;
    try {
      body.run();
    } finally {
      isLooking = before;
    }
  }

  private static ImmutableSet<Object> union(ImmutableSet<Object> a, ImmutableSet<Object> b) {
    if (a.containsAll(b)) {
      return a;
    }
    return ImmutableSet.builder().addAll(a).addAll(b).build();
  }

  private ImmutableSet<Object> all(long[] handles) {
    ImmutableSet<Object> all = ImmutableSet.of();
    for (long handle : handles) {
      all = union(all, of(handle));
    }
    return all;
  }

  private void put(ImmutableSet<Object> from, long... handles) {
    ImmutableSet<Object> all = union(from, read);
    for (long handle : handles) {
      if (all.isEmpty()) {
        sources.remove(handle);
      } else {
        sources.put(handle, all);
      }
    }
  }

  // --- rows

  @Override
  public long apply(Op op, Attributes attributes, long[] in) {
    long result = column.apply(op, attributes, in);
    put(all(in), result);
    return result;
  }

  @Override
  public long[] applyMany(Op op, Attributes attributes, long[] in) {
    long[] results = column.applyMany(op, attributes, in);
    put(all(in), results);
    return results;
  }

  @Override
  public void compute(Op op, long handle) {
    column.compute(op, handle);
  }

  @Override
  public void computed(Op op, Attributes attributes, Supplier<long[]> operands, long[] results) {
    column.computed(op, attributes, operands, results);
    put(all(operands.get()), results);
  }

  @Override
  public void repeat(int rounds, Runnable round) {
    column.repeat(rounds, round);
  }

  // --- scans of which some steps stand for all

  @Override
  public @Nullable Steps scan(int times, int carried) {
    Steps steps = column.scan(times, carried);
    return steps == null ? null : new Within(steps, carried);
  }

  private final class Within implements Steps {

    private final Steps steps;
    private final List<ImmutableSet<Object>> carries = new ArrayList<>(); // of all steps
    private final List<ImmutableSet<Object>> kept = new ArrayList<>();

    Within(Steps steps, int carried) {
      this.steps = steps;
      for (int i = 0; i < carried; i++) {
        carries.add(ImmutableSet.of());
      }
    }

    @Override
    public void start(long[] carry) {
      steps.start(carry);
      join(carries, carry);
    }

    @Override
    public void begin() {
      steps.begin();
    }

    @Override
    public void carried(int place, long handle) {
      steps.carried(place, handle);
      put(ImmutableSet.of(new Carried(this, place)), handle);
    }

    @Override
    public void row(long of, int axis, long handle) {
      steps.row(of, axis, handle);
      put(of(of), handle);
    }

    @Override
    public void end(long[] carry, long[] own) {
      steps.end(carry, own);
      join(carries, carry);
      while (kept.size() < own.length) {
        kept.add(ImmutableSet.of());
      }
      join(kept, own);
    }

    private void join(List<ImmutableSet<Object>> into, long[] handles) {
      for (int i = 0; i < handles.length; i++) {
        into.set(i, union(into.get(i), of(handles[i])));
      }
    }

    @Override
    public void result(long[] carry, int[] places, long[] stacks) {
      steps.result(carry, places, stacks);
      boolean grows = true;
      while (grows) { // until what is carried to a step descends from all that any step was given
        grows = false;
        for (int i = 0; i < carries.size(); i++) {
          ImmutableSet<Object> known = carries.get(i);
          carries.set(i, given(known));
          grows |= carries.get(i).size() > known.size();
        }
      }
      for (int i = 0; i < carry.length; i++) {
        put(outside(carries.get(i)), carry[i]);
      }
      for (int i = 0; i < stacks.length; i++) {
        put(outside(given(kept.get(places[i]))), stacks[i]);
      }
    }

    /** With the sources of what was carried. */
    private ImmutableSet<Object> given(ImmutableSet<Object> from) {
      ImmutableSet<Object> all = from;
      for (Object source : from) {
        if (source instanceof Carried carried && carried.scan() == this) {
          all = union(all, carries.get(carried.place()));
        }
      }
      return all;
    }

    private ImmutableSet<Object> outside(ImmutableSet<Object> from) {
      return from.stream()
          .filter(source -> !(source instanceof Carried carried && carried.scan() == this))
          .collect(ImmutableSet.toImmutableSet());
    }
  }

  // --- what is no row's result

  @Override
  public void enter(Entry entry, long handle) {
    column.enter(entry, handle);
    if (entry != Entry.GRADIENT) {
      put(ImmutableSet.of(), handle);
    }
  }

  @Override
  public void vary(long source, long handle) {
    column.vary(source, handle);
    put(of(source), handle);
  }

  @Override
  public void differentiate(long number, long[] in, boolean moving, long[] results) {
    column.differentiate(number, in, moving, results);
    put(union(of(number), all(in)), results);
  }

  @Override
  public void given(String name, DoubleSupplier number, long handle) {
    column.given(name, number, handle);
  }

  @Override
  public void bound(int place, boolean isWhole, long handle) {
    column.bound(place, isWhole, handle);
  }

  @Override
  public void stored(Object vector, long handle) {
    column.stored(vector, handle);
  }

  @Override
  public void read(@Nullable Op op, long handle) {
    column.read(op, handle);
    if (op == null && !isLooking) {
      read = union(read, of(handle));
    }
  }

  @Override
  public void ask(String what) {
    column.ask(what);
  }

  @Override
  public void free(long handle) {
    sources.remove(handle);
    column.free(handle);
  }

  @Override
  public String toString() {
    return "Descent" + Arrays.toString(sources.values().stream().distinct().toArray());
  }
}
