package org.ppl4j.tensor.internal.plan;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import com.google.common.collect.Streams;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.plan.Draft.Access;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Loop fusion: functions of elements that one loop can do for an element before the next. Those of
 * which the compiler of the virtual machine makes vector code are apart from others, since one of
 * the others in a loop leaves all of it without; a loop has no more than it makes vector code of.
 */
final class Fusion {

  /**
   * What one loop of vector code may have: the compiler of the virtual machine leaves a loop as it
   * is, without vector code, that has more than 60 nodes of its own. A function is one, and the
   * loop itself some.
   */
  private static final int MOST_NODES = 38;

  /** Nodes of an array that a loop goes along: places, checks and the element. */
  private static final int OF_ARRAY = 7;

  /** Functions of one loop without vector code. */
  private static final int MOST = 24;

  /** Arrays that it reads, which the nearest cache has to hold. */
  private static final int MOST_ARRAYS = 12;

  /** So many functions for each element by an index take no longer in its loop than apart. */
  private static final int AMONG_INDEXED = 4;

  /** The {@link #start} of registers. */
  private static final ImmutableList<Integer> REGISTER = ImmutableList.of(0, 0);

  /** How drafts are done. */
  private enum Way {
    VECTOR,
    SCALAR,
    ALONE
  }

  /** When drafts are done: after all that are earlier. */
  private record Stage(int level, Way way) implements Comparable<Stage> {
    @Override
    public int compareTo(Stage other) {
      return level != other.level ? level - other.level : way.compareTo(other.way);
    }
  }

  private final ElementType type;
  private final Rows rows;
  private final List<Draft> drafts;
  private final boolean hasEngine;
  private final boolean isTogether;
  private final Map<Access, Stage> made = new HashMap<>();
  private final Map<Access, Integer> readers = new HashMap<>(); // how many drafts are left
  private final Map<Access, List<Draft>> readBy = new HashMap<>();
  private final Map<Access, Draft> loads = new LinkedHashMap<>(); // that are not done yet
  private final Set<Access> ofBits = new HashSet<>(); // sums of them are vector code
  private final Map<Access, Access> lying = new HashMap<>(); // values that are in memory only
  private final List<LoopStep> steps = new ArrayList<>();

  private Fusion(List<Draft> drafts, Rows rows, ElementType type, boolean hasEngine) {
    this.drafts = drafts;
    this.rows = rows;
    this.type = type;
    this.hasEngine = hasEngine;
    this.isTogether = isTogether();
  }

  /**
   * Whether arithmetic is done among what is not: where elements are taken or added by indexes, and
   * there is little of it, registers between loops take longer.
   */
  private boolean isTogether() {
    long indexed = drafts.stream().filter(LoopBuilder::hasIndex).count();
    long functions = drafts.stream().filter(draft -> naturally(draft) == Way.VECTOR).count();
    return functions <= AMONG_INDEXED * indexed;
  }

  /** The same drafts, in another order, with those fused that can be. */
  static List<LoopStep> of(List<Draft> drafts, Rows rows, ElementType type, boolean hasEngine) {
    Fusion fusion = new Fusion(drafts, rows, type, hasEngine);
    fusion.run();
    return fusion.steps;
  }

  private void run() {
    TreeMap<Stage, List<Draft>> stages = new TreeMap<>();
    for (Draft draft : drafts) {
      draft.reads().forEach(access -> readers.merge(access, 1, Integer::sum));
      for (Access access : Set.copyOf(draft.reads())) {
        readBy.computeIfAbsent(access, key -> new ArrayList<>()).add(draft);
      }
      if (isLoad(draft)) {
        loads.put(draft.to(), draft);
      } else {
        Stage stage = stage(draft);
        if (isOfBits(draft)) {
          ofBits.add(draft.to());
        }
        made.merge(draft.to(), stage, (one, other) -> one.compareTo(other) > 0 ? one : other);
        stages.computeIfAbsent(stage, key -> new ArrayList<>()).add(draft);
      }
    }
    stages.forEach(
        (stage, all) -> {
          if (stage.way() == Way.ALONE) {
            all.forEach(this::alone);
          } else {
            fuse(all, stage.way());
          }
        });
  }

  /** Whether a draft puts what lies in memory into a register. */
  private static boolean isLoad(Draft draft) {
    return draft.kind() == Kind.MOVE && draft.to().isValue() && !draft.a().isValue();
  }

  private static boolean isOfBits(Draft draft) {
    return switch (draft.kind()) {
      case SCALED, EXPONENT, FRACTION -> true;
      default -> false;
    };
  }

