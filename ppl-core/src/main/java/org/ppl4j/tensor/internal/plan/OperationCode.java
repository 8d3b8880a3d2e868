package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.D2F;
import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DCMPG;
import static org.objectweb.asm.Opcodes.DCMPL;
import static org.objectweb.asm.Opcodes.DDIV;
import static org.objectweb.asm.Opcodes.DMUL;
import static org.objectweb.asm.Opcodes.DNEG;
import static org.objectweb.asm.Opcodes.DSUB;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.F2D;
import static org.objectweb.asm.Opcodes.FCMPG;
import static org.objectweb.asm.Opcodes.FCMPL;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2D;
import static org.objectweb.asm.Opcodes.I2F;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFGT;
import static org.objectweb.asm.Opcodes.IFLE;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;
import org.ppl4j.tensor.internal.table.Expression;
import org.ppl4j.tensor.internal.table.Expression.Apply;
import org.ppl4j.tensor.internal.table.ExpressionFold;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.StaticMethod;

/** Writes functions of elements as instructions of the virtual machine, in either type. */
final class OperationCode {

  private static final String MATH = "java/lang/Math";
  private static final String BITS = "org/ppl4j/tensor/internal/plan/Bits";
  private static final String FUNCTIONS = "org/ppl4j/tensor/internal/graph/Functions";
  private static final String OP = "org/ppl4j/tensor/internal/table/Op";

  private final MethodVisitor to;
  private final ElementType type;

  OperationCode(MethodVisitor to, ElementType type) {
    this.to = to;
    this.type = type;
  }

  /**
   * Whether the compiler of the virtual machine makes vector code of it: arithmetic without a jump
   * or a call.
   */
  static boolean isVector(Op op, ElementType type) {
    return switch (op) {
      case NEG, ABS, SQUARE, SQRT, RELU, ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM -> true;
      case FLOOR, CEIL, ROUND -> type == ElementType.DOUBLE;
      default -> false;
    };
  }

  /**
   * Pushes what is done with what the operands push.
   *
   * @param order of a polygamma function
   */
  void write(Kind kind, Op op, int order, List<Runnable> operands) {
    switch (kind) {
      case PLUS -> {
        if (Sums.FUSED) {
          ofType(MATH, "fma", operands);
        } else {
          arithmetic(DMUL, operands.subList(0, 2));
          arithmetic(DADD, operands.subList(2, 3));
        }
      }
      case SCALED -> ofType(BITS, "scaled", operands);
      case EXPONENT -> ofType(BITS, "exponent", operands);
      case FRACTION -> ofType(BITS, "fraction", operands);
      default -> {
        if (op == Op.WHERE) { // of many numbers a jump is often taken that was not foreseen
          ofType(BITS, "chosen", operands);
        } else {
          write(op, order, operands);
        }
      }
    }
  }

  /** Pushes a function of what the operands push. */
  void write(Op op, int order, List<Runnable> operands) {
    switch (op) {
      case STOP_GRADIENT, COPY -> operands.get(0).run();
      case NEG -> arithmetic(DNEG, operands);
      case ADD -> arithmetic(DADD, operands);
      case SUB -> arithmetic(DSUB, operands);
      case MUL -> arithmetic(DMUL, operands);
      case DIV -> arithmetic(DDIV, operands);
      case SQUARE -> {
        operands.get(0).run();
        to.visitInsn(type == ElementType.DOUBLE ? DUP2 : DUP);
        to.visitInsn(type.of(DMUL));
      }
      case ABS -> ofType(MATH, "abs", operands);
      case MAXIMUM -> ofType(MATH, "max", operands);
      case MINIMUM -> ofType(MATH, "min", operands);
      case RELU -> ofType(MATH, "max", List.of(operands.get(0), this::zero));
      case EQ -> comparison(DCMPL, FCMPL, IFNE, operands);
      case NEQ -> comparison(DCMPL, FCMPL, IFEQ, operands);
      case GT -> comparison(DCMPL, FCMPL, IFLE, operands);
      case GTE -> comparison(DCMPL, FCMPL, IFLT, operands);
      case LT -> comparison(DCMPG, FCMPG, IFGE, operands);
      case LTE -> comparison(DCMPG, FCMPG, IFGT, operands);
      case LOGICAL_NOT -> comparison(DCMPL, FCMPL, IFNE, List.of(operands.get(0), this::zero));
      case IS_NAN -> {
        Runnable x = operands.get(0);
        comparison(DCMPL, FCMPL, IFEQ, List.of(x, x));
      }
      case WHERE -> where(operands);
      default -> other(op, order, operands);
    }
  }

