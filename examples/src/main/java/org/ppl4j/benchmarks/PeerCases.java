package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ppl4j.Program;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;

/**
 * The cases that Pyro is timed on, two of many rows, a loop of Java, and a network: a model, its
 * guide, its data and the rate of Adam, by name.
 */
public final class PeerCases {

  /**
   * A model, its guide, data of the steps in turn, and the rate of Adam.
   *
   * @param model the model
   * @param guide the guide
   * @param batches the data of the first step, of the second, …, and again
   * @param areBound whether all are converted beforehand, or each at its step
   * @param rate the rate of Adam
   */
  record Case<D>(
      Program<D> model, Program<D> guide, List<D> batches, boolean areBound, double rate) {

    Case(Program<D> model, Program<D> guide, D data, double rate) {
      this(model, guide, List.of(data), true, rate);
    }
  }

  private static final ImmutableMap<String, Function<NDManager, Case<?>>> ALL =
      ImmutableMap.<String, Function<NDManager, Case<?>>>builder()
          .put("coin", m -> new Case<>(PeerModels.COIN, PeerModels.COIN_GUIDE, flips(m), 5e-4))
          .put(
              "coin_plate",
              m -> new Case<>(PeerModels.COIN_PLATE, PeerModels.COIN_GUIDE, flips(m), 5e-4))
          .put("eight_schools", m -> automatic(PeerModels.EIGHT_SCHOOLS, PeerModels.schools(m)))
          .put("loop", m -> automatic(PeerModels.LOOP, PeerData.series(m)))
          .put(
              "network",
              m -> new Case<>(PeerModels.NETWORK, (p, data) -> {}, PeerData.curve(m), 1e-3))
          .put(
              "linreg",
              m -> automatic(PeerModels.LINEAR_REGRESSION, PeerData.linearRegression(m, 1000)))
          .put(
              "million_rows",
              m -> automatic(PeerModels.LINEAR_REGRESSION, PeerData.linearRegression(m, 1_000_000)))
          .put(
              "logreg",
              m -> automatic(PeerModels.LOGISTIC_REGRESSION, PeerData.logisticRegression(m)))
          .put(
              "logreg_sub",
              m ->
                  automatic(
                      PeerModels.SUBSAMPLED_LOGISTIC_REGRESSION, PeerData.logisticRegression(m)))
          .put("many_groups", m -> automatic(PeerModels.GROUPS, PeerData.outcomes(m, 100_000)))
          .put("hier", m -> automatic(PeerModels.HIERARCHICAL, PeerData.hierarchical(m)))
          .put(
              "vae",
              m ->
                  new Case<>(
                      PeerModels.AUTOENCODER,
                      PeerModels.AUTOENCODER_GUIDE,
                      batches(PeerData.pixels(m), 256),
                      false,
                      1e-3))
          .put("iaf_guide", m -> PeerFlows.guide(PeerData.hierarchical(m)))
          .put("spline_density", m -> PeerFlows.density(PeerFlows.COUPLING, PeerData.moons(m)))
          .put(
              "spline_ar_density",
              m -> PeerFlows.density(PeerFlows.AUTOREGRESSIVE, PeerData.chain(m, 10)))
          .put("cond_spline", m -> PeerFlows.conditional(PeerFlows.SPLINE, PeerData.wave(m)))
          .put(
              "cond_spline_coupling",
              m -> PeerFlows.conditional(PeerFlows.CONDITIONAL_COUPLING, PeerData.waves(m)))
          .put(
              "cond_spline_ar",
              m -> PeerFlows.conditional(PeerFlows.CONDITIONAL_AUTOREGRESSIVE, PeerData.waves(m)))
          .buildOrThrow();

  private PeerCases() {}

  private static NDArray flips(NDManager manager) {
    return manager.create(new double[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
  }

  /** Batches of so many rows. */
  static List<NDArray> batches(NDArray data, int rows) {
    List<NDArray> batches = new ArrayList<>();
    for (long from = 0; from < data.size(0); from += rows) {
      batches.add(data.get(new NDIndex(from + ":" + (from + rows))));
    }
    return batches;
  }

  private static <D> Case<D> automatic(Program<D> model, D data) {
    return new Case<>(model, AutoNormal.of(model), data, 0.01);
  }

  /**
   * A fit with default settings that can be stepped, by the name that the peers give it.
   *
   * @throws IllegalArgumentException if there is no such case
   */
  public static Fit fit(String name, FloatType floatType) {
    return fit(name, floatType, RunConfig.defaults().recording());
  }

  /** The same, recorded or not. */
  public static Fit fit(String name, FloatType floatType, Recording recording) {
    Function<NDManager, Case<?>> made = ALL.get(name);
    if (made == null) {
      throw new IllegalArgumentException(
          "benchmark '" + name + "' does not exist; use one of " + ALL.keySet());
    }
    NDManager manager = NDManager.newBaseManager();
    RunConfig config = RunConfig.defaults().withFloatType(floatType).withRecording(recording);
    return new Fit(manager, config, made.apply(manager));
  }
}
