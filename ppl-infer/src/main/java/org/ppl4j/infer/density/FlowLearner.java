package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;

/**
 * Learns the distribution of rows whose columns are continuous, or made so: by a flow, and by
 * simple distributions beside it as far as rows for validation speak for them.
 *
 * @param columns what is known of them
 * @param baselines whether there are simple ones; none beside a flow whose draws are compared alone
 */
record FlowLearner(Fitted.Flows flows, Columns columns, Training training, boolean baselines) {

  /**
   * By how much validation rows became less likely after the best look where a flow knows rows by
   * heart.
   */
  static final double WORSE = 0.1;

  private static final String ALONE =
      "learning was interrupted: no simple distribution stands beside the flow";

  /**
   * Trains on rows, and looks at others. What is interrupted is the flow of the best look until
   * then, alone.
   *
   * @param units of all of them
   * @param owner of the flow's tensors, which the flow frees
   */
  Learned learn(DataUnits units, Tables rows, Tables validation, Owner owner) {
    LearnedFlow learned = best(units, rows, validation, owner);
    if (!baselines || !training.objective().isOfDensity()) {
      return Learned.of(learned);
    }
    try {
      InterruptionException.check("learning", null);
      return Baselines.mixed(learned, rows, validation, training.config());
    } catch (InterruptionException stopped) {
      return Learned.of(learned.with(ImmutableList.of(ALONE)));
    } catch (RuntimeException e) {
      learned.model().close();
      throw e;
    }
  }

  /**
   * With more decay, one after the other, as long as it is needed and makes rows likelier; with
   * noise besides, unless that makes them less likely, where those trained on are far likelier.
   */
  private LearnedFlow best(DataUnits units, Tables rows, Tables validation, Owner owner) {
    LearnedFlow best = trained(training, units, rows, validation, owner);
    if (!training.objective().isOfDensity()) {
      return best;
    }
    boolean isFar = report(best).knowsByHeart();
    for (Training more : isFar ? training.blurred() : training.decayingMore()) {
      boolean isGoodEnough = !isFar && !becameWorse(report(best));
      if (isGoodEnough || Thread.currentThread().isInterrupted()) {
        break;
      }
      LearnedFlow next;
      try {
        next = trained(more, units, rows, validation, owner);
      } catch (RuntimeException e) {
        best.model().close();
        throw e;
      }
      boolean isWorse =
          isFar
              ? isLikelier(best.model(), next.model(), units, validation)
              : report(next).best().logProb() <= report(best).best().logProb();
      if (isWorse) {
        next.model().close();
        break;
      }
      best.model().close();
      best = next.with(ImmutableList.of(more.inWords()));
    }
    return best;
  }

  private static DensityReport report(LearnedFlow flow) {
    return requireNonNull(flow.report());
  }

  /** Whether rows that are looked at are so by more than a standard error. */
  private static boolean isLikelier(
      FlowModel one, FlowModel other, DataUnits units, Tables validation) {
    Rng rng = Rng.of(one.config().seed(), Rng.Purpose.PLATE, 0, "density.few");
    Tables looked = units.dequantised(validation, rng).tables();
    double[] gains = one.logProb(looked);
    double[] others = other.logProb(looked);
    Arrays.setAll(gains, i -> gains[i] - others[i]);
    double mean = Arrays.stream(gains).average().orElseThrow();
    return mean > Standardisation.deviation(gains) / Math.sqrt(gains.length);
  }

  private static boolean becameWorse(DensityReport report) {
    DensityReport.Look last = report.looks().get(report.looks().size() - 1);
    return report.fit().stop() == FitReport.Stop.LISTENER
        && report.best().logProb() - last.logProb() > WORSE;
  }

  private LearnedFlow trained(
      Training own, DataUnits units, Tables rows, Tables validation, Owner owner) {
    int dim = units.y().freeDim();
    Flow flow = flows.of(dim, units.contextDim());
    checkArgument(
        !own.isWidened() || flow.isOfStandardNoise(),
        "training is to widen noise, but the flow has a base of its own; leave out either");
    ParamStore params = new ParamStore(owner.required(), own.config());
    try {
      FlowModel model =
          new FlowModel(flow, columns.dequantisation().noise(units), dim, params, own.config());
      @Nullable DensityReport report = null;
      for (Objective.Stage stage : own.objective().stages()) {
        report = new Trainer(model, rows, validation, units, stage.of(own), stage).train();
      }
      FlowModel made = own.isWidened() ? widened(model, units, validation) : model;
      return new LearnedFlow(made, units, requireNonNull(report));
    } catch (RuntimeException e) {
      params.close();
      throw e;
    }
  }

  /** With noise as wide as what makes the rows of a table. */
  private static FlowModel widened(FlowModel model, DataUnits units, Tables validation) {
    Rng rng = Rng.of(model.config().seed(), Rng.Purpose.PLATE, 0, "density.widened");
    double[] noise = model.toNoise(units.dequantised(validation, rng).tables());
    return model.withSpread(Recalibration.spread(noise));
  }
}
