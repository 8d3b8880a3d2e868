package org.ppl4j.tensor.internal.engine;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.EngineForm;
import org.ppl4j.tensor.internal.table.Expression;
import org.ppl4j.tensor.internal.table.Expression.Apply;
import org.ppl4j.tensor.internal.table.Expression.Clamp;
import org.ppl4j.tensor.internal.table.Expression.Constant;
import org.ppl4j.tensor.internal.table.Expression.Known;
import org.ppl4j.tensor.internal.table.Expression.Vector;
import org.ppl4j.tensor.internal.table.ExpressionFold;
import org.ppl4j.tensor.internal.table.Op;

/**
 * An expression in the engine's script language: a line for each part, which becomes the name of
 * what that line gives, or the number that it is.
 */
final class PrintedScript extends ExpressionFold<String> {

  private final StringBuilder lines = new StringBuilder();
  private int count;

  private PrintedScript() {}

  /** The definition of the method of a row that is made of others. */
  static String of(Op op, Expression expression) {
    PrintedScript script = new PrintedScript();
    boolean isReduced = op.row().isReduced();
    String parameters = parameters(op) + (isReduced ? ", axes: List[int], keep: bool" : "");
    String all = script.of(expression);
    String result = isReduced ? script.line("torch.sum", all + ", axes, keep") : all;
    return "def %s(self, %s) -> Tensor:\n%s  return %s\n"
        .formatted(method(op), parameters, script.lines, result);
  }

  /** The name of a row's method. */
  static String method(Op op) {
    return op.name().toLowerCase(Locale.ROOT);
  }

  /** The names of a row's operands. */
  static String names(Op op) {
    return operands(op).collect(joining(", "));
  }

  /** The same with their types. */
  static String parameters(Op op) {
    return operands(op).map(name -> name + ": Tensor").collect(joining(", "));
  }

  private static Stream<String> operands(Op op) {
    return IntStream.range(0, op.row().operands()).mapToObj(PrintedScript::name);
  }

  private static String name(int operand) {
    return String.valueOf((char) ('a' + operand));
  }

  private String line(String function, String arguments) {
    String name = "v" + count++;
    lines.append("  %s = %s(%s)\n".formatted(name, function, arguments));
    return name;
  }

  @Override
  protected String operand(int place) {
    return name(place);
  }

  @Override
  protected String number(double value) {
    return Double.toString(value);
  }

  @Override
  protected String apply(Apply apply, ImmutableList<String> in) {
    EngineForm form = apply.op().engine();
    String function =
        form == null || form.function() == null ? "self." + method(apply.op()) : form.function();
    return call(apply.op(), function, apply.operands(), in);
  }

  @Override
  protected String known(Known known) {
    return call(null, known.function(), known.operands(), all(known.operands()));
  }

  /** A call; null for no row. A number goes where the function takes one, else into a tensor. */
  private String call(
      @Nullable Op op,
      String function,
      ImmutableList<Expression> operands,
      ImmutableList<String> in) {
    boolean isFirst = operands.get(0) instanceof Constant;
    boolean isLast = operands.get(operands.size() - 1) instanceof Constant;
    if (isFirst && (op == Op.ADD || op == Op.MUL)) {
      return line(function, in.get(1) + ", " + in.get(0));
    }
    if (isFirst && op == Op.SUB) {
      return line("torch.rsub", in.get(1) + ", " + in.get(0));
    }
    if (operands.get(0) instanceof Constant one && one.value() == 1 && op == Op.DIV) {
      return line("torch.reciprocal", in.get(1));
    }
    if (op == Op.WHERE && operands.get(1) instanceof Constant && isLast) {
      throw new IllegalStateException(
          "a choice between numbers has no float type; make it of tensors");
    }
    boolean takesNumber =
        op == Op.WHERE ? !isFirst : isLast && !isFirst && op != null && takesNumber(op);
    return line(function, takesNumber ? String.join(", ", in) : tensors(operands, in));
  }

  /** Whether the last operand of a function of the engine may be a number. */
  private static boolean takesNumber(Op op) {
    return switch (op) {
      case ADD, SUB, MUL, DIV, POW, EQ, NEQ, GT, GTE, LT, LTE -> true;
      default -> false;
    };
  }

  /** Numbers as tensors of the shape of one that is there. */
  private static String tensors(ImmutableList<Expression> operands, ImmutableList<String> in) {
    String like =
        IntStream.range(0, in.size())
            .filter(i -> !(operands.get(i) instanceof Constant))
            .mapToObj(in::get)
            .findFirst()
            .orElseThrow();
    return IntStream.range(0, in.size())
        .mapToObj(
            i ->
                operands.get(i) instanceof Constant
                    ? "torch.full_like(%s, %s)".formatted(like, in.get(i))
                    : in.get(i))
        .collect(joining(", "));
  }

  @Override
  protected String clamp(Clamp clamp) {
    String of = of(clamp.of());
    return line("torch.clamp", of + ", " + bound(clamp.low()) + ", " + bound(clamp.high()));
  }

  private String bound(@Nullable Expression bound) {
    return bound == null ? "None" : of(bound);
  }

  /** Numbers in the float type of the first operand. The engine reads lists as float32. */
  @Override
  protected String vector(Vector vector) {
    ImmutableDoubleArray values = vector.values();
    String rounded = list(values.stream().map(x -> (float) x));
    return line("torch.add", rounded + ", " + list(values.stream().map(x -> x - (float) x)));
  }

  private static String list(DoubleStream values) {
    return values
        .mapToObj(Double::toString)
        .collect(
            joining(
                ", ", "torch.tensor([", "], dtype=ops.prim.dtype(a), device=ops.prim.device(a))"));
  }

  @Override
  protected String column(String of) {
    return line("torch.unsqueeze", of + ", -1");
  }

  @Override
  protected String sum(String of) {
    return line("torch.sum", of + ", axes, True");
  }

  @Override
  protected String largest(String of) {
    return line("torch.amax", "torch.detach(%s), axes, True".formatted(of));
  }

  @Override
  protected String total(String of) {
    return line("torch.sum", of + ", [-1]");
  }
}
