package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.MustBeClosed;
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
    Batches.Epoch<D> open = pass == null ? open() : pass;
    pass = open;
    BoundData<D> data = BoundData.of(open.next(), stepper.config());
    bound = data;
    Outcome outcome = stepper.advance(data);
    stepper.completeBatch();
    endsEpoch = !open.hasNext();
    if (endsEpoch) {
      open.close();
      pass = null;
      completed++;
      stepper.completeEpoch();
    }
    return outcome;
  }

  /** The epoch behind the batches that the fit has seen of it; the next, if there are no more. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller, or here where it is not returned
  private Batches.Epoch<D> open() {
    Batches.Epoch<D> open = batches.open(stepper.config().seed(), stepper.epochs());
    try {
      for (long seen = 0; seen < stepper.batches() && open.hasNext(); seen++) {
        D unused = open.next();
      }
      if (open.hasNext()) {
        return open;
      }
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
    open.close();
    checkState(
        stepper.batches() > 0,
        "epoch %s has no batch; make data of at least one row",
        stepper.epochs() + 1);
    stepper.completeEpoch();
    return open();
  }

  @Override
  public SkippedStep examine(Outcome skipped) {
    BoundData<D> data = bound;
    checkState(data != null, "no batch to repeat a step with; advance first");
    return stepper.examine(data, skipped);
  }

  @Override
  public void conclude() {
    stepper.conclude();
  }

  @Override
  public FallBacks fallBacks() {
    return stepper.fallBacks();
  }

  @Override
  public long batches() {
    return stepper.batches();
  }

  @Override
  public Optional<String> whyNoStart() {
    return stepper.whyNoStart();
  }

  @Override
  public Optional<String> whyNotRecorded() {
    return stepper.whyNotRecorded();
  }

  @Override
  public Optional<String> whyDrawByDraw() {
    return stepper.whyDrawByDraw();
  }

  @Override
  public ImmutableSet<String> unjudged() {
    return stepper.unjudged();
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
