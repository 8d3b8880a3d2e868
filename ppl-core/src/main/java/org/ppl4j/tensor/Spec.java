package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.invoke.MethodHandle;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of operations: what the engine does, the shape and type of the result, how its
 * operands are brought to one type, what it does to plain numbers, and its script if it has one.
 */
record Spec(
    @Nullable Call call,
    @Nullable Many many,
    ShapeRule shape,
    Promotion promotion,
    @Nullable DataType result,
    @Nullable DoubleUnaryOperator foldOne,
    @Nullable DoubleBinaryOperator foldTwo,
    @Nullable String script) {

  /** What the engine does. */
  interface Call {
    long call(long[] in, Attributes attributes);
  }

  /** What the engine does where it gives several tensors. */
  interface Many {
    long[] call(long[] in, Attributes attributes);
  }

  /** The shape of the result. */
  interface ShapeRule {
    Shape of(Shape[] in, Attributes attributes);
  }

  /** How operands are brought to one type before the engine sees them. */
  enum Promotion {
    /** To the float type. */
    FLOAT,
    /** Integers where all are integers, else the float type. */
    NUMBER,
    /** As they are. */
    NONE
  }

  static final ShapeRule FIRST = (in, a) -> in[0];
  static final ShapeRule BROADCAST = (in, a) -> Shapes.broadcast(in[0], in[1]);
  static final ShapeRule BROADCAST_THREE = (in, a) -> Shapes.broadcast(BROADCAST.of(in, a), in[2]);
  static final ShapeRule REDUCED = (in, a) -> Shapes.reduced(in[0], a.longs(), a.flag());
  static final ShapeRule GIVEN = (in, a) -> new Shape(a.longs());

  /** A function of each element of a float tensor. */
  static Spec unary(String function, @Nullable DoubleUnaryOperator fold) {
    return new Spec(nativeCall(function, 1), null, FIRST, Promotion.FLOAT, null, fold, null, null);
  }

  /** A function of each element of a tensor of numbers that keeps its type. */
  static Spec unaryNumber(String function, DoubleUnaryOperator fold) {
    return unaryNumber(nativeCall(function, 1), fold);
  }

  /** The same, by a call. */
  static Spec unaryNumber(Call call, DoubleUnaryOperator fold) {
    return new Spec(call, null, FIRST, Promotion.NUMBER, null, fold, null, null);
  }

  /** A question about each element. */
  static Spec question(String function, Promotion promotion) {
    return new Spec(
        nativeCall(function, 1), null, FIRST, promotion, DataType.BOOLEAN, null, null, null);
  }

  /** A function of each pair of elements of two broadcast float tensors. */
  static Spec binary(String function, DoubleBinaryOperator fold) {
    return new Spec(
        nativeCall(function, 2), null, BROADCAST, Promotion.FLOAT, null, null, fold, null);
  }

  /** The same, of integers too. */
  static Spec binaryNumber(String function, DoubleBinaryOperator fold) {
    return new Spec(
        nativeCall(function, 2), null, BROADCAST, Promotion.NUMBER, null, null, fold, null);
  }

  /** A comparison of each pair of elements of two broadcast tensors. */
  static Spec comparison(String function, Promotion promotion) {
    return new Spec(
        nativeCall(function, 2), null, BROADCAST, promotion, DataType.BOOLEAN, null, null, null);
  }

  /** A scripted function of each element. */
  static Spec scripted(String name, String expression, @Nullable DoubleUnaryOperator fold) {
    return new Spec(
        (in, a) -> EngineHolder.get().tensor(name, Native.valueFromTensor(in[0])),
        null,
        FIRST,
        Promotion.FLOAT,
        null,
        fold,
        null,
        define(name, "a: Tensor", expression));
  }

  /** A scripted function of two float tensors. */
  static Spec scriptedTwo(String name, String expression, ShapeRule shape) {
    return new Spec(
        (in, a) ->
            EngineHolder.get()
                .tensor(name, Native.valueFromTensor(in[0]), Native.valueFromTensor(in[1])),
        null,
        shape,
        Promotion.FLOAT,
        null,
        null,
        null,
        define(name, "a: Tensor, b: Tensor", expression));
  }

  /** A scripted function of a tensor and one integer {@code n}. */
  static Spec scriptedWithInteger(
      String name, String expression, Promotion promotion, ShapeRule shape) {
    return new Spec(
        (in, a) ->
            EngineHolder.get()
                .tensor(name, Native.valueFromTensor(in[0]), Native.valueFromLong(a.first())),
        null,
        shape,
        promotion,
        null,
        null,
        null,
        define(name, "a: Tensor, n: int", expression));
  }

  static Spec of(Call call, ShapeRule shape, Promotion promotion) {
    return new Spec(call, null, shape, promotion, null, null, null, null);
  }

  static Spec many(Many many, ShapeRule shape) {
    return new Spec(null, many, shape, Promotion.NONE, null, null, null, null);
  }

  /** This row with a fixed type of the result. */
  Spec giving(DataType type) {
    return new Spec(call, many, shape, promotion, type, foldOne, foldTwo, script);
  }

  /** This row with what it does to a pair of plain numbers. */
  Spec folding(DoubleBinaryOperator fold) {
    return new Spec(call, many, shape, promotion, result, foldOne, fold, script);
  }

  /** This row with a script. */
  Spec scripted(String text) {
    return new Spec(call, many, shape, promotion, result, foldOne, foldTwo, text);
  }

  static String define(String name, String arguments, String expression) {
    return "def " + name + "(self, " + arguments + ") -> Tensor:\n  return " + expression + "\n";
  }

  private static Call nativeCall(String function, int operands) {
    MethodHandle handle = Native.function(function, operands);
    return (in, a) -> Native.call(handle, in);
  }
}
