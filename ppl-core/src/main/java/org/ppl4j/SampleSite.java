package org.ppl4j;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * One statement of a program that has a log probability: a draw, an observation, a factor; or a
 * deterministic value, whose log probability is 0.
 *
 * <p>While it travels through the handlers, they change it by the methods below "for handlers".
 * Once it is settled those throw, except {@link #returns}, which is how a handler answers a program
 * on the way back, and {@link #set}.
 */
public final class SampleSite extends Site {

  /** What a site is. */
  public enum Kind {
    /** Drawn, or given a value by a handler; a guide or a chain must explain it. */
    LATENT,
    /** All values of its finite support at once, to be summed out: see {@link Choice}. */
    ENUMERATED,
    /** Its value is data. */
    OBSERVED,
    /** A log weight without a value. */
    FACTOR,
    /** A named value without a density. */
    DETERMINISTIC
  }

  private Kind kind;
  private @Nullable Distribution distribution;
  private @Nullable NDArray value;
  private LogDistances.@Nullable Kept kept; // the value of a detached trace
  private @Nullable NDArray returned;
  private @Nullable Draw draw;
  private @Nullable Rng rng;
  private @Nullable Constraint known;
  private @Nullable SampleSite repeated; // whose value it has
  private @Nullable NDArray observed; // false: the value is missing
  private @Nullable NDArray logProb;
  private @Nullable Consumer<IllegalArgumentException> faults;
  private List<Plate> plates = List.of();
  private Map<String, Object> settings = Map.of();
  private Weight weight = new Weight();
  private final boolean stated; // its data, by the program
  private @Nullable String heldAs; // the source that its draw is
  private boolean auxiliary;
  private boolean inSupport;
  private boolean settled;
  private @Nullable NDArray support; // all values, if it is enumerated
  private @Nullable Choice choice;
  private @Nullable StateChain chain;
  private StateChain.@Nullable Logs chainLogs;
  private boolean inStep; // ends at a scan
  private boolean ofSteps; // one for those of a scan
  private @Nullable NDArray standing; // of a value for steps

  SampleSite(String name, Kind kind, @Nullable Distribution distribution, @Nullable NDArray value) {
    super(name);
    this.kind = kind;
    this.stated = kind == Kind.OBSERVED;
    this.distribution = distribution;
    this.value = value;
  }

  /** A log weight; the weight is kept as the log probability. */
  static SampleSite factor(String name, NDArray logWeight) {
    SampleSite site = new SampleSite(name, Kind.FACTOR, null, null);
    site.logProb = logWeight;
    return site;
  }

  /**
   * A site of a saved trace: settled, without a distribution.
   *
   * @param value null for a factor
   * @param logProb null where it does not count
   */
  static SampleSite saved(
      String name,
      Kind kind,
      LogDistances.@Nullable Kept value,
      @Nullable NDArray logProb,
      List<Plate> plates,
      Weight weight) {
    SampleSite site = new SampleSite(name, kind, null, value == null ? null : value.array());
    site.kept = value;
    site.logProb = logProb;
    site.plates = plates;
    site.weight = weight;
    site.settled = true;
    return site;
  }

  /** The latent site that this one is where it has one of its values, in each row its own. */
  SampleSite at(NDArray value) {
    SampleSite site = new SampleSite(name(), Kind.LATENT, distribution, value);
    site.plates = plates;
    site.weight = weight;
    site.auxiliary = auxiliary;
    site.settled = true;
    return site;
  }

  // --- what it is

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** Whether it is drawn and not observed. */
  public boolean isLatent() {
    return kind == Kind.LATENT;
  }

  /** Whether it has all values of its support at once. */
  public boolean isEnumerated() {
    return kind == Kind.ENUMERATED;
  }

  /** The choice among its values if it has all at once; null for any other site. */
  @Nullable Choice choice() {
    return choice;
  }

  /** Whether its value is data. */
  public boolean isObserved() {
    return kind == Kind.OBSERVED;
  }

  /** Whether it was drawn by {@code p.auxiliary}, so that a model need not have it. */
  public boolean isAuxiliary() {
    return auxiliary;
  }

  /**
   * The distribution, expanded to the plates; a point mass for deterministic sites and factors.
   *
   * @throws IllegalStateException in a detached trace
   */
  public Distribution distribution() {
    if (distribution != null) {
      return distribution;
    }
    checkState(
        kind == Kind.DETERMINISTIC || kind == Kind.FACTOR,
        "sample site '%s' is of a detached trace, which keeps values only; ask for its"
            + " distribution inside the run",
        name());
    return kind == Kind.FACTOR
        ? Delta.of(Tensors.number(0), requireNonNull(logProb), 0)
        : Delta.of(requireNonNull(value));
  }

  /** Whether {@link #value()} is there: while a site is on its way out, it may not be. */
  public boolean hasValue() {
    return value != null;
  }

  /**
   * The value, {@code (*, batch, event)}; 0 for a factor.
   *
   * @throws IllegalStateException if the site has none yet
   */
  public NDArray value() {
    if (value == null) {
      checkState(
          kind == Kind.FACTOR,
          "sample site '%s' has no value yet; read it when the site comes back",
          name());
      return Tensors.number(0);
    }
    return value;
  }

  /**
   * The value in a run, with the {@link LogDistances} that it had when it was drawn, also in a
   * detached trace.
   */
  public NDArray value(Run run) {
    return kept == null ? run.bind(value()) : kept.in(run);
  }

  /** What the program gets to see: the value, unless a handler {@link #returns} another one. */
  public NDArray result() {
    return returned == null ? value() : returned;
  }

  /** The draw, if the value was drawn here; null if it was given. */
  public @Nullable Draw draw() {
    return draw;
  }

  /** Where the value is known to lie without looking; null if nothing is known. */
  public @Nullable Constraint knownSupport() {
    return known != null ? known : draw != null ? distribution().support() : null;
  }

  // --- log probabilities

  /**
   * The log probability {@code (*, batch)}, unscaled and unmasked, computed on first use; of a draw
   * with the total derivative, through the parameters and through the value.
   */
  public NDArray logProb() {
    NDArray known = logProb;
    if (known == null && chain != null) {
      known = requireNonNull(chainLogs).together(chain);
      logProb = known;
    }
    if (known == null) {
      known = draw != null ? draw.logProb() : density(distribution(), value());
      logProb = known;
    }
    return known;
  }

  /** The log probability with the value held: its gradient is the score of the parameters. */
  public NDArray score() {
    return hasDistribution() ? density(distribution(), Tensors.detached(value())) : logProb();
  }

  /** The log probability with the parameters held: its gradient is that of the path. */
  public NDArray pathLogProb() {
    return hasDistribution() ? density(distribution().detached(), value()) : logProb();
  }

  /** The log probability, masked, summed to a number and scaled: its share of the log joint. */
  public NDArray scaledLogProb() {
    return scaledSum(logProb());
  }

  private boolean hasDistribution() {
    return kind == Kind.LATENT || kind == Kind.ENUMERATED || kind == Kind.OBSERVED;
  }

  private NDArray density(Distribution distribution, NDArray value) {
    if (kind == Kind.DETERMINISTIC) {
      return Tensors.number(0);
    }
    return inSupport ? distribution.logProbInSupport(value) : distribution.logProb(value);
  }

  // --- for handlers

  /** Gives the site another distribution. */
  public void distribution(Distribution distribution) {
    checkOpen();
    this.distribution = distribution;
  }

  /** Gives a latent site this value instead of a draw; it stays latent. */
  public void substitute(NDArray value) {
    checkOpen();
    this.value = value;
  }

  /**
   * Gives a latent site the value of another in a run, such as a guide's; at the first run it is an
   * error if draws of the other cannot be draws of this one, since they have another support.
   */
  public void repeat(SampleSite other, Run run) {
    substitute(other.value(run), other.knownSupport());
    this.repeated = other;
  }

  /** As {@link #substitute(NDArray)}, with a value that lies in {@code support} for certain. */
  public void substitute(NDArray value, @Nullable Constraint support) {
    substitute(value);
    this.known = support;
  }

  /**
   * As {@link #substitute(NDArray)} of a site of a scan, of which a part stands for nothing: that
   * is drawn, at each step given the ones before it.
   *
   * @param value of all steps
   * @param standing which of it stands, as booleans that broadcast with it
   */
  public void substituteSteps(NDArray value, NDArray standing) {
    substitute(value);
    this.standing = requireNonNull(standing, "standing");
  }

  /** Which of its value for steps stands; null if all of it does. */
  @Nullable NDArray standing() {
    return standing;
  }

  /**
   * Has a latent site of finite support take all values at once, so that what depends on it does so
   * for each of them: it is summed out of the trace's log joint. Its kind is {@link
   * Kind#ENUMERATED}.
   *
   * @param values {@code (K, event)}: all values of its distribution's support; or some, of each
   *     row's own: {@code (K, batch, event)}, among which the sum goes then
   */
  public void enumerate(NDArray values) {
    checkOpen();
    checkState(
        kind == Kind.LATENT && value == null,
        "%s '%s' is to be enumerated, but has a value; enumerate latent sites without one",
        Plates.what(this),
        name());
    this.kind = Kind.ENUMERATED;
    this.support = values;
  }

  /** Makes the site observed, with this value. */
  public void condition(NDArray value) {
    substitute(value);
    this.kind = Kind.OBSERVED;
  }

  /** A number that a handler gave stands in each place of the plates, as a draw does. */
  void expandNumbers(Run run) {
    if ((kind == Kind.LATENT || kind == Kind.OBSERVED) && !stated) {
      this.value = inPlates(run, value);
      this.returned = inPlates(run, returned);
    }
  }

  private @Nullable NDArray inPlates(Run run, @Nullable NDArray given) {
    if (given == null || given.getShape().dimension() > 0) {
      return given;
    }
    Shape batch = distribution().batchShape();
    long[] dims = new long[batch.dimension()];
    Arrays.fill(dims, 1);
    int rank = 0;
    for (Plate plate : plates) {
      if (!plate.isParticles()) {
        dims[dims.length + plate.dim()] = batch.get(dims.length + plate.dim());
        rank = Math.max(rank, -plate.dim());
      }
    }
    Shape own = Shapes.takeRight(new Shape(dims), rank);
    Shape shape = Shapes.concat(own, distribution().eventShape());
    return shape.dimension() == 0 ? given : run.bind(given).broadcast(shape);
  }

  /** Makes an observed site latent and forgets its value. */
  public void uncondition() {
    checkOpen();
    this.kind = Kind.LATENT;
    this.value = null;
  }

  /** Makes the site deterministic, with this value, which follows from other sites. */
  public void determine(NDArray value) {
    substitute(value);
    this.kind = Kind.DETERMINISTIC;
    this.distribution = null;
  }

  /** Lets the program see this value, whatever the site's own. */
  public void returns(NDArray value) {
    this.returned = value;
  }

  /**
   * Has the site's values and density looked at in this execution, first run or not, and what is
   * wrong with them told instead of thrown: for a search that tries values.
   */
  public void tellFaults(Consumer<IllegalArgumentException> faults) {
    checkOpen();
    this.faults = faults;
  }

  /** Lets the site draw from this stream of noise. */
  public void drawFrom(Rng rng) {
    checkOpen();
    this.rng = rng;
  }

  /**
   * Lets what the site draws have no derivative, so that the {@linkplain #logProb log probability}
   * is its score, and be a {@linkplain Tensors#source source} of the site's name; a value that it
   * was given stays.
   */
  public void holdDraw() {
    holdDraw(name());
  }

  void holdDraw(String source) {
    checkOpen();
    this.heldAs = source;
  }

  /**
   * Marks the value as holding particles, so that counting its dims from the left throws. All
   * values of a choice are the same for each.
   */
  void markParticles() {
    if (kind == Kind.LATENT && value != null && !HiddenDims.anyOf(value)) {
      value = Tensors.particles(value);
    }
  }

  @Override
  void checkOpen() {
    checkState(
        !settled, "sample site '%s' is settled; change it on its way out, in Frame.enter", name());
  }

  // --- for Ppl

  /** All values of an enumerated site, {@code (K, event)}. */
  NDArray support() {
    return requireNonNull(support);
  }

  /** Whether each row of an enumerated site has values of its own, which need not be all. */
  boolean hasOwnRows() {
    return support().getShape().dimension() > 1 + distribution().eventShape().dimension();
  }

  /** Gives an enumerated site its values, in the rows of its plates. */
  void choose(Run run) {
    NDArray values = requireNonNull(support);
    if (choice == null) {
      choice = Choice.of(run, name(), Math.toIntExact(values.getShape().get(0)));
    }
    value =
        hasOwnRows()
            ? HiddenDims.hidden(values, List.of(choice))
            : HiddenDims.enumerated(choice, values, rows());
  }

  /** Lets this be the choice among its values. */
  void choose(Choice among) {
    choice = among;
  }

  /** The states of a scan of which it is, and what its steps count; null for any other site. */
  StateChain.@Nullable Logs chainLogs() {
    return chainLogs;
  }

  /** The states of a scan that it is of, or depends on. */
  @Nullable StateChain chain() {
    return chain;
  }

  void chain(StateChain of, StateChain.Logs logs) {
    chain = of;
    chainLogs = logs;
  }

  /** The batch shape that its plates make, without particles. */
  Shape rows() {
    int rank = 0;
    for (Plate plate : plates) {
      rank = plate.isParticles() ? rank : Math.max(rank, -plate.dim());
    }
    long[] batch = new long[rank];
    Arrays.fill(batch, 1);
    for (Plate plate : plates) {
      if (!plate.isParticles()) {
        batch[rank + plate.dim()] = plate.batch();
      }
    }
    return new Shape(batch);
  }

  @Nullable Rng rng() {
    return rng;
  }

  /** Who is told what is wrong with the values; null if nobody asked. */
  @Nullable Consumer<IllegalArgumentException> faults() {
    return faults;
  }

  /**
   * The distribution that a repeated value was drawn from; null if there is none, or one of points,
   * which may be anywhere.
   */
  @Nullable Distribution origin() {
    Distribution drawnFrom = repeated == null ? null : repeated.distribution;
    return drawnFrom == null || !drawnFrom.hasDensity() ? null : drawnFrom;
  }

  /** Whether somebody said where its value lies, other than its distribution. */
  boolean hasStatedSupport() {
    return known != null;
  }

  /** Whether the program observes it, whatever handlers make of it. */
  boolean isStated() {
    return stated;
  }

  /** What the program sees instead of the value; null for nothing. */
  @Nullable NDArray returned() {
    return returned;
  }

  /** Whether what it draws has no derivative. */
  boolean isDrawHeld() {
    return heldAs != null;
  }

  /** Whether it is of a step of a scan, where it ends. */
  boolean isInStep() {
    return inStep;
  }

  /** Whether it is one for those of the steps of a scan. */
  boolean isOfSteps() {
    return ofSteps;
  }

  /** Ends at a scan. */
  void endInStep() {
    inStep = true;
  }

  /** The same at a step that is done to see shapes, with a value that nobody has drawn. */
  void endAhead(Run run) {
    inStep = true;
    if (isLatent() && value == null) {
      Plates.fit(this);
      Distribution of = distribution();
      NDArray zeros = run.zeros(Shapes.concat(of.batchShape(), of.eventShape()));
      NDArray nowhere = run.create(new boolean[] {false}, Shapes.scalar());
      value = of.support().inside(zeros, nowhere);
    }
    markIfParticles();
  }

  /** Marks the value if some of the plates are particles. */
  void markIfParticles() {
    if (plates.stream().anyMatch(Plate::isParticles)) {
      markParticles();
    }
  }

  /**
   * One site for those like this in all steps of a scan, with its plates and weight.
   *
   * @param distribution null for a site that has none
   * @param inner how many of its plates are within a step
   */
  SampleSite stacked(@Nullable Distribution distribution, int inner) {
    SampleSite site =
        kind == Kind.FACTOR
            ? factor(name(), Tensors.number(0))
            : new SampleSite(name(), kind, distribution, null);
    double outer = 1;
    for (Plate plate : plates.subList(inner, plates.size())) {
      outer *= plate.scale();
    }
    for (Plate plate : plates.subList(0, inner)) {
      site.enter(plate);
    }
    site.scaleBy(scale() / outer / site.scale());
    settings.forEach(site::set);
    site.known = known;
    site.auxiliary = auxiliary;
    site.ofSteps = true;
    return site;
  }

  void makeAuxiliary() {
    auxiliary = true;
  }

  void know(Constraint support) {
    known = support;
  }

  void drawn(Draw draw) {
    String source = heldAs;
    if (source == null) {
      this.draw = draw;
      this.value = draw.value();
    } else {
      this.known = distribution().support();
      this.value = Tensors.source(source, draw.value());
    }
  }

  /** Where {@code observed} is false, the value is missing and does not count. */
  void markObserved(NDArray observed) {
    this.observed = observed;
    maskBy(observed);
  }

  /** Where the value is not missing; null: everywhere. */
  @Nullable NDArray observed() {
    return observed;
  }

  void weigh(NDArray logWeight) {
    this.logProb = logWeight;
  }

  @Override
  void enter(Handler.Frame frame) {
    frame.enter(this);
  }

  @Override
  void leave(Handler.Frame frame) {
    frame.leave(this);
  }

  @Override
  void settle(Ppl p) {
    p.settle(this);
  }

  /** From now on nothing changes. */
  void close() {
    settled = true;
    inSupport =
        draw != null
            || (kind == Kind.ENUMERATED && !hasOwnRows() && distribution().support().isFixed())
            || (known != null && kind == Kind.LATENT && known.equals(distribution().support()));
  }

  SampleSite detached(NDManager manager, Map<String, Plate> copies) {
    LogDistances.Kept kept = value == null ? null : LogDistances.Kept.of(value, manager);
    SampleSite copy = new SampleSite(name(), kind, null, kept == null ? null : kept.array());
    copy.kept = kept;
    if (kind == Kind.FACTOR) {
      copy.logProb = Tensors.copy(logProb(), manager);
    }
    copy.known = known;
    copy.weighAs(this, copies);
    copy.auxiliary = auxiliary;
    copy.settled = true;
    return copy;
  }

  /** Kind and name. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT) + " site '" + name() + "'";
  }

  // --- what it counts in the log joint, in which plates, and where

  /** The factor of the log probability: the product of the plates' size / batch and of handlers. */
  public double scale() {
    return weight.scale();
  }

  /** Booleans that broadcast to the batch: where the log probability counts; null: everywhere. */
  public @Nullable NDArray mask() {
    return weight.mask();
  }

  /**
   * Where its value counts: by its {@linkplain #mask() mask}, and by that of its distribution.
   *
   * @return booleans that broadcast to the batch; null: everywhere
   */
  public @Nullable NDArray counted() {
    NDArray mask = mask();
    NDArray own = distribution().counted();
    return mask == null ? own : own == null ? mask : mask.logicalAnd(own);
  }

  /** Whether the log probability counts nowhere. */
  public boolean isMaskedOut() {
    return weight.isMaskedOut();
  }

  /** The plates around the site, the innermost first. */
  public List<Plate> plates() {
    return plates;
  }

  /** Settings that handlers left for an inference method. */
  public Map<String, Object> settings() {
    return settings;
  }

  /** A log probability of this site, masked, summed to a number and scaled. */
  public NDArray scaledSum(NDArray logProb) {
    return weight.total(logProb);
  }

  /** A log probability of this site, with 0 where the mask is false. */
  public NDArray masked(NDArray logProb) {
    return weight.masked(logProb);
  }

  // --- for handlers

  /** Multiplies the scale. */
  public void scaleBy(double factor) {
    checkOpen();
    weight.scaleBy(factor);
  }

  /** Lets the log probability count only where these booleans, too, are true. */
  public void maskBy(NDArray mask) {
    checkOpen();
    weight.maskBy(mask);
  }

  /** Lets the log probability count nowhere. */
  public void maskOut() {
    checkOpen();
    weight.maskOut();
  }

  /** Leaves a setting for an inference method. */
  public void set(String key, Object setting) {
    if (settings.isEmpty()) {
      settings = new LinkedHashMap<>();
    }
    settings.put(key, setting);
  }

  /** Puts the site into a plate. */
  void enter(Plate plate) {
    if (plates.isEmpty()) {
      plates = new ArrayList<>(4);
    }
    plates.add(plate);
    weight.scaleBy(plate.scale());
  }

  /** Takes the plates, settings and weight of another, beyond its run. */
  void weighAs(SampleSite other, Map<String, Plate> copies) {
    plates = other.plates.stream().map(p -> copies.getOrDefault(p.name(), p)).toList();
    settings = other.settings;
    weight = other.weight.detached();
  }
}
