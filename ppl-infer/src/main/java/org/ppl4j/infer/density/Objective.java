package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.ppl4j.Ppl;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.ContinuousTransform;
import org.ppl4j.transforms.ContinuousTransform.Followed;
import org.ppl4j.transforms.DiffusionTransform;
import org.ppl4j.transforms.Transform;

/**
 * What the training of a flow makes large, in one stage or in several, each of which begins where
 * the one before was best.
 *
 * <p>Where a stage is for continuous flows alone, columns that are not normal keep their shape but
 * for the tails: normal scores have kinks between the modes of a column, which a smooth velocity
 * cannot follow.
 */
public final class Objective {

  private static final int MOST_LOOKS = 20;

  private final ImmutableList<Stage> stages;

  private Objective(ImmutableList<Stage> stages) {
    this.stages = stages;
  }

  /**
   * The mean log-density of the rows, and a tenth of what the flow {@linkplain
   * org.ppl4j.nn.NamedTensors#prefer prefers} of each: that what it makes of location and scale be
   * that of a normal distribution, where it has a shape beside them.
   */
  public static Objective likelihood() {
    return of(new Named("likelihood", FlowBatch::likelihood, Needs.ANY_FLOW));
  }

  /**
   * For continuous flows: the mean log-density less what the way from rows to noise costs, which
   * makes fields that few steps can follow. Source: Finlay et al., "How to train your neural ODE"
   * (2020), equation 8.
   *
   * @param kinetic the weight of the integral of the squared velocity, at least 0
   * @param jacobian that of the squared Frobenius norm of its Jacobian, at least 0
   * @throws IllegalArgumentException if a weight is negative or not finite
   */
  public static Objective regularisedLikelihood(double kinetic, double jacobian) {
    for (double weight : new double[] {kinetic, jacobian}) {
      checkArgument(
          weight >= 0 && Double.isFinite(weight),
          "regularised likelihood has weight %s, but it must be at least 0 and finite",
          weight);
    }
    return of(
        new Named(
            "regularised likelihood", batch -> regularised(batch, kinetic, jacobian), Needs.WAY));
  }

  /**
   * For continuous flows: that the velocity at a random time t, on the straight way x = (1 − t) ε +
   * t y from noise ε to a row y, be y − ε on average, by the mean square. No equation is solved, so
   * that a step is cheap: it pays as a beginning. Alone it leaves a density, and draws, that are
   * poorer than those of likelihood (of eight heaps by 0.050 nats, 0.025 once likelihood has
   * followed), so let that follow. Source: Lipman, Chen, Ben-Hamu, Nickel and Le, "Flow matching
   * for generative modeling" (2023), equation 9, with the way of Liu, Gong and Liu, "Flow straight
   * and fast" (2023).
   */
  public static Objective flowMatching() {
    return flowMatching(Pairing.INDEPENDENT);
  }

  /** As that, of noise and rows that are paired in a way. */
  public static Objective flowMatching(Pairing pairing) {
    requireNonNull(pairing, "pairing");
    return of(new Named("flow matching", batch -> missed(batch, pairing), Needs.VELOCITY));
  }

  /**
   * For diffusions: that the noise which is expected in a row at a random time be the noise ε that
   * came to it, by the mean square; which is that the score be −ε / σ, weighted by σ². No equation
   * is solved, so that a step is cheap; where the density matters more than draws, let likelihood
   * follow. Sources: Ho, Jain and Abbeel, "Denoising diffusion probabilistic models" (2020),
   * equation 14; Song et al., "Score-based generative modeling through stochastic differential
   * equations" (2021), equation 7.
   */
  public static Objective scoreMatching() {
    return of(new Named("score matching", Objective::missed, Needs.VELOCITY));
  }

  /** By the standard kernel, {@link Kernel#gaussian()}: see {@link #mmd(Kernel)}. */
  public static Objective mmd() {
    return mmd(Kernel.gaussian());
  }

