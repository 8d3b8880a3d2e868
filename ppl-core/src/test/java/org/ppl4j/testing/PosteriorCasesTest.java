package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.correlation.Covariance;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.Particles;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Each program has the density of the posterior whose draws another program made. With u a draw in
 * unconstrained space, made white, and s the score there,
 *
 * <pre>{@code
 * E s = 0,  E u s = −1    coordinate by coordinate
 * }</pre>
 *
 * (partial integration; Stein's identity). The half of the draws that is judged is not the one that
 * whitens.
 */
@ExtendWith(LeakCheck.class)
class PosteriorCasesTest {

  /** Of the means' own standard errors; some 400 means are judged, of draws that are fixed. */
  private static final double MOST = 4.5;

  static Stream<Named<PosteriorCase>> posteriors() {
    return PosteriorCases.all();
  }

  @ParameterizedTest
  @MethodSource("posteriors")
  void itsScoreFitsDrawsOfAnotherProgram(PosteriorCase posterior) {
    Scores scores = Scores.of(posterior);
    int dims = scores.white().getColumnDimension();

    assertThat(dims).isGreaterThanOrEqualTo(2);
    assertThat(worst(scores, 1, 0)).isLessThan(MOST);
    assertThat(worst(scores, 2, 0)).as("planted: a density that counts twice").isGreaterThan(MOST);
    assertThat(worst(scores, 1, 0.7)).as("planted: all coordinates are moved").isGreaterThan(MOST);
  }

  /** The judged draws (n, D) and the scores at them. */
  private record Scores(RealMatrix white, RealMatrix scores) {

    static Scores of(PosteriorCase posterior) {
      RunConfig config = RunConfig.defaults();
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager, config);
          BoundData<PosteriorCase.Data> bound = BoundData.of(posterior.data(manager), config);
          Run run = Run.open(config, 0)) {
        PosteriorCase.Draws draws = posterior.draws();
        Given given = new Given(draws, new ArrayList<>(), new ArrayList<>());
        Trace trace =
            Execution.record(
                run,
                params,
                Rng.Purpose.MODEL,
                posterior.program(),
                bound.in(run),
                given,
                new Particles(draws.count(), 1));
        assertThat(trace.latents()).hasSameSizeAs(given.leaves());
        NDArray joint = trace.logJoint().add(Tensors.addAll(given.logDets()));
        RealMatrix u = columns(given.leaves(), draws.count());
        RealMatrix s = columns(Autograd.grad(joint, given.leaves()), draws.count());
        return white(u, s);
      }
    }

    private static Scores white(RealMatrix u, RealMatrix s) {
      int[] all = IntStream.range(0, u.getColumnDimension()).toArray();
      int[] even = IntStream.range(0, u.getRowDimension()).filter(i -> i % 2 == 0).toArray();
      int[] odd = IntStream.range(0, u.getRowDimension()).filter(i -> i % 2 == 1).toArray();
      RealMatrix known = u.getSubMatrix(even, all);
      RealMatrix judged = u.getSubMatrix(odd, all);
      RealMatrix covariance = new Covariance(known).getCovarianceMatrix();
      CholeskyDecomposition factor = new CholeskyDecomposition(covariance, 1e-9, 0);
      for (int d : all) {
        double mean = Arrays.stream(known.getColumn(d)).average().orElseThrow();
        judged.setColumn(d, Arrays.stream(judged.getColumn(d)).map(x -> x - mean).toArray());
      }
      // rows: v = L⁻¹ (u − m), and its score Lᵀ s
      RealMatrix inverse = factor.getSolver().getInverse().multiply(factor.getL()).transpose();
      return new Scores(
          judged.multiply(inverse.transpose()), s.getSubMatrix(odd, all).multiply(factor.getL()));
    }

    private static RealMatrix columns(List<NDArray> leaves, int count) {
      int dims = 0;
      for (NDArray leaf : leaves) {
        dims += (int) leaf.size() / count;
      }
      RealMatrix matrix = new Array2DRowRealMatrix(count, dims);
      int at = 0;
      for (NDArray leaf : leaves) {
        double[] values = Tensors.values(leaf);
        int size = values.length / count;
        for (int d = 0; d < size; d++) {
          for (int i = 0; i < count; i++) {
            matrix.setEntry(i, at, values[i * size + d]);
          }
          at++;
        }
      }
      return matrix;
    }
  }

  /**
   * The most standard errors by which an identity is off.
   *
   * @param factor of the log density
   * @param tilt of every white coordinate
   */
  private static double worst(Scores of, double factor, double tilt) {
    double worst = 0;
    for (int d = 0; d < of.white().getColumnDimension(); d++) {
      double[] white = of.white().getColumn(d);
      double[] mean = of.scores().getColumn(d);
      double[] stein = new double[white.length];
      for (int i = 0; i < white.length; i++) {
        mean[i] = factor * mean[i] + tilt;
        stein[i] = white[i] * mean[i] + 1;
      }
      worst = Math.max(worst, Math.max(errors(mean), errors(stein)));
    }
    return worst;
  }

  private static double errors(double[] x) {
    double mean = StatUtils.mean(x);
    return Math.abs(mean) / Math.sqrt(StatUtils.variance(x, mean) / x.length);
  }

  /** Gives the latent sites all draws at once, as images of leaves in unconstrained space. */
  private record Given(PosteriorCase.Draws draws, List<NDArray> leaves, List<NDArray> logDets)
      implements Handler {

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          if (site.isLatent()) {
            long rows = site.plates().isEmpty() ? 1 : site.plates().get(0).batch();
            Shape shape = new Shape(draws.count(), rows).addAll(site.distribution().eventShape());
            NDArray x = p.run().create(draws.of(site.name()), shape);
            Transform bijection = Bijections.to(site.distribution().support());
            NDArray u = Autograd.variable(bijection.inverse(x).value());
            Mapped mapped = bijection.forward(u);
            leaves.add(u);
            logDets.add(Tensors.total(mapped.logDet()));
            site.substitute(mapped.value());
          }
        }
      };
    }
  }
}