  private Way way(Draft draft) {
    Way way = naturally(draft);
    boolean isSum = draft.kind() == Kind.SUM;
    if (draft.kind() == Kind.MOVE || isSum && (rows.isNumber(draft.to()) || isPlain(draft.to()))) {
      Stage before = made.get(draft.a());
      boolean isApart = isSum && ofBits.contains(draft.a());
      boolean isAmongScalars = before != null && before.way() == Way.SCALAR && !isApart;
      return isAmongScalars ? Way.SCALAR : isSum && isPlain(draft.to()) ? Way.VECTOR : way;
    }
    return way == Way.VECTOR && isTogether ? Way.SCALAR : way;
  }

  private Way naturally(Draft draft) {
    return switch (draft.kind()) {
      case ONE, TWO, THREE ->
          hasEngine && takesRegisters(draft.op(), rows, type)
              ? Way.ALONE
              : OperationCode.isVector(draft.op(), type) ? Way.VECTOR : Way.SCALAR;
      case PLUS -> Way.VECTOR;
      case SCALED, EXPONENT, FRACTION, GATHER, SCATTER -> Way.SCALAR;
      default -> Way.ALONE;
    };
  }

  /** Whether the engine computes a function, of whole registers at a time. */
  static boolean takesRegisters(Op op, Rows rows, ElementType type) {
    return EngineFunctions.isCheaper(op, rows.length(), type == ElementType.FLOAT);
  }

  private Stage stage(Draft draft) {
    Way way = way(draft);
    int level = 0;
    for (Access access : Iterables.concat(draft.reads(), draft.writes())) {
      Stage before = made.get(access);
      if (before != null) {
        level = Math.max(level, before.level() + (before.way() == way ? 0 : 1));
      }
    }
    return new Stage(level, way);
  }

  private void alone(Draft draft) {
    if (draft.kind() == Kind.MOVE && lying.containsKey(draft.a())) {
      return; // it has been put there
    }
    draft.reads().forEach(access -> readers.merge(access, -1, Integer::sum));
    boolean takesMemory = takesMemory(draft);
    List<Access> loaded =
        draft.reads().stream().filter(read -> !takesMemory || !isDense(source(read))).toList();
    load(loaded);
    Draft step = draft.where(access -> loaded.contains(access) ? access : source(access));
    if (draft.kind() == Kind.CHOICE) {
      List<Draft> by = readBy.getOrDefault(draft.to(), List.of());
      boolean isRead = draft.to().isValue() && by.size() == 1;
      if (isRead && by.get(0).kind() == Kind.MOVE && isDense(by.get(0).to())) {
        lying.put(draft.to(), by.get(0).to());
        step = step.to(by.get(0).to());
      }
    }
    steps.add(step);
  }

  /** Whether it takes numbers where they lie as fast as from a register. */
  private boolean takesMemory(Draft draft) {
    return draft.kind() == Kind.CHOICE || draft.kind() == Kind.SUM && !isPlain(draft.to());
  }

  /** Whether numbers are of the type of registers, and neighbours next to each other. */
  private boolean isDense(Access access) {
    ImmutableIntArray strides = access.strides();
    return strides == null
        || ElementType.ofBuffer(access.buffer()) == type && rows.inner(strides) == 1;
  }

  private boolean isPlain(Access access) {
    return LoopBuilder.isPlain(access, rows, type);
  }

  /** With which index rows begin, each relative to where its tile does. */
  private ImmutableList<Integer> start(Access access) {
    ImmutableIntArray strides = access.strides();
    if (strides == null) {
      return REGISTER;
    }
    ImmutableList.Builder<Integer> start = ImmutableList.builder();
    start.add(LoopBuilder.isWhole(rows) ? 0 : 1, access.offset());
    if (!rows.areTogether(strides)) {
      start.addAll(Ints.asList(requireNonNull(rows.offsets(strides))));
    }
    return start.build();
  }

