/**
 * The table of operations, without any engine. {@link org.ppl4j.tensor.internal.table.Op} lists
 * them; each is a {@link org.ppl4j.tensor.internal.table.Row}: the shape and type of what it gives,
 * how its operands are brought to one type, where its derivative comes from, what it does to plain
 * numbers ({@link org.ppl4j.tensor.internal.table.NumberFunction}), or what it is made of ({@link
 * org.ppl4j.tensor.internal.table.Expression}), and what the engine has for it ({@link
 * org.ppl4j.tensor.internal.table.EngineForm}). What an expression is made into, such as nodes or
 * code, is a {@link org.ppl4j.tensor.internal.table.ExpressionFold} of it; generated code calls a
 * function of numbers by its {@link org.ppl4j.tensor.internal.table.StaticMethod}. Long formulas
 * stand in classes of their own, by family: {@link org.ppl4j.tensor.internal.table.Logarithms},
 * {@code StandardNormal}, {@link org.ppl4j.tensor.internal.table.CountTerms}, {@code
 * NormalIntegrals}, {@code TiltedQuantile}, {@link org.ppl4j.tensor.internal.table.Powers}. What an
 * operation takes besides tensors are its {@link org.ppl4j.tensor.internal.table.Attributes}, as
 * how windows slide: {@link org.ppl4j.tensor.internal.table.Sliding}. What an engine does for a row
 * stands in a {@link org.ppl4j.tensor.internal.table.Column} of its own; rows that are computed in
 * Java bring a {@link org.ppl4j.tensor.internal.table.JavaKernel}. An index beyond its axis is an
 * {@link org.ppl4j.tensor.internal.table.IndexOutOfRange}.
 *
 * <p>An operation is added by a row, and a file for its formula if that is long: {@code
 * SWISH(Row.formula(x -> x.mul(SIGMOID.of(x))))} is computed by the engine, folded, recorded and
 * differentiated. With {@code .slope((d, y, x) -> …)} a record keeps it whole, and with {@code
 * .computing(…)} it is computed by a faster function of Java.
 *
 * <p>Of this package users need {@link org.ppl4j.tensor.internal.table.Shapes} alone, the
 * arithmetic of shapes; the rest serves {@code org.ppl4j.tensor}.
 */
@NullMarked
package org.ppl4j.tensor.internal.table;

import org.jspecify.annotations.NullMarked;
