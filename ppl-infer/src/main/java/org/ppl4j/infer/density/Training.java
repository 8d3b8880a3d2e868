package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.function.Consumer;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.tensor.RunConfig;

/**
 * How a density is trained: maximum likelihood, unless another {@link Objective} is set, on
 * minibatches by AdamW, whose rate falls along a cosine. Validation rows, which the training does
 * not see, are looked at once in a while under the average of the iterates; training ends when they
 * have not become likelier for a while (draws that an objective compares: more like them), and what
 * stands is the best of all looks.
 *
 * <p>Interrupting the thread ends training after the step. What stands then is the best of the
 * looks so far and of one made at that moment; the report's {@code fit().stop()} says so, and the
 * thread's flag stays set. The same training once more is the whole one: none is gone on with.
 *
 * <p>Immutable: each method makes a new setting.
 */
public final class Training {

  /** The first, and others of which one stands where it is better. */
  private static final double[] DECAYS = {0.01, 1, 3};

  private static final int STEPS = 3000;
  private static final int PATIENCE = 500;

  /** The deviation of noise where the rows trained on are far likelier than the others. */
  private static final double JITTER = 0.1;

  private RunConfig config = RunConfig.defaults();
  private Objective objective = Objective.likelihood();
  private double validation = 0.1;
  private int batch = 256;
  private int steps; // 0: by the number of rows
  private int epochs = 10;
  private int patience; // 0: by the steps to the best look
  private double rate = 5e-3;
  private double decay = -1; // as DECAYS says
  private double jitter;
  private boolean widened;
  private Averaging averaging = Averaging.exponential(0.99);
  private Progress progress = Progress.console();
  private ImmutableList<FitListener> listeners = ImmutableList.of();

  private Training() {}

  private Training(Training other) {
    this.config = other.config;
    this.objective = other.objective;
    this.validation = other.validation;
    this.batch = other.batch;
    this.steps = other.steps;
    this.epochs = other.epochs;
    this.patience = other.patience;
    this.rate = other.rate;
    this.decay = other.decay;
    this.widened = other.widened;
    this.jitter = other.jitter;
    this.averaging = other.averaging;
    this.progress = other.progress;
    this.listeners = other.listeners;
  }

  private Training with(Consumer<Training> change) {
    Training changed = new Training(this);
    change.accept(changed);
    return changed;
  }

  /** The objective, how many steps there are and rows of each, and the seed. */
  @Override
  public String toString() {
    return "training by %s, steps: %s, rows of a step: %s, seed %s"
        .formatted(
            objective,
            steps == 0 ? STEPS + " or more" : String.valueOf(steps),
            batch,
            config.seed());
  }

  /** The settings that each method names. */
  public static Training standard() {
    return new Training();
  }

  /** Seed, float type, device and threads; {@link RunConfig#defaults()} unless set. */
  public Training config(RunConfig config) {
    requireNonNull(config, "config");
    return with(training -> training.config = config);
  }

  /** What it makes large; {@link Objective#likelihood()} unless set. */
  public Training objective(Objective objective) {
    requireNonNull(objective, "objective");
    return with(training -> training.objective = objective);
  }

  /**
   * The share of the rows that is not trained on but looked at, chosen by the seed; 0.1 unless set.
   *
   * @throws IllegalArgumentException if it is not in (0, 1)
   */
  public Training validation(double share) {
    checkArgument(
        share > 0 && share < 1,
        "training has validation share %s, but it must be in (0, 1)",
        share);
    return with(training -> training.validation = share);
  }

  /**
   * About how many rows a step sees; 256 unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Training batch(int rows) {
    checkArgument(rows >= 1, "training has batches of %s rows, but needs at least 1", rows);
    return with(training -> training.batch = rows);
  }

  /**
   * The most steps, over which the rate falls to a hundredth; unless set 3,000, or as many as all
   * {@link #epochs(int) epochs} have if these are more.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Training steps(int steps) {
    checkArgument(steps >= 1, "training has %s steps, but needs at least 1", steps);
    return with(training -> training.steps = steps);
  }

  /** With no more steps than these. */
  Training atMost(int most) {
    return steps(steps > 0 ? Math.min(steps, most) : most);
  }

