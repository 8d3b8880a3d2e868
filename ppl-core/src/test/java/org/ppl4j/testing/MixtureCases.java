package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Geometric;
import org.ppl4j.distributions.Logistic;
import org.ppl4j.distributions.Mixture;
import org.ppl4j.distributions.MixtureSameFamily;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;

/** The rows of mixtures. */
final class MixtureCases {

  private MixtureCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("MixtureSameFamily", MixtureCases::normals)
            .vector(0.3, 0.7)
            .vector(-1, 1.5)
            .vector(0.8, 0.5)
            .inside(-2, 0.1, 1.7)
            .operations("15 14 41 14", "15 14 41 14")
            .reference("MixtureSameFamily", MixtureCases::ofReference)
            .refuses(
                run ->
                    MixtureSameFamily.of(
                        Categorical.probs(run.ones(new Shape(2))), Normal.standard(3)),
                "mixture has 2 weights, but its components 'Normal' have batch shape (3); the"
                    + " rightmost batch dim must be that of the components")
            .refuses(
                run ->
                    MixtureSameFamily.of(
                        Categorical.probs(run.ones(new Shape(2))), Normal.standard()),
                "mixture has 2 weights, but its components 'Normal' have batch shape (); the"
                    + " rightmost batch dim must be that of the components"),
        DistributionCase.of(
                "MixtureSameFamily of counts",
                p -> MixtureSameFamily.of(Categorical.probs(p.get(0)), Geometric.probs(p.get(1))))
            .vector(0.3, 0.7)
            .vector(0.2, 0.6)
            .inside(0, 1, 4)
            .outside(-1, 0.5),
        DistributionCase.of(
                "MixtureSameFamily of vectors",
                p ->
                    MixtureSameFamily.of(
                        Categorical.probs(p.get(0)), Normal.of(p.get(1), p.get(2)).toEvent(1)))
            .vector(0.3, 0.7)
            .tensor(new Shape(2, 2), -1, 0.5, 1, 2)
            .tensor(new Shape(2, 2), 1, 0.5, 0.7, 0.4)
            .inside(-2, 0.1, 3, -1),
        DistributionCase.of(
                "Mixture",
                p ->
                    Mixture.of(
                        Categorical.probs(p.get(0)),
                        List.of(Normal.of(p.get(1), 0.8), Logistic.of(1, p.get(2)))))
            .vector(0.3, 0.7)
            .numbers(-1, 0.5)
            .inside(-2, 0.1, 3)
            .operations("20 20 52 20", "21 21 51 21")
            .refuses(
                run ->
                    Mixture.of(Categorical.probs(run.ones(new Shape(2))), List.of(Normal.of(0, 1))),
                "mixture has 2 weights, but 1 components; give each component a weight")
            .refuses(
                run ->
                    Mixture.of(
                        Categorical.probs(run.ones(new Shape(2))),
                        List.of(Normal.of(0, 1), Normal.standard(3).toEvent(1))),
                "components 'Normal' and 'Normal' of a mixture have event shapes () and (3), which"
                    + " must be equal")
            .refuses(
                run ->
                    Mixture.of(
                        Categorical.probs(run.ones(new Shape(2))),
                        List.of(Normal.of(0, 1), Poisson.of(2))),
                "components 'Normal' and 'Poisson' of a mixture are not both discrete or both"
                    + " continuous, so that their log-densities are not comparable"));
  }

  private static Distribution normals(List<NDArray> p) {
    return MixtureSameFamily.of(Categorical.probs(p.get(0)), Normal.of(p.get(1), p.get(2)));
  }

  private static Distribution ofReference(ReferenceParameters p) {
    Distribution components =
        p.word("component").equals("Normal")
            ? Normal.of(p.get("loc"), p.get("scale"))
            : Poisson.of(p.get("rate"));
    return MixtureSameFamily.of(Categorical.probs(p.get("weights")), components);
  }
}
