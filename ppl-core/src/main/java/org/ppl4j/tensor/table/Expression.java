package org.ppl4j.tensor.table;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import org.jspecify.annotations.Nullable;

/**
 * A formula of operands, numbers and rows of the table, element by element: what an operation
 * means. Constant folding computes it of numbers, the recorder inlines its nodes, and the engine's
 * script is printed from it; each of them is a {@link Reading}. An expression that a formula holds
 * twice is computed once.
 *
 * <p>Where two formulas are joined by {@link #where}, each must see only what it is meant for: the
 * derivative of the one that is not taken is multiplied by 0, which an infinity or NaN survives.
 */
public abstract sealed class Expression {

  private Expression() {}

  // --- what there is

  /** An operand of the operation. */
  public static final class Operand extends Expression {
    private final int place;

    private Operand(int place) {
      this.place = place;
    }

    /** Which one, from 0. */
    public int place() {
      return place;
    }
  }

  /** A number. */
  public static final class Constant extends Expression {
    private final double value;

    private Constant(double value) {
      this.value = value;
    }

    /** Its value. */
    public double value() {
      return value;
    }
  }

  /** Numbers along a further axis, the last one. */
  public static final class Vector extends Expression {
    private final ImmutableDoubleArray values;

    private Vector(ImmutableDoubleArray values) {
      this.values = values;
    }

    /** The numbers. */
    public ImmutableDoubleArray values() {
      return values;
    }
  }

  /** A row of the table. */
  public static final class Apply extends Expression {
    private final Op op;
    private final boolean isNext;
    private final ImmutableList<Expression> operands;

    private Apply(Op op, boolean isNext, Expression... operands) {
      this.op = op;
      this.isNext = isNext;
      this.operands = ImmutableList.copyOf(operands);
    }

    /** The row. */
    public Op op() {
      return op;
    }

    /** Whether its order is one more than that of what is differentiated; else it has none. */
    public boolean isNext() {
      return isNext;
    }

    /** What it is applied to. */
    public ImmutableList<Expression> operands() {
      return operands;
    }

    /** The same by another function of the engine than that of the row. */
    public Expression by(String function) {
      return new Known(function, this, operands);
    }
  }

  /** What the engine has a function for. */
  public static final class Known extends Expression {
    private final String function;
    private final Expression meaning;
    private final ImmutableList<Expression> operands;

    private Known(String function, Expression meaning, Iterable<Expression> operands) {
      this.function = function;
      this.meaning = meaning;
      this.operands = ImmutableList.copyOf(operands);
    }

    /** The function, of tensors. */
    public String function() {
      return function;
    }

    /** What it computes. */
    public Expression meaning() {
      return meaning;
    }

    /** What it is given. */
    public ImmutableList<Expression> operands() {
      return operands;
    }
  }

  /** The nearest value within bounds, which moves with what is within; a NaN stays one. */
  public static final class Clamp extends Expression {
    private final Expression of;
    private final @Nullable Expression low;
    private final @Nullable Expression high;

    private Clamp(Expression of, @Nullable Expression low, @Nullable Expression high) {
      this.of = of;
      this.low = low;
      this.high = high;
    }

    /** What is kept within bounds. */
    public Expression of() {
      return of;
    }

    /** The lower one; null for none. */
    public @Nullable Expression low() {
      return low;
    }

    /** The upper one; null for none. */
    public @Nullable Expression high() {
      return high;
    }

    /** What it is made of. */
    public Expression meaning() {
      Expression undefined = of.detach();
      if (low != null && !(low instanceof Constant)) {
        undefined = undefined.add(low.detach());
      }
      Expression beyond = low == null ? undefined : where(of.lt(low), low, undefined);
      if (high == null) {
        return low == null ? of : where(of.gte(low), of, beyond);
      }
      Expression isWithin = low == null ? of.lte(high) : of.gte(low).and(of.lte(high));
      return where(isWithin, of, where(of.gt(high), high, beyond));
    }
  }

  /** An axis of size 1 behind the others. */
  public static final class Column extends Expression {
    private final Expression of;

    private Column(Expression of) {
      this.of = of;
    }

    /** What has it. */
    public Expression of() {
      return of;
    }
  }

  /** A sum along the last axis, without it. */
  public static final class Total extends Expression {
    private final Expression of;

    private Total(Expression of) {
      this.of = of;
    }

    /** What is summed. */
    public Expression of() {
      return of;
    }
  }

  // --- leaves

  /** An operand, by its place from 0. */
  static Expression operand(int place) {
    return new Operand(place);
  }

  /** A number. */
  public static Expression number(double value) {
    return new Constant(value);
  }

  /** Numbers along a further axis, the last one. */
  static Expression vector(double... values) {
    return new Vector(ImmutableDoubleArray.copyOf(values));
  }

  // --- rows

  static Apply apply(Op op, Expression... operands) {
    return new Apply(op, false, operands);
  }

