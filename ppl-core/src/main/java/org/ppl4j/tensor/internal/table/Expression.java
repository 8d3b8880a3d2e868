package org.ppl4j.tensor.internal.table;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import org.jspecify.annotations.Nullable;

/**
 * A formula of operands, numbers and rows of the table, element by element: what an operation
 * means. Constant folding computes it of numbers, the recorder inlines its nodes, and the engine's
 * script is printed from it; each of them is a {@link ExpressionFold}. An expression that a formula
 * holds twice is computed once.
 *
 * <p>Where two formulas are joined by {@link #where}, each must see only what it is meant for: the
 * derivative of the one that is not taken is multiplied by 0, which an infinity or NaN survives.
 */
public sealed interface Expression {

  // --- what there is

  /**
   * An operand of the operation.
   *
   * @param place which one, from 0
   */
  record Operand(int place) implements Expression {}

  /** A number. */
  record Constant(double value) implements Expression {}

  /** Numbers along a further axis, the last one. */
  record Vector(ImmutableDoubleArray values) implements Expression {}

  /**
   * A row of the table.
   *
   * @param isNext whether its order is one more than that of what is differentiated; else it has
   *     none
   */
  record Apply(Op op, boolean isNext, ImmutableList<Expression> operands) implements Expression {

    /** The same by another function of the engine than that of the row. */
    public Expression by(String function) {
      return new Known(function, this, operands);
    }
  }

  /** What a function of the engine computes of tensors. */
  record Known(String function, Expression meaning, ImmutableList<Expression> operands)
      implements Expression {}

