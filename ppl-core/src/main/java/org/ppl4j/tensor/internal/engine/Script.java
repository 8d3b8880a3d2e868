package org.ppl4j.tensor.internal.engine;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.EngineForm;
import org.ppl4j.tensor.internal.table.Expression;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A row, or several alike, in the engine's script language. What its parameters are given follows
 * from their types: tensors are the operands in order, a list of tensors all that are left;
 * integers, a list of integers, numbers and a truth value are the attributes' {@code longs}, {@code
 * numbers} and {@code flag}.
 */
final class Script {

  private static final Pattern SIGNATURE =
      Pattern.compile("def (\\w+)\\(self, (.*?)\\) -> (Tensor|List\\[Tensor\\]):");
  private static final Pattern PARAMETER = Pattern.compile("\\w+: ((?:List\\[\\w+\\])|\\w+)");

  private enum Parameter {
    TENSOR,
    TENSORS,
    INTEGER,
    INTEGERS,
    NUMBER,
    TRUTH
  }

  private final Set<Op> ops;
  private final String name;
  private final String text;
  private final boolean many;
  private final Parameter[] parameters;

  private Script(Set<Op> ops, String text) {
    this.ops = Sets.immutableEnumSet(ops);
    this.text = text;
    Matcher signature = SIGNATURE.matcher(text);
    if (!signature.find()) {
      throw new IllegalArgumentException("script of " + ops + " has no signature: " + text);
    }
    this.name = signature.group(1);
    this.many = signature.group(3).startsWith("List");
    List<Parameter> found = new ArrayList<>();
    Matcher parameter = PARAMETER.matcher(signature.group(2));
    while (parameter.find()) {
      found.add(
          switch (parameter.group(1)) {
            case "Tensor" -> Parameter.TENSOR;
            case "List[Tensor]" -> Parameter.TENSORS;
            case "int" -> Parameter.INTEGER;
            case "List[int]" -> Parameter.INTEGERS;
            case "float" -> Parameter.NUMBER;
            case "bool" -> Parameter.TRUTH;
            default -> throw new IllegalArgumentException("script of " + ops + ": " + text);
          });
    }
    this.parameters = found.toArray(Parameter[]::new);
  }

  /** A whole definition. */
  static Script of(Op op, String definition) {
    return of(EnumSet.of(op), definition);
  }

  /** A whole definition that serves several rows. */
  static Script of(Set<Op> ops, String definition) {
    return new Script(ops, definition);
  }

  /** What a row says of it; null if that is nothing. */
  static @Nullable Script of(Op op) {
    EngineForm form = op.engine();
    Expression expression = op.row().expression();
    if (form != null && form.function() != null) {
      String parameters = PrintedScript.parameters(op);
      return expression(op, parameters, form.function() + "(" + PrintedScript.names(op) + ")");
    }
    if (form != null) {
      return expression(op, form.parameters(), form.script());
    }
    return expression == null ? null : of(op, PrintedScript.of(op, expression));
  }

  /** An expression of parameters, or lines that give one. */
  private static Script expression(Op op, String parameters, String expression) {
    String body = expression.contains("return ") ? expression : "  return " + expression + "\n";
    String result = op.row().shapes() == null ? "Tensor" : "List[Tensor]";
    String name = PrintedScript.method(op);
    return of(op, "def %s(self, %s) -> %s:\n%s".formatted(name, parameters, result, body));
  }

  /** The rows that it does. */
  Set<Op> ops() {
    return ops;
  }

  /** Its definition. */
  String text() {
    return text;
  }

  /** It as a kernel of the module that holds it. */
  EngineKernel in(ScriptModule module) {
    if (many) {
      EngineKernel.Many kernel = (in, a) -> module.tensors(name, values(in, a));
      return kernel;
    }
    return (in, a) -> module.tensor(name, values(in, a));
  }

  private long[] values(long[] in, Attributes attributes) {
    long[] values = new long[parameters.length];
    int tensor = 0;
    int integer = 0;
    int number = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (parameters[i]) {
            case TENSOR -> NativeValues.valueFromTensor(in[tensor++]);
            case TENSORS ->
                NativeValues.valueFromTensors(Arrays.copyOfRange(in, tensor, in.length));
            case INTEGER -> NativeValues.valueFromLong(attributes.longs()[integer++]);
            case INTEGERS -> NativeValues.valueFromLongs(attributes.longs());
            case NUMBER -> NativeValues.valueFromDouble(attributes.numbers()[number++]);
            case TRUTH -> NativeValues.valueFromBoolean(attributes.flag());
          };
    }
    return values;
  }
}
