package org.ppl4j.infer.svi;

import com.google.common.collect.ImmutableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.infer.judge.Judgement;
import org.ppl4j.infer.svi.FitReport.SkippedStep;
import org.ppl4j.infer.svi.GradientDescent.Outcome;

/** The steps on data that stay the same. */
final class DataSteps<D extends @Nullable Object> implements FitLoop.Steps {

  private final Stepper<D> stepper;
  private final BoundData<D> data;
  private final Recordings<D> recordings;

  DataSteps(Stepper<D> stepper, BoundData<D> data, Recordings<D> recordings) {
    this.stepper = stepper;
    this.data = data;
    this.recordings = recordings;
  }

  @Override
  public Outcome advance() {
    return stepper.advance(data, recordings);
  }

  @Override
  public SkippedStep examine(Outcome skipped) {
    return stepper.examine(data, skipped);
  }

  @Override
  public void conclude() {
    recordings.conclude();
  }

  @Override
  public FallBacks fallBacks() {
    return stepper.fallBacks();
  }

  @Override
  public void keepBest() {
    stepper.keepBest();
  }

  @Override
  public long made() {
    return stepper.steps();
  }

  @Override
  public Judgement judge(Progress progress) {
    return stepper.judge(data, progress);
  }

  @Override
  public LocalMinimum minimum() {
    return stepper.minimum(data);
  }

  @Override
  public Assessment assess() {
    return stepper.importance(data).assess();
  }

  @Override
  public Optional<String> whyNoStart() {
    return stepper.whyNoStart();
  }

  @Override
  public Optional<String> whyNotRecorded() {
    return recordings.whyNot();
  }

  @Override
  public Optional<String> whyDrawByDraw() {
    return stepper.whyDrawByDraw();
  }

  @Override
  public ImmutableSet<String> unjudged() {
    return recordings.unjudged();
  }

  @Override
  public double[] fewWeights() {
    return stepper.fewWeights(data);
  }

  @Override
  public double[] settledWeights() {
    return stepper.settledWeights(data);
  }

  @Override
  public void pace(double factor) {
    stepper.descent().pace(factor);
  }
}
