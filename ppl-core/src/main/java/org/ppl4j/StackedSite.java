package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Recurrence;
import org.ppl4j.tensor.Recurrence.Kept;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The sites of a name in the steps of a scan, as the handlers around see them: one site, whose
 * value, parameters and masks are those of the steps at a dim of their own. On its way out its
 * distribution is that of the first step, repeated, since the others are not there yet.
 */
final class StackedSite {

  /** More dims than any tensor has. */
  private static final int MANY = 16;

  private final Ppl p;
  private final String scan;
  private final int times;
  private final SampleSite first; // of the step that was done ahead
  private final int inner; // of how many plates within a step
  private @Nullable SampleSite whole;
  private @Nullable Through through; // others it is drawn, by a handler around
  private @Nullable Plate steps;
  private List<Nesting.Stack> passed = List.of();
  private @Nullable NDArray given;
  private Recurrence.@Nullable At at;
  private @Nullable Look look; // of the first step
  private @Nullable SampleSite last;
  private @Nullable Choice state; // of the step that is running, if all its values are
  private List<NDArray> logs = new ArrayList<>(); // of steps that depend on states

  /** What is the same at each step. */
  private record Look(
      SampleSite.Kind kind,
      String distribution,
      Shape event,
      Shape batch,
      int parameters,
      boolean isMasked,
      double scale,
      List<String> plates) {

    static Look of(SampleSite site) {
      boolean isDistributed = site.isLatent() || site.isObserved();
      Distribution distribution = site.distribution();
      return new Look(
          site.kind(),
          isDistributed ? distribution.name() : "",
          isDistributed ? distribution.eventShape() : Shapes.scalar(),
          isDistributed ? distribution.batchShape() : Shapes.scalar(),
          isDistributed ? StackedSite.parameters(distribution).size() : 0,
          site.mask() != null,
          site.scale(),
          site.plates().stream().map(Plate::name).toList());
    }
  }

  StackedSite(Ppl p, String scan, int times, SampleSite first, int inner) {
    this.p = p;
    this.scan = scan;
    this.times = times;
    this.first = first;
    this.inner = inner;
  }

  /** Goes out to the handlers around. */
  void begin(Plate steps, Nesting.@Nullable Stack outside) {
    SampleSite site = first.stacked(placeholder(steps), inner);
    site.enter(steps);
    begin(site, steps, outside);
  }

  private void begin(SampleSite site, Plate steps, Nesting.@Nullable Stack outside) {
    this.steps = steps;
    List<Through> asked = new ArrayList<>();
    passed =
        p.outwards(
            site,
            outside,
            at -> {
              if (!at.frame.isOfSteps()) {
                return at.outer;
              }
              asked.add(new Through(at));
              return new Nesting.Stack(asked.get(asked.size() - 1), at.outer, null);
            });
    through =
        asked.stream()
            .filter(each -> first.isLatent() && site.kind() == SampleSite.Kind.DETERMINISTIC)
            .filter(each -> !first.isOfSteps() && !each.added.isEmpty())
            .findFirst()
            .orElse(null);
    boolean isAnother =
        site.kind() != first.kind()
            && through == null
            && !(site.isEnumerated() && first.isLatent())
            && !(site.isLatent() && first.isObserved())
            && !(site.isObserved() && first.isLatent());
    boolean isOfAnother =
        (site.isLatent() || site.isEnumerated() || site.isObserved())
            && !site.distribution().name().equals(first.distribution().name());
    checkArgument(
        !isAnother && !isOfAnother,
        "sample site '%s' of scan '%s' is changed by a handler around the scan, which cannot"
            + " change its steps; put the handler around the program of a step",
        site.name(),
        scan);
    given = site.hasValue() && site.kind() != SampleSite.Kind.DETERMINISTIC ? site.value() : null;
    whole = site;
  }

  /** It, after those that it is drawn through, whose sites are before it. */
  List<StackedSite> all() {
    List<StackedSite> all = new ArrayList<>();
    if (through != null) {
      through.added.values().forEach(site -> all.addAll(site.all()));
    }
    all.add(this);
    return all;
  }

  /** The sites that a handler adds to those of the steps, which are drawn through them. */
  private final class Through extends Handler.Frame {

    private final Nesting.Stack by;
    private final Map<String, StackedSite> added = new LinkedHashMap<>();
    private @Nullable List<NDArray> kept; // by the step that is running

    Through(Nesting.Stack by) {
      this.by = by;
    }

    @Override
    protected void enter(SampleSite site) {
      if (kept == null) {
        int plates = site.plates().size();
        StackedSite own = new StackedSite(p, scan, times, site, plates);
        Scan.enterPlates(site, by.outer);
        site.endAhead(p.run);
        own.begin(site.stacked(site.distribution(), plates), requireNonNull(steps), by.outer);
        added.put(site.name(), own);
      } else {
        StackedSite own = added.get(site.name());
        checkArgument(
            own != null,
            "sample site '%s' of scan '%s' is added at one step, and not at another; add the same"
                + " at each step",
            site.name(),
            scan);
        requireNonNull(own).at = at;
        own.give(site, kept, false);
      }
      site.hide();
    }

