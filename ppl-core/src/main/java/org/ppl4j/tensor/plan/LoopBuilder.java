package org.ppl4j.tensor.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.graph.Dims;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.plan.Instruction.Kind;
import org.ppl4j.tensor.table.Op;

/**
 * Makes the loop of nodes that share a space. Neighbouring dims along which all operands go on
 * evenly become one, and the longest dim is the inner one.
 */
final class LoopBuilder {

  private final Schedule schedule;
  private final Memory memory;
  private final Map<Node, Operand> registers = new HashMap<>();

  /** An operand whose rows are not laid out yet; a register has no strides. */
  private record Access(int buffer, int offset, @Nullable ImmutableIntArray strides) {}

  private record Draft(
      Kind kind, Op op, int order, Access to, Access a, Access b, Access c, int apart) {}

  LoopBuilder(Schedule schedule, Memory memory) {
    this.schedule = schedule;
    this.memory = memory;
  }

  Loop of(List<Node> nodes) {
    List<Draft> drafts = new ArrayList<>();
    List<int[]> zeroed = new ArrayList<>();
    for (Node node : nodes) {
      drafts.add(draft(node));
      if (!Space.isPointwise(node)) {
        Memory.Place place = memory.of(node);
        zeroed.add(new int[] {place.buffer(), place.offset(), node.size()});
      }
    }
    Rows rows = new Rows(Space.squeezed(nodes.get(0)), strides(drafts));
    List<Instruction> instructions = new ArrayList<>();
    for (Draft d : drafts) {
      Operand a = operand(rows, d.a());
      Operand b = d.b().equals(d.a()) ? a : operand(rows, d.b());
      Operand c = d.c().equals(d.a()) ? a : operand(rows, d.c());
      instructions.add(
          new Instruction(d.kind(), d.op(), d.order(), operand(rows, d.to()), a, b, c, d.apart()));
    }
    return new Loop(instructions, zeroed, rows.count(), rows.length());
  }

  private static List<ImmutableIntArray> strides(List<Draft> drafts) {
    List<ImmutableIntArray> all = new ArrayList<>();
    for (Draft draft : drafts) {
      for (Access access : List.of(draft.to(), draft.a(), draft.b(), draft.c())) {
        if (access.strides() != null) {
          all.add(access.strides());
        }
      }
    }
    return all;
  }

  private static Operand operand(Rows rows, Access access) {
    ImmutableIntArray strides = access.strides();
    return strides == null
        ? Operand.register(access.buffer())
        : new Operand(
            access.buffer(), access.offset(), rows.inner(strides), rows.offsets(strides), false);
  }

  private Draft draft(Node node) {
    Form form = node.form();
    if (form instanceof Form.Pointwise f) {
      List<Node> in = f.operands();
      Kind kind = in.size() == 1 ? Kind.ONE : in.size() == 2 ? Kind.TWO : Kind.THREE;
      Access a = read(node, in.get(0));
      Access b = in.size() > 1 ? read(node, in.get(1)) : a;
      Access c = in.size() > 2 ? read(node, in.get(2)) : a;
      return new Draft(kind, f.op(), f.order(), written(node), a, b, c, 0);
    }
    if (form instanceof Form.Sum sum) {
      Access a = read(node, sum.of());
      return new Draft(Kind.SUM, Op.ADD, 0, stored(node, Space.target(node)), a, a, a, 0);
    }
    if (form instanceof Form.Gather gather) {
      Node values = gather.values();
      ImmutableIntArray along =
          Space.strides(Space.of(node), values.shape(), values.strides(), gather.axis());
      Memory.Place place = memory.of(values.base());
      Access a = new Access(place.buffer(), place.offset() + values.offset(), along);
      Access b = read(node, gather.index());
      int apart = values.strides().get(gather.axis());
      return new Draft(Kind.GATHER, Op.GATHER, 0, written(node), a, b, a, apart);
    }
    if (form instanceof Form.ScatterSum scatter) {
      ImmutableIntArray own = Dims.rowMajor(node.shape());
      Access to = stored(node, Space.strides(Space.of(node), node.shape(), own, scatter.axis()));
      Access a = read(node, scatter.values());
      Access b = read(node, scatter.index());
      return new Draft(Kind.SCATTER, Op.ADD, 0, to, a, b, a, own.get(scatter.axis()));
    }
    throw new IllegalStateException("no loop computes " + form);
  }

  private Access stored(Node node, ImmutableIntArray strides) {
    Memory.Place place = memory.of(node);
    return new Access(place.buffer(), place.offset(), strides);
  }

  private Access written(Node node) {
    return schedule.isStored(node)
        ? stored(node, Dims.rowMajor(Space.squeezed(node)))
        : register(node);
  }

  private Access register(Node node) {
    Operand register =
        registers.computeIfAbsent(
            node, key -> Operand.register(memory.scratch(Math.min(key.size(), Loop.TILE))));
    return new Access(register.buffer(), 0, null);
  }

  private Access read(Node node, Node operand) {
    Node base = operand.base();
    if (schedule.isAtHand(node, operand)) {
      return register(base);
    }
    Memory.Place place = memory.of(base);
    return new Access(
        place.buffer(), place.offset() + operand.offset(), Space.strides(node, operand));
  }
}
