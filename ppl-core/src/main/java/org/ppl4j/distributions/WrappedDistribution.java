package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;

/** A distribution that passes on to another what it does not change. */
abstract class WrappedDistribution extends Distribution {

  final Distribution base;

  WrappedDistribution(Distribution base, Shape batchShape, Shape eventShape) {
    super(batchShape, eventShape);
    this.base = base;
  }

  @Override
  public Constraint support() {
    return base.support();
  }

  @Override
  public boolean isLocationScale() {
    return base.isLocationScale();
  }

  @Override
  public boolean hasDensity() {
    return base.hasDensity();
  }

  @Override
  public boolean hasAtoms() {
    return base.hasAtoms();
  }

  @Override
  protected NDArray doAtoms(NDArray value) {
    return base.doAtoms(value);
  }

  @Override
  public boolean hasLogProb() {
    return base.hasLogProb();
  }

  @Override
  public boolean isReparameterized() {
    return base.isReparameterized();
  }

  @Override
  public @Nullable NDArray counted() {
    return base.counted();
  }

  @Override
  public String bringing(int dim) {
    return base.bringing(dim);
  }

  @Override
  public List<Argument> arguments() {
    return base.arguments();
  }

  @Override
  @Nullable NDArray undefined() {
    return base.undefined();
  }

  @Override
  NDArray guarded(NDArray value) {
    return base.guarded(value);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return base.doLogProb(value);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    return base.doDraw(rng, batch);
  }

  @Override
  public NDArray enumerateSupport() {
    NDArray values = base.enumerateSupport();
    int missing = batchShape().dimension() - base.batchShape().dimension();
    for (int i = 0; i < missing; i++) {
      values = values.expandDims(1);
    }
    return values;
  }

  @Override
  protected NDArray doMean() {
    return base.doMean();
  }

  @Override
  protected NDArray doVariance() {
    return base.doVariance();
  }

  @Override
  protected NDArray doEntropy() {
    return base.doEntropy();
  }

  @Override
  public boolean hasCdf() {
    return base.hasCdf();
  }

  @Override
  public boolean hasIcdf() {
    return base.hasIcdf();
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return base.doCdf(value);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return base.doIcdf(probability);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return base.doSf(value);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return base.doLogCdf(value);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return base.doLogSf(value);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return base.doIsf(probability);
  }

  @Override
  protected NDArray doIcdfOfLog(NDArray logProbability) {
    return base.doIcdfOfLog(logProbability);
  }

  @Override
  protected NDArray doIsfOfLog(NDArray logProbability) {
    return base.doIsfOfLog(logProbability);
  }

  @Override
  public String name() {
    return base.name();
  }
}
