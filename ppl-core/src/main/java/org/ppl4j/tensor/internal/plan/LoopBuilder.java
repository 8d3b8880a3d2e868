package org.ppl4j.tensor.internal.plan;

import ai.djl.ndarray.types.DataType;
import com.google.common.collect.Iterables;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Draft.Access;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Makes the loop of nodes that share a space. Neighbouring dims along which all operands go on
 * evenly become one, and the longest dim is the inner one. Where rows are long, what lies in memory
 * is moved to a register first, once for all that read it, since vector code is made of operations
 * on registers.
 */
final class LoopBuilder {

  /** From this length on moves cost less than they gain. */
  static final int LONG = 32;

  private final Schedule schedule;
  private final Memory memory;
  private final List<Action> once;
  private final boolean isForCode;

  /**
   * Over memory.
   *
   * @param once takes up what is to be done once, after what is computed once
   * @param isForCode whether there will be code for loops over few numbers
   */
  LoopBuilder(Schedule schedule, Memory memory, List<Action> once, boolean isForCode) {
    this.schedule = schedule;
    this.memory = memory;
    this.once = once;
    this.isForCode = isForCode;
  }

  /**
   * The loop of nodes.
   *
   * @param isSingle whether its registers are in single precision: for {@linkplain LoopUse#isLarge
   *     large} ones
   */
  Loop of(List<Node> nodes, boolean isSingle) {
    List<int[]> zeroed = new ArrayList<>();
    for (Node node : nodes) {
      if (!IterationSpace.isPointwise(node)) {
        Memory.Place place = memory.of(node);
        zeroed.add(new int[] {place.buffer(), place.offset(), node.size()});
      }
    }
    ElementType type = ElementType.of(isSingle);
    LaidOut laidOut = laidOut(nodes, type);
    Drafts drafts = laidOut.drafts;
    return loop(laidOut.rows, drafts.list, drafts.steps.count, type, zeroed, memory);
  }

  /** A loop that puts a function of each of so many numbers of a buffer into another. */
  static Loop ofEach(Op op, int size, int from, int to, Memory memory) {
    ImmutableIntArray one = ImmutableIntArray.of(1);
    Rows rows = Rows.of(ImmutableIntArray.of(size), List.of(one), false, false);
    Access target = Access.of(to, 0, one);
    Access source = Access.of(from, 0, one);
    Steps steps = new Steps();
    if (rows.length() < LONG) {
      steps.list.add(new Draft(Kind.ONE, op, 0, target, source, source, source, Axis.NONE, null));
    } else {
      Access x = steps.of(Kind.MOVE, Op.COPY, source);
      Access y = new Exponentials(ElementType.DOUBLE, steps).of(op, x);
      steps.list.add(new Draft(Kind.MOVE, Op.COPY, 0, target, y, y, y, Axis.NONE, null));
    }
    return loop(rows, steps.list, steps.count, ElementType.DOUBLE, List.of(), memory);
  }

  private static Loop loop(
      Rows rows,
      List<Draft> drafts,
      int values,
      ElementType type,
      List<int[]> zeroed,
      Memory memory) {
    boolean isSingle = type == ElementType.FLOAT;
    List<LoopStep> steps =
        rows.length() < LONG
            ? List.copyOf(drafts)
            : Fusion.of(drafts, rows, type, memory.hasEngine());
    LoopLayout layout = new LoopLayout(steps, values, rows, isSingle);
    List<TileStep> instructions = layout.instructions();
    int size = isSingle ? (layout.count() + 1) / 2 : layout.count(); // in registers of doubles
    int most = EngineFunctions.tile(rows.length(), isSingle);
    boolean isEngines = instructions.stream().anyMatch(LoopBuilder::isEngines);
    int best = isEngines ? most : Loop.tile(rows.length(), size);
    int tile = isWhole(rows) ? rows.length() : wholeRuns(best, instructions);
    Registers pool = isSingle ? memory.singleRegisters(tile) : memory.registers(tile);
    int[] registers = pool.take(layout.count());
    instructions.replaceAll(instruction -> instruction.in(registers));
    if (isEngines) {
      DataType dataType = isSingle ? DataType.FLOAT32 : DataType.FLOAT64;
      EngineTensor.Kind kind = new EngineTensor.Kind(dataType, ImmutableIntArray.of(tile));
      instructions.replaceAll(
          step ->
              isEngines(step) ? ((Instruction) step).withTensors(memory.tensors.pair(kind)) : step);
      shareCopies(instructions);
    }
    return new Loop(instructions, type, zeroed, rows.count(), rows.length(), tile);
  }

