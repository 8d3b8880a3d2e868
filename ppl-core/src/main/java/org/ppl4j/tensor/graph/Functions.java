package org.ppl4j.tensor.graph;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.ppl4j.math.Digamma;
import org.ppl4j.math.Erfc;
import org.ppl4j.math.InverseErf;
import org.ppl4j.math.LogGamma;
import org.ppl4j.math.NormalQuantile;
import org.ppl4j.math.Polygamma;
import org.ppl4j.math.ScaledBessel;
import org.ppl4j.tensor.table.Folds;
import org.ppl4j.tensor.table.Op;

/** What the functions of elements do to numbers. */
public final class Functions {

  private Functions() {}

  /** Whether a row is a function of elements that is not made of others. */
  static boolean isPrimitive(Op op) {
    return switch (op) {
      case NEG, ABS, SIGN, SQUARE, SQRT, EXP, LOG, LOG2, LOG10, LOG1P, EXPM1 -> true;
      case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH, ASINH, ACOSH, ATANH -> true;
      case SIGMOID, LOG_SIGMOID, SOFTPLUS, LOGIT, RELU, LOG_SQUARED_HYPOT -> true;
      case FLOOR, CEIL, ROUND, TRUNC, LGAMMA, DIGAMMA, POLYGAMMA -> true;
      case ERF, ERFC, ERFCX, ERFINV, NDTRI, I0E, I1E -> true;
      case ADD, SUB, MUL, DIV, POW, MOD, MAXIMUM, MINIMUM, ATAN2, WHERE -> true;
      case LOG_RATIO, DEVIANCE, DEVIANCE_OF_LOG, DEVIANCE_AND_LOG -> true;
      case EQ, NEQ, GT, GTE, LT, LTE, IS_NAN, IS_INFINITE -> true;
      case LOGICAL_NOT, LOGICAL_AND, LOGICAL_OR, LOGICAL_XOR, STOP_GRADIENT, COPY -> true;
      default -> false;
    };
  }

  /** Of numbers. */
  static double of(Op op, int order, double... x) {
    return switch (x.length) {
      case 1 -> of(op, order, x[0]);
      case 2 -> of(op, x[0], x[1]);
      default -> of(op, x[0], x[1], x[2]);
    };
  }

  /** Of three numbers. */
  public static double of(Op op, double x, double y, double z) {
    return switch (op) {
      case WHERE -> x != 0 ? y : z;
      case WITH_DERIVATIVE -> Double.isNaN(y) ? y : x;
      case DEVIANCE_OF_LOG -> Folds.devianceOfLog(x, y, z);
      default -> throw new IllegalArgumentException("no function of three numbers is " + op);
    };
  }

  /** Of a number. */
  public static double of(Op op, int order, double x) {
    return switch (op) {
      case NEG -> -x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case LOG1P -> Elementary.log1p(x);
      case EXPM1 -> Elementary.expm1(x);
      case LOG_SQUARED_HYPOT -> Elementary.logSquaredHypot(x);
      case TANH -> Elementary.tanh(x);
      case SOFTPLUS -> Elementary.softplus(x);
      case LOG_SIGMOID -> Elementary.logSigmoid(x);
      case SQUARE -> x * x;
      case STOP_GRADIENT, COPY -> x;
      case SIGMOID -> Elementary.sigmoid(x);
      case LGAMMA -> LogGamma.of(x);
      case DIGAMMA -> Digamma.of(x);
      case POLYGAMMA -> Polygamma.of(order, x);
      case I0E -> ScaledBessel.i0(x);
      case I1E -> ScaledBessel.i1(x);
      case ERFINV -> InverseErf.of(x);
      case NDTRI -> NormalQuantile.of(x);
      case ERF -> Erfc.erf(x);
      case ERFC -> Erfc.of(x);
      case ERFCX -> Erfc.scaled(x);
      case ASINH -> Math.signum(x) * asinh(Math.abs(x));
      case ACOSH -> acosh(x);
      case ATANH -> 0.5 * (Elementary.log1p(x) - Elementary.log1p(-x));
      case LOGICAL_NOT -> truth(x == 0);
      case IS_NAN -> truth(Double.isNaN(x));
      case IS_INFINITE -> truth(Double.isInfinite(x));
      default -> {
        DoubleUnaryOperator f = op.row().foldOne();
        if (f == null) {
          throw new IllegalArgumentException("no function of a number is " + op);
        }
        yield f.applyAsDouble(x);
      }
    };
  }

  /** Of two numbers. */
  public static double of(Op op, double x, double y) {
    return switch (op) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case EQ -> truth(x == y);
      case NEQ -> truth(x != y);
      case GT -> truth(x > y);
      case GTE -> truth(x >= y);
      case LT -> truth(x < y);
      case LTE -> truth(x <= y);
      case LOGICAL_AND -> truth(x != 0 && y != 0);
      case LOGICAL_OR -> truth(x != 0 || y != 0);
      case LOGICAL_XOR -> truth((x != 0) != (y != 0));
      default -> {
        DoubleBinaryOperator f = op.row().foldTwo();
        if (f == null) {
          throw new IllegalArgumentException("no function of two numbers is " + op);
        }
        yield f.applyAsDouble(x, y);
      }
    };
  }

  private static double truth(boolean is) {
    return is ? 1 : 0;
  }

  private static double acosh(double x) {
    double above = x - 1;
    double near = Math.log1p(above + Math.sqrt(above * (x + 1)));
    return x > 1e8 ? Math.log(x) + Math.log(2) : x < 1 ? Double.NaN : near;
  }

  private static double asinh(double x) {
    return x > 1e8 ? Math.log(x) + Math.log(2) : Math.log1p(x + x * x / (1 + Math.sqrt(x * x + 1)));
  }
}
