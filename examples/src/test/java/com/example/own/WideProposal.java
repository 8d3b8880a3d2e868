package com.example.own;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateStudentT;
import org.ppl4j.infer.sbi.RoundPosterior;
import org.ppl4j.infer.sbi.RoundProposal;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Linalg;

/**
 * A simulator's proposal of one's own: Student's t with the posterior's mean and so many times its
 * deviations, whose tails no posterior leaves.
 */
public record WideProposal(double times) implements RoundProposal {

  private static final double DEGREES = 5;

  @Override
  public Map<String, NDArray> around(RoundPosterior posterior) {
    NDArray weights = posterior.weights().expandDims(1);
    NDArray loc = posterior.draws().mul(weights).sum(new int[] {0});
    NDArray off = posterior.draws().sub(loc);
    NDArray covariance = off.transpose().matMul(off.mul(weights));
    return Map.of("loc", loc, "scale tril", Linalg.cholesky(covariance).mul(times));
  }

  @Override
  public Distribution of(NamedTensors parameters) {
    return MultivariateStudentT.of(DEGREES, parameters.get("loc"), parameters.get("scale tril"));
  }
}