  private static boolean isEngines(TileStep step) {
    return step instanceof Instruction i && i.isEngines();
  }

  /** Functions of the register that the engine was given last do not copy it again. */
  private static void shareCopies(List<TileStep> steps) {
    @Nullable Operand there = null;
    for (int k = 0; k < steps.size(); k++) {
      if (steps.get(k) instanceof Instruction i) {
        if (i.kind() == Kind.ENGINE_ONE && i.a().isRegister() && i.a().equals(there)) {
          steps.set(k, i.again());
        } else if (i.isEngines()) {
          there = i.a();
        }
      }
      if (there != null && writes(steps.get(k), there)) {
        there = null;
      }
    }
  }

  private static boolean writes(TileStep step, Operand register) {
    return step.targets().stream().anyMatch(to -> to.buffer() == register.buffer());
  }

  /** A tile of about as many elements that ends where the longest runs do. */
  private static int wholeRuns(int tile, List<TileStep> steps) {
    int longest = 1;
    for (TileStep step : steps) {
      for (Operand operand : Iterables.concat(step.targets(), step.operands())) {
        boolean isRuns = operand.places() != null && operand.run() <= tile;
        longest = isRuns ? Math.max(longest, operand.run()) : longest;
      }
    }
    return tile - tile % longest;
  }

  /** What a loop does, in rows; in registers where these are long. */
  private record LaidOut(Rows rows, Drafts drafts) {}

  private LaidOut laidOut(List<Node> nodes, ElementType type) {
    Drafts drafts = new Drafts(null, type);
    nodes.forEach(drafts::add);
    Rows rows = rows(nodes, drafts);
    if (rows.length() >= LONG) {
      drafts = new Drafts(rows, type);
      nodes.forEach(drafts::add);
    }
    return new LaidOut(rows, drafts);
  }

  private Rows rows(List<Node> nodes, Drafts drafts) {
    boolean takesRows = drafts.list.stream().anyMatch(LoopBuilder::takesRow);
    ImmutableIntArray space = IterationSpace.squeezed(nodes.get(0));
    return Rows.of(space, strides(drafts.list), takesRows, isForCode);
  }

  /** What a loop of nodes would do with those that have a buffer of their own. */
  LoopUse use(List<Node> nodes) {
    LaidOut laidOut = laidOut(nodes, ElementType.DOUBLE);
    return LoopUse.of(laidOut.rows, laidOut.drafts.list, laidOut.drafts.bases);
  }

  /** Whether a row is one tile, so that vector code may take numbers from where they lie. */
  static boolean isWhole(Rows rows) {
    int most = rows.count() == 1 ? Loop.LARGE_TILE : 2 * Loop.TILE;
    return rows.length() >= LONG && rows.length() <= most;
  }

  /**
   * Whether vector code may work on numbers where they lie: each row begins where a register does,
   * and they are of its type.
   */
  static boolean isPlain(Access there, Rows rows, ElementType type) {
    ImmutableIntArray strides = there.strides();
    return strides != null
        && isWhole(rows)
        && there.offset() == 0
        && ElementType.ofBuffer(there.buffer()) == type
        && rows.inner(strides) == 1
        && rows.areTogether(strides);
  }

  /** Whether an index is the same all along the last dim. */
  private static boolean takesRow(Draft draft) {
    ImmutableIntArray index = draft.b().strides();
    return hasIndex(draft)
        && index != null
        && !index.isEmpty()
        && index.get(index.length() - 1) == 0;
  }

  /** Whether an index says which element it takes, or adds to. */
  static boolean hasIndex(Draft draft) {
    return draft.kind() == Kind.GATHER || draft.kind() == Kind.SCATTER;
  }

  private static List<ImmutableIntArray> strides(List<Draft> drafts) {
    List<ImmutableIntArray> all = new ArrayList<>();
    for (Draft draft : drafts) {
      for (Access access : draft.accesses()) {
        if (access.strides() != null) {
          all.add(access.strides());
        }
      }
    }
    return all;
  }

  /** Steps whose results are values. */
  private static final class Steps implements Exponentials.Steps {

    private final List<Draft> list = new ArrayList<>();
    private final Map<Draft, Access> results = new HashMap<>(); // of steps that are to go nowhere
    private int count;

    Access value() {
      return Access.value(count++);
    }

