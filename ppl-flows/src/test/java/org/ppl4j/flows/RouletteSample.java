package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.References;

/**
 * Means of many roulette estimates of a case of the reference, beside what they estimate: the
 * log-dets of its rows, and the gradients of these in the rows and of their sum in all weights.
 *
 * @param off the largest distance of a mean from what it estimates, in standard errors
 * @param judged how many means there are of estimates that differ
 * @param cutOff the largest distance of a log-det's mean from the series cut at ten terms
 */
record RouletteSample(double off, int judged, double cutOff) {

  /** Of so many estimates. */
  static RouletteSample of(JsonObject row, int draws) {
    JsonObject given = row.getAsJsonObject("given");
    JsonElement cut = row.getAsJsonObject("expected").get("series_truncated_10");
    List<double[]> expected = exact(given);
    double off = 0;
    double cutOff = 0;
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> estimates = estimates(run, given, draws);
      for (int i = 0; i < estimates.size(); i++) {
        Means means = Means.of(estimates.get(i), draws);
        off = Math.max(off, means.off(expected.get(i)));
        judged += means.moving();
        if (i == 0 && cut != null) {
          cutOff = means.off(References.numbers(cut));
        }
      }
    }
    return new RouletteSample(off, judged, cutOff);
  }

  private static List<double[]> exact(JsonObject given) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return results(run, given, new Shape(), false).stream().map(Tensors::values).toList();
    }
  }

  /** Each draw has weights and rows of its own, so that each has its gradients. */
  private static List<NDArray> estimates(Run run, JsonObject given, int draws) {
    return results(run, given, new Shape(draws), true);
  }

  private static List<NDArray> results(Run run, JsonObject given, Shape draws, boolean training) {
    NDArray rows = OdeReference.rows(run, given.get("x"));
    NDArray x = Autograd.variable(rows.broadcast(Shapes.concat(draws, rows.getShape())));
    List<NDArray> inputs = new ArrayList<>(List.of(x));
    Map<String, NDArray> layers = new LinkedHashMap<>();
    OdeReference.layers(run, given)
        .forEach(
            (name, tensor) -> {
              Shape one = draws.dimension() == 0 ? draws : Shapes.concat(draws, new Shape(1));
              NDArray own =
                  Autograd.variable(tensor.broadcast(Shapes.concat(one, tensor.getShape())));
              layers.put(name, own);
              inputs.add(own);
            });
    NDArray logDets =
        ResidualReference.transform(
                ResidualReference.flow(given).logDet(LogDet.roulette()), layers, training)
            .forward(x)
            .logDet();
    List<NDArray> results = new ArrayList<>(List.of(logDets));
    results.addAll(Autograd.grad(logDets.sum(), inputs));
    return results;
  }

  /** Of numbers of which there are many estimates each, and their standard errors. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Means(double[] means, double[] errors) {

    static Means of(NDArray estimates, int draws) {
      double[] all = Tensors.values(estimates);
      int count = all.length / draws;
      double[] means = new double[count];
      double[] errors = new double[count];
      for (int j = 0; j < count; j++) {
        double square = 0;
        for (int i = 0; i < draws; i++) {
          means[j] += all[i * count + j] / draws;
        }
        for (int i = 0; i < draws; i++) {
          double apart = all[i * count + j] - means[j];
          square += apart * apart / draws;
        }
        errors[j] = Math.sqrt(square / draws);
      }
      return new Means(means, errors);
    }

    int moving() {
      return (int) Arrays.stream(errors).filter(error -> error > 0).count();
    }

    /** Where all estimates are the same, of a rounding. */
    double off(double[] expected) {
      double off = 0;
      for (int j = 0; j < means.length; j++) {
        double apart = Math.abs(means[j] - expected[j]);
        off = Math.max(off, apart / Math.max(errors[j], 1e-13 * (1 + Math.abs(expected[j]))));
      }
      return off;
    }
  }
}
