package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.hipparchus.dfp.Dfp;
import org.ppl4j.distributions.Exact.Formula;
import org.ppl4j.tensor.FloatType;

/**
 * A family that the reference of extreme parameters lacks: its quantities by formulas that are
 * computed with many digits, and settings at which they are judged.
 */
final class ClosedForm {

  /** How the inputs, by name, make a distribution. */
  interface Constructor extends Function<Function<String, NDArray>, Distribution> {}

  /** What an entry of a quantity is. */
  interface Entries {

    Dfp at(Exact inputs, int entry);
  }

  /**
   * A quantity.
   *
   * @param size the number of its entries
   * @param formula of an entry
   */
  record Quantity(ToIntFunction<Exact> size, Entries formula) {

    Formula at(int entry) {
      return inputs -> formula.at(inputs, entry);
    }
  }

  /** What an input is; a number unless it is said. */
  enum Kind {
    NUMBER,
    VECTOR,
    COLUMN,
    SQUARE
  }

  /** Numbers of all inputs, row by row, {@code x} among them if there is a value. */
  record Setting(Map<String, double[]> inputs) {

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      inputs.forEach((name, values) -> text.append(name).append(Arrays.toString(values)));
      return text.toString();
    }
  }

  /** Values of one float type that may miss the bound, and why. */
  private record Excuse(FloatType type, String quantity, String reason) {}

  private final String family;
  private final double tolerance;
  private final Constructor constructor;
  private final Map<String, Quantity> formulas = new LinkedHashMap<>();
  private final Map<String, Kind> kinds = new HashMap<>();
  private final Set<String> smooth = new LinkedHashSet<>();
  private final List<Setting> settings = new ArrayList<>();
  private final List<Excuse> excuses = new ArrayList<>();

  private ClosedForm(String family, double tolerance, Constructor constructor) {
    this.family = family;
    this.tolerance = tolerance;
    this.constructor = constructor;
  }

  static ClosedForm of(String family, Constructor constructor) {
    return new ClosedForm(family, ExtremeJudged.FORMULA, constructor);
  }

  /** For a family by quadrature, by series or of matrices, which has a wider bound. */
  static ClosedForm bySeries(String family, Constructor constructor) {
    return new ClosedForm(family, ExtremeJudged.SERIES, constructor);
  }

  /** The same with another constructor. */
  ClosedForm constructedBy(Constructor other) {
    ClosedForm copy = new ClosedForm(family, tolerance, other);
    copy.formulas.putAll(formulas);
    copy.kinds.putAll(kinds);
    copy.smooth.addAll(smooth);
    copy.settings.addAll(settings);
    return copy;
  }

  /** A quantity that is a number, as the reference calls it. */
  ClosedForm number(String quantity, Formula formula) {
    return each(quantity, inputs -> 1, (inputs, entry) -> formula.apply(inputs));
  }

  /** A quantity each entry of which has its formula. */
  ClosedForm each(String quantity, ToIntFunction<Exact> size, Entries formula) {
    formulas.put(quantity, new Quantity(size, formula));
    return this;
  }

  /** Inputs in which the log-density has derivatives. */
  ClosedForm smooth(String... names) {
    smooth.addAll(List.of(names));
    return this;
  }

  ClosedForm vectors(String... names) {
    return kinds(Kind.VECTOR, names);
  }

  ClosedForm columns(String... names) {
    return kinds(Kind.COLUMN, names);
  }

  ClosedForm matrices(String... names) {
    return kinds(Kind.SQUARE, names);
  }

  private ClosedForm kinds(Kind kind, String... names) {
    for (String name : names) {
      kinds.put(name, kind);
    }
    return this;
  }

  /** A setting: names of inputs, each followed by its number or numbers. */
  ClosedForm at(Object... namesAndNumbers) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    for (int i = 0; i < namesAndNumbers.length; i += 2) {
      Object values = namesAndNumbers[i + 1];
      double[] numbers = values instanceof Number one ? v(one.doubleValue()) : (double[]) values;
      inputs.put((String) namesAndNumbers[i], numbers);
    }
    settings.add(new Setting(inputs));
    return this;
  }

  static double[] v(double... values) {
    return values;
  }

  /** Values that may miss the bound in a float type, by the beginning of the quantity. */
  ClosedForm excused(FloatType type, String quantity, String reason) {
    excuses.add(new Excuse(type, quantity, reason));
    return this;
  }

  /** Why a value may miss the bound; empty if it may not. */
  String excuse(FloatType type, String quantity) {
    return excuses.stream()
        .filter(excuse -> excuse.type == type && quantity.startsWith(excuse.quantity))
        .map(Excuse::reason)
        .findFirst()
        .orElse("");
  }

  double tolerance() {
    return tolerance;
  }

  Distribution construct(Function<String, NDArray> inputs) {
    return constructor.apply(inputs);
  }

  Map<String, Quantity> formulas() {
    return formulas;
  }

  Kind kind(String input) {
    return kinds.getOrDefault(input, Kind.NUMBER);
  }

  Set<String> smooth() {
    return smooth;
  }

  List<Setting> settings() {
    return settings;
  }

  @Override
  public String toString() {
    return family;
  }
}
