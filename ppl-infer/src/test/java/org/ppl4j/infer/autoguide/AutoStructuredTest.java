package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Mlp;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LogJointLaw;
import org.ppl4j.testing.WithStore;

/** Guides that draw sites given earlier ones. */
class AutoStructuredTest extends WithStore {

  private static final double[] Y = {1.7, -1.9, 1.2, 2.2, -0.8, 3, 2.5, 0.1};

  /** Vectors outside and within plates, nested plates, all normal: the posterior is normal. */
  private static final Program<NDArray> LINEAR =
      (p, y) -> {
        NDArray mean = p.sample("mean", Normal.of(100, 50));
        NDArray slopes = p.sample("slopes", Normal.standard(2).toEvent(1));
        NDArray shift = slopes.sum(new int[] {-1}).mul(0.7).add(mean);
        try (Plate columns = p.plate(PlateSpec.of("columns", 4).dim(-1))) {
          NDArray column = p.sample("column", Normal.of(shift, 2));
          NDArray pair =
              p.sample(
                  "pair",
                  MultivariateNormal.of(
                      p.run().zeros(new Shape(2)),
                      p.run().create(new double[] {1, 0, 0.9, 0.3}, new Shape(2, 2))));
          NDArray sum = column.add(pair.sum(new int[] {-1}));
          try (Plate rows = p.plate(PlateSpec.of("rows", 2).dim(-2))) {
            NDArray cell = p.sample("cell", Normal.of(sum, 1));
            p.observe("y", Normal.of(cell, 0.5), y.reshape(2, 4));
          }
        }
      };

  /** The largest distance of a log weight from the evidence. */
  private double spread(Program<NDArray> model, AutoStructured<NDArray> guide, NDArray data) {
    try (Svi<NDArray> svi =
        Svi.builder(model, guide)
            .params(params)
            .optimizer(Sgd.withRate(1e-300))
            .progress(Progress.silent())
            .build()) {
      svi.step(data);
      double evidence = evidence(model, exact(model, data), data);
      return Arrays.stream(svi.logWeights(data, 50))
          .map(weight -> Math.abs(weight - evidence))
          .max()
          .orElseThrow();
    }
  }

  /** Of a normal posterior: the density at its mode, and its volume. */
  private double evidence(Program<NDArray> model, NormalApproximation posterior, NDArray data) {
    try (LogDensity<NDArray> density = LogDensity.of(model, data, RunConfig.defaults())) {
      double[] mode = posterior.location();
      return density.evaluate(mode, new double[mode.length])
          + (mode.length * Math.log(2 * Math.PI) + posterior.logDeterminant()) / 2;
    }
  }

  private static NormalApproximation exact(Program<NDArray> model, NDArray data) {
    try (LaplacePosterior<NDArray> posterior =
        LaplaceApproximation.of(model).asWritten().run(data)) {
      return posterior.normal();
    }
  }

  static Stream<Named<UnaryOperator<AutoStructured<NDArray>>>> exactStructures() {
    return Stream.of(
        Named.of("found by itself", guide -> guide),
        Named.of(
            "all that is needed",
            guide -> guide.depends("slopes", "mean").depends("pair", "mean", "slopes", "column")));
  }

  /** What is normal and depends as the guide does, has draws of one weight: the evidence. */
  @ParameterizedTest
  @MethodSource("exactStructures")
  void aNormalPosteriorOfItsStructureIsMet(UnaryOperator<AutoStructured<NDArray>> setting) {
    NDArray data = manager.create(Y).add(100);
    AutoStructured<NDArray> guide =
        setting.apply(AutoStructured.of(LINEAR)).start(exact(LINEAR, data));

    assertThat(spread(LINEAR, guide, data)).isLessThan(1e-7);
  }

  static Stream<Named<UnaryOperator<AutoStructured<NDArray>>>> poorerStructures() {
    return Stream.of(
        Named.of("slopes by themselves", guide -> guide.depends("slopes")),
        Named.of("a pair of independent numbers", g -> g.conditional("pair", Conditional.NORMAL)),
        Named.of("cells without columns", guide -> guide.depends("cell", "mean", "pair")));
  }

