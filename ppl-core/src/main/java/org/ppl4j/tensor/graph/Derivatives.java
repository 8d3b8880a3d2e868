package org.ppl4j.tensor.graph;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/**
 * The derivatives of functions of elements, in such functions: {@code d} times the partial
 * derivative in an operand. Edges are as the engine has them: a maximum of equal numbers gives half
 * to each, and what is not chosen has a derivative of 0 even where its own is not finite.
 */
final class Derivatives {

  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  private static final double HALF_ROOT_PI = Math.sqrt(Math.PI) / 2;

  /** Beyond it {@code exp(x²) erfc(x)} is the first term of its expansion. */
  private static final double FAR = 1e9;

  private static final double ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

  private final Graph graph;

  Derivatives(Graph graph) {
    this.graph = graph;
  }

  /** The share of {@code d} that an operand gets. */
  Node pull(Node of, Form.Pointwise f, int operand, Node d) {
    List<Node> in = f.operands();
    Node x = in.get(0);
    return switch (in.size()) {
      case 1 -> one(f, of, x, d);
      case 2 -> two(f.op(), of, x, in.get(1), operand == 0, d);
      default -> three(f.op(), in, operand, d);
    };
  }

  // --- shorthand

  private Node a(Op op, Node... in) {
    return graph.apply(op, in);
  }

  private Node n(double number) {
    return graph.number(number);
  }

  private Node mul(Node x, Node y) {
    return a(Op.MUL, x, y);
  }

  private Node div(Node x, Node y) {
    return a(Op.DIV, x, y);
  }

  private Node add(Node x, Node y) {
    return a(Op.ADD, x, y);
  }

  private Node sub(Node x, Node y) {
    return a(Op.SUB, x, y);
  }

  private Node neg(Node x) {
    return a(Op.NEG, x);
  }

  private Node square(Node x) {
    return a(Op.SQUARE, x);
  }

  private Node root(Node x) {
    return a(Op.SQRT, x);
  }

  private Node where(Node condition, Node x, Node y) {
    return a(Op.WHERE, condition, x, y);
  }

  // --- the rules

  private Node one(Form.Pointwise f, Node y, Node x, Node d) {
    return switch (f.op()) {
      case COPY -> d;
      case NEG -> neg(d);
      case ABS -> where(a(Op.GT, x, n(0)), d, where(a(Op.LT, x, n(0)), neg(d), n(0)));
      case SQUARE -> mul(d, mul(n(2), x));
      case SQRT -> div(d, mul(n(2), y));
      case EXP -> mul(d, y);
      case EXPM1 -> mul(d, where(a(Op.LT, x, n(-0.5)), a(Op.EXP, x), add(y, n(1))));
      case LOG -> div(d, x);
      case LOG2 -> div(d, mul(n(Math.log(2)), x));
      case LOG10 -> div(d, mul(n(Math.log(10)), x));
      case LOG1P -> div(d, add(x, n(1)));
      case SIN -> mul(d, a(Op.COS, x));
      case COS -> neg(mul(d, a(Op.SIN, x)));
      case TAN -> mul(d, add(square(y), n(1)));
      case ASIN -> div(d, root(sub(n(1), square(x))));
      case ACOS -> neg(div(d, root(sub(n(1), square(x)))));
      case ATAN -> div(d, add(square(x), n(1)));
      case SINH -> mul(d, a(Op.COSH, x));
      case COSH -> mul(d, a(Op.SINH, x));
      case TANH -> mul(d, sub(n(1), square(y)));
      case ASINH -> div(d, root(add(square(x), n(1))));
      case ACOSH -> div(d, root(sub(square(x), n(1))));
      case ATANH -> div(d, sub(n(1), square(x)));
      case SIGMOID -> mul(d, mul(y, sub(n(1), y)));
      case LOG_SIGMOID -> mul(d, a(Op.SIGMOID, neg(x)));
      case SOFTPLUS -> mul(d, a(Op.SIGMOID, x));
      case LOGIT -> {
        Node root = a(Op.SQRT, mul(x, sub(n(1), x))); // there is none beyond 0 and 1
        yield div(d, mul(root, a(Op.ABS, root)));
      }
      case RELU -> where(a(Op.LTE, y, n(0)), n(0), d);
      case LGAMMA -> mul(d, a(Op.DIGAMMA, x));
      case LOG_SQUARED_HYPOT -> {
        Node near = mul(d, div(n(2), add(x, div(n(1), x))));
        yield where(a(Op.IS_INFINITE, x), n(0), near);
      }
      case ERF -> mul(d, mul(n(TWO_OVER_ROOT_PI), a(Op.EXP, neg(square(x)))));
      case ERFC -> neg(mul(d, mul(n(TWO_OVER_ROOT_PI), a(Op.EXP, neg(square(x))))));
      case NDTRI -> mul(d, mul(n(ROOT_TWO_PI), a(Op.EXP, mul(n(0.5), square(y)))));
      case DIGAMMA -> mul(d, graph.apply(Op.POLYGAMMA, 1, x));
      case POLYGAMMA -> mul(d, graph.apply(Op.POLYGAMMA, f.order() + 1, x));
      case I0E -> mul(d, sub(a(Op.I1E, x), mul(a(Op.SIGN, x), y)));
      case I1E -> mul(d, secondBessel(x, y));
      case ERFINV -> mul(d, mul(n(HALF_ROOT_PI), a(Op.EXP, square(y))));
      case ERFCX -> {
        Node near = sub(mul(n(2), mul(x, y)), n(TWO_OVER_ROOT_PI));
        yield mul(d, where(a(Op.GT, x, n(FAR)), neg(div(y, x)), near));
      }
      default -> throw new NotRecordable("derivative of " + f.op());
    };
  }

