package org.ppl4j.tensor.plan;

import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DCONST_0;
import static org.objectweb.asm.Opcodes.DDIV;
import static org.objectweb.asm.Opcodes.DMUL;
import static org.objectweb.asm.Opcodes.DNEG;
import static org.objectweb.asm.Opcodes.DSUB;
import static org.objectweb.asm.Opcodes.DUP2;

import com.google.common.base.CaseFormat;
import org.ppl4j.tensor.table.Op;

/** The code of functions of numbers: what {@code Functions} does. */
final class FunctionCode {

  private static final String MATH = "java/lang/Math";
  private static final String ELEMENTARY = "org/ppl4j/math/Elementary";
  private static final String FUNCTIONS = "org/ppl4j/tensor/graph/Functions";
  private static final String OP = "Lorg/ppl4j/tensor/table/Op;";
  private static final String ONE = "(D)D";
  private static final String TWO = "(DD)D";

  private FunctionCode() {}

  /** Pushes a function of what the operands push. */
  static void write(MethodCode code, Op op, int order, Runnable... operands) {
    switch (operands.length) {
      case 1 -> one(code, op, order, operands[0]);
      case 2 -> two(code, op, operands[0], operands[1]);
      default -> {
        code.constant(op);
        for (Runnable operand : operands) {
          operand.run();
        }
        code.call(FUNCTIONS, "of", "(" + OP + "DDD)D");
      }
    }
  }

  private static void one(MethodCode code, Op op, int order, Runnable x) {
    switch (op) {
      case STOP_GRADIENT, COPY -> x.run();
      case NEG -> {
        x.run();
        code.instruction(DNEG);
      }
      case SQUARE -> {
        x.run();
        code.instruction(DUP2);
        code.instruction(DMUL);
      }
      case RELU -> {
        x.run();
        code.instruction(DCONST_0);
        code.call(MATH, "max", TWO);
      }
      case EXP, LOG, ABS, SQRT -> {
        x.run();
        code.call(MATH, name(op), ONE);
      }
      case LOG1P, EXPM1, TANH, SIGMOID, SOFTPLUS, LOG_SIGMOID, LOG_SQUARED_HYPOT -> {
        x.run();
        code.call(ELEMENTARY, name(op), ONE);
      }
      default -> {
        code.constant(op);
        code.push(order);
        x.run();
        code.call(FUNCTIONS, "of", "(" + OP + "ID)D");
      }
    }
  }

  private static void two(MethodCode code, Op op, Runnable x, Runnable y) {
    switch (op) {
      case ADD, SUB, MUL, DIV -> {
        x.run();
        y.run();
        code.instruction(op == Op.ADD ? DADD : op == Op.SUB ? DSUB : op == Op.MUL ? DMUL : DDIV);
      }
      case MAXIMUM, MINIMUM -> {
        x.run();
        y.run();
        code.call(MATH, op == Op.MAXIMUM ? "max" : "min", TWO);
      }
      default -> {
        code.constant(op);
        x.run();
        y.run();
        code.call(FUNCTIONS, "of", "(" + OP + "DD)D");
      }
    }
  }

  private static String name(Op op) {
    return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_CAMEL, op.name());
  }
}
