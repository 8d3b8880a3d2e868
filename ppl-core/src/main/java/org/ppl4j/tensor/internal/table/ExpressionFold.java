package org.ppl4j.tensor.internal.table;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import java.util.IdentityHashMap;
import org.ppl4j.tensor.internal.table.Expression.Apply;
import org.ppl4j.tensor.internal.table.Expression.Clamp;
import org.ppl4j.tensor.internal.table.Expression.Column;
import org.ppl4j.tensor.internal.table.Expression.Constant;
import org.ppl4j.tensor.internal.table.Expression.Known;
import org.ppl4j.tensor.internal.table.Expression.Largest;
import org.ppl4j.tensor.internal.table.Expression.Operand;
import org.ppl4j.tensor.internal.table.Expression.Sum;
import org.ppl4j.tensor.internal.table.Expression.Total;
import org.ppl4j.tensor.internal.table.Expression.Vector;

/**
 * What an {@link Expression} is made into. Each part is read once, after those that it is made of,
 * from left to right.
 *
 * @param <T> what a part becomes
 */
public abstract class ExpressionFold<T> {

  private final IdentityHashMap<Expression, T> read = new IdentityHashMap<>();

  /** What an expression becomes. */
  public final T of(Expression expression) {
    T known = read.get(expression);
    if (known != null) {
      return known;
    }
    T made = make(expression);
    read.put(expression, made);
    return made;
  }

  private T make(Expression expression) {
    if (expression instanceof Operand operand) {
      return operand(operand.place());
    }
    if (expression instanceof Constant constant) {
      return number(constant.value());
    }
    if (expression instanceof Apply apply) {
      return apply(apply, all(apply.operands()));
    }
    if (expression instanceof Known known) {
      return known(known);
    }
    if (expression instanceof Clamp clamp) {
      return clamp(clamp);
    }
    if (expression instanceof Vector vector) {
      return vector(vector);
    }
    if (expression instanceof Column column) {
      return column(of(column.of()));
    }
    if (expression instanceof Sum sum) {
      return sum(of(sum.of()));
    }
    if (expression instanceof Largest largest) {
      return largest(of(largest.of()));
    }
    return total(of(((Total) expression).of()));
  }

  /** What expressions become. */
  protected final ImmutableList<T> all(ImmutableList<Expression> expressions) {
    return expressions.stream().map(this::of).collect(toImmutableList());
  }

  /** An operand. */
  protected abstract T operand(int place);

  /** A number. */
  protected abstract T number(double value);

  /** A row of what its operands have become. */
  protected abstract T apply(Apply apply, ImmutableList<T> in);

  /** What the engine has a function for. */
  protected T known(Known known) {
    return of(known.meaning());
  }

  /** What is kept within bounds. */
  protected T clamp(Clamp clamp) {
    return of(clamp.meaning());
  }

  /** Numbers along a further axis. */
  protected T vector(Vector vector) {
    throw alongAnAxis();
  }

  /** With a further axis of size 1. */
  protected T column(T of) {
    throw alongAnAxis();
  }

  /** A sum along the axes of the row. */
  protected T sum(T of) {
    throw alongAnAxis();
  }

  /** The largest along the axes of the row. */
  protected T largest(T of) {
    throw alongAnAxis();
  }

  /** A sum along the last axis. */
  protected T total(T of) {
    throw alongAnAxis();
  }

  private static UnsupportedOperationException alongAnAxis() {
    return new UnsupportedOperationException(
        "expression has axes, of which numbers have none; compute it by nodes or the engine");
  }
}
