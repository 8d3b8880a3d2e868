package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.CdfTransform;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Laplace;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.distributions.TruncatedNormal;
import org.ppl4j.tensor.Run;
import org.ppl4j.transforms.Bijections;

/** The table of transforms without parameters of a store: all laws hold for each row. */
public final class TransformCases {

  private static final double[] LINE = {-30, -3, -0.4, 0, 0.7, 2, 25};

  /** Beyond 15 the engine's derivative y (1 − y) of the logistic function loses its digits. */
  private static final double[] BOUNDED = {-30, -3, -0.4, 0, 0.7, 2, 15};

  /** Beyond 8 the engine's derivative 1 − y² of tanh loses its digits. */
  private static final double[] SATURATING = {-8, -3, -0.4, 0, 0.7, 2, 8};

  /** Beyond −15 the image of ELU has lost the digits that would lead back. */
  private static final double[] BELOW = {-15, -3, -0.4, 0, 0.7, 2, 25};

  private static final double[] HALF_LINE = {0.001, 0.3, 0.7, 1, 2, 9};
  private static final double[] PLANE = {-3, 0.5, 0, 0, 1.5, -0.2, 12, -9};
  private static final double[] SPACE = {-3, 0.5, 1, 0, 0, 0, 1.5, -0.2, 4, 12, -9, 2};

  private static final double[] SIX = {
    0, 0, 0, 0, 0, 0, 0.5, -1.2, 0.3, 1, -0.4, 0.8, -2, 1, 1, 0.2, 0, -1
  };
  private static final double[] NEAR = {-3, -0.4, 0, 0.7, 2};

  private TransformCases() {}

  /** Every row. */
  public static List<TransformCase> all() {
    return Stream.of(plain(), elementwise(), toConstraints()).flatMap(List::stream).toList();
  }

  private static List<TransformCase> plain() {
    return List.of(
        TransformCase.of("identity", run -> Bijections.identity(), 1, LINE),
        TransformCase.of("exp", run -> Bijections.exp(), 1, LINE),
        TransformCase.of("sigmoid", run -> Bijections.sigmoid(), 1, BOUNDED),
        TransformCase.of("softplus", run -> Bijections.softplus(), 1, LINE),
        TransformCase.of("interval", run -> Bijections.interval(-1, 5), 1, BOUNDED),
        TransformCase.of(
            "interval of tensors",
            run -> Bijections.interval(vector(run, -1, 0), vector(run, 1, 7)).independent(1),
            2,
            PLANE),
        TransformCase.of("affine", run -> Bijections.affine(2, -3), 1, LINE),
        TransformCase.of(
            "affine of tensors",
            run -> Bijections.affine(vector(run, -1, 3), vector(run, 0.5, -2)).independent(1),
            2,
            PLANE),
        TransformCase.of(
            "lower Cholesky affine",
            run ->
                Bijections.lowerCholeskyAffine(
                    vector(run, -1, 3), run.create(new double[] {0.5, 0, -4, 2}, new Shape(2, 2))),
            2,
            PLANE),
        TransformCase.of(
            "lower Cholesky affine of one number",
            run ->
                Bijections.lowerCholeskyAffine(
                    vector(run, 2), run.create(new double[] {3}, new Shape(1, 1))),
            1,
            LINE),
        TransformCase.of("stick-breaking", run -> Bijections.stickBreaking(), 3, SPACE),
        TransformCase.of("stick-breaking onto two", run -> Bijections.stickBreaking(), 1, LINE),
        TransformCase.of(
            "independent",
            run -> Bijections.to(Constraint.independent(Constraint.POSITIVE, 1)),
            3,
            SPACE),
        TransformCase.of("inverted", run -> Bijections.affine(1, 4).inverted(), 1, LINE),
        TransformCase.of(
            "composed",
            run -> Bijections.affine(0.5, 0.3).then(Bijections.softplus()).then(Bijections.exp()),
            1,
            -3,
            -0.4,
            0,
            0.7,
            2),
        TransformCase.of(
            "composed of elements and vectors",
            run -> Bijections.affine(0.5, 0.3).then(Bijections.stickBreaking()),
            3,
            SPACE));
  }

