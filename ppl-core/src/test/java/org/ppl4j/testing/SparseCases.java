package org.ppl4j.testing;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.ppl4j.distributions.AffineBeta;
import org.ppl4j.distributions.Argument;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.FisherSnedecor;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Kumaraswamy;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.LogitNormal;
import org.ppl4j.distributions.MixtureSameFamily;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.RelaxedBernoulli;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * Distributions by one concentration: every row of {@link DistributionCases} with what it has of
 * concentrations replaced, and combinations of families and wrappers whose draws lie nearer to an
 * end of their support than a float type can tell.
 */
public final class SparseCases {

  /** From nearly all mass at an end to nearly none. */
  public static final List<Double> CONCENTRATIONS = List.of(1e-3, 1e-2, 0.05, 1.0, 30.0, 1e3);

  /** How arguments are called that say how much of the mass is at the ends or in the tails. */
  private static final Set<String> NAMES =
      Set.of(
          "concentration", "concentration1", "concentration0", "df", "df1", "df2", "temperature");

  private SparseCases() {}

  /** One distribution for each concentration. */
  public interface Family {

    /** The distribution, made anew of tensors of the run. */
    Distribution of(Run run, double concentration);
  }

  /**
   * A family with its name.
   *
   * @param least the least concentration at which a value of the float type tells its density
   */
  public record SparseCase(String name, double least, Family family) {

    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them. */
  public static List<SparseCase> all() {
    List<SparseCase> cases = new ArrayList<>(combinations());
    for (DistributionCase row : DistributionCases.all()) {
      cases.add(new SparseCase(row.name(), least(row), (run, c) -> replaced(row, run, c)));
    }
    return cases;
  }

  /** The row with every concentration that it has replaced. */
  private static Distribution replaced(DistributionCase row, Run run, double concentration) {
    List<NDArray> parameters = new ArrayList<>(row.tensors(run));
    for (Argument argument : row.of(run, parameters).arguments()) {
      for (int i = 0; i < parameters.size(); i++) {
        NDArray old = parameters.get(i);
        if (NAMES.contains(argument.name()) && old == argument.value()) {
          parameters.set(i, run.full(concentration + excess(row), old.getShape()));
        }
      }
    }
    return row.of(run, parameters);
  }

  /**
   * Matrices that are singular to rounding have no Cholesky factor, from which their density is
   * computed; vectors of t with less than a degree of freedom are infinite in float32.
   */
  private static double least(DistributionCase row) {
    return row.name().startsWith("Wishart")
        ? 30
        : row.name().startsWith("MultivariateStudentT") ? 1 : 0;
  }

  /** What degrees of freedom must exceed. */
  private static double excess(DistributionCase row) {
    return row.name().startsWith("Wishart") ? 1 : 0;
  }

  private static List<SparseCase> combinations() {
    return List.of(
        scalar("Gamma far out", c -> Gamma.of(c, 1e-3)),
        scalar("Beta at 0", c -> Beta.of(c, 1)),
        scalar("Beta at 1", c -> Beta.of(1, c)),
        scalar("AffineBeta of tensors", c -> AffineBeta.of(c, c, c.mul(0).sub(1), c.mul(0).add(3))),
        scalar("F, first", c -> FisherSnedecor.of(c, number(3))),
        scalar("F, second", c -> FisherSnedecor.of(number(3), c)),
        scalar("Kumaraswamy at 0", c -> Kumaraswamy.of(c, number(1))),
        scalar("Kumaraswamy at 1", c -> Kumaraswamy.of(number(1), c)),
        scalar("Dirichlet of 50", c -> Dirichlet.of(c.broadcast(new Shape(50)))),
        scalar("LogNormal", c -> LogNormal.of(number(0), inverse(c))),
        scalar("LogitNormal", c -> LogitNormal.of(number(0), inverse(c))),
        scalar("RelaxedBernoulli", c -> RelaxedBernoulli.probs(c, number(0.3))),
        scalar("Gamma vector", c -> Gamma.of(c.broadcast(new Shape(3)), 2).toEvent(1)),
        scalar("Gamma masked", c -> Gamma.of(c, 2).mask(c.gt(0))),
        scalar("log Gamma", c -> through(Gamma.of(c, 1), Bijections.exp().inverted())),
        scalar("power of Gamma", c -> through(Gamma.of(c, 1), Bijections.power(-2))),
        scalar("multiple of Gamma", c -> through(Gamma.of(c, 1), Bijections.affine(0, 7))),
        scalar("moved Gamma", c -> through(Gamma.of(c, 1), Bijections.affine(2, -7))),
        scalar("moved Beta", c -> through(Beta.of(c, c), Bijections.affine(0.1, 0.7))),
        scalar("log-odds of Beta", c -> through(Beta.of(c, c), Bijections.sigmoid().inverted())),
        scalar("exp of Normal", c -> through(Normal.of(number(0), inverse(c)), Bijections.exp())),
        scalar(
            "sigmoid of Normal",
            c -> through(Normal.of(number(0), inverse(c)), Bijections.sigmoid())),
        scalar(
            "interval of Normal",
            c -> through(Normal.of(number(0), inverse(c)), Bijections.interval(-0.3, 0.9))),
        scalar(
            "mixture of Gamma",
            c ->
                MixtureSameFamily.of(
                    Categorical.probs(Tensors.vector(0.3, 0.7)),
                    Gamma.of(Tensors.stack(List.of(c, c.mul(2)), 0), 1))));
  }

  private static SparseCase scalar(String name, Function<NDArray, Distribution> family) {
    return new SparseCase(name, 0, (run, c) -> family.apply(run.full(c, new Shape())).on(run));
  }

  private static NDArray inverse(NDArray c) {
    return number(1).div(c);
  }

  private static Distribution through(Distribution base, Transform transform) {
    return TransformedDistribution.of(base, transform);
  }
}
