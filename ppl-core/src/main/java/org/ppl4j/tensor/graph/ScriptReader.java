package org.ppl4j.tensor.graph;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.table.Op;

/**
 * Makes nodes of rows that the engine has as scripts: straight lines of assignments, whose right
 * sides are calls of the engine's functions and of other scripts, and loops of a fixed number of
 * rounds. A script with another loop, or with a function that is not known here, cannot be
 * recorded.
 */
final class ScriptReader {

  private static final Pattern PARAMETER = Pattern.compile("(\\w+): Tensor");
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(-?\\d[\\d.]*(?:[eE]-?\\d+)?|[\\w.]*\\w|[(),\\[\\]=])");
  private static final Pattern LOOP = Pattern.compile("for \\w+ in range\\((\\d+)\\):");

  /** Named arguments that say nothing here. */
  private static final ImmutableSet<String> TYPE = ImmutableSet.of("dtype", "device");

  private final Graph graph;
  private final Map<Op, String> scripts;

  ScriptReader(Graph graph, Map<Op, String> scripts) {
    this.graph = graph;
    this.scripts = scripts;
  }

  /** The result of a row of tensors. */
  Node apply(Op op, Node... in) {
    if (Functions.isPrimitive(op)) {
      return graph.apply(op, in);
    }
    String text = scripts.get(op);
    if (text == null) {
      throw new NotRecordable("operation " + op);
    }
    List<String> lines = unrolled(text.lines().filter(line -> !line.isBlank()).toList());
    Map<String, Node> known = new HashMap<>();
    Matcher parameter = PARAMETER.matcher(lines.get(0));
    for (int i = 0; parameter.find(); i++) {
      known.put(parameter.group(1), in[i]);
    }
    for (String line : lines.subList(1, lines.size())) {
      boolean last = line.startsWith("return ");
      int equals = line.indexOf(" = ");
      if (!last && equals < 0) {
        throw new NotRecordable("operation " + op);
      }
      String expression = last ? line.substring("return ".length()) : line.substring(equals + 3);
      Node value = new Line(op, expression, known).value();
      if (last) {
        return value;
      }
      known.put(line.substring(0, equals), value);
    }
    throw new NotRecordable("operation " + op);
  }

