package com.example.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.Ppl;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MixtureSameFamily;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.density.BaseDistribution;

/** A base of one's own for the densities of rows in heaps: a mixture that is learned. */
public record Heaps(int count) implements BaseDistribution {

  @Override
  public Distribution of(Ppl p, int dim) {
    Shape each = new Shape(count, dim);
    NDArray logits = p.param("heaps.logits", () -> p.run().zeros(new Shape(count)));
    NDArray loc = p.param("heaps.loc", () -> p.initialNoise("heaps.loc").normal(p.run(), each));
    NDArray scale = p.param("heaps.scale", () -> p.run().ones(each), Constraint.POSITIVE);
    return MixtureSameFamily.of(Categorical.logits(logits), Normal.of(loc, scale).toEvent(1));
  }
}
