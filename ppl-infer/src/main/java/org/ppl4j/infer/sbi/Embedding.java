package org.ppl4j.infer.sbi;

import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;

/**
 * How flows see what was observed.
 *
 * @param observations as rows of numbers
 * @param network between them and a flow; null without one
 * @param features how many numbers the network puts out
 */
record Embedding(Observations observations, @Nullable Conditioner network, int features) {

  static final Embedding NONE = new Embedding(Observations.SINGLE, null, 0);

  /** For the members of sets unless another is set, which at least have means and squares. */
  private static final Conditioner OF_MEMBERS = Mlp.of(16);

  private static final int FEATURES_OF_MEMBERS = 4;

  Embedding network(Conditioner other, int outputs) {
    return new Embedding(observations, other, outputs);
  }

  Embedding sets(int most) {
    return new Embedding(new Observations(most), network, features);
  }

  /**
   * Flows that see rows.
   *
   * @param simulations that they are to learn from; null if they are to be read from a file
   */
  Flows through(Flows flows, @Nullable Simulations simulations) {
    if (observations.areSets()) {
      return network == null
          ? SetFlow.through(OF_MEMBERS, FEATURES_OF_MEMBERS, observations, simulations, flows)
          : SetFlow.through(network, features, observations, simulations, flows);
    }
    return network == null ? flows : EmbeddedFlow.through(network, features, flows);
  }
}
