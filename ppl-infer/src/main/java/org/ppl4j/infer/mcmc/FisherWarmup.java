package org.ppl4j.infer.mcmc;

import java.util.function.BiConsumer;
import org.ppl4j.tensor.Rng;

/**
 * Learns the mass matrix of a {@link FisherEstimate} from the last draws, while the step size is
 * learned without a break. It ends when the chain has arrived and the matrix is known, after half
 * of the iterations at the earliest, of which there are four parts:
 *
 * <ul>
 *   <li>Before them an {@link Approach} brings the chain to where it can begin, and the matrix is
 *       that of one gradient.
 *   <li>Until it has arrived, after 15% of the iterations at the earliest, the matrix follows the
 *       last 10 to 20 draws. Where the density was far less they are forgotten.
 *   <li>For 27.5% it is that of more and more draws, after a third of them without those before.
 *   <li>For 7.5% it stays, and the step size comes to rest.
 * </ul>
 *
 * <p>Source: like the schedule of nutpie, of Seyboldt, Carlson and Carpenter, "Preconditioning
 * Hamiltonian Monte Carlo by minimizing Fisher divergence" (2026), which ends when its iterations
 * do.
 */
final class FisherWarmup implements Warmup {

  private static final double EARLY = 0.15;
  private static final double MAIN = 0.275;
  private static final double LAST = 0.075;
  private static final int WINDOW = 10; // draws, while it arrives
  private static final int FIRST = 3; // draws of which a matrix is made
  private static final double MORE = 1.5; // times as many before another is made

  private final Leapfrog leapfrog;
  private final BiConsumer<ChainState, Rng> firstStep;
  private final DualAveraging averaging;
  private final int early;
  private final int main;
  private final int last;
  private final int latest; // to arrive
  private final boolean moves;
  private final DrawWindow window = new DrawWindow();
  private LowRankMass mass;
  private double logDensities; // their sum in the last part
  private int learned; // of how many draws it is
  private int arrived = Integer.MAX_VALUE; // the iteration after it

  /**
   * Of a chain.
   *
   * @param iterations of the warm-up at most
   * @param firstStep leaves a step size to begin with in the integrator, where a chain is
   */
  FisherWarmup(
      int iterations,
      Leapfrog leapfrog,
      BiConsumer<ChainState, Rng> firstStep,
      double targetAcceptance) {
    this.leapfrog = leapfrog;
    this.firstStep = firstStep;
    this.averaging = new DualAveraging(targetAcceptance);
    this.early = (int) (EARLY * iterations);
    this.main = (int) (MAIN * iterations);
    this.last = Math.min(iterations, (int) Math.ceil(LAST * iterations));
    this.latest = iterations - main - last;
    this.moves = iterations > 0;
    this.mass = FisherEstimate.ofGradient(new double[leapfrog.size()]);
  }

  @Override
  public void begin(ChainState state, Rng rng) {
    mass = moves ? new Approach(leapfrog).run(state) : FisherEstimate.ofGradient(state.gradient);
    leapfrog.mass(mass);
    firstStep.accept(state, rng);
    averaging.restart(leapfrog.stepSize());
    window.add(state);
    if (latest == 0) {
      arrived = 0;
    }
  }

  @Override
  public boolean learn(int iteration, ChainState state, double acceptance, Rng rng) {
    int done = iteration + 1;
    if (done <= arrived) {
      leapfrog.stepSize(averaging.next(acceptance));
      arrive(done, state);
      return false;
    }
    if (done <= arrived + main) {
      leapfrog.stepSize(averaging.next(acceptance));
      window.add(state);
      learnMass(done == arrived + main / 3);
      return false;
    }
    leapfrog.stepSize(averaging.settle(acceptance));
    logDensities += state.logDensity;
    return done == arrived + main + last;
  }

  @Override
  public double stepSize() {
    return leapfrog.stepSize();
  }

  @Override
  public double[] memory() {
    return leapfrog.memory();
  }

  @Override
  public void recall(double[] memory) {
    leapfrog.recall(memory);
  }

  /** E[log π] + log √det M⁻¹: that of a normal distribution, but for a number of all alike. */
  @Override
  public double logWeight() {
    return logDensities / last + mass.logVolume();
  }

  private void arrive(int done, ChainState state) {
    window.add(state);
    boolean isFull = window.newer() >= WINDOW;
    learnMass(isFull);
    boolean isThere = isFull && done >= early && window.isAtRest(mass);
    if (isThere || done == latest) {
      arrived = done;
    }
  }

  /**
   * From the draws there are, if they are so many more or less.
   *
   * @param isFull whether the older ones are to be forgotten, whatever there are
   */
  private void learnMass(boolean isFull) {
    if (isFull) {
      window.advance();
    }
    boolean isOther = isFull || window.size() < learned || window.size() >= MORE * learned;
    if (isOther && window.size() >= FIRST) {
      learned = window.size();
      mass = window.mass();
      leapfrog.mass(mass);
    }
  }
}
