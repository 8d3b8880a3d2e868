package org.ppl4j.examples.launcher;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Map;
import org.ppl4j.infer.Summary;

/**
 * What is known of a posterior from elsewhere: in closed form, or by another program's long run.
 *
 * @param parameters the moments of each number, by name as in a {@link Summary}, in the order to
 *     show them
 */
public record Reference(ImmutableMap<String, Moments> parameters) {

  /** The mean and the standard deviation of one number. */
  public record Moments(double mean, double sd) {

    /** Those of some numbers (divisor n − 1). */
    public static Moments of(double[] values) {
      double mean = Arrays.stream(values).average().orElseThrow();
      double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
      return new Moments(mean, Math.sqrt(squares / (values.length - 1)));
    }

    /** How many standard deviations a number is above the mean. */
    public double standard(double number) {
      return (number - mean) / sd;
    }
  }

  /** Of these moments. */
  public Reference {
    requireNonNull(parameters, "parameters");
  }

  /** Nothing is known. */
  public static Reference none() {
    return new Reference(ImmutableMap.of());
  }

  /**
   * The parameters of a JSON file, in its order.
   *
   * @param owner a class that the file is near
   * @param path of the file, from the package of the class on
   */
  public static Reference read(Class<?> owner, String path) {
    JsonObject file = Resources.json(owner, path).getAsJsonObject("parameters");
    ImmutableMap.Builder<String, Moments> parameters = ImmutableMap.builder();
    for (Map.Entry<String, JsonElement> entry : file.entrySet()) {
      JsonObject moments = entry.getValue().getAsJsonObject();
      parameters.put(
          entry.getKey(),
          new Moments(moments.get("mean").getAsDouble(), moments.get("sd").getAsDouble()));
    }
    return new Reference(parameters.buildOrThrow());
  }

  /**
   * The moments of one number.
   *
   * @throws IllegalArgumentException if there are none of this name
   */
  public Moments get(String name) {
    Moments moments = parameters.get(name);
    checkArgument(
        moments != null,
        "reference has no '%s', only %s; ask for one of these",
        name,
        parameters.keySet());
    return moments;
  }

  /** As a summary, whose quantiles nobody knows. */
  public Summary summary() {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    parameters.forEach(
        (name, moments) ->
            rows.put(
                name,
                new Summary.Row(moments.mean(), moments.sd(), Double.NaN, Double.NaN, Double.NaN)));
    return new Summary(rows.buildOrThrow());
  }

  /** The rows of a summary that are known here, in the order of this reference. */
  public Summary only(Summary summary) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (String name : parameters.keySet()) {
      rows.put(name, summary.get(name));
    }
    return new Summary(rows.buildOrThrow());
  }

  /** How far the mean of a number is off, in standard deviations of the reference. */
  public double offset(String name, double mean) {
    Moments moments = get(name);
    return (mean - moments.mean()) / moments.sd();
  }

  /** The largest {@link #offset} of all means, without its sign. */
  public double largestOffset(Summary summary) {
    double largest = 0;
    for (String name : parameters.keySet()) {
      largest = Math.max(largest, Math.abs(offset(name, summary.get(name).mean())));
    }
    return largest;
  }
}
