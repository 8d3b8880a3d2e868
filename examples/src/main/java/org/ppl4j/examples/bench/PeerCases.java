package org.ppl4j.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import java.util.function.Function;
import org.ppl4j.Program;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.tensor.FloatType;

/** The cases that Pyro is timed on: a model, its guide, its data and the rate of Adam, by name. */
public final class PeerCases {

  /** A model, its guide, its data and the rate of Adam. */
  record Case<D>(Program<D> model, Program<D> guide, D data, double rate) {}

  private static final ImmutableMap<String, Function<NDManager, Case<?>>> ALL =
      ImmutableMap.of(
          "coin",
          m -> new Case<>(PeerModels.COIN, PeerModels.COIN_GUIDE, flips(m), 5e-4),
          "coin_plate",
          m -> new Case<>(PeerModels.COIN_PLATE, PeerModels.COIN_GUIDE, flips(m), 5e-4),
          "eight_schools",
          m -> automatic(PeerModels.EIGHT_SCHOOLS, PeerModels.schools(m)),
          "linreg",
          m -> automatic(PeerModels.LINEAR_REGRESSION, PeerData.linearRegression(m)),
          "logreg",
          m -> automatic(PeerModels.LOGISTIC_REGRESSION, PeerData.logisticRegression(m)),
          "logreg_sub",
          m -> automatic(PeerModels.SUBSAMPLED_LOGISTIC_REGRESSION, PeerData.logisticRegression(m)),
          "hier",
          m -> automatic(PeerModels.HIERARCHICAL, PeerData.hierarchical(m)));

  private PeerCases() {}

  private static NDArray flips(NDManager manager) {
    return manager.create(new double[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
  }

  private static <D> Case<D> automatic(Program<D> model, D data) {
    return new Case<>(model, AutoNormal.of(model), data, 0.01);
  }

  /**
   * A fit that can be stepped, by the name that the peers give it.
   *
   * @throws IllegalArgumentException if there is no such case
   */
  public static Fit fit(String name, FloatType floatType) {
    Function<NDManager, Case<?>> made = ALL.get(name);
    if (made == null) {
      throw new IllegalArgumentException(
          "benchmark '" + name + "' does not exist; use one of " + ALL.keySet());
    }
    NDManager manager = NDManager.newBaseManager();
    return new Fit(manager, floatType, made.apply(manager));
  }
}
