package org.ppl4j.distributions;

import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import org.ppl4j.distributions.ExtremeReference.Row;
import org.ppl4j.distributions.ExtremeReference.Setting;
import org.ppl4j.tensor.FloatType;

/**
 * A value that was compared with the reference. An error is allowed of a share of 1 + |v| + Σ |x
 * ∂v/∂x| over value and parameters. The reference has the derivatives of the log-density, and from
 * it those of the cdf in the value; where these do not suffice, {@link ExtremeCondition} has the
 * others. The logarithm of a variance is judged beside it, so that a small variance is too.
 *
 * @param variable in which a log-density was differentiated, empty for other quantities
 * @param entry of the variable
 * @param allowed the error that is allowed
 */
record ExtremeJudged(
    Row row,
    Form form,
    String quantity,
    String variable,
    int entry,
    double expected,
    double actual,
    double allowed) {

  /** The share in float64 of families with formulas. */
  static final double FORMULA = 1e-10;

  /** The share in float64 of families by quadrature or series. */
  static final double SERIES = 1e-8;

  private static final double FLOAT32 = 1e-4;

  /** How the parameters are given. */
  enum Form {
    NUMBERS,
    TENSORS
  }

  /** The parameters. */
  Setting setting() {
    return row.setting();
  }

  /**
   * This value if it holds, else with the error that is allowed by the condition of the quantity.
   */
  ExtremeJudged conditioned(ExtremeLaw law) {
    if (holds()) {
      return this;
    }
    double wider = allowed + share(law, row) * ExtremeCondition.of(law.constructor(), this);
    return new ExtremeJudged(row, form, quantity, variable, entry, expected, actual, wider);
  }

  private static double share(ExtremeLaw law, Row row) {
    return row.setting().type() == FloatType.FLOAT32
        ? Math.max(FLOAT32, law.tolerance())
        : law.tolerance();
  }

  boolean holds() {
    return Double.compare(expected, actual) == 0 || Math.abs(actual - expected) <= allowed;
  }

  /** The error in units of what is allowed. */
  double excess() {
    return expected == actual ? 0 : Math.abs(actual - expected) / allowed;
  }

  /** A quantity of a value. */
  static void add(
      List<ExtremeJudged> judged, ExtremeLaw law, Form form, Row row, String quantity, double v) {
    JsonElement truth = row.point().get(quantity);
    if (truth != null) {
      double condition = condition(row, quantity);
      judged.add(of(law, form, row, quantity, "", 0, number(truth), v, condition));
    }
  }

  /** The derivative of the log-density in an entry of x or of a parameter. */
  static void addDerivative(
      List<ExtremeJudged> judged,
      ExtremeLaw law,
      Form form,
      Row row,
      String name,
      int entry,
      double v) {
    JsonElement truth =
        name.equals("x")
            ? row.point().get("dlog_prob_dx")
            : row.point().getAsJsonObject("dlog_prob_dparams").get(name);
    if (truth != null) {
      String quantity = name.equals("x") ? "dlog_prob_dx" : "dlog_prob_dparams";
      judged.add(of(law, form, row, quantity, name, entry, numbers(truth)[entry], v, 0));
    }
  }

  /** A moment, and the logarithm of a variance. */
  static void addMoment(
      List<ExtremeJudged> judged, ExtremeLaw law, Form form, Row row, String quantity, double v) {
    JsonElement element = row.setting().values().get(quantity);
    if (element == null) {
      return;
    }
    double truth = number(element);
    judged.add(of(law, form, row, quantity, "", 0, truth, v, 0));
    boolean isNormal = truth > Float.MIN_NORMAL || row.setting().type() == FloatType.FLOAT64;
    if (quantity.equals("variance") && truth > Double.MIN_NORMAL && isNormal) {
      judged.add(of(law, form, row, "log_variance", "", 0, Math.log(truth), Math.log(v), 0));
    }
  }

  private static ExtremeJudged of(
      ExtremeLaw law,
      Form form,
      Row row,
      String quantity,
      String variable,
      int entry,
      double truth,
      double actual,
      double condition) {
    boolean single = row.setting().type() == FloatType.FLOAT32;
    double expected = single ? (double) (float) truth : truth;
    double allowed = share(law, row) * (1 + Math.abs(truth) + condition);
    double found = single ? (double) (float) actual : actual;
    return new ExtremeJudged(row, form, quantity, variable, entry, expected, found, allowed)
        .conditioned(law);
  }

  /** Σ |x ∂v/∂x| of the log-density over value and parameters; of a cdf over the value. */
  private static double condition(Row row, String quantity) {
    double[] x = numbers(row.point().get("x"));
    JsonElement slope = row.point().get("dlog_prob_dx");
    if (quantity.equals("log_prob")) {
      double sum = slope == null ? 0 : Math.abs(x[0] * number(slope));
      JsonObject parameters = row.point().getAsJsonObject("dlog_prob_dparams");
      for (String name : parameters == null ? List.<String>of() : parameters.keySet()) {
        double[] values = numbers(row.parameters().get(name));
        double[] derivatives = numbers(parameters.get(name));
        for (int i = 0; i < values.length; i++) {
          sum += values[i] == 0 ? 0 : Math.abs(values[i] * derivatives[i]);
        }
      }
      return Double.isNaN(sum) ? 0 : sum;
    }
    if (slope == null || x[0] == 0) {
      return 0;
    }
    double ofLog =
        switch (quantity) {
          case "log_cdf" -> number(row.point().get("log_cdf"));
          case "log_sf" -> number(row.point().get("log_sf"));
          default -> 0;
        };
    double change = Math.abs(x[0]) * Math.exp(number(row.point().get("log_prob")) - ofLog);
    return Double.isFinite(change) ? change : 0;
  }
}