  private static List<TransformCase> elementwise() {
    return List.of(
        TransformCase.of("tanh", run -> Bijections.tanh(), 1, SATURATING),
        TransformCase.of("leaky ReLU", run -> Bijections.leakyRelu(0.01), 1, LINE),
        TransformCase.of("ELU", run -> Bijections.elu(1.5), 1, BELOW),
        TransformCase.of("power", run -> Bijections.power(2.5), 1, HALF_LINE),
        TransformCase.of("negative power", run -> Bijections.power(-0.5), 1, HALF_LINE),
        TransformCase.of(
            "powers", run -> Bijections.power(vector(run, 0.5, -3)).independent(1), 2, HALF_LINE),
        TransformCase.of("sinh-arcsinh", run -> Bijections.sinhArcsinh(-0.7, 1.4), 1, LINE),
        TransformCase.of(
            "sinh-arcsinh of tensors",
            run -> Bijections.sinhArcsinh(vector(run, 0, 0.5), vector(run, 1, 0.6)).independent(1),
            2,
            PLANE),
        TransformCase.of("tails", run -> Bijections.tails(0.3, -0.2), 1, LINE),
        TransformCase.of(
            "tails of tensors",
            run -> Bijections.tails(vector(run, 0, 0.5), vector(run, -0.2, 0)).independent(1),
            2,
            PLANE),
        TransformCase.of("log-tanh", run -> Bijections.logTanh(2), 1, LINE),
        TransformCase.of("soft clip", run -> Bijections.softClip(3), 1, LINE),
        TransformCase.of("cdf of normal", run -> CdfTransform.of(Normal.of(1, 2)), 1, NEAR),
        TransformCase.of(
            "cdf of Student's t", run -> CdfTransform.of(StudentT.of(3, 1, 2)), 1, LINE),
        TransformCase.of("cdf of gamma", run -> CdfTransform.of(Gamma.of(2, 1)), 1, HALF_LINE),
        TransformCase.of(
            "cdf of truncated normal",
            run -> CdfTransform.of(TruncatedNormal.of(0, 1, -1, 2)),
            1,
            -0.9,
            -0.4,
            0,
            0.7),
        TransformCase.of(
            "cdf of batches",
            run -> CdfTransform.of(Normal.of(vector(run, -1, 1), 2)).independent(1),
            2,
            -3,
            0.5,
            0,
            0,
            1.5,
            -0.2),
        TransformCase.of(
            "quantile of Laplace",
            run -> CdfTransform.of(Laplace.of(1, 2)).inverted(),
            1,
            0.001,
            0.3,
            0.7,
            0.99));
  }

  private static List<TransformCase> toConstraints() {
    return List.of(
        to(Constraint.greaterThan(2), 1, LINE),
        to(Constraint.lessThan(-3), 1, LINE),
        to(Constraint.greaterThanEq(-1), 1, LINE),
        to(Constraint.lessThanEq(0), 1, LINE),
        TransformCase.of(
            "above tensors",
            run ->
                Bijections.to(
                    Constraint.independent(Constraint.greaterThan(vector(run, -1, 2)), 1)),
            2,
            PLANE),
        to(Constraint.CIRCULAR, 1, BOUNDED),
        to(Constraint.ORDERED_VECTOR, 3, SPACE),
        to(Constraint.POSITIVE_ORDERED_VECTOR, 3, -3, 0.5, 1, 0, 0, 0, 1.5, -0.2, 4, 4, -2, 2),
        to(Constraint.LOWER_CHOLESKY, 3, SPACE),
        to(Constraint.POSITIVE_DEFINITE, 3, -3, 0.5, 1, 0, 0, 0, 1.5, -0.2, 2, 0.1, -2, -1),
        to(Constraint.CORR_CHOLESKY, 3, SPACE),
        to(Constraint.CORR_MATRIX, 3, -1.5, 0.5, 1, 0, 0, 0, 0.4, -0.2, 2, 0.1, -2, -1),
        to(Constraint.SPHERE, 3, SPACE),
        to(Constraint.ZERO_SUM, 3, SPACE),
        six("larger", Constraint.LOWER_CHOLESKY),
        six("larger", Constraint.POSITIVE_DEFINITE),
        six("larger", Constraint.CORR_CHOLESKY),
        six("larger", Constraint.CORR_MATRIX),
        one(Constraint.ORDERED_VECTOR),
        one(Constraint.POSITIVE_ORDERED_VECTOR),
        one(Constraint.LOWER_CHOLESKY),
        one(Constraint.POSITIVE_DEFINITE),
        one(Constraint.SPHERE),
        one(Constraint.ZERO_SUM),
        one(Constraint.CORR_CHOLESKY),
        to(
            Constraint.stack(List.of(Constraint.REAL, Constraint.POSITIVE, Constraint.CIRCULAR)),
            3,
            SPACE),
        to(
            Constraint.cat(
                List.of(Constraint.SIMPLEX, Constraint.POSITIVE, Constraint.ORDERED_VECTOR),
                3,
                1,
                3),
            6,
            SIX));
  }

  private static TransformCase to(Constraint constraint, int size, double... inputs) {
    return TransformCase.of("to " + constraint, run -> Bijections.to(constraint), size, inputs);
  }

  private static TransformCase six(String what, Constraint constraint) {
    return TransformCase.of(what + " " + constraint, run -> Bijections.to(constraint), 6, SIX);
  }

  private static TransformCase one(Constraint constraint) {
    return TransformCase.of("smallest " + constraint, run -> Bijections.to(constraint), 1, NEAR);
  }

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }
}