  /**
   * How many times training sees all rows at most, where there are so many rows that this is more
   * than 3,000 steps; 10 unless set. Of no effect where {@link #steps(int) steps} are set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Training epochs(int epochs) {
    checkArgument(epochs >= 1, "training has %s epochs, but needs at least 1", epochs);
    return with(training -> training.epochs = epochs);
  }

  /**
   * After how many steps without a better look training ends, and never fewer than a few looks;
   * unless set 500, or as many as there were up to the best look if these are more: what has become
   * likelier for long has more time to, at rates that fall.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Training patience(int steps) {
    checkArgument(steps >= 1, "training has a patience of %s steps, but needs at least 1", steps);
    return with(training -> training.patience = steps);
  }

  /**
   * The first rate; 0.005 unless set.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public Training rate(double rate) {
    checkArgument(
        rate > 0 && Double.isFinite(rate),
        "training has rate %s, but it must be positive and finite",
        rate);
    return with(training -> training.rate = rate);
  }

  /**
   * How strongly the parameters are pulled to zero, where most flows are the identity: AdamW's
   * decay. Unless set 0.01, and where validation rows became less likely by more than {@value
   * FlowLearner#WORSE} while training went on, as of few rows, training begins anew with 1, and
   * then 3, as long as that makes them likelier; what stands is the likeliest. Where the rows
   * trained on are likelier than the others by more than a nat, it begins anew with 1 and with
   * noise of a tenth of a standard deviation in rows, and that stands unless the other is likelier
   * by more than a standard error. Source of the noise: Rothfuss et al., "Noise regularization for
   * conditional density estimation" (2019).
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public Training decay(double decay) {
    checkArgument(
        decay >= 0 && Double.isFinite(decay),
        "training has decay %s, but it must not be negative, and finite",
        decay);
    return with(training -> training.decay = decay);
  }

  /**
   * With noise that is as wide as that of the validation rows. A flow makes standard normal noise
   * of the rows that it is trained on; where these are few, that of others is wider, which is how
   * much surer it is than it may be. The deviation is the one by which four fifths of that noise
   * are where they should be, taken to 1 by as much as it may be chance. Flows of angles and
   * directions have no such noise, and are refused.
   */
  public Training widened() {
    return with(training -> training.widened = true);
  }

  /** How iterates are averaged; over about 100 steps unless set. */
  public Training averaging(Averaging averaging) {
    requireNonNull(averaging, "averaging");
    return with(training -> training.averaging = averaging);
  }

  /** Where it shows how far it is; {@link Progress#console()} unless set. */
  public Training progress(Progress progress) {
    requireNonNull(progress, "progress");
    return with(training -> training.progress = progress);
  }

  /** With a further listener: of steps, of their losses, which are in standard units, and ends. */
  public Training listener(FitListener listener) {
    ImmutableList<FitListener> all =
        ImmutableList.<FitListener>builder().addAll(listeners).add(listener).build();
    return with(training -> training.listeners = all);
  }

  RunConfig config() {
    return config;
  }

  Objective objective() {
    return objective;
  }

  double validation() {
    return validation;
  }

  int batch() {
    return batch;
  }

  /** For so many batches an epoch. */
  int steps(long batches) {
    return steps > 0 ? steps : Math.toIntExact(Math.max(STEPS, epochs * batches));
  }

  /** Where the best look was after so many steps. */
  long patience(long best) {
    return patience > 0 ? patience : Math.max(PATIENCE, best);
  }

  double rate() {
    return rate;
  }

  double decay() {
    return decay < 0 ? DECAYS[0] : decay;
  }

  /** The same with more decay, one after the other; none if it is set. */
  ImmutableList<Training> decayingMore() {
    return decay < 0
        ? Arrays.stream(DECAYS).skip(1).mapToObj(this::decay).collect(toImmutableList())
        : ImmutableList.of();
  }

  boolean isWidened() {
    return widened;
  }

  /** By what it is not the standard one, in words. */
  String inWords() {
    String noise = jitter == 0 ? "" : ", and noise of " + jitter + " standard deviations in rows";
    return "trained with a decay of " + decay() + noise;
  }

  /** Once more, with more decay and noise; none if the decay is set. */
  ImmutableList<Training> blurred() {
    return decay < 0 ? ImmutableList.of(decay(DECAYS[1]).jitter(JITTER)) : ImmutableList.of();
  }

  /** The deviation of noise that rows get in training, in standard units. */
  double jitter() {
    return jitter;
  }

  Training jitter(double deviation) {
    return with(training -> training.jitter = deviation);
  }

  Averaging averaging() {
    return averaging;
  }

  Progress progress() {
    return progress;
  }

  ImmutableList<FitListener> listeners() {
    return listeners;
  }
}
