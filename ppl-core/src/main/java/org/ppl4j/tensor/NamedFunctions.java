package org.ppl4j.tensor;

import com.google.common.collect.ImmutableBiMap;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.BetaTails;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.internal.math.IncompleteGamma;
import org.ppl4j.internal.math.StableKernel;
import org.ppl4j.internal.math.StudentTails;

/** The names that functions of numbers have in files, with how many arguments each has. */
final class NamedFunctions {

  /** A function of so many arguments. */
  record Named(DifferentiableFunction f, int arguments) {}

  private static final ImmutableBiMap<String, Named> ALL =
      ImmutableBiMap.<String, Named>builder()
          .put("gamma.lower", new Named(IncompleteGamma.LOWER, 2))
          .put("gamma.upper", new Named(IncompleteGamma.UPPER, 2))
          .put("gamma.lower.inverse", new Named(IncompleteGamma.LOWER_INVERSE, 2))
          .put("gamma.upper.inverse", new Named(IncompleteGamma.UPPER_INVERSE, 2))
          .put("gamma.lower.log", new Named(LogTails.GAMMA_LOWER, 2))
          .put("gamma.upper.log", new Named(LogTails.GAMMA_UPPER, 2))
          .put("gamma.lower.log.of.log", new Named(LogTails.GAMMA_LOWER_OF_LOG, 2))
          .put("gamma.upper.log.of.log", new Named(LogTails.GAMMA_UPPER_OF_LOG, 2))
          .put("beta.lower", new Named(BetaTails.LOWER, 3))
          .put("beta.upper", new Named(BetaTails.UPPER, 3))
          .put("beta.lower.inverse", new Named(BetaTails.LOWER_INVERSE, 3))
          .put("beta.upper.inverse", new Named(BetaTails.UPPER_INVERSE, 3))
          .put("beta.lower.log", new Named(LogTails.BETA_LOWER, 3))
          .put("student.lower", new Named(StudentTails.LOWER, 2))
          .put("student.lower.log", new Named(StudentTails.LOG_LOWER, 2))
          .put("student.inverse", new Named(StudentTails.INVERSE, 2))
          .put("vonmises.cdf", new Named(VonMisesKernel.CDF, 2))
          .put("vonmises.inverse", new Named(VonMisesKernel.INVERSE, 2))
          .put("vonmises.cdf.log", new Named(VonMisesKernel.LOG_CDF, 3))
          .put("vonmises.variance", new Named(VonMisesKernel.VARIANCE, 1))
          .put("stable.density.log", new Named(StableKernel.LOG_DENSITY, 3))
          .put("betabinomial.lower.log", new Named(BetaBinomialSums.LOG_LOWER, 4))
          .put("betabinomial.upper.log", new Named(BetaBinomialSums.LOG_UPPER, 4))
          .put("betabinomial.entropy", new Named(BetaBinomialSums.ENTROPY, 3))
          .buildOrThrow();

  private NamedFunctions() {}

  /** The name of a function of so many arguments; null if it has none. */
  static @Nullable String name(DifferentiableFunction f, int arguments) {
    return ALL.inverse().get(new Named(f, arguments));
  }

  /** The function of a name; null if there is none. */
  static @Nullable Named of(String name) {
    return ALL.get(name);
  }
}
