package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.Mlp;

/**
 * A network that learns to tell rows from the draws of a flow, for an {@link
 * Objective#adversarial}: what it plays for, what it is, and how it learns. Of conditional flows it
 * sees each context beside its row or draw (Mirza and Osindero, "Conditional generative adversarial
 * nets", 2014).
 *
 * <p>Critic and flow move in the same step, each by its own loss and by an optimizer of its own,
 * with rates that may differ (Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter, "GANs trained
 * by a two time-scale update rule converge to a local Nash equilibrium", 2017). The parameters are
 * in the store of the flow, under the name {@code critic}; stages of one objective share them, and
 * so have critics of one network.
 *
 * <p>Immutable: each method makes a new setting.
 */
public final class Critic {

  /** Of Wasserstein critics, by Gulrajani et al. (2017). */
  private static final double GRADIENT_PENALTY = 10;

  /** Of others, in standard units. */
  private static final double SLOPE_PENALTY = 0.1;

  /** By Gulrajani et al. (2017). */
  private static final int STEPS_ALONE = 5;

  private final CriticLoss loss;
  private Conditioner network = Mlp.of(64, 64).activation(Activation.SILU);
  private double penalty;
  private @Nullable Optimizer optimizer; // by the rate of the training
  private int stepsForOneOfFlow; // 0: by whether there is a likelihood

  private Critic(CriticLoss loss) {
    this.loss = loss;
    this.penalty = loss.boundsSlopes() ? GRADIENT_PENALTY : SLOPE_PENALTY;
  }

  private Critic with(Consumer<Critic> change) {
    Critic changed = new Critic(loss);
    changed.network = network;
    changed.penalty = penalty;
    changed.optimizer = optimizer;
    changed.stepsForOneOfFlow = stepsForOneOfFlow;
    change.accept(changed);
    return changed;
  }

  /** That plays for a loss, with the settings that each method names. */
  public static Critic of(CriticLoss loss) {
    return new Critic(requireNonNull(loss, "loss"));
  }

  /** That plays for {@link AdversarialLoss#GAN}. */
  public static Critic gan() {
    return of(AdversarialLoss.GAN);
  }

  /** That plays for {@link AdversarialLoss#WASSERSTEIN}. */
  public static Critic wasserstein() {
    return of(AdversarialLoss.WASSERSTEIN);
  }

  /** That plays for {@link AdversarialLoss#HINGE}. */
  public static Critic hinge() {
    return of(AdversarialLoss.HINGE);
  }

  /**
   * What it is: an {@link Mlp} of two hidden layers of width 64 with {@link Activation#SILU}
   * between, unless set. {@code Lipschitz.of(64, 64).bound(1)::network} keeps Wasserstein's bound
   * by itself, and needs no penalty: see {@link Lipschitz}.
   */
  public Critic network(Conditioner network) {
    requireNonNull(network, "network");
    return with(critic -> critic.network = network);
  }

  /**
   * What it pays for being steep in rows, times this weight. For Wasserstein the mean of max(0,
   * |∇c| − 1)² at random places between rows and draws, 10 times unless set (Petzka, Fischer and
   * Lukovnikov, "On the regularization of Wasserstein GANs", 2018; weight and places by Gulrajani,
   * Ahmed, Arjovsky, Dumoulin and Courville, "Improved training of Wasserstein GANs", 2017, whose
   * penalty of slopes below 1 too drives a flow away from where draws are like rows and a critic
   * should be flat). For others half the mean of |∇c|² at rows, 0.1 times unless set (Mescheder,
   * Geiger and Nowozin, "Which training methods for GANs do actually converge?", 2018, equation 9).
   *
   * <p>The slopes are exact, by one derivative along each column. A network that carries no
   * derivatives forwards, such as a DJL block, needs 0 here.
   *
   * @param weight at least 0, which is no penalty
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public Critic penalty(double weight) {
    checkArgument(
        weight >= 0 && Double.isFinite(weight),
        "critic has penalty %s, but it must be at least 0 and finite",
        weight);
    return with(critic -> critic.penalty = weight);
  }

  /**
   * How it moves: Adam with decays 0.5 and 0.9 of the moments, as flows that play against critics
   * have, and with the rate of the training, unless set. Its gradient is clipped together with that
   * of the flow.
   */
  public Critic optimizer(Optimizer optimizer) {
    requireNonNull(optimizer, "optimizer");
    return with(critic -> critic.optimizer = optimizer);
  }

  /**
   * How many steps it makes for one of the flow; unless set 1 beside a likelihood, which holds the
   * flow, and 5 alone (Gulrajani et al., 2017). Alone with 1, the draws of a flow of splines soon
   * leave most of eight normal distributions around a circle to one side. The steps of a training
   * are those of the critic.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Critic stepsForOneOfFlow(int steps) {
    checkArgument(steps >= 1, "critic has %s steps for one of the flow, but needs 1", steps);
    return with(critic -> critic.stepsForOneOfFlow = steps);
  }

  CriticLoss loss() {
    return loss;
  }

  Conditioner network() {
    return network;
  }

  double penalty() {
    return penalty;
  }

  Optional<Optimizer> optimizer() {
    return Optional.ofNullable(optimizer);
  }

  int stepsForOneOfFlow(boolean isAlone) {
    return stepsForOneOfFlow > 0 ? stepsForOneOfFlow : isAlone ? STEPS_ALONE : 1;
  }

  @Override
  public String toString() {
    return loss + " critic";
  }
}
