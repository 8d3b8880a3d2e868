package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Locale;

/**
 * The laws of a transform, checked at inputs of the caller's choice: what a test of an own
 * transform calls. Choose inputs away from 0 and in the tails too, parameters away from their first
 * values, and try vectors of one coordinate.
 *
 * <pre>{@code
 * System.out.println(TransformCheck.check(transform, inputs).orThrow());
 * }</pre>
 *
 * <p>The laws: values, log-determinants and their gradients, in the inputs and in the tensors that
 * the transform holds, are finite in both directions; the log-determinants of both directions are
 * those of the Jacobian by automatic differentiation, they cancel, the inverse undoes the map as
 * exactly as rounding lets it, extra dimensions on the left change nothing, and a map of numbers is
 * monotone. Costs D gradients a direction.
 *
 * <p>Where the {@linkplain Transform#domain() domain} has fewer dimensions than its members have
 * entries, such as a sphere, it is the measure of surfaces that log-determinants are judged by:
 * Jacobians are restricted to the directions along the domain, √det (J T)ᵀ J T of an orthonormal
 * basis T of them, and images must be members of the codomain.
 *
 * <p>A round trip x → y → x may be off by 1e-13 for each layer (1e-9 if a root is searched, 1e-5 in
 * float32) of 1 + |x| + (1 + |y|) ‖J⁻¹‖: what the rounding of the image moves the input by. Rows
 * where the map is flat, |det J| below 1e-6, are not judged by it; there the inverse may be
 * infinite, but is not NaN. Log-determinants are compared with the Jacobian in float64, that of a
 * composed map part by part, and only where the roundings of what entries are sums of leave it the
 * digits: 64 ε times the sum of |J⁻¹| |J| is below 1e-8; those of the inverse may be off by what 64
 * ε (1 + |y|) moves them. Where a transform states an {@linkplain Transform#accuracy accuracy},
 * these bounds are larger by it. A law that could be judged at no input is broken.
 *
 * @param name the transform
 * @param inversion how it inverts
 * @param findings one for each law, in that order
 */
public record TransformCheck(String name, Inversion inversion, ImmutableList<Finding> findings) {

  /**
   * The worst violation of a law.
   *
   * @param law in words
   * @param worst the largest error, relative to what rounding explains
   * @param bound what it may be
   * @param inputs at how many inputs the law could be judged
   */
  public record Finding(String law, double worst, double bound, int inputs) {

    /** Whether the law was judged and holds; a NaN breaks it. */
    public boolean holds() {
      return inputs > 0 && worst <= bound;
    }

    @Override
    public String toString() {
      if (inputs == 0) {
        return law
            + ": judged at no input, for the map is flat, or its Jacobian by automatic"
            + " differentiation singular, at all of them; choose others, or see where the gradient"
            + " is lost";
      }
      return String.format(
          Locale.ROOT, "%s: %.3g, bound %.3g, at %s inputs", law, worst, bound, inputs);
    }
  }

  /**
   * How the transform was inverted.
   *
   * @param how by a formula, by a search, or not at all
   * @param iterations of the search, {@link Transform#iterations}
   * @param residual the largest |f(x) − y| / (1 + |y|) of the x that were found
   * @param judged how many inputs are not where the map is flat
   * @param inputs how many there are
   */
  public record Inversion(
      Invertibility how, int iterations, double residual, int judged, int inputs) {

    @Override
    public String toString() {
      String inverse = how.toString().toLowerCase(Locale.ROOT);
      return how == Invertibility.NONE
          ? "inverse: none"
          : String.format(
              Locale.ROOT,
              "inverse: %s, %s iterations, residual %.3g, %s of %s inputs judged",
              inverse,
              iterations,
              residual,
              judged,
              inputs);
    }
  }

  /**
   * Checks every law.
   *
   * @param inputs {@code (*, domain event)}; they are broadcast against a batch of the transform
   * @throws IllegalArgumentException if there are no inputs
   */
  public static TransformCheck check(Transform transform, NDArray inputs) {
    checkArgument(
        inputs.size() > 0,
        "inputs of the check of '%s' are of shape %s and hold nothing; pass some",
        transform,
        inputs.getShape());
    return new TransformMeasure(transform, inputs).check();
  }

  /** The name, how it inverts and what was measured of each law. */
  @Override
  public String toString() {
    return name
        + "\n  "
        + inversion
        + "\n  "
        + findings.stream().map(Finding::toString).collect(joining("\n  "));
  }

  /** Whether every law holds. */
  public boolean isPassed() {
    return findings.stream().allMatch(Finding::holds);
  }

  /**
   * This check, if every law holds.
   *
   * @throws IllegalStateException with the figures of the laws that are broken
   */
  @CanIgnoreReturnValue
  public TransformCheck orThrow() {
    if (!isPassed()) {
      throw new IllegalStateException(
          "transform '%s' breaks laws: %s"
              .formatted(
                  name,
                  findings.stream()
                      .filter(finding -> !finding.holds())
                      .map(Finding::toString)
                      .collect(joining("; "))));
    }
    return this;
  }
}
