package org.ppl4j.infer.svi;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.DataKey;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.RecordedLoss;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of a fit's steps. The first step of a fit, which has checks, runs by the engine; the
 * next, of a fit that was loaded too, is recorded.
 *
 * <p>Where data stay the same they are constants of a record. Where they change from step to step
 * there is a record for each {@link DataKey}, as for the last batch of an epoch, which is smaller.
 * There is one more for each state of what programs read beside their data; but no more than eight
 * in all. One that is new takes the place of the one that was used longest ago, if that was used a
 * hundred times, or was asked for less often: what data are recorded for that have values of their
 * own at each step is never asked for again, and they are left to the engine.
 */
final class Recordings<D extends @Nullable Object> {

  private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

  /** So many records are kept. */
  private static final int MOST = 8;

  /** A record that was used so often was worth the time that it took. */
  private static final int WORTH = 100;

  /** So many keys are remembered that have no record. */
  private static final int REMEMBERED = 64;

  private final Stepper<D> stepper;
  private final boolean changing;
  private final boolean repeats; // what is taken back
  private final List<Recorded> all = new ArrayList<>(); // the one that was used last at the end
  private final Cache<DataKey, Integer> asked = // without a record
      CacheBuilder.newBuilder().concurrencyLevel(1).maximumSize(REMEMBERED).build();
  private boolean readsArrays; // of the data, in Java
  private @Nullable Recorded latest;
  private Optional<String> whyNone = Optional.of("it has made no step but the first");

  private Recordings(Stepper<D> stepper, boolean changing, boolean repeats) {
    this.stepper = stepper;
    this.changing = changing;
    this.repeats = repeats;
  }

  /**
   * Of steps on the same data.
   *
   * @param repeats whether those that are taken back are made again
   */
  static <D extends @Nullable Object> Recordings<D> onSame(Stepper<D> stepper, boolean repeats) {
    return new Recordings<>(stepper, false, repeats);
  }

  /** Of steps on data that change. */
  static <D extends @Nullable Object> Recordings<D> onChanging(Stepper<D> stepper) {
    return new Recordings<>(stepper, true, false);
  }

  /** A moment at which so many steps were made, all of them known to be right. */
  private record Agreed(long steps, GradientDescent.Moment moment) {}

  /** The record for data of one key, in surroundings of one kind. */
  private final class Recorded {

    private final RecordedLoss loss;
    private final DataKey key;
    private final int before; // how often the key was asked for when it had no record
    private int uses;
    private BoundData<D> data;
    private ImmutableSet<String> reached = ImmutableSet.of();
    private @Nullable Agreed agreed; // the last that is known to be right
    private @Nullable FallBack fallBack; // which ended it

    private Recorded(long step, BoundData<D> data, List<FlatVector> chunks) {
      this.data = data;
      this.loss =
          new RecordedLoss(
              "svi of " + stepper.settings().model().name(),
              stepper.config(),
              step,
              chunks,
              stepper.params().statistics(),
              changing,
              this::estimate,
              stepper.programs(changing ? ImmutableList.of() : data.unseen()),
              stepper.memory());
      readsArrays |= loss.readsArrays();
      this.key = key(data);
      this.before = asks(key);
      asked.invalidate(key);
      this.agreed = loss.isRecorded() ? new Agreed(step, stepper.descent().moment()) : null;
    }

    /** Whether it is of what programs read beside their data now, or is not recorded. */
    private boolean isOfNow() {
      return loss.isSame() || whyNot().isPresent();
    }

    private void use(BoundData<D> next) {
      uses++;
      data = next;
      loss.bind(next.arrays());
    }

    private RecordedLoss.Estimate estimate(Run run) {
      Pass pass = stepper.pass(run, data, false);
      Elbo.Estimate estimate = stepper.estimate(pass);
      reached = ImmutableSet.copyOf(pass.reached());
      return new RecordedLoss.Estimate(
          estimate.loss(), estimate.surrogate(), pass.updates(), pass::parts);
    }

    private Optional<String> whyNot() {
      FallBack ended = fallBack;
      if (ended != null) {
        return Optional.of(ended.whyNotRecorded());
      }
      return loss.whyNot();
    }
  }

  /**
   * The record for a step; null if it runs by the engine.
   *
   * @throws IllegalStateException if the data were closed
   */
  @Nullable RecordedLoss of(long step, BoundData<D> data) {
    data.checkOpen();
    if (step == 0 && !stepper.recordsFirst(data)) {
      return null;
    }
    List<FlatVector> chunks = stepper.descent().follow();
    Recorded recorded = latest;
    if (recorded == null || recorded.data != data || !recorded.isOfNow()) {
      DataKey key = key(data); // may be long to look at
      recorded =
          all.stream()
              .filter(each -> each.key.equals(key) && each.isOfNow())
              .findFirst()
              .orElse(null);
    }
    if (recorded == null || !recorded.loss.covers(chunks, stepper.params().statistics())) {
      all.remove(recorded);
      recorded = record(step, data, chunks);
    }
    if (recorded != null && recorded != latest) {
      all.remove(recorded);
      all.add(recorded);
    }
    latest = recorded;
    if (recorded == null || recorded.whyNot().isPresent()) {
      return null;
    }
    recorded.use(data);
    return recorded.loss;
  }

