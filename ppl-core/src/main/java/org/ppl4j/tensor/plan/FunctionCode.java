package org.ppl4j.tensor.plan;

import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DCONST_0;
import static org.objectweb.asm.Opcodes.DDIV;
import static org.objectweb.asm.Opcodes.DMUL;
import static org.objectweb.asm.Opcodes.DNEG;
import static org.objectweb.asm.Opcodes.DSUB;
import static org.objectweb.asm.Opcodes.DUP2;

import com.google.common.collect.ImmutableList;
import org.ppl4j.tensor.table.Expression;
import org.ppl4j.tensor.table.Expression.Apply;
import org.ppl4j.tensor.table.Op;
import org.ppl4j.tensor.table.Reading;
import org.ppl4j.tensor.table.StaticMethod;

/** The code of functions of numbers, as the rows of the table have them. */
final class FunctionCode {

  private static final String MATH = "java/lang/Math";
  private static final String FUNCTIONS = "org/ppl4j/tensor/graph/Functions";
  private static final String OP = "Lorg/ppl4j/tensor/table/Op;";

  private FunctionCode() {}

  /** Pushes a function of what the operands push. */
  static void write(MethodCode code, Op op, int order, Runnable... operands) {
    switch (op) {
      case STOP_GRADIENT, COPY -> operands[0].run();
      case NEG -> instruction(code, DNEG, operands);
      case ADD -> instruction(code, DADD, operands);
      case SUB -> instruction(code, DSUB, operands);
      case MUL -> instruction(code, DMUL, operands);
      case DIV -> instruction(code, DDIV, operands);
      case SQUARE -> {
        operands[0].run();
        code.instruction(DUP2);
        code.instruction(DMUL);
      }
      case RELU -> {
        operands[0].run();
        code.instruction(DCONST_0);
        code.call(MATH, "max", "(DD)D");
      }
      default -> other(code, op, order, operands);
    }
  }

  private static void instruction(MethodCode code, int instruction, Runnable... operands) {
    push(operands);
    code.instruction(instruction);
  }

  private static void push(Runnable... operands) {
    for (Runnable operand : operands) {
      operand.run();
    }
  }

  /** A call of its method, what it is made of, or what the table has for it. */
  private static void other(MethodCode code, Op op, int order, Runnable... operands) {
    StaticMethod method = op.row().method();
    Expression expression = op.row().isComputation() ? op.row().expression() : null;
    if (method != null && order == 0) {
      push(operands);
      code.call(method.owner(), method.name(), method.type());
    } else if (expression != null) {
      new Inlined(code, operands).of(expression).run();
    } else {
      code.constant(op);
      if (operands.length == 1) {
        code.push(order);
      }
      push(operands);
      String first = operands.length == 1 ? OP + "I" : OP;
      code.call(FUNCTIONS, "of", "(" + first + "D".repeat(operands.length) + ")D");
    }
  }

  /** What pushes parts of an expression, each wherever it is read. */
  private static final class Inlined extends Reading<Runnable> {

    private final MethodCode code;
    private final Runnable[] operands;

    Inlined(MethodCode code, Runnable... operands) {
      this.code = code;
      this.operands = operands;
    }

    @Override
    protected Runnable operand(int place) {
      return operands[place];
    }

    @Override
    protected Runnable number(double value) {
      return () -> code.push(value);
    }

    @Override
    protected Runnable apply(Apply apply, ImmutableList<Runnable> in) {
      return () -> write(code, apply.op(), 0, in.toArray(Runnable[]::new));
    }
  }
}
