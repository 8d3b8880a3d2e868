package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Trace;
import org.ppl4j.infer.svi.EstimatorCases.Case;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/** Estimators with a fault that the law of means must see. */
enum EstimatorFault {
  THE_SCORE_IS_FORGOTTEN(EstimatorCases.choicesCase(25)) {
    @Override
    Elbo.Estimate estimate(Pass pass) {
      Trace guide = pass.guide();
      NDArray loss = guide.logJoint().sub(pass.model(guide).logJoint());
      return mean(loss, loss, pass);
    }
  },
  THE_COST_OF_THE_SCORE_IS_NOT_HELD(EstimatorCases.choicesCase(25)) {
    @Override
    Elbo.Estimate estimate(Pass pass) {
      Trace guide = pass.guide();
      NDArray logQ = pass.logJoints(guide);
      NDArray cost = logQ.sub(pass.logJoints(pass.model(guide)));
      NDArray slope = Tensors.total(logQ.mul(cost));
      return mean(Tensors.total(cost), slope, pass);
    }
  },
  SHARES_ARE_NOT_HELD(EstimatorCases.weighedCase()) {
    @Override
    Elbo.Estimate estimate(Pass pass) {
      Trace guide = pass.guide(site -> true);
      NDArray logQ = pass.logJoints(guide);
      NDArray logP = pass.logJoints(pass.modelOfHeldDraws(guide));
      NDArray weights = logP.sub(logQ);
      NDArray shares = weights.sub(Special.logSumExp(weights, -1, true)).exp();
      NDArray gain = Tensors.total(shares.mul(logP.add(logQ)));
      return new Elbo.Estimate(gain.neg(), gain.neg());
    }
  },
  DRAWS_ARE_NOT_HELD(EstimatorCases.weighedCase()) {
    @Override
    Elbo.Estimate estimate(Pass pass) {
      Trace guide = pass.guide();
      NDArray logQ = pass.logJoints(guide);
      NDArray logP = pass.logJoints(pass.model(guide));
      NDArray shares = new LogWeights(logP.sub(logQ)).shares();
      NDArray gain = Tensors.total(shares.mul(logP.add(logQ)));
      return new Elbo.Estimate(gain.neg(), gain.neg());
    }
  },
  SHARES_ARE_NOT_SQUARED(EstimatorCases.twoCase()) {
    @Override
    Elbo.Estimate estimate(Pass pass) {
      Trace guide = pass.guide();
      Trace path = pass.guideOfHeldParams(guide);
      NDArray weights = pass.logJoints(pass.model(guide)).sub(pass.logJoints(path));
      NDArray gain = Tensors.total(new LogWeights(weights).shares().mul(weights));
      return new Elbo.Estimate(gain.neg(), gain.neg());
    }
  },
  PARAMETERS_ARE_NOT_HELD(EstimatorCases.twoCase()) {
    @Override
    Elbo.Estimate estimate(Pass pass) {
      Trace guide = pass.guide();
      NDArray weights = pass.logJoints(pass.model(guide)).sub(pass.logJoints(guide));
      NDArray gain = Tensors.total(new LogWeights(weights).shares().square().mul(weights));
      return new Elbo.Estimate(gain.neg(), gain.neg());
    }
  };

  private final Case of;

  EstimatorFault(Case of) {
    this.of = of;
  }

  abstract Elbo.Estimate estimate(Pass pass);

  private static Elbo.Estimate mean(NDArray loss, NDArray slope, Pass pass) {
    double share = 1.0 / pass.particles();
    return new Elbo.Estimate(loss.mul(share), slope.mul(share));
  }

  /** Its case by the estimator with the fault. */
  Case planted() {
    return of.with(this::estimate);
  }
}
