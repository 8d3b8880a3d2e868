package org.ppl4j.tensor.internal.table;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of operations: all that is said of one. That is the shape and type of the
 * result, how operands are brought to one type, and where the derivative comes from; and of a
 * function of elements what it means, which is one of two:
 *
 * <ul>
 *   <li>a function of Java, and one of the engine, of which nothing more is known: arithmetic, and
 *       what libraries have;
 *   <li>an {@link Expression} of other rows, of which the function of Java and the script of the
 *       engine are made, unless there is a faster or a more exact one.
 * </ul>
 *
 * <p>With {@linkplain #slope slopes} a function is kept whole in a record, and differentiated by
 * them; without, it is what its expression is made of.
 */
public final class Row {

  private final ShapeRule shape;
  private final @Nullable ShapesRule shapes;
  private final Promotion promotion;
  private @Nullable DataType result;
  private Derivative derivative = Derivative.OWN;
  private @Nullable NumberFunction function;
  private @Nullable Supplier<Expression> expression;
  private @Nullable Supplier<NumberFunction> computation; // of the expression
  private Supplier<@Nullable StaticMethod> method = () -> null;
  private int operands;
  private ImmutableList<Supplier<Expression>> slopes = ImmutableList.of();
  private @Nullable EngineForm engine;

  private Row(ShapeRule shape, @Nullable ShapesRule shapes, Promotion promotion) {
    this.shape = shape;
    this.shapes = shapes;
    this.promotion = promotion;
  }

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
    /** A rule of the row, or of what it is made of. */
    OWN,
    /** It is computed, or given, with the values. */
    GIVEN,
    /** It is 0 wherever there is one; in a record the result moves with no operand. */
    ZERO,
    /** There is none: the result moves with no operand. */
    NONE
  }

  /** An expression of three. */
  @FunctionalInterface
  interface Three {
    Expression of(Expression a, Expression b, Expression c);
  }

  /** An expression of four. */
  @FunctionalInterface
  interface Four {
    Expression of(Expression a, Expression b, Expression c, Expression d);
  }

  // --- what is said of it

  /** The shape of the result, or of the first of several. */
  public ShapeRule shape() {
    return shape;
  }

  /** The shapes of several results; null where there is one. */
  public @Nullable ShapesRule shapes() {
    return shapes;
  }

  /** What is done to the types of the operands. */
  public Promotion promotion() {
    return promotion;
  }

  /** The type of the result; null for that of the operands. */
  public @Nullable DataType result() {
    return result;
  }

  /** Where its derivative comes from. */
  public Derivative derivative() {
    return derivative;
  }

  /** What it does to numbers; null if that needs more than numbers. */
  public @Nullable NumberFunction function() {
    return function != null ? function : computation != null ? computation.get() : null;
  }

  /** Whether that is what the expression computes, and nothing faster. */
  public boolean isComputation() {
    return function == null && computation != null;
  }

  /** The method that the function is, for generated code; null if it is none. */
  public @Nullable StaticMethod method() {
    return method.get();
  }

  /** What it is made of; null if that is not known. */
  public @Nullable Expression expression() {
    return expression == null ? null : expression.get();
  }

  /** Whether it has axes that the result may not have. */
  public boolean isReduced() {
    return shape == ShapeRules.REDUCED;
  }

  /** How many operands a function of elements has. */
  public int operands() {
    return operands;
  }

  /** Whether it is a function of elements that a record keeps whole. */
  public boolean isKept() {
    return function != null || !slopes.isEmpty();
  }

  /**
   * What an operand gets of what the result has got: an expression of the operands, the result, and
   * what it has got. Null if none is known.
   */
  public @Nullable Expression slope(int operand) {
    return operand < slopes.size() ? slopes.get(operand).get() : null;
  }

  /** What is said of what the engine has for it; null if nothing. */
  @Nullable EngineForm engine() {
    return engine;
  }

  // --- how a row is made

  static Row of(ShapeRule shape, Promotion promotion) {
    return new Row(shape, null, promotion);
  }

  static Row many(ShapesRule shapes) {
    return new Row((in, a) -> shapes.of(in, a)[0], shapes, Promotion.NONE);
  }

  /** A row that is computed in Java, with its derivatives. */
  static Row kernel(ShapesRule shapes) {
    return many(shapes).with(Derivative.GIVEN);
  }

  /** A function of each element of a float tensor. */
  static Row unary(NumberFunction.One function) {
    return of(ShapeRules.FIRST, Promotion.FLOAT).computing(function);
  }

  /** A function of each element of a tensor of numbers that keeps its type. */
  static Row unaryNumber(NumberFunction.One function) {
    return of(ShapeRules.FIRST, Promotion.NUMBER).computing(function);
  }

  /** A question about each element. */
  static Row question(Promotion promotion, NumberFunction.One function) {
    return of(ShapeRules.FIRST, promotion).giving(DataType.BOOLEAN).without().computing(function);
  }

  /** A function of each pair of elements of two broadcast float tensors. */
  static Row binary(NumberFunction.Two function) {
    return of(ShapeRules.BROADCAST, Promotion.FLOAT).computing(function);
  }

  /** The same, of integers too. */
  static Row binaryNumber(NumberFunction.Two function) {
    return of(ShapeRules.BROADCAST, Promotion.NUMBER).computing(function);
  }

  /** A comparison of each pair of elements of two broadcast tensors. */
  static Row comparison(Promotion promotion, NumberFunction.Two function) {
    return of(ShapeRules.BROADCAST, promotion)
        .giving(DataType.BOOLEAN)
        .without()
        .computing(function);
  }

  /** What is made of the elements of a float tensor. */
  static Row formula(UnaryOperator<Expression> formula) {
    return of(ShapeRules.FIRST, Promotion.FLOAT).elementwise(1, in -> formula.apply(in[0]));
  }

  /** What is made of the elements of two broadcast float tensors. */
  static Row formula(BinaryOperator<Expression> formula) {
    return of(ShapeRules.BROADCAST, Promotion.FLOAT)
        .elementwise(2, in -> formula.apply(in[0], in[1]));
  }

  /** What is made of the elements of three broadcast float tensors. */
  static Row formula(Three formula) {
    return of(ShapeRules.BROADCAST_THREE, Promotion.FLOAT)
        .elementwise(3, in -> formula.of(in[0], in[1], in[2]));
  }

  private Row elementwise(int count, Function<Expression[], Expression> formula) {
    Row row = along(count, formula);
    Supplier<Expression> made = requireNonNull(expression);
    computation = Suppliers.memoize(() -> new Computation(made.get(), count));
    return row;
  }

  /** This row by what it is made of, the expression of so many operands along axes. */
  Row along(int count, Function<Expression[], Expression> formula) {
    Expression[] in =
        IntStream.range(0, count).mapToObj(Expression::operand).toArray(Expression[]::new);
    operands = count;
    expression = Suppliers.memoize(() -> formula.apply(in));
    return this;
  }

  /** This row with what it does to a number. */
  Row computing(NumberFunction.One does) {
    return computing(1, does);
  }

  /** This row with what it does to a number by the order that it has. */
  Row ordered(NumberFunction.Ordered does) {
    return computing(1, does);
  }

  /** This row with what it does to two numbers. */
  Row computing(NumberFunction.Two does) {
    return computing(2, does);
  }

  /** This row with what it does to three numbers. */
  Row computing(NumberFunction.Three does) {
    return computing(3, does);
  }

  private Row computing(int count, NumberFunction does) {
    operands = count;
    function = does;
    method = Suppliers.memoize(() -> StaticMethod.of(does));
    return this;
  }

  /** This row with what its operand gets: an expression of what the result has got, it, and x. */
  Row slope(Three rule) {
    return slopes(in -> rule.of(in[2], in[1], in[0]));
  }

  /** This row with what its two operands get: of what the result has got, it, x, and y. */
  Row slopes(Four first, Four second) {
    return slopes(
        in -> first.of(in[3], in[2], in[0], in[1]), in -> second.of(in[3], in[2], in[0], in[1]));
  }

  /** This row with what its three operands get: of what the result has got, x, y, and z. */
  Row slopes(Four first, Four second, Four third) {
    return slopes(
        in -> first.of(in[4], in[0], in[1], in[2]),
        in -> second.of(in[4], in[0], in[1], in[2]),
        in -> third.of(in[4], in[0], in[1], in[2]));
  }

  @SafeVarargs
  private Row slopes(Function<Expression[], Expression>... rules) {
    Expression[] in =
        IntStream.range(0, rules.length + 2)
            .mapToObj(Expression::operand)
            .toArray(Expression[]::new);
    ImmutableList.Builder<Supplier<Expression>> made = ImmutableList.builder();
    for (Function<Expression[], Expression> rule : rules) {
      made.add(Suppliers.memoize(() -> rule.apply(in)));
    }
    slopes = made.build();
    return this;
  }

  /** This row by a function of the engine that has another name. */
  Row engine(String name) {
    engine = EngineForm.function(name);
    return this;
  }

  /**
   * The same.
   *
   * @param own its name outside of scripts
   */
  Row engine(String name, String own) {
    engine = EngineForm.function(name, own);
    return this;
  }

  /** This row by what a script gives of parameters. */
  Row script(String parameters, String script) {
    engine = EngineForm.script(parameters, script);
    return this;
  }

  /** This row with a fixed type of the result. */
  Row giving(DataType type) {
    result = type;
    return this;
  }

  /** This row without a derivative. */
  Row without() {
    return with(Derivative.NONE);
  }

  /** This row with its derivative from there. */
  Row with(Derivative source) {
    derivative = source;
    return this;
  }
}
