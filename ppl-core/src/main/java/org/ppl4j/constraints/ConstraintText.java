package org.ppl4j.constraints;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the text of a constraint back to the constraint: the inverse of its {@code toString}.
 *
 * <p>A new constant gets a line in {@link #CONSTANTS}, a new kind with arguments one in {@link
 * #KINDS}; it must print its arguments so that they can be read, and have {@code equals}.
 */
final class ConstraintText {

  /** So deep may constraints be nested in each other. */
  private static final int DEEPEST = 16;

  private static final ImmutableMap<String, Constraint> CONSTANTS =
      Maps.uniqueIndex(
          ImmutableList.of(
              Constraint.REAL,
              Constraint.POSITIVE,
              Constraint.SOFTPLUS_POSITIVE,
              Constraint.NON_NEGATIVE,
              Constraint.UNIT_INTERVAL,
              Constraint.BETWEEN_ZERO_AND_ONE,
              Constraint.BELOW_ONE,
              Constraint.ABOVE_ZERO,
              Constraint.BOOLEAN,
              Constraint.INTEGER,
              Constraint.NON_NEGATIVE_INTEGER,
              Constraint.POSITIVE_INTEGER,
              Constraint.CIRCULAR,
              Constraint.SIMPLEX,
              Constraint.ORDERED_VECTOR,
              Constraint.POSITIVE_ORDERED_VECTOR,
              Constraint.SPHERE,
              Constraint.ZERO_SUM,
              Constraint.ONE_HOT,
              Constraint.LOWER_CHOLESKY,
              Constraint.CORR_CHOLESKY,
              Constraint.POSITIVE_DEFINITE,
              Constraint.CORR_MATRIX),
          Constraint::toString);

  private static final ImmutableList<Kind> KINDS =
      ImmutableList.of(
          new Kind("above ", "", in -> Constraint.greaterThan(in.number(0))),
          new Kind("at least ", "", in -> Constraint.greaterThanEq(in.number(0))),
          new Kind("below ", "", in -> Constraint.lessThan(in.number(0))),
          new Kind("at most ", "", in -> Constraint.lessThanEq(in.number(0))),
          new Kind("interval(", ")", in -> Constraint.interval(in.number(0), in.number(1))),
          new Kind(
              "integer interval(", ")", in -> Constraint.integerInterval(in.whole(0), in.whole(1))),
          new Kind("multinomial(", ")", in -> Constraint.multinomial((long) in.number(0))),
          new Kind(
              "independent(",
              ")",
              in -> Constraint.independent(in.part(0), Math.toIntExact(in.whole(1)))),
          new Kind("stack[", "]", in -> Constraint.stack(in.parts())),
          new Kind("cat[", "]", in -> Constraint.cat(in.parts(), in.lengths())));

  /** How a kind prints its arguments, and what makes it of them. */
  private record Kind(String opening, String closing, Maker maker) {

    boolean fits(String text) {
      return text.length() >= opening.length() + closing.length()
          && text.startsWith(opening)
          && text.endsWith(closing);
    }

    Constraint of(String text, int depth) {
      String inside = text.substring(opening.length(), text.length() - closing.length());
      return maker.make(new Inside(inside, depth));
    }
  }

  @FunctionalInterface
  private interface Maker {
    Constraint make(Inside inside);
  }

  /** The arguments of a kind: of a cat the parts, then {@code ][}, then the lengths. */
  private record Inside(String text, int depth) {

    List<String> arguments() {
      int lengths = text.lastIndexOf("][");
      String list = lengths < 0 ? text : text.substring(0, lengths);
      List<String> arguments = new ArrayList<>();
      int open = 0;
      int from = 0;
      for (int i = 0; i < list.length(); i++) {
        char c = list.charAt(i);
        open += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        if (open == 0 && list.startsWith(", ", i)) {
          arguments.add(list.substring(from, i));
          from = i + 2;
        }
      }
      arguments.add(list.substring(from));
      return arguments;
    }

    private String argument(int at) {
      List<String> arguments = arguments();
      return at < arguments.size() ? arguments.get(at) : "";
    }

    double number(int at) {
      return Double.parseDouble(argument(at));
    }

    long whole(int at) {
      return Long.parseLong(argument(at));
    }

    Constraint part(int at) {
      return read(argument(at), depth + 1);
    }

    List<Constraint> parts() {
      return arguments().stream().map(part -> read(part, depth + 1)).toList();
    }

    long[] lengths() {
      String list = text.substring(text.lastIndexOf("][") + 2);
      return Splitter.on(", ").splitToStream(list).mapToLong(Long::parseLong).toArray();
    }
  }

  private ConstraintText() {}

  /**
   * The constraint that prints this text.
   *
   * @throws IllegalArgumentException if there is none, such as for bounds that are tensors
   */
  static Constraint parse(String text) {
    Constraint constraint;
    try {
      constraint = read(text, 0);
    } catch (IllegalArgumentException | ArithmeticException e) { // of a number or of a factory
      throw unknown(text, e);
    }
    if (!constraint.toString().equals(text)) {
      throw unknown(text, null);
    }
    return constraint;
  }

  private static Constraint read(String text, int depth) {
    Constraint constant = CONSTANTS.get(text);
    if (constant != null) {
      return constant;
    }
    for (Kind kind : KINDS) {
      if (depth < DEEPEST && kind.fits(text)) {
        return kind.of(text, depth);
      }
    }
    throw unknown(text, null);
  }

  private static IllegalArgumentException unknown(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "constraint '%s' cannot be made from its text; use a constant of Constraint, or bounds that"
                .formatted(text)
            + " are plain numbers",
        cause);
  }
}