    @Override
    protected void leave(SampleSite site) {
      List<NDArray> all = kept;
      if (all != null) {
        requireNonNull(added.get(site.name())).keep(site, all);
      }
    }

    void of(SampleSite step, List<NDArray> all) {
      kept = all;
      p.around(new Nesting.Stack(this, by.outer, null), () -> step.enter(by.frame));
    }
  }

  /** That of the first step for all of them. */
  private @Nullable Distribution placeholder(Plate steps) {
    if (!first.isLatent() && !first.isObserved()) {
      return null;
    }
    Distribution distribution = first.distribution();
    long[] sizes = new long[-steps.dim()];
    Arrays.fill(sizes, 1);
    sizes[0] = times;
    return distribution.expand(Shapes.broadcast(distribution.batchShape(), new Shape(sizes)));
  }

  void at(Recurrence.At at) {
    this.at = at;
  }

  /** Whether its values are summed over. */
  boolean isEnumerated() {
    return requireNonNull(whole).isEnumerated();
  }

  /** The name of its site. */
  String name() {
    return first.name();
  }

  /** How many values it has if they are summed over. */
  int size() {
    return Math.toIntExact(requireNonNull(whole).support().getShape().get(0));
  }

  /** In which choice the steps that run next have all values. */
  void in(Choice choice) {
    state = choice;
  }

  /** All steps are done, of which some were done at once. */
  void of(StateChain chain) {
    SampleSite site = requireNonNull(whole);
    if (site.isEnumerated()) {
      site.choose(chain.now());
    }
    boolean depends = logs.stream().anyMatch(x -> !HiddenDims.of(x).isEmpty());
    if (depends && !site.isMaskedOut() && site.kind() != SampleSite.Kind.DETERMINISTIC) {
      site.chain(chain, new StateChain.Logs(logs.get(0), logs.size() == 1 ? null : logs.get(1)));
    }
  }

  /**
   * Gives the site of a step what the handlers have given to all.
   *
   * @param kept takes up what those are that it is drawn through
   */
  void give(SampleSite step, List<NDArray> kept) {
    give(step, kept, true);
  }

  private void give(SampleSite step, List<NDArray> kept, boolean isOfProgram) {
    SampleSite site = requireNonNull(whole);
    Recurrence.At at = requireNonNull(this.at);
    if (step.isObserved() && site.isLatent()) {
      step.uncondition();
    }
    Rng own = site.rng() == null ? p.run.rng(p.purpose(), site.name()) : site.rng();
    Rng rng = requireNonNull(own).ofStep(at.place());
    if (given != null && site.kind() != SampleSite.Kind.FACTOR) {
      NDArray row = row(given);
      if (site.isObserved()) {
        step.condition(row);
      } else if (site.standing() == null) {
        step.substitute(row, site.knownSupport());
      } else {
        step.substitute(completed(step, row, rng));
      }
    }
    NDArray returned = site.returned();
    if (returned != null) {
      step.returns(row(returned));
    }
    if (site.isDrawHeld()) {
      step.holdDraw(site.name());
    }
    step.drawFrom(rng);
    boolean isOuter = false;
    for (Plate plate : site.plates()) {
      if (isOuter && isOfProgram) {
        step.enter(plate);
      }
      isOuter |= plate == steps;
    }
    if (site.isEnumerated()) {
      step.substitute(HiddenDims.enumerated(requireNonNull(state), site.support(), step.rows()));
    } else {
      checkArgument(
          given != null || !at.isTogether() || step.hasValue() || !step.isLatent(),
          "sample site '%s' of scan '%s' is drawn in a scan whose states are summed over, all at"
              + " once; write the steps as p.loop",
          site.name(),
          scan);
    }
    step.endInStep();
    if (through != null) {
      through.of(step, kept);
    }
  }

  /** What stands of a value for the step, and a draw of the step in place of the rest. */
  private NDArray completed(SampleSite step, NDArray row, Rng rng) {
    Distribution distribution = step.distribution();
    Shape batch = Shapes.dropRight(row.getShape(), eventDims());
    Shape shape = Shapes.broadcast(distribution.batchShape(), batch);
    NDArray drawn = distribution.expand(shape).draw(rng).value();
    return Tensors.where(row(requireNonNull(requireNonNull(whole).standing())), row, drawn);
  }

  /** Its part for the step; all of it if it has no dim of the steps. */
  private NDArray row(NDArray value) {
    int axis = requireNonNull(steps).dim() - eventDims();
    int rank = value.getShape().dimension();
    boolean isStacked = rank >= -axis && value.getShape().get(rank + axis) == times;
    return isStacked ? squeezed(requireNonNull(at).row(value, axis)) : value;
  }

  /** Without batch dims of size 1 on the left, which no plate of a site may own. */
  private NDArray squeezed(NDArray row) {
    Shape shape = row.getShape();
    int left = 0;
    while (left < shape.dimension() - eventDims() && shape.get(left) == 1) {
      left++;
    }
    return left == 0 ? row : Tensors.reshape(row, shape.slice(left));
  }

