package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.hipparchus.dfp.Dfp;
import org.ppl4j.distributions.ClosedForm.Kind;
import org.ppl4j.distributions.ClosedForm.Setting;
import org.ppl4j.distributions.Exact.Formula;
import org.ppl4j.distributions.ExtremeJudged.Form;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * A family has the values of its closed forms at inputs as rounded to the float type. An error is
 * allowed of a share of 1 + |v| + Σ |x ∂v/∂x|, the sum that of the closed form. The logarithm of a
 * variance is judged beside it.
 */
final class ClosedFormLaw {

  private static final double FLOAT32 = 1e-4;

  private static final ImmutableMap<String, BiFunction<Distribution, NDArray, NDArray>> QUANTITIES =
      ImmutableMap.<String, BiFunction<Distribution, NDArray, NDArray>>builder()
          .putAll(ExtremeLaw.OF_VALUES)
          .put("mean", (distribution, x) -> distribution.mean())
          .put("variance", (distribution, x) -> distribution.variance())
          .put("entropy", (distribution, x) -> distribution.entropy())
          .buildOrThrow();

  /** A value that was compared. */
  record Judged(
      ClosedForm closed,
      Setting setting,
      FloatType type,
      Form form,
      String quantity,
      int entry,
      double expected,
      double actual,
      double allowed) {

    boolean holds() {
      return Double.compare(expected, actual) == 0 || Math.abs(actual - expected) <= allowed;
    }

    /** Why it may not hold; empty if it must. */
    String excuse() {
      return closed.excuse(type, quantity);
    }
  }

  private final ClosedForm closed;
  private final Setting setting;
  private final Exact exact;
  private final FloatType type;
  private final List<Judged> judged = new ArrayList<>();

  private ClosedFormLaw(ClosedForm closed, Setting setting, FloatType type) {
    this.closed = closed;
    this.setting = setting;
    this.exact = Exact.of(setting.inputs());
    this.type = type;
  }

  /** All that the formulas say of a setting, of plain numbers and of tensors. */
  static List<Judged> judge(ClosedForm closed, Setting nominal, FloatType type) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    nominal.inputs().forEach((name, values) -> inputs.put(name, rounded(values, type)));
    ClosedFormLaw law = new ClosedFormLaw(closed, new Setting(inputs), type);
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      for (Form form : Form.values()) {
        law.judge(run, form);
      }
    }
    return law.judged;
  }

  private static double[] rounded(double[] values, FloatType type) {
    return Arrays.stream(values).map(x -> rounded(x, type)).toArray();
  }

  private static double rounded(double x, FloatType type) {
    return type == FloatType.FLOAT32 ? (double) (float) x : x;
  }

  private void judge(Run run, Form form) {
    Map<String, NDArray> inputs = new LinkedHashMap<>();
    setting.inputs().forEach((name, values) -> inputs.put(name, input(run, form, name, values)));
    Distribution distribution = closed.construct(inputs::get).on(run);
    NDArray x = inputs.getOrDefault("x", run.scalar(0));
    closed
        .formulas()
        .forEach(
            (name, quantity) -> {
              double[] values = Tensors.values(QUANTITIES.get(name).apply(distribution, x));
              int size = quantity.size().applyAsInt(exact);
              for (int i = 0; i < size; i++) {
                double actual = values[values.length == 1 ? 0 : i];
                add(form, name, i, quantity.at(i), actual);
                if (name.equals("variance")) {
                  addLogarithm(form, i, quantity.at(i), actual);
                }
              }
            });
    if (form == Form.TENSORS && !closed.smooth().isEmpty()) {
      derivatives(distribution.logProb(x).sum(), inputs);
    }
  }

  /** Matrices are tensors in both forms, and so is the value. */
  private NDArray input(Run run, Form form, String name, double[] values) {
    Kind kind = closed.kind(name);
    if (form == Form.NUMBERS && !name.equals("x") && kind == Kind.NUMBER) {
      return Tensors.number(values[0]);
    }
    if (form == Form.NUMBERS && !name.equals("x") && kind == Kind.VECTOR) {
      return Tensors.vector(values);
    }
    long side = Math.round(Math.sqrt(values.length));
    Shape shape =
        switch (kind) {
          case NUMBER -> new Shape();
          case VECTOR -> new Shape(values.length);
          case COLUMN -> new Shape(values.length, 1);
          case SQUARE -> new Shape(side, side);
        };
    return Autograd.variable(run.create(values, shape));
  }

  private void derivatives(NDArray logProb, Map<String, NDArray> inputs) {
    List<String> names = List.copyOf(closed.smooth());
    List<NDArray> slopes = Autograd.grad(logProb, names.stream().map(inputs::get).toList());
    Formula formula = closed.formulas().get("log_prob").at(0);
    for (int k = 0; k < names.size(); k++) {
      double[] actual = Tensors.values(slopes.get(k));
      for (int i = 0; i < actual.length; i++) {
        Formula derivative = formula.in(names.get(k), i);
        add(Form.TENSORS, "dlog_prob_d" + names.get(k), i, derivative, actual[i]);
      }
    }
  }

  private void addLogarithm(Form form, int entry, Formula variance, double actual) {
    double truth = rounded(variance.apply(exact).toDouble(), type);
    double least = type == FloatType.FLOAT32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    if (truth > least && truth < Double.POSITIVE_INFINITY) {
      Formula logarithm = inputs -> variance.apply(inputs).log();
      add(form, "log_variance", entry, logarithm, Math.log(actual));
    }
  }

  private void add(Form form, String quantity, int entry, Formula formula, double actual) {
    Judged plain = judged(form, quantity, entry, formula, actual, 0);
    judged.add(
        plain.holds() ? plain : judged(form, quantity, entry, formula, actual, condition(formula)));
  }

  private Judged judged(
      Form form, String quantity, int entry, Formula formula, double actual, double condition) {
    double truth = formula.apply(exact).toDouble();
    double share = type == FloatType.FLOAT32 ? FLOAT32 : closed.tolerance();
    double allowed = share * (1 + Math.abs(truth) + condition);
    double expected = rounded(truth, type);
    return new Judged(closed, setting, type, form, quantity, entry, expected, actual, allowed);
  }

  /** Σ |x ∂v/∂x|. */
  private double condition(Formula formula) {
    double sum = 0;
    for (String name : closed.smooth()) {
      for (int i = 0; i < exact.size(name); i++) {
        Dfp slope = formula.in(name, i).apply(exact);
        double term = Math.abs(slope.multiply(exact.get(name, i)).toDouble());
        sum += Double.isFinite(term) ? term : 0;
      }
    }
    return sum;
  }
}
