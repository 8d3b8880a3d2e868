package org.ppl4j.infer.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.InverseGamma;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Pareto;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.distributions.Weibull;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** Programs that are hard to start: known posteriors, flat priors, vague priors. */
final class StartCases {

  /** A program with its data. */
  record StartCase<D>(Program<D> program, Function<NDManager, D> data) {}

  private StartCases() {}

  private static final Program<NDArray> BATCHES =
      (p, y) -> {
        NDArray loc = p.sample("loc", ImproperUniform.of(Constraint.REAL));
        NDArray variance = p.sample("variance", InverseGamma.of(0.001, 0.001));
        try (Plate rows = p.plate("rows", 6, 2)) {
          NDArray each = p.sample("each", Normal.of(loc, variance.sqrt()));
          p.observe("y", Normal.of(each, 1), rows.take(y));
        }
      };

  private static final Program<NDArray> HOLES =
      (p, y) -> {
        NDArray loc = p.sample("loc", ImproperUniform.of(Constraint.REAL));
        try (Plate rows = p.plate("rows", 6)) {
          p.observe("y", LogNormal.of(loc, 100), rows.take(y), y.gt(0.7));
        }
      };

  /** All, each as it is and with automatic reparameterization. */
  static Stream<Named<StartCase<?>>> all() {
    return Stream.of(posteriors(), flat(), vague(), seen())
        .flatMap(cases -> cases)
        .flatMap(
            each ->
                Stream.of(
                    each,
                    Named.of(
                        each.getName() + " reparameterized", reparameterized(each.getPayload()))));
  }

  private static <D> StartCase<D> reparameterized(StartCase<D> each) {
    return new StartCase<>(each.program().with(Reparam.automatic()), each.data());
  }

  private static Stream<Named<StartCase<?>>> posteriors() {
    return PosteriorCases.all()
        .map(
            each -> {
              PosteriorCase posterior = each.getPayload();
              return Named.of(
                  each.getName(), new StartCase<>(posterior.program(), posterior::data));
            });
  }

  private static Stream<Named<StartCase<?>>> flat() {
    return Map.of(
            "of vectors", flat(Constraint.REAL, 3),
            "of positive vectors", flat(Constraint.POSITIVE, 3),
            "of an interval", flat(Constraint.interval(-3, 1e6), 2),
            "above a bound", flat(Constraint.greaterThan(1e3), 2),
            "of the simplex", flat(Constraint.SIMPLEX, 4),
            "of ordered vectors", flat(Constraint.ORDERED_VECTOR, 4),
            "of positive ordered vectors", flat(Constraint.POSITIVE_ORDERED_VECTOR, 4),
            "of sums of zero", flat(Constraint.ZERO_SUM, 3),
            "of covariances", flat(Constraint.POSITIVE_DEFINITE, 3, 3),
            "of correlations", flat(Constraint.CORR_CHOLESKY, 3, 3))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> around("flat prior " + each.getKey(), each.getValue()));
  }

  private static Distribution flat(Constraint support, long... event) {
    return ImproperUniform.of(support, new Shape(), new Shape(event));
  }

  /**
   * What is observed depends on the site; with nothing else in it, a flat prior is all there is.
   */
  private static Named<StartCase<?>> around(String name, Distribution prior) {
    Program<NDArray> program =
        (p, y) -> {
          NDArray x = p.sample("x", prior);
          NDArray level = Tensors.sumRight(x, prior.eventShape().dimension()).mul(1e-3);
          try (Plate rows = p.plate("rows", y.size(0))) {
            p.observe("y", Normal.of(level, 1), rows.take(y));
          }
        };
    return Named.of(name, new StartCase<>(program, StartCases::six));
  }

  private static Stream<Named<StartCase<?>>> vague() {
    return Stream.of(
            InverseGamma.of(0.001, 0.001),
            Gamma.of(0.001, 0.001),
            HalfCauchy.of(1e8),
            LogNormal.of(0, 100),
            Pareto.of(1e-3, 1e-3),
            Uniform.of(0, 1e10),
            Weibull.of(1e8, 0.05))
        .map(
            prior -> {
              Program<NDArray> program =
                  (p, y) -> {
                    NDArray loc = p.sample("loc", Normal.of(0, 1e8));
                    NDArray centre = p.sample("centre", Cauchy.of(0, 1e6));
                    NDArray variance = p.sample("variance", prior);
                    NDArray each;
                    try (Plate groups = p.plate("groups", 6)) {
                      each = p.sample("each", StudentT.of(p.scalar(3), centre, variance.sqrt()));
                    }
                    try (Plate rows = p.plate("rows", 6)) {
                      p.observe("y", Normal.of(each.add(loc), variance.sqrt()), rows.take(y));
                    }
                  };
              return Named.of("vague prior " + prior, new StartCase<>(program, StartCases::six));
            });
  }

  private static Stream<Named<StartCase<?>>> seen() {
    return Stream.of(
        Named.of("two rows of six", new StartCase<>(BATCHES, StartCases::six)),
        Named.of("four values of six", new StartCase<>(HOLES, StartCases::six)));
  }

  private static NDArray six(NDManager manager) {
    return manager.create(new double[] {-1e3, 0.5, 1, 2, 30, 400});
  }
}
