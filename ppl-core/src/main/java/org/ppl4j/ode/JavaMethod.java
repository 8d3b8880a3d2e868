package org.ppl4j.ode;

import java.util.List;
import org.ppl4j.tensor.RecordedMap;

/** One that solves equations of models in Java too, as {@link Ode#solve} says. */
sealed interface JavaMethod extends EmbeddedMethod permits DormandPrince, Rosenbrock {

  /** Whether a right side that was recorded has all derivatives that {@link #way} needs. */
  boolean takes(RecordedMap rate);

  /**
   * A way in Java.
   *
   * @param solver that steps by this
   * @param x start and parameters side by side
   * @param withDerivatives whether those of the states in x are wanted
   */
  JavaWay way(
      AdaptiveSolver solver, JavaRate rate, List<Stretch> way, double[] x, boolean withDerivatives);
}