  /** The polygamma function of the next order; that of a function that has none is 0. */
  final Expression nextPolygamma() {
    return new Apply(Op.POLYGAMMA, true, this);
  }

  final Expression neg() {
    return apply(Op.NEG, this);
  }

  final Expression abs() {
    return apply(Op.ABS, this);
  }

  final Expression square() {
    return apply(Op.SQUARE, this);
  }

  final Expression sqrt() {
    return apply(Op.SQRT, this);
  }

  final Expression exp() {
    return apply(Op.EXP, this);
  }

  final Expression log() {
    return apply(Op.LOG, this);
  }

  final Expression cos() {
    return apply(Op.COS, this);
  }

  final Expression cosh() {
    return apply(Op.COSH, this);
  }

  final Expression digamma() {
    return apply(Op.DIGAMMA, this);
  }

  /** The first modified Bessel function, scaled. */
  final Expression i1e() {
    return apply(Op.I1E, this);
  }

  final Expression add(Expression other) {
    return apply(Op.ADD, this, other);
  }

  final Expression add(double other) {
    return add(number(other));
  }

  final Expression sub(Expression other) {
    return apply(Op.SUB, this, other);
  }

  final Expression sub(double other) {
    return sub(number(other));
  }

  /** A number minus this. */
  final Expression from(double number) {
    return number(number).sub(this);
  }

  final Expression mul(Expression other) {
    return apply(Op.MUL, this, other);
  }

  final Expression mul(double other) {
    return mul(number(other));
  }

  final Expression div(Expression other) {
    return apply(Op.DIV, this, other);
  }

  final Expression reciprocal() {
    return number(1).div(this);
  }

  final Expression max(Expression other) {
    return apply(Op.MAXIMUM, this, other);
  }

  final Expression max(double other) {
    return max(number(other));
  }

  final Expression min(Expression other) {
    return apply(Op.MINIMUM, this, other);
  }

  final Expression min(double other) {
    return min(number(other));
  }

  final Expression eq(Expression other) {
    return apply(Op.EQ, this, other);
  }

  final Expression eq(double other) {
    return eq(number(other));
  }

  final Expression gt(Expression other) {
    return apply(Op.GT, this, other);
  }

  final Expression gt(double other) {
    return gt(number(other));
  }

  final Expression gte(Expression other) {
    return apply(Op.GTE, this, other);
  }

  final Expression gte(double other) {
    return gte(number(other));
  }

  final Expression lt(Expression other) {
    return apply(Op.LT, this, other);
  }

  final Expression lt(double other) {
    return lt(number(other));
  }

  final Expression lte(Expression other) {
    return apply(Op.LTE, this, other);
  }

  final Expression lte(double other) {
    return lte(number(other));
  }

  final Expression and(Expression other) {
    return apply(Op.LOGICAL_AND, this, other);
  }

  final Expression or(Expression other) {
    return apply(Op.LOGICAL_OR, this, other);
  }

  final Expression not() {
    return apply(Op.LOGICAL_NOT, this);
  }

  final Expression isNan() {
    return apply(Op.IS_NAN, this);
  }

  final Expression isInfinite() {
    return apply(Op.IS_INFINITE, this);
  }

  /** The same value, which does not move. */
  final Expression detach() {
    return apply(Op.STOP_GRADIENT, this);
  }

  static Expression where(Expression condition, Expression x, Expression y) {
    return apply(Op.WHERE, condition, x, y);
  }

  static Expression where(Expression condition, double x, Expression y) {
    return where(condition, number(x), y);
  }

  static Expression where(Expression condition, Expression x, double y) {
    return where(condition, x, number(y));
  }

  static Expression where(Expression condition, double x, double y) {
    return where(condition, number(x), number(y));
  }

  // --- what the engine has functions for

  /** What a function of the engine computes, which is no row of the table. */
  static Expression known(String function, Expression meaning, Expression... operands) {
    return new Known(function, meaning, ImmutableList.copyOf(operands));
  }

  final Expression clamp(@Nullable Expression low, @Nullable Expression high) {
    return new Clamp(this, low, high);
  }

  final Expression clamp(double low, double high) {
    return clamp(number(low), number(high));
  }

  final Expression atLeast(double low) {
    return clamp(number(low), null);
  }

  final Expression atMost(double high) {
    return clamp(null, number(high));
  }

  /** √(x² + y²), whose squares overflow nowhere. */
  final Expression hypot(Expression other) {
    Expression most = abs().max(other.abs());
    Expression least = abs().min(other.abs());
    Expression share = least.div(most.max(Double.MIN_NORMAL)).square();
    Expression root = number(1).add(share).sqrt();
    Expression meaning = where(most.isInfinite(), most, most.mul(root));
    return known("torch.hypot", meaning, this, other);
  }

  // --- a further axis

  /** With an axis of size 1 behind the others. */
  final Expression column() {
    return new Column(this);
  }

  /** The sum along the last axis, without it. */
  final Expression total() {
    return new Total(this);
  }
}