  /** {@code I0 - I1 (sign(x) + 1/x)}, both scaled; 1/2 at 0. */
  private Node secondBessel(Node x, Node y) {
    Node isThere = a(Op.GT, a(Op.ABS, x), n(Double.MIN_NORMAL));
    Node share = div(y, where(isThere, x, n(1)));
    return where(isThere, sub(sub(a(Op.I0E, x), mul(a(Op.SIGN, x), y)), share), n(0.5));
  }

  private Node two(Op op, Node z, Node x, Node y, boolean first, Node d) {
    return switch (op) {
      case ADD -> d;
      case SUB -> first ? d : neg(d);
      case MUL -> mul(d, first ? y : x);
      case DIV -> first ? div(d, y) : neg(mul(d, div(z, y)));
      case POW -> first ? powerBase(x, y, d) : powerExponent(z, x, y, d);
      case MAXIMUM -> larger(first ? x : y, first ? y : x, d);
      case MINIMUM -> larger(first ? y : x, first ? x : y, d);
      case ATAN2 -> {
        Node share = div(n(1), add(square(x), square(y)));
        yield first ? mul(mul(d, y), share) : neg(mul(mul(d, x), share));
      }
      case MOD -> first ? d : neg(mul(d, wholeQuotient(z, x, y)));
      case LOG_RATIO -> first ? div(d, x) : neg(div(d, y));
      case DEVIANCE -> first ? mul(d, logRatio(x, y)) : excess(x, y, d);
      case DEVIANCE_AND_LOG -> first ? mul(d, logRatioOf(x, y)) : excessAndLog(x, y, d);
      default -> throw new NotRecordable("derivative of " + op);
    };
  }

  /** How often y is in x, of which z is left. */
  private Node wholeQuotient(Node z, Node x, Node y) {
    Node below = a(Op.LT, mul(a(Op.SIGN, x), a(Op.SIGN, y)), n(0));
    Node ofInfinite = where(a(Op.IS_NAN, z), z, where(below, n(-1), n(0)));
    return where(a(Op.IS_INFINITE, y), ofInfinite, a(Op.ROUND, div(sub(x, z), y)));
  }

