package org.ppl4j.testing;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.DirichletMultinomial;
import org.ppl4j.distributions.Geometric;
import org.ppl4j.distributions.Multinomial;
import org.ppl4j.distributions.NegativeBinomial;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.OneHotCategorical;
import org.ppl4j.distributions.OrderedLogistic;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.ZeroInflated;
import org.ppl4j.testing.DistributionCase.Entries;

/** The rows of whole numbers, categories and counts. */
final class DiscreteCases {

  private DiscreteCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Bernoulli probs", p -> Bernoulli.probs(p.get(0)))
            .numbers(0.3)
            .inside(0, 1)
            .outside(0.5, -1, 2)
            .operations("7 2 1 2", "10 5 2 5")
            .reference(
                "Bernoulli",
                p ->
                    p.has("probs")
                        ? Bernoulli.probs(p.get("probs"))
                        : Bernoulli.logits(p.get("logits")))
            .refuses(
                run -> Bernoulli.probs(1.5),
                "parameter 'probs' of Bernoulli must be in the unit interval, but is 1.5")
            .refuses(
                run -> Categorical.probs(0.5, -1),
                "parameter 'probs' of Categorical must be non-negative, but its entry 1 is -1.0")
            .refuses(
                run -> Bernoulli.logits(Double.NaN),
                "parameter 'logits' of Bernoulli must be real, but is NaN"),
        DistributionCase.of("Bernoulli logits", p -> Bernoulli.logits(p.get(0)))
            .numbers(0.8)
            .inside(0, 1)
            .outside(0.5, -1, 2)
            .operations("7 2 1 2", "9 4 3 4"),
        DistributionCase.of("Categorical probs", p -> Categorical.probs(p.get(0)))
            .vector(0.2, 0.5, 0.7, 0.6)
            .inside(0, 1, 3)
            .outside(-1, 4, 1.5)
            .operations("15 6 4 5", "15 6 4 5")
            .reference(
                "Categorical",
                p ->
                    p.has("probs")
                        ? Categorical.probs(p.get("probs"))
                        : Categorical.logits(p.get("logits"))),
        DistributionCase.of("Categorical logits", p -> Categorical.logits(p.get(0)))
            .vector(-0.3, 0.5, 2, 0.6)
            .inside(0, 1, 3)
            .outside(-1, 4, 1.5)
            .operations("13 4 3 3", "13 4 3 3"),
        DistributionCase.of("OneHotCategorical probs", p -> OneHotCategorical.probs(p.get(0)))
            .vector(0.2, 0.5, 0.7)
            .inside(1, 0, 0, 0, 1, 0)
            .outside(0, 0, 0, 1, 1, 0, 0.5, 0.5, 0)
            .operations("19 7 8 7", "19 7 8 7")
            .reference("OneHotCategorical", p -> OneHotCategorical.probs(p.get("probs")))
            .refuses(
                run -> OneHotCategorical.probs(0.5, Double.NaN),
                "parameter 'probs' of OneHotCategorical must be non-negative, but its entry 1 is"
                    + " NaN"),
        DistributionCase.of("OneHotCategorical logits", p -> OneHotCategorical.logits(p.get(0)))
            .vector(-0.3, 0.5, 2)
            .inside(1, 0, 0, 0, 1, 0)
            .outside(0, 0, 0, 1, 1, 0, 0.5, 0.5, 0)
            .operations("17 5 7 5", "17 5 7 5")
            .refuses(
                run -> OneHotCategorical.logits(0.5, Double.NaN),
                "parameter 'logits' of OneHotCategorical must be real, but its entry 1 is NaN"),
        DistributionCase.of("Multinomial probs", p -> Multinomial.probs(4, p.get(0)))
            .vector(0.2, 0.5, 0.7)
            .counts(4)
            .inside(1, 0, 3, 0, 4, 0)
            .outside(1, 1, 1, 5, -1, 0, 0.5, 0.5, 3)
            .operations("22 8 5 8", "22 8 5 8")
            .reference(
                "Multinomial",
                p ->
                    p.has("probs")
                        ? Multinomial.probs(p.get("total_count"), p.get("probs"))
                        : Multinomial.logits(p.get("total_count"), p.get("logits")))
            .refuses(
                run -> Multinomial.probs(-1, 0.5, 0.5),
                "parameter 'totalCount' of Multinomial must be non-negative integer, but is -1.0")
            .refuses(
                run -> Multinomial.probs(2, 0.5, -0.5),
                "parameter 'probs' of Multinomial must be non-negative, but its entry 1 is -0.5"),
        DistributionCase.of("Multinomial logits", p -> Multinomial.logits(4, p.get(0)))
            .vector(-0.3, 0.5, 2)
            .counts(4)
            .inside(1, 0, 3, 0, 4, 0)
            .outside(1, 1, 1, 5, -1, 0, 0.5, 0.5, 3)
            .operations("23 9 4 9", "23 9 4 9"),
        DistributionCase.of("Multinomial of counts", p -> Multinomial.probs(p.get(0), p.get(1)))
            .numbers(4)
            .with(Entries.NONE)
            .vector(0.2, 0.5, 0.7)
            .counts(4)
            .inside(1, 0, 3, 0, 4, 0)
            .outside(1, 1, 1, 5, -1, 0, 0.5, 0.5, 3),
        DistributionCase.of("DirichletMultinomial", p -> DirichletMultinomial.of(p.get(0), 4))
            .vector(0.7, 1.5, 4)
            .counts(4)
            .inside(1, 0, 3, 0, 4, 0)
            .outside(1, 1, 1, 5, -1, 0, 0.5, 0.5, 3)
            .operations("48 33 8 33", "48 33 8 33")
            .reference(
                "DirichletMultinomial",
                p -> DirichletMultinomial.of(p.get("concentration"), p.get("total_count")))
            .refuses(
                run -> DirichletMultinomial.of(run.ones(new Shape(2)), -1),
                "parameter 'totalCount' of DirichletMultinomial must be non-negative integer, but"
                    + " is -1.0")
            .refuses(
                run -> DirichletMultinomial.of(run.scalar(1), 3),
                "parameter 'concentration' of DirichletMultinomial must have at least 1 dims, but"
                    + " has shape ()"),
        DistributionCase.of("OrderedLogistic", p -> OrderedLogistic.of(p.get(0), p.get(1)))
            .numbers(0.3)
            .vector(-1, 0.2, 2)
            .inside(0, 1, 3)
            .outside(-1, 4, 1.5)
            .operations("32 23 18 22", "33 24 19 23")
            .reference(
                "OrderedLogistic", p -> OrderedLogistic.of(p.get("predictor"), p.get("cutpoints")))
            .refuses(
                run -> OrderedLogistic.of(Double.NaN, run.ones(new Shape(2))),
                "parameter 'predictor' of OrderedLogistic must be real, but is NaN"),
        DistributionCase.of(
                "OrderedLogistic of one cut", p -> OrderedLogistic.of(p.get(0), p.get(1)))
            .numbers(0.3)
            .vector(-1)
            .inside(0, 1)
            .outside(-1, 2, 0.5),
        DistributionCase.of(
                "ZeroInflated Poisson", p -> ZeroInflated.gate(Poisson.of(p.get(0)), p.get(1)))
            .numbers(2, 0.3)
            .inside(0, 2, 9)
            .outside(-1, 0.5)
            .operations("14 8 5 8", "17 10 7 10")
            .reference(
                "ZeroInflatedPoisson",
                p -> ZeroInflated.gate(Poisson.of(p.get("rate")), p.get("gate")))
            .refuses(
                run -> ZeroInflated.gate(Poisson.of(1), 1.5),
                "parameter 'gate' of ZeroInflated must be in the unit interval, but is 1.5")
            .refuses(
                run -> ZeroInflated.gateLogits(Poisson.of(1), Double.NaN),
                "parameter 'gateLogits' of ZeroInflated must be real, but is NaN")
            .refuses(
                run -> ZeroInflated.gate(Normal.of(0, 1), 0.5),
                "base of ZeroInflated must be discrete numbers, but Normal has support real and"
                    + " event shape (); for more zeros among continuous numbers take"
                    + " Mixture.of(weights, List.of(Delta.of(0), base))")
            .refuses(
                run ->
                    ZeroInflated.gate(Poisson.of(run.ones(new Shape(3))), run.zeros(new Shape(2))),
                "gate of ZeroInflated has shape (2), which does not broadcast with the batch shape"
                    + " (3) of Poisson; give them equal sizes or size 1 on each dim"),
        DistributionCase.of(
                "ZeroInflated NegativeBinomial",
                p -> ZeroInflated.gateLogits(NegativeBinomial.logits(p.get(0), p.get(1)), p.get(2)))
            .numbers(3, -0.4, -1.2)
            .inside(0, 2, 9)
            .outside(-1, 0.5)
            .reference(
                "ZeroInflatedNegativeBinomial",
                p ->
                    ZeroInflated.gate(
                        NegativeBinomial.probs(p.get("total_count"), p.get("probs")),
                        p.get("gate"))),
        DistributionCase.of(
                "ZeroInflated Geometric",
                p -> ZeroInflated.gate(Geometric.probs(p.get(0)), p.get(1)))
            .numbers(0.4, 0.3)
            .inside(0, 2, 9)
            .outside(-1, 0.5));
  }
}
