package org.ppl4j.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

/**
 * The eight-schools step as one would write it by hand on DJL: one vector of ten locations and one
 * of ten log scales, the log-densities spelled out, one Adam, no sample statement and no
 * distribution object. It is the floor that the framework is measured against.
 *
 * <p>All constants are tensors made once: DJL's operations with a Java number are slower and their
 * gradients can be wrong.
 */
final class HandWrittenEightSchools implements AutoCloseable {

  private static final double RATE = 0.01;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray y;
  private final NDArray sigma;
  private final NDArray loc;
  private final NDArray rho;
  private final Adam locAdam;
  private final Adam rhoAdam;
  private final NDArray minusHalf;
  private final NDArray five;
  private final NDArray one;
  private final NDArray logScale5;
  private final NDArray halfLog2Pi;
  private final NDArray logHalfCauchy;

  HandWrittenEightSchools(DataType type) {
    y = manager.create(new double[] {28, 8, -3, 7, -1, 1, 18, 12}).toType(type, true);
    sigma = manager.create(new double[] {15, 10, 16, 11, 9, 11, 10, 18}).toType(type, true);
    loc = vector(0, type);
    rho = vector(Math.log(0.1), type);
    loc.setRequiresGradient(true);
    rho.setRequiresGradient(true);
    locAdam = new Adam(type);
    rhoAdam = new Adam(type);
    minusHalf = scalar(-0.5, type);
    five = scalar(5, type);
    one = scalar(1, type);
    logScale5 = scalar(Math.log(5), type);
    halfLog2Pi = scalar(0.5 * Math.log(2 * Math.PI), type);
    logHalfCauchy = scalar(Math.log(2 / (Math.PI * 5)), type);
  }

  private NDArray scalar(double value, DataType type) {
    return manager.create(value).toType(type, true).duplicate();
  }

  private NDArray vector(double value, DataType type) {
    return manager.zeros(new Shape(10), type).add(scalar(value, type));
  }

  /** One step of Adam on the negative ELBO of one draw; returns the loss. */
  double step() {
    try (NDScope scope = new NDScope();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      scope.suppressNotUsedWarning();
      NDArray scale = rho.exp();
      NDArray noise = manager.randomNormal(0f, 1f, loc.getShape(), loc.getDataType());
      NDArray z = loc.add(scale.mul(noise));
      NDArray mu = z.get(0);
      NDArray logTau = z.get(1);
      NDArray eta = z.get("2:");
      NDArray tau = logTau.exp();
      NDArray fifth = tau.div(five);
      NDArray standardMu = mu.div(five);
      NDArray logJoint =
          standardMu
              .mul(standardMu)
              .mul(minusHalf)
              .sub(logScale5)
              .sub(halfLog2Pi)
              .add(logHalfCauchy)
              .sub(fifth.mul(fifth).add(one).log())
              .add(logTau)
              .add(eta.mul(eta).mul(minusHalf).sub(halfLog2Pi).sum());
      NDArray residual = y.sub(mu.add(tau.mul(eta))).div(sigma);
      NDArray likelihood =
          residual.mul(residual).mul(minusHalf).sub(sigma.log()).sub(halfLog2Pi).sum();
      NDArray standard = z.sub(loc).div(scale);
      NDArray logGuide = standard.mul(standard).mul(minusHalf).sub(rho).sub(halfLog2Pi).sum();
      NDArray loss = logGuide.sub(logJoint.add(likelihood));
      collector.backward(loss);
      locAdam.update(loc);
      rhoAdam.update(rho);
      return loss.toType(DataType.FLOAT64, false).toDoubleArray()[0];
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Adam (Kingma and Ba 2015, algorithm 1) on one vector. */
  private final class Adam {

    private final NDArray mean;
    private final NDArray square;
    private final NDArray keepMean;
    private final NDArray takeMean;
    private final NDArray keepSquare;
    private final NDArray takeSquare;
    private final NDArray epsilon;
    private final DataType type;
    private int steps;

    Adam(DataType type) {
      this.type = type;
      mean = vector(0, type);
      square = vector(0, type);
      keepMean = scalar(BETA1, type);
      takeMean = scalar(1 - BETA1, type);
      keepSquare = scalar(BETA2, type);
      takeSquare = scalar(1 - BETA2, type);
      epsilon = scalar(1e-8, type);
    }

    void update(NDArray parameter) {
      steps++;
      NDArray gradient = parameter.getGradient();
      mean.muli(keepMean).addi(gradient.mul(takeMean));
      square.muli(keepSquare).addi(gradient.mul(gradient).mul(takeSquare));
      double unbiased = Math.sqrt(1 - Math.pow(BETA2, steps));
      NDArray rate = scalar(RATE * unbiased / (1 - Math.pow(BETA1, steps)), type);
      parameter.stopGradient().subi(mean.mul(rate).div(square.sqrt().add(epsilon)));
      gradient.subi(gradient);
    }
  }
}
