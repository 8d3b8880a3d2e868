package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;
import org.ppl4j.tensor.internal.table.Op;

/**
 * An instruction before rows are laid out.
 *
 * @param known where each number is that an index names, if that never changes; of a choice by runs
 *     where they end; else null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Draft(
    Kind kind,
    Op op,
    int order,
    Access to,
    Access a,
    Access b,
    Access c,
    Axis axis,
    int @Nullable [] known)
    implements LoopStep {

  /**
   * Where numbers are before rows are laid out: in memory, in the register of a value, or nowhere
   * but in the code, if it is one that is known.
   */
  record Access(
      int buffer, int offset, @Nullable ImmutableIntArray strides, @Nullable Double known) {

    private static final int NOWHERE = Integer.MIN_VALUE;

    static Access of(int buffer, int offset, ImmutableIntArray strides) {
      return new Access(buffer, offset, strides, null);
    }

    static Access value(int number) {
      return new Access(number, 0, null, null);
    }

    static Access number(double known) {
      return new Access(NOWHERE, 0, null, known);
    }

    boolean isValue() {
      return strides == null && known == null;
    }

    /**
     * Without the strides, which take longer to look at than to compare where all else is equal.
     */
    @Override
    public int hashCode() {
      return 31 * (31 * buffer + offset) + Objects.hashCode(known);
    }
  }

  List<Access> accesses() {
    return List.of(to, a, b, c);
  }

  @Override
  public List<Access> reads() {
    return List.of(a, b, c);
  }

  @Override
  public List<Access> writes() {
    return List.of(to);
  }

  /** What it reads an element of at each place, in the order of operands. */
  List<Access> elements() {
    return switch (kind) {
      case TWO, SCALED -> List.of(a, b);
      case THREE, PLUS -> List.of(a, b, c);
      case GATHER -> known == null ? List.of(b) : List.of();
      case SCATTER -> known == null ? List.of(a, b) : List.of(a);
      default -> List.of(a);
    };
  }

  /** The same with a result that is elsewhere. */
  Draft to(Access place) {
    return new Draft(kind, op, order, place, a, b, c, axis, known);
  }

  /** The same with operands that are elsewhere. */
  Draft where(UnaryOperator<Access> place) {
    return new Draft(
        kind, op, order, to, place.apply(a), place.apply(b), place.apply(c), axis, known);
  }
}
