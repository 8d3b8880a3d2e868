package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.stream.Collectors;
import org.ppl4j.Program;

/**
 * What the training of a flow makes large, in one stage or in several, each of which begins where
 * the one before was best.
 */
public final class Objective {

  private static final int MOST_LOOKS = 20;

  private final ImmutableList<Stage> stages;

  private Objective(ImmutableList<Stage> stages) {
    this.stages = stages;
  }

  /** The mean log-density of the rows. */
  public static Objective likelihood() {
    return new Objective(ImmutableList.of(new Stage(Kind.LIKELIHOOD, 0, 0, 0)));
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
    return new Objective(ImmutableList.of(new Stage(Kind.REGULARISED, 0, kinetic, jacobian)));
  }

  /**
   * For continuous flows: that the velocity at a random time t, on the straight way x = (1 − t) ε +
   * t y from noise ε to a row y, be y − ε on average, by the mean square. No equation is solved, so
   * that a step is cheap; yet alone it leaves a poor density, so let likelihood follow. Source:
   * Lipman, Chen, Ben-Hamu, Nickel and Le, "Flow matching for generative modeling" (2023), equation
   * 9, with the way of Liu, Gong and Liu, "Flow straight and fast" (2023).
   */
  public static Objective flowMatching() {
    return new Objective(ImmutableList.of(new Stage(Kind.FLOW_MATCHING, 0, 0, 0)));
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
    return new Objective(ImmutableList.of(new Stage(Kind.SCORE_MATCHING, 0, 0, 0)));
  }

  /**
   * With at most so many steps in each of its stages, in place of those of the training.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Objective steps(int steps) {
    checkArgument(steps >= 1, "objective has %s steps, but needs at least 1", steps);
    return new Objective(
        stages.stream()
            .map(stage -> new Stage(stage.kind, steps, stage.kinetic, stage.jacobian))
            .collect(ImmutableList.toImmutableList()));
  }

  /** This one, then another. */
  public Objective then(Objective next) {
    return new Objective(ImmutableList.<Stage>builder().addAll(stages).addAll(next.stages).build());
  }

  ImmutableList<Stage> stages() {
    return stages;
  }

  private enum Kind {
    LIKELIHOOD("likelihood"),
    REGULARISED("regularised likelihood"),
    FLOW_MATCHING("flow matching"),
    SCORE_MATCHING("score matching");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /**
   * A stage.
   *
   * @param steps at most; 0 for those of the training
   * @param kinetic the weight of what the way costs
   * @param jacobian the same
   */
  record Stage(Kind kind, int steps, double kinetic, double jacobian) {

    /** The program of a batch of so many rows, whose log-joint is to be large. */
    Program<Rows> program(FlowModel model, long rows) {
      return switch (kind) {
        case LIKELIHOOD -> model.likelihood(rows);
        case REGULARISED -> model.regularised(rows, kinetic, jacobian);
        case FLOW_MATCHING -> model.flowMatching(rows);
        case SCORE_MATCHING -> model.scoreMatching(rows);
      };
    }

    /** Looks solve equations, which is much beside steps that do not. */
    int stepsALook(int ofAll) {
      return kind == Kind.FLOW_MATCHING ? ofAll / MOST_LOOKS : 1;
    }

    Training of(Training training) {
      return steps > 0 ? training.steps(steps) : training;
    }

    @Override
    public String toString() {
      return kind.words;
    }
  }

  @Override
  public String toString() {
    return stages.stream().map(Stage::toString).collect(Collectors.joining(", then "));
  }
}
