package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;

/** What the families of vectors and matrices are to each other, and where their numbers end. */
@ExtendWith(LeakCheck.class)
class MultivariateTest {

  private static Rng rng(String name) {
    return Rng.of(4, Rng.Purpose.MODEL, 0, name);
  }

  private static NDArray normals(Run run, long... sizes) {
    return rng("normals").normal(run, new Shape(sizes));
  }

  private static NDArray factor(Run run, long... sizes) {
    return Bijections.lowerCholesky().forward(normals(run, sizes).mul(0.5)).value();
  }

  @Test
  void aNormalIsTheSameByEachMatrix() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray loc = normals(run, 3);
      NDArray value = normals(run, 5, 2, 3);
      NDArray lower = factor(run, 2, 6);
      MultivariateNormal byFactor = MultivariateNormal.of(loc, lower);
      NDArray covariance = byFactor.covarianceMatrix();
      NDArray logProb = byFactor.logProb(value);

      for (MultivariateNormal other :
          List.of(
              MultivariateNormal.withCovariance(loc, covariance),
              MultivariateNormal.withPrecision(loc, Linalg.inverse(covariance)))) {
        assertClose("log-density", other.logProb(value), logProb, 1e-10);
        assertClose("entropy", other.entropy(), byFactor.entropy(), 1e-10);
        assertClose("variance", other.variance(), byFactor.variance(), 1e-10);
        assertClose("factor", other.scaleTril(), lower, 1e-10);
        assertClose("covariance", other.covarianceMatrix(), covariance, 1e-10);
        assertClose("precision", other.precisionMatrix(), byFactor.precisionMatrix(), 1e-9);
      }
    }
  }

  @Test
  void aNumberIsTheLocationOfEachEntry() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray lower = factor(run, 6);
      NDArray value = normals(run, 4, 3);
      NDArray twos = run.full(2, new Shape(3));
      for (List<Distribution> pair :
          List.<List<Distribution>>of(
              List.of(MultivariateNormal.of(2, lower), MultivariateNormal.of(twos, lower)),
              List.of(
                  MultivariateNormal.withPrecision(2, run.eye(3)),
                  MultivariateNormal.withPrecision(twos, run.eye(3))),
              List.of(
                  LowRankMultivariateNormal.of(2, lower, twos),
                  LowRankMultivariateNormal.of(twos, lower, twos)),
              List.of(
                  MultivariateStudentT.of(3, 2, lower),
                  MultivariateStudentT.of(run.scalar(3), twos, lower)))) {
        Distribution number = pair.get(0).on(run);

        assertClose("log-density", number.logProb(value), pair.get(1).logProb(value), 1e-13);
        assertClose("mean", number.mean(), pair.get(1).mean(), 0);
        assertClose(
            "draw", number.draw(rng("x")).value(), pair.get(1).draw(rng("x")).value(), 1e-13);
      }
    }
  }

  /** Batches of matrices and of values give what each place gives alone. */
  @Test
  void placesOfABatchAreIndependent() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray lower = factor(run, 2, 6);
      NDArray value = normals(run, 5, 2, 3);
      List<Function<NDArray, Distribution>> families =
          List.of(
              l -> MultivariateNormal.of(0, l),
              l -> MultivariateNormal.withCovariance(0, Matrices.square(l)),
              l -> MultivariateNormal.withPrecision(0, Matrices.square(l)),
              l -> MultivariateStudentT.of(3, 0, l),
              l -> LowRankMultivariateNormal.of(0, l, Linalg.diagonal(l)));
      for (Function<NDArray, Distribution> family : families) {
        NDArray all = family.apply(lower).on(run).logProb(value);
        for (int place = 0; place < 2; place++) {
          NDArray alone =
              family.apply(lower.get(place + "")).on(run).logProb(value.get(":, " + place));
          assertClose("place " + place, all.get(":, " + place), alone, 1e-12);
        }
      }
    }
  }

  @Test
  void lowRankIsANormal() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray diagonal = normals(run, 4).square().add(1e-3);
      LowRankMultivariateNormal low =
          LowRankMultivariateNormal.of(normals(run, 4), normals(run, 4, 2).mul(3), diagonal);
      MultivariateNormal normal =
          MultivariateNormal.withCovariance(low.loc(), low.covarianceMatrix());
      NDArray value = normals(run, 6, 4);

      assertClose("log-density", low.logProb(value), normal.logProb(value), 1e-9);
      assertClose("entropy", low.entropy(), normal.entropy(), 1e-10);
      assertClose("variance", low.variance(), normal.variance(), 1e-12);
    }
  }

  @Test
  void aMatrixNormalIsANormalOfItsColumns() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray rows = factor(run, 3);
      NDArray columns = factor(run, 6);
      NDArray value = normals(run, 5, 2, 3);
      MatrixNormal matrices = MatrixNormal.of(0.5, rows, columns);
      NDArray kronecker = rows.expandDims(1).expandDims(3).mul(columns.expandDims(0).expandDims(2));
      MultivariateNormal flat =
          MultivariateNormal.of(0.5, Tensors.reshape(kronecker, new Shape(6, 6)));
      NDArray vectors = Tensors.reshape(value, new Shape(5, 6));

      assertClose("log-density", matrices.logProb(value), flat.logProb(vectors), 1e-10);
      assertClose("entropy", matrices.entropy(), flat.entropy(), 1e-12);
      NDArray variance = Tensors.reshape(matrices.variance(), new Shape(6));
      assertClose("variance", variance, flat.variance(), 1e-12);
    }
  }

  @Test
  void aRandomWalkIsANormalWithTheCovarianceOfTheSmallerTime() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray covariance =
          run.create(new double[] {1, 1, 1, 1, 2, 2, 1, 2, 3}, new Shape(3, 3)).mul(0.49);
      NDArray value = normals(run, 5, 3);
      Distribution walk = GaussianRandomWalk.of(0.7, 3).on(run);
      MultivariateNormal normal = MultivariateNormal.withCovariance(0, covariance);

      assertClose("log-density", walk.logProb(value), normal.logProb(value), 1e-11);
      assertClose("entropy", walk.entropy(), normal.entropy(), 1e-12);
      assertClose("variance", walk.variance(), normal.variance(), 1e-12);
    }
  }

  @Test
  void aZeroSumNormalIsANormalOfTheCoordinatesInThePlane() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = normals(run, 5, 3);
      Mapped plane = Bijections.zeroSum().forward(x);

      assertClose(
          "log-density",
          ZeroSumNormal.of(0.7, 4).on(run).logProb(plane.value()),
          Normal.of(0, 0.7).on(run).expand(new Shape(3)).toEvent(1).logProb(x),
          1e-12);
    }
  }

  /** A Wishart matrix of one entry is a gamma number of half the degrees of freedom. */
  @Test
  void wishartMatricesOfOneEntryAreGamma() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = normals(run, 6).square();
      NDArray half = run.full(0.5, new Shape(1, 1));
      Distribution wishart = Wishart.of(3, half).on(run);

      NDArray matrices = Tensors.reshape(x, new Shape(6, 1, 1));
      assertClose(
          "log-density", wishart.logProb(matrices), Gamma.of(1.5, 2).on(run).logProb(x), 1e-12);
    }
  }

  /** A row and a column of length 1 and an angle from it that the file gives. */
  @ParameterizedTest
  @CsvFileSource(resources = "projected_normal.csv", numLinesToSkip = 1)
  void projectedNormalAgreesWithTheIntegral(int size, double length, double angle, double logProb) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        double[] concentration = new double[size];
        concentration[0] = length;
        double[] value = new double[size];
        value[0] = Math.cos(angle);
        value[1] = Math.sin(angle);
        NDArray c = Autograd.variable(run.create(concentration, new Shape(size)));
        NDArray actual = ProjectedNormal.of(c).logProb(run.create(value, new Shape(size)));
        double cancelled = type == FloatType.FLOAT64 ? 1e-11 : 1e-6 * (10 + length * length);
        assertClose("log-density", actual, cancelled, logProb);
        for (double slope : Tensors.values(Autograd.grad(actual, List.of(c)).get(0))) {
          assertThat(slope).isFinite();
        }
      }
    }
  }

  static Stream<Function<Run, Distribution>> small() {
    return Stream.of(
        run -> Dirichlet.of(run.full(1e-3, new Shape(2000, 4))),
        run -> Dirichlet.of(run.create(new double[] {1e-3, 1e4, 1}, new Shape(3))),
        run -> LKJCholesky.of(4, 1e-3).on(run).expand(new Shape(500)),
        run -> LKJCholesky.of(4, 1e4).on(run).expand(new Shape(500)),
        run -> LKJCholesky.of(60, 1e5).on(run).expand(new Shape(20)),
        run -> LKJCholesky.of(60, 0.1).on(run).expand(new Shape(20)),
        run -> MultivariateStudentT.of(0.5, 0, run.eye(3)).on(run).expand(new Shape(200)));
  }

  /** Draws and their log-densities are finite where the gamma draws in them underflow. */
  @ParameterizedTest
  @MethodSource("small")
  void smallConcentrationsAreFinite(Function<Run, Distribution> family) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        Distribution distribution = family.apply(run);
        Draw draw = distribution.draw(rng("small"));

        assertThat(distribution.support().check(draw.value()).toBooleanArray())
            .doesNotContain(false);
        for (double logProb : Tensors.values(draw.logProb())) {
          assertThat(logProb).isFinite();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void dirichletDrawsOfSmallConcentrationsHaveTheirDerivatives(FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray leaf = Autograd.variable(run.full(1e-3, new Shape(2000, 4)));
      Draw draw = Dirichlet.of(leaf).draw(rng("small"));
      NDArray total = draw.value().square().sum().add(draw.logProb().sum());
      for (double slope : Tensors.values(Autograd.grad(total, List.of(leaf)).get(0))) {
        assertThat(slope).isFinite();
      }
    }
  }

  @Test
  void matricesOutOfRangeAreFoundByValidation() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray indefinite = run.create(new double[] {1, 2, 2, 1}, new Shape(2, 2));
      assertThatThrownBy(() -> MultivariateNormal.withCovariance(0, indefinite).validate())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "parameter 'covarianceMatrix' of MultivariateNormal must be a positive definite"
                  + " matrix, but its entry 0 is [1.0, 2.0, 2.0, 1.0]");
      assertThatThrownBy(() -> MultivariateNormal.of(0, indefinite).validate())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "parameter 'scaleTril' of MultivariateNormal must be a lower Cholesky factor, but its"
                  + " entry 0 is [1.0, 2.0, 2.0, 1.0]");
    }
  }

  @Test
  void supportsAreThoseOfTheirValues() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThat(Wishart.of(3, run.eye(2)).support()).isSameAs(Constraint.POSITIVE_DEFINITE);
      assertThat(LKJCholesky.of(2, 1).support()).isSameAs(Constraint.CORR_CHOLESKY);
      assertThat(Dirichlet.of(run.ones(new Shape(2))).support()).isSameAs(Constraint.SIMPLEX);
    }
  }
}
