package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.table.Op;

/** The methods of a tensor that work on each element, or each pair of elements. */
abstract class PointwiseArray extends ShapedArray {

  private NDArray apply(Op op) {
    return Operations.apply(op, (RunArray) this);
  }

  private NDArray apply(Op op, NDArray other) {
    RunArray self = (RunArray) this;
    return Operations.apply(op, self, self.operand(other));
  }

  private NDArray apply(Op op, Number other) {
    RunArray self = (RunArray) this;
    return Operations.apply(op, self, self.operand(other));
  }

  // ---------------------------------------------------------------- of each pair of elements

  @Override
  public NDArray eq(Number other) {
    return apply(Op.EQ, other);
  }

  @Override
  public NDArray eq(NDArray other) {
    return apply(Op.EQ, other);
  }

  @Override
  public NDArray neq(Number other) {
    return apply(Op.NEQ, other);
  }

  @Override
  public NDArray neq(NDArray other) {
    return apply(Op.NEQ, other);
  }

  @Override
  public NDArray gt(Number other) {
    return apply(Op.GT, other);
  }

  @Override
  public NDArray gt(NDArray other) {
    return apply(Op.GT, other);
  }

  @Override
  public NDArray gte(Number other) {
    return apply(Op.GTE, other);
  }

  @Override
  public NDArray gte(NDArray other) {
    return apply(Op.GTE, other);
  }

  @Override
  public NDArray lt(Number other) {
    return apply(Op.LT, other);
  }

  @Override
  public NDArray lt(NDArray other) {
    return apply(Op.LT, other);
  }

  @Override
  public NDArray lte(Number other) {
    return apply(Op.LTE, other);
  }

  @Override
  public NDArray lte(NDArray other) {
    return apply(Op.LTE, other);
  }

  @Override
  public NDArray add(Number other) {
    return apply(Op.ADD, other);
  }

  @Override
  public NDArray add(NDArray other) {
    return apply(Op.ADD, other);
  }

  @Override
  public NDArray sub(Number other) {
    return apply(Op.SUB, other);
  }

  @Override
  public NDArray sub(NDArray other) {
    return apply(Op.SUB, other);
  }

  @Override
  public NDArray mul(Number other) {
    return apply(Op.MUL, other);
  }

  @Override
  public NDArray mul(NDArray other) {
    return apply(Op.MUL, other);
  }

  @Override
  public NDArray div(Number other) {
    return apply(Op.DIV, other);
  }

  @Override
  public NDArray div(NDArray other) {
    return apply(Op.DIV, other);
  }

  @Override
  public NDArray mod(Number other) {
    return apply(Op.MOD, other);
  }

  @Override
  public NDArray mod(NDArray other) {
    return apply(Op.MOD, other);
  }

  @Override
  public NDArray pow(Number other) {
    return apply(Op.POW, other);
  }

  @Override
  public NDArray pow(NDArray other) {
    return apply(Op.POW, other);
  }

  @Override
  public NDArray maximum(Number other) {
    return apply(Op.MAXIMUM, other);
  }

  @Override
  public NDArray maximum(NDArray other) {
    return apply(Op.MAXIMUM, other);
  }

  @Override
  public NDArray minimum(Number other) {
    return apply(Op.MINIMUM, other);
  }

  @Override
  public NDArray minimum(NDArray other) {
    return apply(Op.MINIMUM, other);
  }

  @Override
  public NDArray xlogy(NDArray other) {
    return apply(Op.XLOGY, other);
  }

  @Override
  public NDArray atan2(NDArray other) {
    return apply(Op.ATAN2, other);
  }

  @Override
  public NDArray logicalAnd(NDArray other) {
    return apply(Op.LOGICAL_AND, other);
  }

  @Override
  public NDArray logicalOr(NDArray other) {
    return apply(Op.LOGICAL_OR, other);
  }

  @Override
  public NDArray logicalXor(NDArray other) {
    return apply(Op.LOGICAL_XOR, other);
  }

  @Override
  public NDArray clip(Number min, Number max) {
    return maximum(min).minimum(max);
  }

  // ---------------------------------------------------------------- of each element

  @Override
  public NDArray neg() {
    return apply(Op.NEG);
  }

  @Override
  public NDArray abs() {
    return apply(Op.ABS);
  }

  @Override
  public NDArray sign() {
    return apply(Op.SIGN);
  }

  @Override
  public NDArray square() {
    return apply(Op.SQUARE);
  }

  @Override
  public NDArray sqrt() {
    return apply(Op.SQRT);
  }

  @Override
  public NDArray exp() {
    return apply(Op.EXP);
  }

  @Override
  public NDArray log() {
    return apply(Op.LOG);
  }

  @Override
  public NDArray log2() {
    return apply(Op.LOG2);
  }

  @Override
  public NDArray log10() {
    return apply(Op.LOG10);
  }

  @Override
  public NDArray sin() {
    return apply(Op.SIN);
  }

  @Override
  public NDArray cos() {
    return apply(Op.COS);
  }

  @Override
  public NDArray tan() {
    return apply(Op.TAN);
  }

  @Override
  public NDArray asin() {
    return apply(Op.ASIN);
  }

  @Override
  public NDArray acos() {
    return apply(Op.ACOS);
  }

  @Override
  public NDArray atan() {
    return apply(Op.ATAN);
  }

  @Override
  public NDArray sinh() {
    return apply(Op.SINH);
  }

  @Override
  public NDArray cosh() {
    return apply(Op.COSH);
  }

  @Override
  public NDArray tanh() {
    return apply(Op.TANH);
  }

  @Override
  public NDArray asinh() {
    return apply(Op.ASINH);
  }

  @Override
  public NDArray acosh() {
    return apply(Op.ACOSH);
  }

  @Override
  public NDArray atanh() {
    return apply(Op.ATANH);
  }

  @Override
  public NDArray floor() {
    return apply(Op.FLOOR);
  }

  @Override
  public NDArray ceil() {
    return apply(Op.CEIL);
  }

  @Override
  public NDArray round() {
    return apply(Op.ROUND);
  }

  @Override
  public NDArray trunc() {
    return apply(Op.TRUNC);
  }

  @Override
  public NDArray gammaln() {
    return apply(Op.LGAMMA);
  }

  @Override
  public NDArray erf() {
    return apply(Op.ERF);
  }

  @Override
  public NDArray erfinv() {
    return apply(Op.ERFINV);
  }

  @Override
  public NDArray logicalNot() {
    return apply(Op.LOGICAL_NOT);
  }

  @Override
  public NDArray isNaN() {
    return apply(Op.IS_NAN);
  }

  @Override
  public NDArray isInfinite() {
    return apply(Op.IS_INFINITE);
  }

  @Override
  public NDArray cbrt() {
    return sign().mul(abs().pow(1.0 / 3));
  }

  @Override
  public NDArray toDegrees() {
    return mul(180 / Math.PI);
  }

  @Override
  public NDArray toRadians() {
    return mul(Math.PI / 180);
  }
}
