package org.ppl4j.infer.svi;

import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.RecordedLoss;
import org.ppl4j.tensor.Run;

/**
 * The record of a fit's steps on the same data. The first step of a fit, which has checks, runs by
 * the engine; the next, of a fit that was loaded too, is recorded. What updates buffers is not.
 */
final class Recordings<D extends @Nullable Object> {

  private final Stepper<D> stepper;
  private final BoundData<D> data;
  private @Nullable RecordedLoss recorded;
  private ImmutableSet<String> reached = ImmutableSet.of();
  private boolean updates;
  private GradientDescent.@Nullable Moment agreed; // the last that is known to be right

  Recordings(Stepper<D> stepper, BoundData<D> data) {
    this.stepper = stepper;
    this.data = data;
  }

  /**
   * The record for a step; null if it runs by the engine.
   *
   * @throws IllegalStateException if the data were closed
   */
  @Nullable RecordedLoss of(long step) {
    data.checkOpen();
    if (step == 0) {
      return null;
    }
    stepper.descent().follow();
    List<FlatVector> chunks = stepper.params().chunks();
    RecordedLoss loss = recorded;
    if (loss == null) {
      loss =
          new RecordedLoss(
              "svi of " + stepper.settings().model(),
              stepper.config(),
              step,
              chunks,
              this::estimate);
      recorded = loss;
      agreed = loss.isRecorded() ? stepper.descent().moment() : null;
    }
    boolean isWhole = loss.covers(chunks);
    return loss.isRecorded() && isWhole && !updates ? loss : null;
  }

  /** A recorded step was made; if it was found to be right, there is a way back to it. */
  void pass() {
    if (recorded != null && recorded.hasAgreed()) {
      agreed = stepper.descent().moment();
    }
  }

  /** Goes back to the last step that is known to be right. */
  void goBack() {
    if (agreed != null) {
      stepper.descent().goBack(agreed);
      agreed = null;
    }
  }

  /** Why steps are the engine's; empty if they are recorded. */
  Optional<String> whyNot() {
    if (updates) {
      return Optional.of("it has modules that update buffers");
    }
    return recorded == null ? Optional.of("it has made one step") : recorded.whyNot();
  }

  private RecordedLoss.Estimate estimate(Run run) {
    Pass pass = stepper.pass(run, data, false);
    Elbo.Estimate estimate = stepper.settings().elbo().estimate(pass);
    reached = ImmutableSet.copyOf(pass.reached());
    updates |= pass.hasUpdates();
    return new RecordedLoss.Estimate(estimate.loss(), estimate.surrogate());
  }

  /** The names of the parameters that the steps use. */
  ImmutableSet<String> reached() {
    return reached;
  }
}