  private int eventDims() {
    return first.isLatent() || first.isObserved()
        ? first.distribution().eventShape().dimension()
        : 0;
  }

  // --- what the steps keep

  /** Keeps what the site of a step is. */
  void keep(SampleSite step, List<NDArray> kept) {
    Look own = Look.of(step);
    Look known = look;
    if (known == null) {
      look = own;
    } else {
      checkArgument(
          own.equals(known),
          "sample site '%s' of scan '%s' is %s at one step, and %s at another; give it the same"
              + " shapes and the same family at each step",
          step.name(),
          scan,
          known,
          own);
    }
    last = step;
    if (requireNonNull(at).isTogether()) {
      logs.add(
          isEnumerated()
              ? Elimination.prior(step, requireNonNull(state))
              : step.kind() == SampleSite.Kind.DETERMINISTIC
                  ? p.run.scalar(0)
                  : step.masked(step.logProb()));
    }
    kept.add(step.kind() == SampleSite.Kind.FACTOR ? step.logProb() : step.value());
    if (step.isLatent() || step.isObserved()) {
      kept.addAll(parameters(step.distribution()));
    }
    NDArray mask = step.mask();
    if (mask != null) {
      kept.add(mask);
    }
  }

  private static List<NDArray> parameters(Distribution distribution) {
    List<NDArray> parameters = new ArrayList<>();
    Distribution unused =
        distribution.withParameters(
            x -> {
              parameters.add(x);
              return x;
            });
    return parameters;
  }

  // --- what they are together

  /**
   * Comes back from the handlers around.
   *
   * @param from where in what was kept its own begins
   * @return where it ends
   */
  int end(List<Kept> kept, int from) {
    SampleSite site = requireNonNull(whole);
    SampleSite step = requireNonNull(last);
    int dim = requireNonNull(steps).dim();
    int next = from;
    Kept value = kept.get(next++);
    switch (site.kind()) {
      case FACTOR -> site.weigh(value.each(times, dim, 0));
      case DETERMINISTIC -> {
        int eventDims = through == null ? eventDims(step.value()) : eventDims();
        site.determine(value.each(times, dim, eventDims));
      }
      default -> {
        Distribution distribution = step.distribution();
        List<Kept> own = kept.subList(next, next + requireNonNull(look).parameters());
        next += own.size();
        if (site.chain() == null) { // else what it counts is known, and large
          site.distribution(stacked(distribution, own, dim));
        }
        int eventDims = distribution.eventShape().dimension();
        if (site.isObserved()) {
          site.condition(value.each(times, dim, eventDims));
        } else if (site.standing() != null) {
          site.substitute(value.each(times, dim, eventDims));
        } else if (given == null && !site.isEnumerated()) {
          NDArray all = value.each(times, dim, eventDims);
          site.drawn(Draw.of(all, () -> site.distribution().logProbInSupport(all)));
        }
      }
    }
    if (step.mask() != null) {
      NDArray mask = kept.get(next++).at(dim, 0);
      if (step.observed() != null) {
        site.markObserved(mask);
      } else {
        site.maskBy(mask);
      }
    }
    if (step.isMaskedOut()) {
      site.maskOut();
    }
    p.homewards(site, passed);
    return next;
  }

  /** What is right of the dims of plates and particles. */
  private int eventDims(NDArray value) {
    int rank = value.getShape().dimension();
    int dim = -requireNonNull(steps).dim();
    if (!Tensors.hasParticles(value)) {
      return Math.max(0, rank - dim + 1);
    }
    int leftmost =
        requireNonNull(whole).plates().stream()
            .filter(Plate::isParticles)
            .mapToInt(plate -> -plate.dim())
            .max()
            .orElse(0);
    return Math.max(0, rank - leftmost);
  }

  private static Distribution stacked(Distribution step, List<Kept> parameters, int dim) {
    List<NDArray> stacked = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Kept own = parameters.get(i);
      stacked.add(own.isSame() ? own.tensor() : own.at(dim, eventDims(step, i)));
    }
    return step.withParameters(replacing(stacked));
  }

  /**
   * How many rightmost dims of a parameter are no batch dims: as if it had many more on the left.
   */
  private static int eventDims(Distribution step, int place) {
    List<NDArray> parameters = new ArrayList<>(parameters(step));
    Shape own = parameters.get(place).getShape();
    if (own.dimension() == 0) {
      return 0;
    }
    long[] ones = new long[MANY];
    Arrays.fill(ones, 1);
    Shape wide = Shapes.concat(new Shape(ones), own);
    parameters.set(place, Tensors.reshape(parameters.get(place), wide));
    int batch = step.withParameters(replacing(parameters)).batchShape().dimension();
    return MANY + own.dimension() - batch;
  }

  private static UnaryOperator<NDArray> replacing(List<NDArray> parameters) {
    int[] next = new int[1];
    return x -> parameters.get(next[0]++);
  }
}