  @ParameterizedTest
  @MethodSource("poorerStructures")
  void dependenceThatIsLeftOutIsMissed(UnaryOperator<AutoStructured<NDArray>> setting) {
    NDArray data = manager.create(Y).add(100);
    AutoStructured<NDArray> guide =
        setting.apply(AutoStructured.of(LINEAR)).start(exact(LINEAR, data));

    assertThat(spread(LINEAR, guide, data)).isGreaterThan(0.1);
  }

  @Test
  void mediansAreThoseOfTheNormal() {
    NDArray data = manager.create(Y).add(100);
    NormalApproximation normal = exact(LINEAR, data);
    AutoStructured<NDArray> guide = AutoStructured.of(LINEAR).start(normal);
    assertThat(spread(LINEAR, guide, data)).isLessThan(1e-7);

    Map<String, double[]> medians = guide.median(params);

    assertThat(medians.keySet()).containsExactly("mean", "slopes", "column", "pair", "cell");
    assertThat(medians.values().stream().flatMapToDouble(Arrays::stream).toArray())
        .containsExactly(normal.location(), within(1e-9));
  }

  /** Points, networks, and sites by themselves. */
  private static AutoStructured<Void> mixed() {
    return AutoStructured.of(SiteZoo.ZOO)
        .conditional("b", Conditional.DELTA)
        .depends("s", Mlp.of(4), "w", "u")
        .depends("u")
        .initialScale(0.2);
  }

  @Test
  void eachSiteIsDrawnAsItWasTold() {
    AutoStructured<Void> guide = mixed();
    SiteZoo.begin(guide, params, 1);

    assertThat(params.names())
        .containsExactly(
            "auto.loc.w",
            "auto.scaleTril.w",
            "auto.loc.u",
            "auto.scale.u",
            "auto.loc.b",
            "auto.loc.s",
            "auto.network.s.0.weight",
            "auto.network.s.0.bias",
            "auto.network.s.1.weight",
            "auto.network.s.1.bias",
            "auto.scale.s",
            "auto.loc.t",
            "auto.weight.t",
            "auto.scale.t");
    assertThat(params.shape("auto.weight.t")).isEqualTo(new Shape(2, 4, 1, 3 + 1 + 1));
    assertThat(guide.median(params).keySet()).containsExactly("w", "u", "b", "s", "t");
    LogJointLaw.check(mixed(), null);
  }

  @Nested
  class Mistakes {

