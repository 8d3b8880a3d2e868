package org.ppl4j.infer.mcmc;

/**
 * A stretch of a trajectory, of states one after the other: what decides whether it turns back, and
 * one of its states, drawn by weight. Joining two makes no object: the parts swap their arrays.
 */
final class Subtree {

  private final double[] sum; // of all momenta
  private double[] firstMomentum;
  private double[] firstVelocity;
  private double[] lastMomentum;
  private double[] lastVelocity;
  private PhasePoint drawn; // where it is; not its motion
  private double logWeight;

  Subtree(int size) {
    sum = new double[size];
    firstMomentum = new double[size];
    firstVelocity = new double[size];
    lastMomentum = new double[size];
    lastVelocity = new double[size];
    drawn = new PhasePoint(size);
  }

  /** The state that was drawn. */
  PhasePoint drawn() {
    return drawn;
  }

  /** The logarithm of the sum of the weights exp(−H) of its states, up to a constant. */
  double logWeight() {
    return logWeight;
  }

  /** Becomes a stretch of one state. */
  void set(PhasePoint state, double logWeight) {
    int size = sum.length;
    System.arraycopy(state.momentum, 0, sum, 0, size);
    System.arraycopy(state.momentum, 0, firstMomentum, 0, size);
    System.arraycopy(state.momentum, 0, lastMomentum, 0, size);
    System.arraycopy(state.velocity, 0, firstVelocity, 0, size);
    System.arraycopy(state.velocity, 0, lastVelocity, 0, size);
    drawn.copyEnergy(state);
    this.logWeight = logWeight;
  }

  /** Becomes the same stretch the other way round. */
  void reverse() {
    double[] momentum = firstMomentum;
    firstMomentum = lastMomentum;
    lastMomentum = momentum;
    double[] velocity = firstVelocity;
    firstVelocity = lastVelocity;
    lastVelocity = velocity;
  }

  /**
   * Becomes one stretch and the next, which may be written to afterwards, but not read.
   *
   * @param takesNext whether its state is that of the next
   */
  void join(Subtree one, Subtree next, boolean takesNext) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = one.sum[i] + next.sum[i];
    }
    double[] momentum = firstMomentum;
    firstMomentum = one.firstMomentum;
    one.firstMomentum = momentum;
    double[] velocity = firstVelocity;
    firstVelocity = one.firstVelocity;
    one.firstVelocity = velocity;
    momentum = lastMomentum;
    lastMomentum = next.lastMomentum;
    next.lastMomentum = momentum;
    velocity = lastVelocity;
    lastVelocity = next.lastVelocity;
    next.lastVelocity = velocity;
    Subtree chosen = takesNext ? next : one;
    PhasePoint point = drawn;
    drawn = chosen.drawn;
    chosen.drawn = point;
    logWeight = logSum(one.logWeight, next.logWeight);
  }

  /** log(exp(a) + exp(b)) of finite numbers. */
  static double logSum(double a, double b) {
    return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
  }

  /**
   * Whether a stretch and the next do not turn back: both ends of them together move along the sum
   * of all momenta; so do the ends of either with the nearest state of the other.
   */
  static boolean isStraight(Subtree one, Subtree next) {
    return isAlong(one.firstVelocity, next.lastVelocity, one.sum, next.sum)
        && isAlong(one.firstVelocity, next.firstVelocity, one.sum, next.firstMomentum)
        && isAlong(one.lastVelocity, next.lastVelocity, one.lastMomentum, next.sum);
  }

  /** Whether two velocities have a positive product with the sum of a and b. */
  private static boolean isAlong(double[] first, double[] last, double[] a, double[] b) {
    double ofFirst = 0;
    double ofLast = 0;
    for (int i = 0; i < a.length; i++) {
      double along = a[i] + b[i];
      ofFirst += first[i] * along;
      ofLast += last[i] * along;
    }
    return ofFirst > 0 && ofLast > 0;
  }
}
