package org.ppl4j.ode;

import org.ppl4j.tensor.RecordedMap;

/** One that solves equations of models in Java too, as {@link Ode#solve} says. */
sealed interface JavaMethod extends EmbeddedMethod permits DormandPrince, Rosenbrock {

  /** Whether a right side that was recorded has all derivatives that {@link #way} needs. */
  boolean takes(RecordedMap rate);

  /** A way in Java, by a solver of this method. */
  JavaWay way(JavaWay.Problem problem);
}
