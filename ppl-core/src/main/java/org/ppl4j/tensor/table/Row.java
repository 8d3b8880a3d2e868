package org.ppl4j.tensor.table;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of operations: the shape and type of the result, how its operands are brought
 * to one type, where its derivative comes from, and what it does to plain numbers.
 *
 * @param shape of the result, or of the first of several
 * @param shapes of several results; null where there is one
 * @param promotion of the operands
 * @param result the type of the result; null for that of the operands
 * @param derivative where it comes from
 * @param foldOne what it does to a plain number; null to ask the engine
 * @param foldTwo what it does to two plain numbers; null to ask the engine
 */
public record Row(
    ShapeRule shape,
    @Nullable ShapesRule shapes,
    Promotion promotion,
    @Nullable DataType result,
    Derivative derivative,
    @Nullable DoubleUnaryOperator foldOne,
    @Nullable DoubleBinaryOperator foldTwo) {

  /** The shape of the result. */
  @FunctionalInterface
  public interface ShapeRule {
    /** Of operands of these shapes. */
    Shape of(Shape[] in, Attributes attributes);
  }

  /** The shapes of several results. */
  @FunctionalInterface
  public interface ShapesRule {
    /** Of operands of these shapes. */
    Shape[] of(Shape[] in, Attributes attributes);
  }

  /** How operands are brought to one type before they are worked on. */
  public enum Promotion {
    /** To the float type. */
    FLOAT,
    /** Integers where all are integers, else the float type. */
    NUMBER,
    /** As they are. */
    NONE
  }

  /** Where the derivative of a row comes from. */
  public enum Derivative {
    /** A rule that bears the row's name. */
    OWN,
    /** It is computed, or given, with the values. */
    GIVEN,
    /** There is none: the result moves with no operand. */
    NONE
  }

  /** A function of each element of a float tensor. */
  static Row unary(@Nullable DoubleUnaryOperator fold) {
    return of(ShapeRules.FIRST, Promotion.FLOAT).foldingOne(fold);
  }

  /** A function of each element of a tensor of numbers that keeps its type. */
  static Row unaryNumber(DoubleUnaryOperator fold) {
    return of(ShapeRules.FIRST, Promotion.NUMBER).foldingOne(fold);
  }

  /** A question about each element. */
  static Row question(Promotion promotion) {
    return of(ShapeRules.FIRST, promotion).giving(DataType.BOOLEAN).without();
  }

  /** A function of each pair of elements of two broadcast float tensors. */
  static Row binary(@Nullable DoubleBinaryOperator fold) {
    return of(ShapeRules.BROADCAST, Promotion.FLOAT).foldingTwo(fold);
  }

  /** The same, of integers too. */
  static Row binaryNumber(DoubleBinaryOperator fold) {
    return of(ShapeRules.BROADCAST, Promotion.NUMBER).foldingTwo(fold);
  }

  /** A comparison of each pair of elements of two broadcast tensors. */
  static Row comparison(Promotion promotion) {
    return of(ShapeRules.BROADCAST, promotion).giving(DataType.BOOLEAN).without();
  }

  static Row of(ShapeRule shape, Promotion promotion) {
    return new Row(shape, null, promotion, null, Derivative.OWN, null, null);
  }

  static Row many(ShapesRule shapes) {
    return new Row(
        (in, a) -> shapes.of(in, a)[0], shapes, Promotion.NONE, null, Derivative.OWN, null, null);
  }

  /** A row that is computed in Java, with its derivatives. */
  static Row kernel(ShapesRule shapes) {
    return many(shapes).with(Derivative.GIVEN);
  }

  /** This row with a fixed type of the result. */
  Row giving(DataType type) {
    return new Row(shape, shapes, promotion, type, derivative, foldOne, foldTwo);
  }

  /** This row without a derivative. */
  Row without() {
    return with(Derivative.NONE);
  }

  /** This row with its derivative from there. */
  Row with(Derivative source) {
    return new Row(shape, shapes, promotion, result, source, foldOne, foldTwo);
  }

  /** This row with what it does to a plain number. */
  Row foldingOne(@Nullable DoubleUnaryOperator fold) {
    return new Row(shape, shapes, promotion, result, derivative, fold, foldTwo);
  }

  /** This row with what it does to a pair of plain numbers. */
  Row foldingTwo(@Nullable DoubleBinaryOperator fold) {
    return new Row(shape, shapes, promotion, result, derivative, foldOne, fold);
  }
}