    private void refuses(AutoStructured<Void> guide, String message) {
      assertThatThrownBy(() -> SiteZoo.begin(guide, params, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }

    @Test
    void aSiteThatThereIsNot() {
      refuses(
          AutoStructured.of(SiteZoo.ZOO).depends("t", "uu"),
          "guide 'AutoStructured' was told of site 'uu', but draws none of this name; it draws [u,"
              + " w, b, s, t]");
      refuses(
          AutoStructured.of(SiteZoo.ZOO).conditional("tt", Conditional.NORMAL),
          "guide 'AutoStructured' was told of site 'tt', but draws none of this name; it draws [t,"
              + " w, u, b, s]");
    }

    @Test
    void aLaterSite() {
      refuses(
          AutoStructured.of(SiteZoo.ZOO).depends("u", "s"),
          "guide 'AutoStructured' is to draw site 'u' given 's', which the model does not draw"
              + " before it; let the later one depend on the earlier");
    }

    @Test
    void aSiteOfAnotherPlate() {
      Program<Void> model =
          (p, none) -> {
            try (Plate rows = p.plate("rows", 3)) {
              p.sample("a", Normal.of(0, 1));
            }
            p.sample("b", Normal.of(0, 1));
          };
      refuses(
          AutoStructured.of(model).depends("b", "a"),
          "guide 'AutoStructured' is to draw site 'b' given 'a', which has a value for each row of"
              + " plates [rows], where 'b' is not; let it depend on sites around it");
    }

    @Test
    void settings() {
      assertThatThrownBy(() -> AutoStructured.of(SiteZoo.ZOO).initialScale(0))
          .hasMessage("guide 'AutoStructured' has initial scale 0.0, but it must be positive");
      assertThatThrownBy(() -> AutoStructured.of(SiteZoo.ZOO).depends("u", Mlp.of(2)))
          .hasMessage("site 'u' is to depend on none by a network; name the sites");
      NormalApproximation two = exact(LINEAR, manager.create(Y)).marginal(0, 1);
      refuses(
          AutoStructured.of(SiteZoo.ZOO).start(two),
          "guide 'AutoStructured' is to start at a normal distribution of 2 numbers, but draws 17"
              + " for sites [w, u, b, s, t]; find it for the same model");
    }
  }

  @Nested
  class Regression {

    /** The last numbers given all before them: the factors of Cholesky. */
    @Test
    void givenAllItIsTheCholeskyFactor() {
      RealMatrix lower =
          MatrixUtils.createRealMatrix(new double[][] {{2, 0, 0}, {1, 0.5, 0}, {-3, 1, 4}});
      RealMatrix precision = MatrixUtils.inverse(lower.multiply(lower.transpose()));
      Regressions found = Regressions.of(flat(precision), 3, i -> IntStream.range(0, i).toArray());

      RealMatrix rebuilt = MatrixUtils.createRealIdentityMatrix(3);
      for (int i = 0; i < 3; i++) {
        assertThat(found.deviation(i)).isCloseTo(lower.getEntry(i, i), within(1e-12));
        for (int j = 0; j < i; j++) {
          rebuilt.setEntry(i, j, -found.weights(i)[j]);
        }
      }
      RealMatrix unit = MatrixUtils.inverse(rebuilt);
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j <= i; j++) {
          assertThat(unit.getEntry(i, j) * lower.getEntry(j, j))
              .isCloseTo(lower.getEntry(i, j), within(1e-12));
        }
      }
    }

    /** Of all normal distributions with these parents and weights, its divergence is least. */
    @Test
    void noOtherDeviationsAreNearer() {
      RealMatrix precision =
          MatrixUtils.createRealMatrix(
              new double[][] {
                {4, 1, 0.5, 1}, {1, 3, -1, 0.4}, {0.5, -1, 2, 0.3}, {1, 0.4, 0.3, 1}
              });
      int[][] parents = {{}, {}, {0, 1}, {0}};
      Regressions found = Regressions.of(flat(precision), 4, i -> parents[i]);
      double[] best = new double[7];
      int at = 0;
      for (int i = 0; i < 4; i++) {
        best[i] = found.deviation(i);
        for (double weight : found.weights(i)) {
          best[4 + at++] = weight;
        }
      }
      double least = divergence(best, parents, precision);
      for (int k = 0; k < 4; k++) {
        for (double by : new double[] {-1e-3, 1e-3}) {
          double[] other = best.clone();
          other[k] += by;
          assertThat(divergence(other, parents, precision)).as("%s", k).isGreaterThan(least);
        }
      }
    }

    /** Up to a constant, of N(0, A S² Aᵀ) from the one with this precision. */
    private double divergence(double[] parts, int[][] parents, RealMatrix precision) {
      RealMatrix factor = MatrixUtils.createRealIdentityMatrix(4);
      int at = 4;
      double log = 0;
      for (int i = 0; i < 4; i++) {
        for (int j : parents[i]) {
          factor.setEntry(i, j, -parts[at++]);
        }
      }
      RealMatrix scaled = MatrixUtils.inverse(factor);
      for (int i = 0; i < 4; i++) {
        log += Math.log(parts[i]);
        for (int k = 0; k < 4; k++) {
          scaled.multiplyEntry(k, i, parts[i]);
        }
      }
      return precision.multiply(scaled.multiply(scaled.transpose())).getTrace() / 2 - log;
    }

    private double[] flat(RealMatrix matrix) {
      return Arrays.stream(matrix.getData()).flatMapToDouble(Arrays::stream).toArray();
    }
  }
}