    @Override
    public Access of(Kind kind, Op op, Access... in) {
      Access a = op == Op.ABS ? withoutSign(in[0]) : in[0];
      Access b = in.length > 1 ? in[1] : a;
      Access c = in.length > 2 ? in[2] : a;
      Draft step = new Draft(kind, op, 0, a, a, b, c, Axis.NONE, null);
      Access known = results.get(step);
      if (known != null) {
        return known;
      }
      Access to = value();
      results.put(step, to);
      list.add(step.to(to));
      return to;
    }

    /** Of a negated number the number, whose size is the same: many gradients are of both. */
    private Access withoutSign(Access x) {
      for (Draft draft : list) {
        if (draft.op() == Op.NEG && draft.to().equals(x)) {
          return draft.a();
        }
      }
      return x;
    }

    /** Lets the last step put its result elsewhere. */
    void redirect(Access to) {
      Draft last = list.get(list.size() - 1);
      list.set(list.size() - 1, last.to(to));
      results.replaceAll((step, result) -> result.equals(last.to()) ? to : result);
    }

    boolean isLast(Access result) {
      return list.get(list.size() - 1).to().equals(result);
    }
  }

  /** What a loop does, in order. */
  private final class Drafts {

    private final Steps steps = new Steps();
    private final List<Draft> list = steps.list;
    private final Map<Node, Access> values = new HashMap<>();
    private final Map<Access, Access> moved = new HashMap<>();
    private final Map<Integer, Node> bases = new HashMap<>(); // by their buffer
    private final @Nullable Rows rows;
    private final ElementType type;

    /**
     * Nothing yet.
     *
     * @param rows how they will be laid out, if they are long
     */
    Drafts(@Nullable Rows rows, ElementType type) {
      this.rows = rows;
      this.type = type;
    }

    void add(Node node) {
      Form form = node.form();
      if (form instanceof Form.Pointwise f && rows != null && isCopy(f.op())) {
        keep(node, read(node, f.operands().get(0), true));
      } else if (form instanceof Form.Pointwise f) {
        List<Node> in = f.operands();
        Kind kind = in.size() == 1 ? Kind.ONE : in.size() == 2 ? Kind.TWO : Kind.THREE;
        boolean spread =
            rows != null && memory.hasEngine() && Fusion.takesRegisters(f.op(), rows, type);
        boolean isChoice = f.op() == Op.WHERE;
        int[] runs = isChoice && isInOrder(node) ? Runs.of(node, in.get(0)) : null;
        Access a = runs == null ? read(node, in.get(0), spread) : lying(node, in.get(0));
        Access b = in.size() > 1 ? read(node, in.get(1), spread) : a;
        Access c = in.size() > 2 ? read(node, in.get(2), spread) : a;
        kind = runs == null ? kind : Kind.CHOICE;
        if (rows != null && !spread && Exponentials.has(f.op())) {
          function(node, new Exponentials(type, steps).of(f.op(), a));
          return;
        }
        written(node, new Draft(kind, f.op(), f.order(), a, a, b, c, Axis.NONE, runs));
      } else if (form instanceof Form.Sum sum) {
        Access a = read(node, sum.of(), true);
        list.add(
            new Draft(
                Kind.SUM,
                Op.ADD,
                0,
                stored(node, IterationSpace.target(node)),
                a,
                a,
                a,
                Axis.NONE,
                null));
      } else if (form instanceof Form.Gather gather) {
        Node from = gather.values();
        ImmutableIntArray along =
            IterationSpace.strides(
                IterationSpace.of(node), from.shape(), from.strides(), gather.axis());
        Memory.Place place = place(from.base());
        Access a = Access.of(place.buffer(), place.offset() + from.offset(), along);
        int size = from.shape().get(gather.axis());
        Axis axis = new Axis(size, from.strides().get(gather.axis()));
        int[] known = known(node, gather.index(), along, axis);
        Access b = known == null ? index(node, gather.index()) : lying(node, gather.index());
        written(node, new Draft(Kind.GATHER, Op.GATHER, 0, a, a, b, a, axis, known));
      } else if (form instanceof Form.ScatterSum scatter) {
        ImmutableIntArray own = Dims.rowMajor(node.shape());
        ImmutableIntArray along =
            IterationSpace.strides(IterationSpace.of(node), node.shape(), own, scatter.axis());
        Axis axis = new Axis(node.shape().get(scatter.axis()), own.get(scatter.axis()));
        Access to = stored(node, along);
        for (int i = 0; i < scatter.values().size(); i++) {
          Node index = scatter.indexes().get(i);
          int[] known = known(node, index, along, axis);
          Access a = read(node, scatter.values().get(i), true);
          Access b = known == null ? index(node, index) : lying(node, index);
          list.add(new Draft(Kind.SCATTER, Op.ADD, 0, to, a, b, a, axis, known));
        }
      } else {
        throw new IllegalStateException("no loop computes " + form);
      }
    }