  private DataKey key(BoundData<D> data) {
    return readsArrays ? data.wholeKey() : data.key();
  }

  private @Nullable Recorded record(long step, BoundData<D> data, List<FlatVector> chunks) {
    DataKey key = key(data);
    if (changing && key.unseen().isPresent()) {
      return none("data of " + key.unseen().get() + " may hold values that cannot be seen");
    }
    Optional<String> change =
        all.stream()
            .filter(each -> each.key.equals(key))
            .flatMap(each -> each.loss.change().stream())
            .findFirst();
    if (!hasRoom(key, change.isPresent())) {
      asked.put(key, asks(key) + 1);
      return none(
          change
              .map(each -> "more than " + MOST + " times this has been another: " + each)
              .orElse(
                  "data have more than "
                      + MOST
                      + " shapes, or values that are no tensors or are read by Java"));
    }
    change.ifPresent(
        each ->
            LOG.info(
                "svi of {} is recorded anew, since this has changed: {}",
                stepper.settings().model(),
                each));
    Recorded recorded = new Recorded(step, data, chunks);
    if (all.size() >= MOST) {
      Recorded oldest = all.remove(0);
      asked.put(oldest.key, oldest.before + oldest.uses);
    }
    all.add(recorded);
    if (recorded.whyNot().isEmpty()) {
      recorded.loss.tell(stepper.told());
    }
    return recorded;
  }

  /**
   * Whether there is room for a record, or one that goes for it.
   *
   * @param isChange whether there is one of the same data in other surroundings
   */
  private boolean hasRoom(DataKey key, boolean isChange) {
    if (all.size() < MOST) {
      return true;
    }
    if (isChange && all.stream().allMatch(each -> each.key.equals(key))) {
      return false;
    }
    Recorded oldest = all.get(0);
    return stepper.config().recording() == Recording.REQUIRED
        || oldest.uses >= WORTH
        || oldest.before + oldest.uses < 1 + asks(key);
  }

  private int asks(DataKey key) {
    return requireNonNullElse(asked.getIfPresent(key), 0);
  }

  /**
   * No record.
   *
   * @throws IllegalStateException if one is required
   */
  private @Nullable Recorded none(String why) {
    if (stepper.config().recording() == Recording.REQUIRED) {
      throw new IllegalStateException(
          "svi of %s cannot be recorded, since %s; Recording.WHERE_POSSIBLE leaves it to the engine"
              .formatted(stepper.settings().model(), why));
    }
    whyNone = Optional.of(why);
    return null;
  }

  /** A recorded step was made; if it was found to be right, there is a way back to it. */
  void pass() {
    Recorded recorded = requireNonNull(latest);
    if (recorded.loss.hasAgreed()) {
      recorded.loss.tell(stepper.told());
      recorded.agreed = new Agreed(stepper.steps() + 1, stepper.descent().moment());
    }
  }

  /**
   * Goes back to the last step at which the record of the latest is known to be right, which the
   * fit is told of.
   */
  void goBack() {
    Recorded wrong = requireNonNull(latest);
    Agreed agreed = wrong.agreed;
    if (agreed == null) {
      return;
    }
    stepper.descent().goBack(agreed.moment());
    all.forEach(recorded -> recorded.agreed = agreed); // what they know of is no more
    wrong.agreed = null;
    FallBack ended =
        new FallBack(
            agreed.steps() + 1, stepper.steps(), repeats, wrong.loss.whyNot().orElseThrow(), 0);
    wrong.fallBack = ended;
    stepper.fellBack(ended);
  }

  /**
   * Holds the latest record against the engine, at the end of a run. If they differ, it goes back.
   */
  void conclude() {
    Recorded recorded = latest;
    boolean isRight =
        recorded == null
            || recorded.whyNot().isPresent()
            || recorded.loss.hasAgreed()
            || !recorded.loss.isSame() // there is nothing to hold it against
            || recorded.loss.holds(stepper.steps());
    if (!isRight) {
      goBack();
    }
  }

  /** Why the latest step was the engine's; empty if it was recorded. */
  Optional<String> whyNot() {
    return latest == null ? whyNone : latest.whyNot();
  }

  /** What the records read of which nobody can say whether it changes. */
  ImmutableSet<String> unjudged() {
    return all.stream()
        .filter(recorded -> recorded.whyNot().isEmpty())
        .flatMap(recorded -> recorded.loss.unjudged().stream())
        .collect(ImmutableSet.toImmutableSet());
  }

  /** The names of the parameters that the latest step used. */
  ImmutableSet<String> reached() {
    return requireNonNull(latest).reached;
  }
}
