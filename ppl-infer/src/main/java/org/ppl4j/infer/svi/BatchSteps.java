package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkState;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.infer.svi.FitReport.SkippedStep;
import org.ppl4j.infer.svi.GradientDescent.Outcome;

/**
 * The steps over some epochs of batches: each batch is converted, used for one step and freed. The
 * batch of the last step stays until the next, so that a skipped step can be repeated.
 */
final class BatchSteps<D extends @Nullable Object> implements FitLoop.Steps {

  private final Stepper<D> stepper;
  private final Batches<D> batches;
  private final int epochs;
  private int completed;
  private boolean endsEpoch;
  private Batches.@Nullable Epoch<D> pass;
  private @Nullable BoundData<D> bound;

  BatchSteps(Stepper<D> stepper, Batches<D> batches, int epochs) {
    this.stepper = stepper;
    this.batches = batches;
    this.epochs = epochs;
  }

  @Override
  @SuppressWarnings("MustBeClosed") // closed at the end of the epoch, or of the steps
  public Outcome advance() {
    release();
    Batches.Epoch<D> open = pass;
    if (open == null) {
      open = batches.open(stepper.config().seed(), stepper.epochs());
      pass = open;
      checkState(
          open.hasNext(),
          "batches have none in epoch %s; make data of at least one row",
          stepper.epochs() + 1);
    }
    BoundData<D> data = BoundData.of(open.next(), stepper.config());
    bound = data;
    endsEpoch = !open.hasNext();
    if (endsEpoch) {
      open.close();
      pass = null;
    }
    Outcome outcome = stepper.advance(data);
    if (endsEpoch) {
      completed++;
      stepper.completeEpoch();
    }
    return outcome;
  }

  @Override
  public SkippedStep examine(Outcome skipped) {
    BoundData<D> data = bound;
    checkState(data != null, "no batch to repeat a step with; advance first");
    return stepper.examine(data, skipped);
  }

  @Override
  public int conclude() {
    return stepper.conclude();
  }

  @Override
  public Optional<String> whyNotRecorded() {
    return stepper.whyNotRecorded();
  }

  @Override
  public double[] fewWeights() {
    return bound == null ? new double[0] : stepper.fewWeights(bound);
  }

  @Override
  public void pace(double factor) {
    stepper.descent().pace(factor);
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
  public boolean endsEpoch() {
    return endsEpoch;
  }

  @Override
  public int epochs() {
    return completed;
  }

  @Override
  public boolean isDone() {
    return completed == epochs;
  }

  private void release() {
    if (bound != null) {
      bound.close();
      bound = null;
    }
  }

  @Override
  public void close() {
    release();
    if (pass != null) {
      pass.close();
      pass = null;
    }
  }
}