  private void arithmetic(int instruction, List<Runnable> operands) {
    operands.forEach(Runnable::run);
    to.visitInsn(type.of(instruction));
  }

  private void zero() {
    to.visitInsn(type.zero());
  }

  /** A method that there is of either type. */
  private void ofType(String owner, String name, List<Runnable> operands) {
    operands.forEach(Runnable::run);
    to.visitMethodInsn(INVOKESTATIC, owner, name, type.function(operands.size()), false);
  }

  /** A call of its method, what it is made of, or what the table has for it. */
  private void other(Op op, int order, List<Runnable> operands) {
    StaticMethod method = op.row().method();
    Expression expression = op.row().isComputation() ? op.row().expression() : null;
    if (method != null && order == 0) {
      operands.forEach(this::widened);
      to.visitMethodInsn(INVOKESTATIC, method.owner(), method.name(), method.type(), false);
      narrow();
    } else if (expression != null) {
      List<Runnable> doubles = new ArrayList<>();
      operands.forEach(operand -> doubles.add(() -> widened(operand)));
      new OperationCode(to, ElementType.DOUBLE).new Inlined(doubles).of(expression).run();
      narrow();
    } else {
      table(op, order, operands);
    }
  }

  /** What pushes parts of an expression of doubles, each wherever it is read. */
  private final class Inlined extends ExpressionFold<Runnable> {

    private final List<Runnable> operands;

    Inlined(List<Runnable> operands) {
      this.operands = operands;
    }

    @Override
    protected Runnable operand(int place) {
      return operands.get(place);
    }

    @Override
    protected Runnable number(double value) {
      return () -> to.visitLdcInsn(value);
    }

    @Override
    protected Runnable apply(Apply apply, ImmutableList<Runnable> in) {
      return () -> write(apply.op(), 0, in);
    }
  }

  private void widened(Runnable operand) {
    operand.run();
    if (type == ElementType.FLOAT) {
      to.visitInsn(F2D);
    }
  }

  private void narrow() {
    if (type == ElementType.FLOAT) {
      to.visitInsn(D2F);
    }
  }

  /** 1 where a comparison holds, else 0. */
  private void comparison(int doubles, int floats, int otherwise, List<Runnable> operands) {
    operands.forEach(Runnable::run);
    to.visitInsn(type == ElementType.DOUBLE ? doubles : floats);
    choose(otherwise, () -> to.visitInsn(ICONST_1), () -> to.visitInsn(ICONST_0));
    to.visitInsn(type == ElementType.DOUBLE ? I2D : I2F); // of whole numbers no jump is made
  }

  private void where(List<Runnable> operands) {
    operands.get(0).run();
    zero();
    to.visitInsn(type == ElementType.DOUBLE ? DCMPL : FCMPL);
    choose(IFEQ, operands.get(1), operands.get(2));
  }

  private void choose(int jump, Runnable one, Runnable other) {
    Label otherwise = new Label();
    Label end = new Label();
    to.visitJumpInsn(jump, otherwise);
    one.run();
    to.visitJumpInsn(GOTO, end);
    to.visitLabel(otherwise);
    other.run();
    to.visitLabel(end);
  }

  /** What the table of functions has for it. */
  private void table(Op op, int order, List<Runnable> operands) {
    to.visitFieldInsn(GETSTATIC, OP, op.name(), "L" + OP + ";");
    String first = "L" + OP + ";";
    if (operands.size() == 1) {
      to.visitLdcInsn(order);
      first += "I";
    }
    operands.forEach(this::widened);
    String function = "(" + first + "D".repeat(operands.size()) + ")D";
    to.visitMethodInsn(INVOKESTATIC, FUNCTIONS, "of", function, false);
    narrow();
  }
}
