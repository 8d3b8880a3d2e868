package org.ppl4j.tensor.internal.plan;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.plan.Draft.Access;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;
import org.ppl4j.tensor.internal.table.Expression;
import org.ppl4j.tensor.internal.table.Expression.Apply;
import org.ppl4j.tensor.internal.table.ExpressionFold;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Exponentials, logarithms, and what rows of the table make of them by arithmetic, in steps for an
 * element of long rows, which are fused with those around them: arithmetic of which the compiler of
 * the virtual machine makes vector code, and {@linkplain Bits what is done with bits}. Those of
 * both types differ in constants alone. They are accurate to two units in the last place, what is
 * made of them to five, also of subnormal numbers.
 *
 * <p>Source: x = k log 2 + r, e to the r by 1 + r + r² p with p the polynomial of r whose largest
 * error is the least on |r| ≤ ½ log 2 (Remez, 1934): vector code divides at a tenth of the speed.
 * And x = 2 to the k times 1 + f, the logarithm of 1 + f by a series in f / (2 + f), as in the
 * library fdlibm (Sun Microsystems, 1993), and in single precision msun (Ian Lance Taylor, 1993 to
 * 1995). The hyperbolic tangent in single precision is Lambert's continued fraction x / (1 + x² /
 * (3 + …)), up to 27, whose terms have one sign.
 */
final class Exponentials {

  /** Takes a step, and says where its result is. */
  @FunctionalInterface
  interface Steps {
    Access of(Kind kind, Op op, Access... in);
  }

  /**
   * What differs by type.
   *
   * @param whole beside which whole numbers are in the last bits
   * @param high the logarithm of 2, whose multiples are exact
   * @param low the rest of it
   * @param least from where down the exponential is nothing beside 1
   * @param most from where on it is infinite
   * @param exponential coefficients, the last one first
   * @param logarithm the same
   */
  private record Constants(
      double whole,
      double high,
      double low,
      double least,
      double most,
      ImmutableDoubleArray exponential,
      ImmutableDoubleArray logarithm) {

    static final Constants DOUBLE =
        new Constants(
            Bits.WHOLE,
            0.6931471803691238,
            1.9082149292705877E-10,
            -40,
            710,
            ImmutableDoubleArray.of(
                2.498905983099119E-8,
                2.7627484463236337E-7,
                2.7557613552303265E-6,
                2.4801501711520082E-5,
                1.9841269487598127E-4,
                0.001388888893418704,
                0.008333333333495792,
                0.041666666666572386,
                0.16666666666666427,
                0.5000000000000004),
            ImmutableDoubleArray.of(
                0.14798198605116586,
                0.15313837699209373,
                0.1818357216161805,
                0.22222198432149784,
                0.2857142874366239,
                0.3999999999940942,
                0.6666666666666735));

    static final Constants FLOAT =
        new Constants(
            Bits.SINGLE_WHOLE,
            0.69313812256,
            9.0580006145E-6,
            -20,
            89,
            ImmutableDoubleArray.of(0.0013814555, 0.008368746, 0.041668392, 0.16666521, 0.49999993),
            ImmutableDoubleArray.of(0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693));
  }

  private static final Access LOG2_E = Access.number(1.4426950408889634);
  private static final Access ZERO = Access.number(0);
  private static final Access HALF = Access.number(0.5);
  private static final Access ONE = Access.number(1);
  private static final Access TWO = Access.number(2);

  /** Beyond it a number and 1 are the number, in either type. */
  private static final Access LARGE = Access.number(1e30);

  private static final Access SMALL = Access.number(1e-30);

  /** Beyond it the hyperbolic tangent of the square root is 1 in single precision. */
  private static final Access SATURATED = Access.number(85);

  private static final ImmutableDoubleArray ABOVE =
      ImmutableDoubleArray.of(
          4.918999E-13, 8.696791E-10, 4.089666E-7, 7.3613985E-5, 0.0054320986, 0.14814815, 1);

  private static final ImmutableDoubleArray BELOW =
      ImmutableDoubleArray.of(
          4.6847614E-15,
          2.5578796E-11,
          2.1524558E-8,
          6.134499E-6,
          7.085346E-4,
          0.03259259,
          0.4814815,
          1);

  private final ElementType type;
  private final Constants constants;
  private final Steps steps;

  /** Of a type, as steps that are taken. */
  Exponentials(ElementType type, Steps steps) {
    this.type = type;
    this.constants = type == ElementType.DOUBLE ? Constants.DOUBLE : Constants.FLOAT;
    this.steps = steps;
  }

  /** Whether a function is among them, or made of them by arithmetic. */
  static boolean has(Op op) {
    return switch (op) {
      case EXP, EXPM1, LOG, LOG1P -> true;
      default -> isMade(op.row().expression());
    };
  }

  private static boolean isMade(@Nullable Expression expression) {
    return expression != null && new Made().of(expression);
  }

  /** Whether an expression is arithmetic and exponentials. */
  private static final class Made extends ExpressionFold<Boolean> {

    @Override
    protected Boolean operand(int place) {
      return true;
    }

    @Override
    protected Boolean number(double value) {
      return true;
    }