  /** The lines without indents, those of a loop as often as it has rounds. */
  private static List<String> unrolled(List<String> lines) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher loop = LOOP.matcher(lines.get(i).strip());
      if (!loop.matches()) {
        all.add(lines.get(i).strip());
        continue;
      }
      List<String> body = new ArrayList<>();
      int outer = indent(lines.get(i));
      while (i + 1 < lines.size() && indent(lines.get(i + 1)) > outer) {
        body.add(lines.get(++i).strip());
      }
      for (int round = 0; round < Integer.parseInt(loop.group(1)); round++) {
        all.addAll(body);
      }
    }
    return all;
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** The right side of an assignment. */
  private final class Line {

    private final Op op;
    private final Matcher tokens;
    private final Map<String, Node> known;

    Line(Op op, String text, Map<String, Node> known) {
      this.op = op;
      this.tokens = TOKEN.matcher(text);
      this.known = known;
    }

    private String next() {
      if (!tokens.find()) {
        throw new NotRecordable("operation " + op);
      }
      return tokens.group(1);
    }

    Node value() {
      Node value = value(next());
      if (value == null) {
        throw new NotRecordable("operation " + op);
      }
      return value;
    }

    /** Null for what is not there. */
    private @Nullable Node value(String token) {
      Node named = known.get(token);
      if (named != null) {
        return named;
      }
      if (token.equals("None")) {
        return null;
      }
      if (token.equals("[")) {
        return list();
      }
      if (token.startsWith("-") || Character.isDigit(token.charAt(0))) {
        return graph.number(Double.parseDouble(token));
      }
      List<@Nullable Node> arguments = new ArrayList<>();
      if (!next().equals("(")) {
        throw new NotRecordable("operation " + op);
      }
      String end;
      do {
        String argument = next();
        if (TYPE.contains(argument)) {
          skipCall();
        } else {
          arguments.add(value(argument));
        }
        end = next();
      } while (end.equals(","));
      return call(token, arguments);
    }

    /** A vector of numbers. */
    private Node list() {
      List<Double> numbers = new ArrayList<>();
      do {
        numbers.add(Double.parseDouble(next()));
      } while (next().equals(","));
      return graph.constant(Doubles.toArray(numbers), ImmutableIntArray.of(numbers.size()));
    }

    /** What a tensor is told of its type and device, {@code =ops.f(x)}: all are numbers here. */
    private void skipCall() {
      String token = next();
      while (!token.equals(")")) {
        token = next();
      }
    }

    private Node call(String function, List<@Nullable Node> arguments) {
      Node x = arguments.get(0);
      String name = function.substring(function.indexOf('.') + 1);
      if (x == null) {
        throw new NotRecordable("operation " + op);
      }
      if (function.startsWith("self.")) {
        Op other = Op.valueOf(name.toUpperCase(Locale.ROOT));
        return ScriptReader.this.apply(other, arguments.toArray(Node[]::new));
      }
      return switch (name) {
        case "clamp" -> clamp(x, arguments.get(1), arguments.get(2));
        case "rsub" -> both(Op.SUB, arguments.get(1), x);
        case "zeros_like" -> graph.full(0, x.shape());
        case "ones_like" -> graph.full(1, x.shape());
        case "full_like" -> graph.full(number(arguments.get(1)), x.shape());
        case "reciprocal" -> graph.apply(Op.DIV, graph.number(1), x);
        case "tensor", "type_as" -> x;
        case "unsqueeze" -> graph.unsqueeze(x, x.shape().length());
        case "squeeze" -> graph.reshape(x, Dims.without(x.shape(), x.shape().length() - 1));
        case "sum" -> {
          int last = x.shape().length() - 1;
          Node sum = graph.sum(x, Dims.with(x.shape(), last, 1));
          yield graph.reshape(sum, Dims.without(x.shape(), last));
        }
        case "hypot" -> hypot(x, some(arguments.get(1)));
        case "xlogy" -> xlogy(x, some(arguments.get(1)));
        case "where" -> graph.apply(Op.WHERE, x, some(arguments.get(1)), some(arguments.get(2)));
        case "logaddexp" -> logAddExp(x, some(arguments.get(1)));
        default -> {
          Op other = OPS.get(name);
          if (other == null) {
            throw new NotRecordable("operation " + op);
          }
          yield arguments.size() == 1 ? graph.apply(other, x) : both(other, x, arguments.get(1));
        }
      };
    }

    private Node some(@Nullable Node x) {
      if (x == null) {
        throw new NotRecordable("operation " + op);
      }
      return x;
    }

    private double number(@Nullable Node x) {
      return some(x).number();
    }

    private Node both(Op function, @Nullable Node x, @Nullable Node y) {
      return graph.apply(function, some(x), some(y));
    }

    /** Within bounds the operand itself, with its derivative there and at both; a NaN has none. */
    private Node clamp(Node x, @Nullable Node low, @Nullable Node high) {
      Node isWithin = low == null ? graph.number(1) : graph.apply(Op.GTE, x, low);
      Node undefined = graph.apply(Op.STOP_GRADIENT, x);
      if (low != null && !low.isNumber()) {
        undefined = graph.apply(Op.ADD, undefined, graph.apply(Op.STOP_GRADIENT, low));
      }
      Node beyond =
          low == null
              ? undefined
              : graph.apply(Op.WHERE, graph.apply(Op.LT, x, low), low, undefined);
      if (high != null) {
        beyond = graph.apply(Op.WHERE, graph.apply(Op.GT, x, high), high, beyond);
        isWithin = graph.apply(Op.LOGICAL_AND, isWithin, graph.apply(Op.LTE, x, high));
      }
      return graph.apply(Op.WHERE, isWithin, x, beyond);
    }

    /** √(x² + y²), whose squares overflow nowhere. */
    private Node hypot(Node x, Node y) {
      Node one = graph.apply(Op.ABS, x);
      Node other = graph.apply(Op.ABS, y);
      Node most = graph.apply(Op.MAXIMUM, one, other);
      Node least = graph.apply(Op.MINIMUM, one, other);
      Node positive = graph.apply(Op.MAXIMUM, most, graph.number(Double.MIN_NORMAL));
      Node square = graph.apply(Op.SQUARE, graph.apply(Op.DIV, least, positive));
      Node root = graph.apply(Op.SQRT, graph.apply(Op.ADD, graph.number(1), square));
      return graph.apply(
          Op.WHERE, graph.apply(Op.IS_INFINITE, most), most, graph.apply(Op.MUL, most, root));
    }

    /** At x = 0, where a script asks for it, y may be infinite, and x moves it without bounds. */
    private Node xlogy(Node x, Node y) {
      Node infinite = graph.apply(Op.IS_INFINITE, y);
      Node big = graph.number(Double.POSITIVE_INFINITY);
      Node slope = graph.apply(Op.WHERE, infinite, big, graph.number(0));
      return graph.apply(Op.WITH_DERIVATIVE, graph.number(0), x, slope);
    }

    private Node logAddExp(Node x, Node y) {
      Node apart = graph.apply(Op.NEG, graph.apply(Op.ABS, graph.apply(Op.SUB, x, y)));
      return graph.apply(
          Op.ADD, graph.apply(Op.MAXIMUM, x, y), graph.apply(Op.LOG1P, graph.apply(Op.EXP, apart)));
    }
  }

  private static final ImmutableMap<String, Op> OPS =
      ImmutableMap.ofEntries(
          Map.entry("neg", Op.NEG),
          Map.entry("abs", Op.ABS),
          Map.entry("exp", Op.EXP),
          Map.entry("expm1", Op.EXPM1),
          Map.entry("log", Op.LOG),
          Map.entry("log1p", Op.LOG1P),
          Map.entry("sqrt", Op.SQRT),
          Map.entry("square", Op.SQUARE),
          Map.entry("lgamma", Op.LGAMMA),
          Map.entry("erfc", Op.ERFC),
          Map.entry("special_erfcx", Op.ERFCX),
          Map.entry("special_ndtri", Op.NDTRI),
          Map.entry("detach", Op.STOP_GRADIENT),
          Map.entry("isinf", Op.IS_INFINITE),
          Map.entry("isnan", Op.IS_NAN),
          Map.entry("maximum", Op.MAXIMUM),
          Map.entry("minimum", Op.MINIMUM),
          Map.entry("le", Op.LTE),
          Map.entry("logical_not", Op.LOGICAL_NOT),
          Map.entry("__and__", Op.LOGICAL_AND),
          Map.entry("__or__", Op.LOGICAL_OR),
          Map.entry("add", Op.ADD),
          Map.entry("sub", Op.SUB),
          Map.entry("mul", Op.MUL),
          Map.entry("div", Op.DIV),
          Map.entry("gt", Op.GT),
          Map.entry("lt", Op.LT),
          Map.entry("eq", Op.EQ));
}