  /**
   * Less of the squared maximum mean discrepancy between rows and as many draws, in standard units:
   * of the score {@link Mmd#score}, which differs from it by what no flow changes. Given contexts
   * it is the score of four draws of each context at its row, which compares the distributions of
   * rows of each context, whatever that of contexts is.
   *
   * <p>It needs draws, not densities: gradients go through the draws, so that the flow should be
   * fast forwards. Where a flow has a density and can be as the rows are, {@link #likelihood()}
   * makes draws more like them: of eight heaps of 10,000 rows they are at a distance of 0.007, by
   * this at 0.024 and by {@link #energyDistance()} at 0.029, and log-densities are 0.7 and 1.0 nats
   * lower. It pays where the inverse of a flow is slow or not known, and where it is too simple for
   * all rows: beside 5% of rows far out the draws of one scale for each column are at a distance of
   * 0.16 from the others, and at 0.23 by likelihood, which follows those far out. {@link
   * #plusLikelihood} or a stage of likelihood mends densities. A look judges by the same score.
   * Sources: Dziugaite, Roy and Ghahramani, "Training generative neural networks via maximum mean
   * discrepancy optimization" (2015); Li, Swersky and Zemel, "Generative moment matching networks"
   * (2015); given contexts, Pacchiardi and Dutta, "Likelihood-free inference with generative neural
   * networks via scoring rule minimization" (2022).
   */
  public static Objective mmd(Kernel kernel) {
    return of(new MmdGoal(Mmd.of(kernel), 0));
  }

  /**
   * Less of the energy distance between rows and draws: {@link #mmd(Kernel)}, which says when that
   * pays, by {@link Kernel#distance()}, and given contexts the energy score.
   */
  public static Objective energyDistance() {
    return of(new MmdGoal(Mmd.energyDistance(), 0));
  }

  /**
   * Draws that a critic, which learns meanwhile, takes for rows. Otherwise as {@link #mmd(Kernel)};
   * alone it leaves out what the critic does not see, and densities that are poor, so that {@link
   * #plusLikelihood} belongs to it. A look judges by the log-density if that is in the objective,
   * else by the energy score of draws, since a critic's word changes; the loss of a step is the sum
   * of both players', and says little. Source: Grover, Dhar and Ermon, "Flow-GAN: combining maximum
   * likelihood and adversarial learning in generative models" (2018).
   */
  public static Objective adversarial(Critic critic) {
    return of(new AdversarialGoal(requireNonNull(critic, "critic"), 0));
  }

  /** A goal of one's own, in one stage. */
  public static Objective of(Goal goal) {
    requireNonNull(goal, "goal");
    return new Objective(ImmutableList.of(new Stage(goal, 0, 0)));
  }

  /**
   * With the mean log-density of the rows, in nats, times a weight, beside draws that are compared:
   * the hybrid of Grover et al. (2018), whose λ it is.
   *
   * @param weight positive; it stands in place of one that was set before
   * @throws IllegalArgumentException if it is not positive and finite
   * @throws IllegalStateException if a stage compares no draws
   */
  public Objective plusLikelihood(double weight) {
    checkArgument(
        weight > 0 && Double.isFinite(weight),
        "objective has likelihood of weight %s, but it must be positive and finite",
        weight);
    return each(stage -> stage.with(stage.goal().plusLikelihood(weight)));
  }

  /**
   * With at most so many steps in each of its stages; fewer, where those of the training are set
   * and fewer.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Objective steps(int steps) {
    checkArgument(steps >= 1, "objective has %s steps, but needs at least 1", steps);
    return each(stage -> new Stage(stage.goal(), steps, stage.rate()));
  }

  /**
   * With this first rate in each of its stages, in place of that of the training. Of continuous
   * flows likelihood wants a lower one, of at most 0.005: the fixed steps of a solver, which
   * learning takes, do not see how a field becomes stiff.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public Objective rate(double rate) {
    checkArgument(
        rate > 0 && Double.isFinite(rate),
        "objective has rate %s, but it must be positive and finite",
        rate);
    return each(stage -> new Stage(stage.goal(), stage.steps(), rate));
  }

  private Objective each(UnaryOperator<Stage> change) {
    return new Objective(stages.stream().map(change).collect(ImmutableList.toImmutableList()));
  }

  /** This one, then another. */
  public Objective then(Objective next) {
    return new Objective(ImmutableList.<Stage>builder().addAll(stages).addAll(next.stages).build());
  }