    private Memory.Place place(Node base) {
      Memory.Place place = memory.of(base);
      bases.put(place.buffer(), base);
      return place;
    }

    private Access stored(Node node, ImmutableIntArray strides) {
      Memory.Place place = place(node);
      return Access.of(place.buffer(), place.offset(), strides);
    }

    /** What steps have made of a node. */
    private void function(Node node, Access result) {
      Access own = stored(node, Dims.rowMajor(IterationSpace.squeezed(node)));
      if (schedule.isStored(node) && isPlain(own) && steps.isLast(result)) {
        steps.redirect(own);
        keep(node, own);
      } else {
        keep(node, result);
      }
    }

    /** A draft of a node's numbers, which is told where they go. */
    private void written(Node node, Draft d) {
      Access own = stored(node, Dims.rowMajor(IterationSpace.squeezed(node)));
      boolean isDirect = rows == null || isPlain(own);
      Access to = schedule.isStored(node) && isDirect ? own : steps.value();
      list.add(d.to(to));
      if (rows != null || to.isValue()) {
        keep(node, to);
      }
    }

    /** Remembers where a node's numbers are, and puts them where others read them. */
    private void keep(Node node, Access value) {
      values.put(node, value);
      Access own = stored(node, Dims.rowMajor(IterationSpace.squeezed(node)));
      if (schedule.isStored(node) && !value.equals(own)) {
        list.add(new Draft(Kind.MOVE, Op.COPY, 0, own, value, value, value, Axis.NONE, null));
      }
    }

    private boolean isCopy(Op op) {
      return op == Op.COPY || op == Op.STOP_GRADIENT;
    }

    /** Whether rows are long and lie one after the other. */
    private boolean isInOrder(Node node) {
      return rows != null && rows.inner(Dims.rowMajor(IterationSpace.squeezed(node))) == 1;
    }

    private boolean isPlain(Access there) {
      return rows != null && LoopBuilder.isPlain(there, rows, type);
    }

    /** Where each number is that an index names, if there is one long row and it never changes. */
    private int @Nullable [] known(Node node, Node index, ImmutableIntArray along, Axis axis) {
      boolean isFixed = node.varies() && !index.base().varies(); // and there when this is made
      if (rows == null || rows.count() > 1 || !isFixed || rows.length() > Rows.LARGEST_TABLE) {
        return null;
      }
      int[] places = rows.all(along);
      int[] named = rows.all(IterationSpace.strides(node, index));
      Memory.Place place = memory.of(index.base());
      once.add(
          store -> {
            double[] from = store.doubles()[place.buffer()];
            for (int k = 0; k < places.length; k++) {
              places[k] += axis.place(from[place.offset() + index.offset() + named[k]]);
            }
          });
      return places;
    }

    /**
     * The numbers of an operand at each place of a node's space, in a register where it can be.
     *
     * @param spread whether a number that is the same all along a row is put there as often
     */
    private Access read(Node node, Node operand, boolean spread) {
      Access value = values.get(operand.base());
      if (value != null && IterationSpace.isLocal(node, operand)) {
        return value;
      }
      Access there = lying(node, operand);
      ImmutableIntArray strides = there.strides();
      if (rows == null || strides == null || isPlain(there) || !spread && rows.isNumber(there)) {
        return there;
      }
      Access known = moved.get(there);
      if (known == null) {
        known = steps.value();
        moved.put(there, known);
        list.add(new Draft(Kind.MOVE, Op.COPY, 0, known, there, there, there, Axis.NONE, null));
      }
      return known;
    }

    private Access lying(Node node, Node operand) {
      Memory.Place place = place(operand.base());
      return Access.of(
          place.buffer(), place.offset() + operand.offset(), IterationSpace.strides(node, operand));
    }

    /** An index, which a row may share. */
    private Access index(Node node, Node operand) {
      Access there = lying(node, operand);
      return rows != null && rows.isNumber(there) ? there : read(node, operand, false);
    }
  }
}