  /**
   * The moves by which results are put into memory, where all arrays of a loop lie there and have
   * the same indexes, so that it takes no registers; else null.
   */
  private @Nullable List<Draft> stores(List<Draft> some) {
    Set<Draft> own = Collections.newSetFromMap(new IdentityHashMap<>());
    own.addAll(some);
    List<Draft> moves = new ArrayList<>();
    Set<Access> arrays = new HashSet<>();
    reads(some).stream()
        .map(this::source)
        .filter(read -> !rows.isNumber(read))
        .forEach(arrays::add);
    for (Draft part : some) {
      List<Draft> others =
          readBy.getOrDefault(part.to(), List.of()).stream()
              .filter(reader -> !own.contains(reader))
              .toList();
      if (!part.to().isValue()) {
        arrays.add(part.to());
      } else if (!others.isEmpty()) {
        List<Draft> puts = others.stream().filter(by -> by.kind() == Kind.MOVE).toList();
        if (puts.size() != 1
            || others.stream().filter(this::takesMemory).count() + 1 < others.size()) {
          return null;
        }
        moves.addAll(puts);
        arrays.add(puts.get(0).to());
      }
    }
    Set<ImmutableList<Integer>> starts = arrays.stream().map(this::start).collect(toSet());
    boolean areTogether = starts.size() == 1 && !starts.contains(REGISTER);
    return areTogether && arrays.stream().allMatch(this::isDense) ? moves : null;
  }

  /** Puts what is needed from now on into registers. */
  private void load(List<Access> reads) {
    for (Access access : reads) {
      Draft load = loads.remove(access);
      if (load != null) {
        steps.add(load);
      }
    }
  }

  /** In loops of as many as each can have. */
  private void fuse(List<Draft> all, Way way) {
    for (int from = 0; from < all.size(); ) {
      Parts parts = new Parts();
      int end = from + 1;
      for (int to = from + 1; to <= all.size() && to - from <= MOST_NODES; to++) {
        parts.add(all.get(to - 1));
        end = parts.arePossible(way) ? to : end;
      }
      fused(all.subList(from, end), way);
      from = end;
    }
  }

  /** Parts of one loop, as one after the other is taken up. */
  private final class Parts {

    private final Set<Access> inside = new HashSet<>();
    private final Set<Access> read = new HashSet<>();
    private final Map<Access, Integer> readings = new HashMap<>();
    private final Set<Access> written = new HashSet<>(); // to registers, or to memory
    private int count;
    private int arrays; // that are read

    void add(Draft part) {
      for (Access access : part.elements()) {
        boolean isNew = access.known() == null && !inside.contains(access) && read.add(access);
        arrays += isNew && !rows.isNumber(access) ? 1 : 0;
      }
      part.reads().forEach(access -> readings.merge(access, 1, Integer::sum));
      inside.add(part.to());
      part.reads().forEach(this::look);
      look(part.to());
      count++;
    }

    private void look(Access made) {
      boolean isLeft = readers.getOrDefault(made, 0) > readings.getOrDefault(made, 0);
      if (inside.contains(made) && (isLeft || !made.isValue())) {
        written.add(made);
      } else {
        written.remove(made);
      }
    }

    boolean arePossible(Way way) {
      return way == Way.VECTOR
          ? count + OF_ARRAY * (arrays + written.size()) <= MOST_NODES
          : count <= MOST && arrays <= MOST_ARRAYS;
    }
  }

  /** What drafts read that none of them has put, in order. */
  private static Set<Access> reads(List<Draft> parts) {
    Set<Access> inside = new HashSet<>();
    Set<Access> reads = new LinkedHashSet<>();
    for (Draft part : parts) {
      part.elements().stream()
          .filter(access -> access.known() == null && !inside.contains(access))
          .forEach(reads::add);
      inside.add(part.to());
    }
    return reads;
  }

  private void fused(List<Draft> some, Way way) {
    List<Draft> stores = way == Way.VECTOR ? stores(some) : List.of();
    List<Draft> parts = some;
    if (stores != null) {
      parts =
          Streams.concat(some.stream(), stores.stream())
              .map(part -> part.where(this::source))
              .toList();
      stores.forEach(store -> lying.put(store.a(), store.to()));
    } else {
      load(ImmutableList.copyOf(reads(some)));
    }
    for (Draft part : Iterables.concat(some, stores == null ? List.of() : stores)) {
      part.reads().forEach(access -> readers.merge(access, -1, Integer::sum));
    }
    ImmutableList.Builder<Access> writes = ImmutableList.builder();
    for (Draft part : parts) {
      boolean isRead = readers.getOrDefault(part.to(), 0) > 0 && !lying.containsKey(part.to());
      boolean isNeeded = !part.to().isValue() || isRead;
      if (isNeeded && part.kind() != Kind.SCATTER && part.kind() != Kind.SUM) {
        writes.add(part.to());
      }
    }
    steps.add(
        new LoopStep.Fused(
            ImmutableList.copyOf(parts), ImmutableList.copyOf(reads(parts)), writes.build()));
  }

  /** Where an element is that is not in a register, or not yet. */
  private Access source(Access access) {
    Draft load = loads.get(access);
    return load == null ? lying.getOrDefault(access, access) : load.a();
  }
}