  ImmutableList<Stage> stages() {
    return stages;
  }

  /** Whether a density is what the last stage looks at. */
  boolean isOfDensity() {
    return stages.get(stages.size() - 1).goal().isOfDensity();
  }

  /** Whether a stage is for flows along a velocity alone. */
  boolean isOfVelocity() {
    return stages.stream().anyMatch(stage -> stage.goal().isOfVelocity());
  }

  /**
   * A stage.
   *
   * @param steps at most; 0 for those of the training
   * @param rate the first; 0 for that of the training
   */
  record Stage(Goal goal, int steps, double rate) {

    Stage with(Goal other) {
      return new Stage(other, steps, rate);
    }

    Training of(Training training) {
      Training counted = steps > 0 ? training.atMost(steps) : training;
      return rate > 0 ? counted.rate(rate) : counted;
    }
  }

  /** What a goal needs a flow to have. */
  private enum Needs {
    ANY_FLOW,

    /** A way along a velocity, which each step follows. */
    WAY,

    /** A velocity, which no step follows. */
    VELOCITY
  }

  /** The mean of a number of each row. */
  private record Named(String words, Function<FlowBatch, NDArray> each, Needs needs)
      implements Goal {

    @Override
    public void run(Ppl p, FlowBatch batch) {
      p.factor("y", each.apply(batch).mean());
    }

    /** Looks solve equations, which is much beside steps that do not. */
    @Override
    public int stepsALook(int ofAll) {
      return needs == Needs.VELOCITY ? ofAll / MOST_LOOKS : 1;
    }

    @Override
    public boolean isOfVelocity() {
      return needs != Needs.ANY_FLOW;
    }

    @Override
    public boolean learnsNoise() {
      return needs == Needs.ANY_FLOW;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** The log-density less what the way of a row costs, each times a weight. */
  private static NDArray regularised(FlowBatch batch, double kinetic, double jacobian) {
    NDArray y = batch.y();
    Run run = Tensors.run(y);
    Followed way = continuous(batch.transform()).followed(y, true);
    int dim = Math.toIntExact(y.getShape().get(1));
    Distribution noise = Normal.standard(dim).toEvent(1).on(run);
    NDArray logProb = noise.logProb(way.mapped().value()).add(way.mapped().logDet());
    return logProb.sub(way.kinetic().mul(kinetic).add(way.jacobian().mul(jacobian)));
  }

  /**
   * Minus half the square by which the velocity misses the difference between a row and noise, at a
   * random place between them.
   */
  private static NDArray missed(FlowBatch batch, Pairing pairing) {
    NDArray y = batch.y();
    Run run = Tensors.run(y);
    Rng rng = run.rng(Rng.Purpose.MODEL, "flow matching");
    NDArray drawn = rng.split("noise").normal(run, y.getShape());
    NDArray noise = pairing.paired(batch.x().orElse(null), y, drawn);
    NDArray time = rng.split("time").uniform(run, new Shape(y.getShape().get(0), 1));
    NDArray way = y.sub(noise);
    NDArray velocity = continuous(batch.transform()).velocity(time, noise.add(time.mul(way)));
    return velocity.sub(way).square().sum(new int[] {-1}).mul(-0.5);
  }

  /** Minus half the square by which the noise that is expected misses the one that came. */
  private static NDArray missed(FlowBatch batch) {
    DiffusionTransform transform = FlowModel.diffusion(batch.transform());
    return ScoreMatching.of(transform, batch.y()).missed().mul(-0.5);
  }

  private static ContinuousTransform continuous(Transform transform) {
    if (transform instanceof ContinuousTransform continuous) {
      return continuous;
    }
    throw new IllegalArgumentException(
        "objective is of a velocity, but flow '%s' has none; use a continuous flow alone, or"
                .formatted(transform)
            + " likelihood");
  }

  @Override
  public String toString() {
    return stages.stream()
        .map(stage -> stage.goal().toString())
        .collect(Collectors.joining(", then "));
  }
}