    @Override
    protected Boolean apply(Apply apply, ImmutableList<Boolean> in) {
      boolean isArithmetic = OperationCode.isVector(apply.op(), ElementType.FLOAT);
      return in.stream().allMatch(is -> is) && (isArithmetic || has(apply.op()));
    }
  }

  /** The steps of a function of x. */
  Access of(Op op, Access x) {
    return switch (op) {
      case EXP -> exp(x);
      case EXPM1 -> expm1(x);
      case LOG -> log(x);
      case LOG1P -> log1p(x);
      case TANH -> type == ElementType.FLOAT ? fraction(x) : made(op, x);
      default -> made(op, x);
    };
  }

  private Access made(Op op, Access x) {
    return new Taken(x).of(requireNonNull(op.row().expression()));
  }

  /** Takes the steps of an expression. */
  private final class Taken extends ExpressionFold<Access> {

    private final Access x;

    Taken(Access x) {
      this.x = x;
    }

    @Override
    protected Access operand(int place) {
      return x;
    }

    @Override
    protected Access number(double value) {
      return Access.number(value);
    }

    @Override
    protected Access apply(Apply apply, ImmutableList<Access> in) {
      return has(apply.op())
          ? Exponentials.this.of(apply.op(), in.get(0))
          : arithmetic(apply.op(), in.toArray(Access[]::new));
    }
  }

  private Access arithmetic(Op op, Access... in) {
    return steps.of(in.length == 1 ? Kind.ONE : Kind.TWO, op, in);
  }

  private Access add(Access x, Access y) {
    return arithmetic(Op.ADD, x, y);
  }

  private Access sub(Access x, Access y) {
    return arithmetic(Op.SUB, x, y);
  }

  private Access mul(Access x, Access y) {
    return arithmetic(Op.MUL, x, y);
  }

  private Access div(Access x, Access y) {
    return arithmetic(Op.DIV, x, y);
  }

  /** x y + z. */
  private Access plus(Access x, Access y, Access z) {
    return steps.of(Kind.PLUS, Op.ADD, x, y, z);
  }

  private Access plus(Access x, double y, Access z) {
    return plus(x, Access.number(y), z);
  }

  /** By coefficients from the last one down. */
  private Access polynomial(Access x, ImmutableDoubleArray coefficients) {
    Access sum = Access.number(coefficients.get(0));
    for (double next : coefficients.subArray(1, coefficients.length()).asList()) {
      sum = plus(x, sum, Access.number(next));
    }
    return sum;
  }

  // --- exponentials

  /** The multiple of log 2 next to x, in the last bits. */
  private Access whole(Access x) {
    return plus(x, LOG2_E, Access.number(constants.whole));
  }

  /** e to the r, minus 1, of what x has beside the multiple. */
  private Access less(Access x, Access whole) {
    Access k = sub(whole, Access.number(constants.whole));
    Access r = plus(k, -constants.low, plus(k, -constants.high, x));
    Access share = mul(r, polynomial(r, constants.exponential));
    share = add(share, ZERO); // never −0, so that −0 stays −0
    return plus(r, share, r);
  }

  private Access scaled(Access y, Access whole) {
    return steps.of(Kind.SCALED, Op.EXP, y, whole);
  }

  private Access exp(Access x) {
    Access whole = whole(x);
    return scaled(add(less(x, whole), ONE), whole);
  }

  /**
   * By half the power of two, which is finite wherever the result is, times twice what is small,
   * which then is not lost.
   */
  private Access expm1(Access x) {
    Access within = arithmetic(Op.MINIMUM, x, Access.number(constants.most));
    within = arithmetic(Op.MAXIMUM, within, Access.number(constants.least));
    Access whole = whole(within);
    Access less = less(within, whole);
    Access power = scaled(HALF, whole);
    Access rest = sub(HALF, power);
    return sub(sub(mul(power, add(less, less)), rest), rest);
  }

  /**
   * The hyperbolic tangent in single precision, which takes less without an exponential. Where x is
   * saturated, the fraction is beyond 1 and cut.
   */
  private Access fraction(Access x) {
    Access z = arithmetic(Op.MINIMUM, mul(x, x), SATURATED);
    Access above = mul(x, polynomial(z, ABOVE));
    Access fraction = div(above, polynomial(z, BELOW));
    return arithmetic(Op.MAXIMUM, arithmetic(Op.MINIMUM, fraction, ONE), Access.number(-1));
  }

  // --- logarithms

  private Access log(Access x) {
    Access k = steps.of(Kind.EXPONENT, Op.LOG, x);
    Access f = sub(steps.of(Kind.FRACTION, Op.LOG, x), ONE);
    Access s = div(f, add(f, TWO));
    Access z = mul(s, s);
    Access rest = mul(z, polynomial(z, constants.logarithm));
    Access near = plus(s, sub(rest, f), f);
    return plus(k, constants.high, plus(k, constants.low, near));
  }

  /** What 1 + x loses of x is given back, divided by 1 + x. */
  private Access log1p(Access x) {
    Access within = arithmetic(Op.MINIMUM, x, LARGE);
    Access sum = add(within, ONE);
    Access lost = sub(within, sub(sum, ONE));
    return add(log(add(x, ONE)), div(lost, arithmetic(Op.MAXIMUM, sum, SMALL)));
  }
}
