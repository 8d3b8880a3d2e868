package org.ppl4j.tensor.internal.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;

/**
 * Instructions over one space, done tile by tile: the numbers between them stay in registers of one
 * tile each, which the nearest cache holds.
 */
final class Loop implements Codable {

  /** Elements of a tile: a dozen registers of as many doubles fit into the nearest cache. */
  static final int TILE = 256;

  /** Of one whose registers are few, which takes less time to begin for each. */
  static final int LARGE_TILE = 1024;

  /** What tiles of one loop may hold altogether. */
  private static final int CACHED = 12 * TILE;

  /** Instead of a local number to which a sum is added: it is added where it belongs. */
  private static final int NO_SUM = -1;

  private final ImmutableList<TileStep> steps;
  private final ImmutableList<Instruction> instructions; // of short rows, of which none is fused
  private final ElementType type;
  private @Nullable LoopCode code; // of long rows, when it is first run
  private final int[][] zeroed;
  private final int rows;
  private final int length;
  private final int tile;

  /**
   * A loop.
   *
   * @param zeroed buffer, offset and size of what is summed into
   * @param rows how many rows the space has
   * @param length of a row
   * @param tile of how many elements a tile is
   */
  Loop(List<TileStep> steps, ElementType type, List<int[]> zeroed, int rows, int length, int tile) {
    this.steps = ImmutableList.copyOf(steps);
    this.instructions =
        length >= LoopBuilder.LONG
            ? ImmutableList.of()
            : ImmutableList.copyOf(Lists.transform(steps, step -> (Instruction) step));
    this.type = type;
    this.zeroed = zeroed.toArray(int[][]::new);
    this.rows = rows;
    this.length = length;
    this.tile = tile;
  }

  /** Of how many elements the tiles of a loop are best that has so many registers. */
  static int tile(int length, int registers) {
    int most = LARGE_TILE;
    while (most > TILE && registers * most > CACHED) {
      most /= 2;
    }
    return length <= 2 * TILE ? length : Math.min(length, most);
  }

  /** Whether code for a loop of these nodes, which are in one space, would not take one more. */
  static boolean isFull(List<Node> nodes) {
    ImmutableIntArray space = IterationSpace.squeezed(nodes.get(0));
    int size = Dims.size(space);
    int rows = size / space.stream().max().orElse(1);
    return size < LoopBuilder.LONG && (nodes.size() + 1) * (1 + rows) > Code.MOST_OPERATIONS;
  }

  @Override
  public void run(Store store) {
    LoopCode own = length >= LoopBuilder.LONG ? code() : null;
    if (own != null) {
      own.prepare(store);
    }
    for (int[] sum : zeroed) {
      store.fill(sum[0], sum[1], sum[2], 0);
    }
    if (rows == 1 && length == 1) {
      for (Instruction instruction : instructions) {
        Scalars.run(instruction, store.doubles());
      }
      return;
    }
    if (own != null) {
      own.run(store);
      return;
    }
    for (int row = 0; row < rows; row++) {
      for (Instruction instruction : instructions) {
        instruction.run(store, row, 0, length);
      }
    }
  }

  /** Many threads may make it at once: they make the same. */
  private LoopCode code() {
    LoopCode known = code;
    if (known == null) {
      known = new LoopCode(steps, type, rows, length, tile);
      code = known;
    }
    return known;
  }

  /** Whether it is of single numbers, at places that are known. */
  boolean isOfNumbers() {
    return rows * length == 1
        && instructions.stream()
            .noneMatch(i -> i.kind() == Kind.GATHER || i.kind() == Kind.SCATTER);
  }

  /** The numbers of buffers that it reads before it has computed them. */
  void read(Set<Memory.Place> computed, Set<Memory.Place> read) {
    for (int[] sum : zeroed) {
      computed.add(new Memory.Place(sum[0], sum[1]));
    }
    for (Instruction i : instructions) {
      for (Operand operand : List.of(i.a(), i.b(), i.c())) {
        if (!operand.isRegister() && !computed.contains(operand.first(0))) {
          read.add(operand.first(0));
        }
      }
      if (!i.to().isRegister()) {
        computed.add(i.to().first(0));
      }
    }
  }

  @Override
  public int operations() {
    boolean isShort = length < LoopBuilder.LONG && rows * length <= TILE;
    int operations = zeroed.length + steps.size() * rows;
    return isShort ? operations : Integer.MAX_VALUE;
  }

  @Override
  public int likeness() {
    int likeness = Objects.hash(rows, length, zeroed.length);
    for (Instruction i : instructions) {
      likeness =
          Objects.hash(
              likeness,
              i.kind(),
              i.op(),
              i.to().likeness(),
              i.a().likeness(),
              i.b().likeness(),
              i.c().likeness());
    }
    return likeness;
  }

  @Override
  public void write(MethodCode code) {
    for (int[] sum : zeroed) {
      code.fill(sum[0], sum[1], sum[2], 0);
    }
    code.forget();
    for (Instruction i : instructions) {
      code.open(i.to(), i.a(), i.b(), i.c());
    }
    for (int row = 0; row < rows; row++) {
      if (length == 1) {
        for (Instruction instruction : instructions) {
          instruction.write(code, row, NO_SUM);
        }
      } else {
        writeRow(code, row);
      }
    }
  }

  private void writeRow(MethodCode code, int row) {
    int[] sums =
        instructions.stream().mapToInt(i -> i.isWholeSum() ? code.zero() : NO_SUM).toArray();
    code.loop(
        length,
        () -> {
          for (int i = 0; i < sums.length; i++) {
            instructions.get(i).write(code, row, sums[i]);
          }
        });
    for (int i = 0; i < sums.length; i++) {
      if (sums[i] != NO_SUM) {
        int sum = sums[i];
        code.add(instructions.get(i).to(), row, () -> code.local(sum));
      }
    }
  }
}