  /**
   * The nearest value within bounds, which moves with what is within; a NaN stays one.
   *
   * @param low null for none
   * @param high null for none
   */
  record Clamp(Expression of, @Nullable Expression low, @Nullable Expression high)
      implements Expression {

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
  record Column(Expression of) implements Expression {}

  /** A sum along the last axis, without it. */
  record Total(Expression of) implements Expression {}

  /** A sum along the axes of the row, which stay with size 1. */
  record Sum(Expression of) implements Expression {}

  /** The largest along the axes of the row, which stay with size 1; it does not move. */
  record Largest(Expression of) implements Expression {}

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

  /** A row of operands. */
  static Apply apply(Op op, Expression... operands) {
    return new Apply(op, false, ImmutableList.copyOf(operands));
  }

  /** The polygamma function of the next order; that of a function that has none is 0. */
  default Expression nextPolygamma() {
    return new Apply(Op.POLYGAMMA, true, ImmutableList.of(this));
  }

  /** Minus this. */
  default Expression neg() {
    return apply(Op.NEG, this);
  }

  /** The absolute value. */
  default Expression abs() {
    return apply(Op.ABS, this);
  }

  /** The square. */
  default Expression square() {
    return apply(Op.SQUARE, this);
  }

  /** The square root. */
  default Expression sqrt() {
    return apply(Op.SQRT, this);
  }

  /** The exponential. */
  default Expression exp() {
    return apply(Op.EXP, this);
  }

  /** The natural logarithm. */
  default Expression log() {
    return apply(Op.LOG, this);
  }

  /** The cosine. */
  default Expression cos() {
    return apply(Op.COS, this);
  }

  /** The hyperbolic cosine. */
  default Expression cosh() {
    return apply(Op.COSH, this);
  }

  /** The digamma function. */
  default Expression digamma() {
    return apply(Op.DIGAMMA, this);
  }

  /** The first modified Bessel function, scaled. */
  default Expression i1e() {
    return apply(Op.I1E, this);
  }

  /** The sum with another. */
  default Expression add(Expression other) {
    return apply(Op.ADD, this, other);
  }

  /** The sum with another. */
  default Expression add(double other) {
    return add(number(other));
  }

  /** This minus another. */
  default Expression sub(Expression other) {
    return apply(Op.SUB, this, other);
  }

  /** This minus another. */
  default Expression sub(double other) {
    return sub(number(other));
  }

  /** A number minus this. */
  default Expression from(double number) {
    return number(number).sub(this);
  }

  /** The product with another. */
  default Expression mul(Expression other) {
    return apply(Op.MUL, this, other);
  }

  /** The product with another. */
  default Expression mul(double other) {
    return mul(number(other));
  }

  /** This by another. */
  default Expression div(Expression other) {
    return apply(Op.DIV, this, other);
  }

  /** 1 by this. */
  default Expression reciprocal() {
    return number(1).div(this);
  }

  /** The larger of this and another. */
  default Expression max(Expression other) {
    return apply(Op.MAXIMUM, this, other);
  }

  /** The larger of this and another. */
  default Expression max(double other) {
    return max(number(other));
  }

  /** The smaller of this and another. */
  default Expression min(Expression other) {
    return apply(Op.MINIMUM, this, other);
  }

  /** The smaller of this and another. */
  default Expression min(double other) {
    return min(number(other));
  }

  /** 1 where this equals another, else 0. */
  default Expression eq(Expression other) {
    return apply(Op.EQ, this, other);
  }

  /** 1 where this equals another, else 0. */
  default Expression eq(double other) {
    return eq(number(other));
  }

  /** 1 where this is greater than another, else 0. */
  default Expression gt(Expression other) {
    return apply(Op.GT, this, other);
  }

  /** 1 where this is greater than another, else 0. */
  default Expression gt(double other) {
    return gt(number(other));
  }

  /** 1 where this is at least another, else 0. */
  default Expression gte(Expression other) {
    return apply(Op.GTE, this, other);
  }

  /** 1 where this is at least another, else 0. */
  default Expression gte(double other) {
    return gte(number(other));
  }

  /** 1 where this is less than another, else 0. */
  default Expression lt(Expression other) {
    return apply(Op.LT, this, other);
  }

  /** 1 where this is less than another, else 0. */
  default Expression lt(double other) {
    return lt(number(other));
  }

  /** 1 where this is at most another, else 0. */
  default Expression lte(Expression other) {
    return apply(Op.LTE, this, other);
  }

  /** 1 where this is at most another, else 0. */
  default Expression lte(double other) {
    return lte(number(other));
  }

  /** 1 where neither this nor another is 0, else 0. */
  default Expression and(Expression other) {
    return apply(Op.LOGICAL_AND, this, other);
  }

  /** 1 where this or another is not 0, else 0. */
  default Expression or(Expression other) {
    return apply(Op.LOGICAL_OR, this, other);
  }

  /** 1 where this is 0, else 0. */
  default Expression not() {
    return apply(Op.LOGICAL_NOT, this);
  }

  /** 1 where this is NaN, else 0. */
  default Expression isNan() {
    return apply(Op.IS_NAN, this);
  }

  /** 1 where this is infinite, else 0. */
  default Expression isInfinite() {
    return apply(Op.IS_INFINITE, this);
  }

  /** The same value, which does not move. */
  default Expression detach() {
    return apply(Op.STOP_GRADIENT, this);
  }

  /** One of two, as a condition says. */
  static Expression where(Expression condition, Expression x, Expression y) {
    return apply(Op.WHERE, condition, x, y);
  }

  /** One of two, as a condition says. */
  static Expression where(Expression condition, double x, Expression y) {
    return where(condition, number(x), y);
  }

  /** One of two, as a condition says. */
  static Expression where(Expression condition, Expression x, double y) {
    return where(condition, x, number(y));
  }

  /** One of two, as a condition says. */
  static Expression where(Expression condition, double x, double y) {
    return where(condition, number(x), number(y));
  }

  // --- what the engine has functions for

  /** What a function of the engine computes, which is no row of the table. */
  static Expression known(String function, Expression meaning, Expression... operands) {
    return new Known(function, meaning, ImmutableList.copyOf(operands));
  }

  /** The nearest number between bounds, of which one may be missing. */
  default Expression clamp(@Nullable Expression low, @Nullable Expression high) {
    return new Clamp(this, low, high);
  }

  /** The nearest number between bounds, of which one may be missing. */
  default Expression clamp(double low, double high) {
    return clamp(number(low), number(high));
  }

  /** The nearest number that is not below a bound. */
  default Expression atLeast(double low) {
    return clamp(number(low), null);
  }

  /** The nearest number that is not above a bound. */
  default Expression atMost(double high) {
    return clamp(null, number(high));
  }

  /** √(x² + y²), whose squares overflow nowhere. */
  default Expression hypot(Expression other) {
    Expression most = abs().max(other.abs());
    Expression least = abs().min(other.abs());
    Expression share = least.div(most.max(Double.MIN_NORMAL)).square();
    Expression root = number(1).add(share).sqrt();
    Expression meaning = where(most.isInfinite(), most, most.mul(root));
    return known("torch.hypot", meaning, this, other);
  }

  // --- along axes

  /** The sum along the axes of the row, which stay with size 1. */
  default Expression sum() {
    return new Sum(this);
  }

  /** The largest along the axes of the row, which stay with size 1; it does not move. */
  default Expression largest() {
    return new Largest(this);
  }

  /** With an axis of size 1 behind the others. */
  default Expression column() {
    return new Column(this);
  }

  /** The sum along the last axis, without it. */
  default Expression total() {
    return new Total(this);
  }
}
