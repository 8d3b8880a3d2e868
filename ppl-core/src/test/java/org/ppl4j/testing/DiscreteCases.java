package org.ppl4j.testing;

import java.util.List;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Categorical;

/** The rows of whole numbers, categories and counts. */
final class DiscreteCases {

  private DiscreteCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Bernoulli probs", p -> Bernoulli.probs(p.get(0)))
            .numbers(0.3)
            .inside(0, 1)
            .outside(0.5, -1, 2)
            .operations("6 2 1 2", "9 5 2 5")
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
                run -> Bernoulli.logits(Double.NaN),
                "parameter 'logits' of Bernoulli must be real, but is NaN"),
        DistributionCase.of("Bernoulli logits", p -> Bernoulli.logits(p.get(0)))
            .numbers(0.8)
            .inside(0, 1)
            .outside(0.5, -1, 2)
            .operations("4 0 1 0", "7 3 3 3"),
        DistributionCase.of("Categorical probs", p -> Categorical.probs(p.get(0)))
            .vector(0.2, 0.5, 0.7, 0.6)
            .inside(0, 1, 3)
            .outside(-1, 4, 1.5)
            .operations("14 6 4 5", "14 6 4 5")
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
            .operations("12 4 3 3", "12 4 3 3"));
  }
}