  /** Of a deviance in the count: the logarithm of its ratio to the mean, or −1 for a count of 0. */
  private Node logRatio(Node count, Node mean) {
    Node isCount = a(Op.GT, count, n(0));
    return where(isCount, a(Op.LOG_RATIO, where(isCount, count, n(1)), mean), n(-1));
  }

  /** The same, and NaN for a count that is. */
  private Node logRatioOf(Node count, Node mean) {
    return where(a(Op.IS_NAN, count), count, logRatio(count, mean));
  }

  /**
   * Of a deviance in the mean: the share of it that the count lacks. The gradient is multiplied
   * first, so that nothing is left where it is 0.
   */
  private Node excess(Node count, Node mean, Node d) {
    Node isNear = isNear(count, mean);
    Node near = div(mul(d, sub(mean, count)), where(isNear, mean, n(1)));
    Node far = where(a(Op.GT, count, n(0)), sub(d, div(mul(d, count), mean)), d);
    return where(isNear, near, far);
  }

  /** Of a deviance and the logarithm of the mean in the mean, which may be 0. */
  private Node excessAndLog(Node count, Node mean, Node d) {
    Node isNear = isNear(count, mean);
    Node near = div(mul(d, add(sub(mean, count), n(1))), where(isNear, mean, n(1)));
    Node edge = a(Op.LOGICAL_AND, a(Op.EQ, mean, n(0)), a(Op.EQ, count, n(1)));
    Node far = sub(d, div(mul(d, sub(count, n(1))), where(edge, n(1), mean)));
    return where(isNear, near, far);
  }

  /** Whether a deviance is by the share of the mean that the count is beyond, not by logarithms. */
  private Node isNear(Node count, Node mean) {
    Node apart = sub(count, mean);
    return a(
        Op.LOGICAL_AND, a(Op.GT, apart, mul(mean, n(-0.75))), a(Op.LT, apart, mul(mean, n(15))));
  }

  private Node devianceOfLog(List<Node> in, int operand) {
    Node count = in.get(0);
    Node mean = in.get(1);
    Node log = in.get(2);
    Node isNear = isNear(count, mean);
    Node isCount = a(Op.GT, count, n(0));
    Node far = where(isCount, sub(a(Op.LOG, where(isCount, count, n(1))), log), n(-1));
    Node safe = where(isNear, mean, n(1));
    return switch (operand) {
      case 0 -> where(isNear, a(Op.LOG_RATIO, where(isNear, count, n(1)), safe), far);
      case 1 -> where(isNear, div(sub(mean, count), safe), n(1));
      default -> where(isNear, n(0), where(isCount, neg(count), n(0)));
    };
  }

  private Node powerBase(Node x, Node y, Node d) {
    Node slope = mul(y, a(Op.POW, x, sub(y, n(1))));
    return where(a(Op.EQ, y, n(0)), n(0), mul(d, slope));
  }

  private Node powerExponent(Node z, Node x, Node y, Node d) {
    Node edge = a(Op.LOGICAL_AND, a(Op.EQ, x, n(0)), a(Op.GTE, y, n(0)));
    Node base = where(edge, n(1), x);
    return where(edge, n(0), mul(d, mul(z, a(Op.LOG, base))));
  }

  /** To the larger of two, and half to each of equal ones. */
  private Node larger(Node x, Node other, Node d) {
    Node whole = where(a(Op.LT, x, other), n(0), d);
    return where(a(Op.EQ, x, other), mul(n(0.5), d), whole);
  }

  private Node three(Op op, List<Node> in, int operand, Node d) {
    Node x = in.get(0);
    return switch (op) {
      case WHERE -> operand == 1 ? where(x, d, n(0)) : where(x, n(0), d);
      case DEVIANCE_OF_LOG -> mul(d, devianceOfLog(in, operand));
      case WITH_DERIVATIVE ->
          where(a(Op.IS_INFINITE, in.get(1)), n(0), mul(d, in.get(2))); // of the second alone
      default -> throw new NotRecordable("derivative of " + op);
    };
  }
}
