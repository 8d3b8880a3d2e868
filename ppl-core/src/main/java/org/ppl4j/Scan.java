package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Recurrence;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A scan in one execution: the frame at which the sites of its steps end. Those of a name are one
 * {@link StackedSite}, which goes out to the handlers around at the first step, and comes back when
 * all steps are done.
 *
 * <p>A step is done once ahead of all others, with values that nobody has drawn, to see shapes and
 * plates. The dim of the steps lies left of all plates around and within, so that within a step all
 * dims are where they would be in a loop.
 */
final class Scan<C extends @Nullable Object> extends Handler.Frame {

  /** The number of the step that is done ahead of all others. */
  static final int AHEAD = -1;

  private final Ppl p;
  private final String name;
  private final int times;
  private final Nesting.@Nullable Stack outside;
  private final Map<String, StackedSite> sites = new LinkedHashMap<>();
  private final Map<String, NDArray> params = new HashMap<>(); // that handlers have given
  private final Set<String> met = new HashSet<>();
  private final List<NDArray> kept = new ArrayList<>(); // by the step that is running
  private int depth; // of plates around and within
  private int step = AHEAD;

  Scan(Ppl p, String name, int times) {
    checkArgument(
        times >= 1, "scan '%s' has %s steps, but needs at least 1; pass their number", name, times);
    this.p = p;
    this.name = name;
    this.times = times;
    this.outside = p.nesting.stack();
    for (Nesting.Stack at = outside; at != null; at = at.outer) {
      if (at.frame instanceof Plate plate && !plate.isParticles()) {
        depth = Math.max(depth, -plate.dim());
      }
    }
  }

  C run(C start, ScanBody<C> body) {
    Carried<C> carried = new Carried<>(name, p.run, start);
    List<NDArray> first = ahead(carried, start, body);
    step = 0;
    Plate steps = p.steps(name, times, -depth - 1);
    sites.values().forEach(site -> site.begin(steps, outside));
    List<StackedSite> states = sites.values().stream().filter(StackedSite::isEnumerated).toList();
    if (!states.isEmpty()) {
      checkArgument(
          states.size() == 1,
          "scan '%s' has several discrete sites that are summed out, %s; give it one of all"
              + " combinations, or write the steps as p.loop",
          name,
          states.stream().map(StackedSite::name).toList());
      return summed(carried, first, body, steps, states.get(0));
    }
    Recurrence.Result result =
        Recurrence.of(
            p.run,
            "scan '" + name + "'",
            times,
            first,
            (at, carry) -> {
              step = at.place();
              sites.values().forEach(site -> site.at(at));
              kept.clear();
              C next = step(body, new Step(p.run, name, times, at), carried.of(carry));
              return new Recurrence.Next(carried.tensors(next), List.copyOf(kept));
            });
    int from = 0;
    for (StackedSite site : sites.values()) {
      for (StackedSite each : site.all()) {
        from = each.end(result.kept(), from);
      }
    }
    return carried.of(result.carry());
  }

  /**
   * Steps with a state that is summed out: what a step does is known for all values of the state
   * before, so that all steps but the first are done at once.
   */
  private C summed(
      Carried<C> carried, List<NDArray> start, ScanBody<C> body, Plate steps, StackedSite state) {
    int size = state.size();
    Choice first = Choice.of(p.run, state.name() + "[0]", size);
    Choice before = Choice.of(p.run, state.name() + " before", size);
    Choice now = Choice.of(p.run, state.name(), size);
    state.in(first);
    List<NDArray> left = together(0, Choice.of(p.run, name, 1), carried, start, body);
    List<NDArray> ofFirst = List.copyOf(kept);
    List<NDArray> ofOthers = List.of();
    Choice others = null;
    Choice last = first;
    if (times > 1) {
      others = Choice.of(p.run, name, times - 1);
      List<NDArray> given =
          left.stream().map(x -> HiddenDims.renamed(x, Map.of(first, before))).toList();
      state.in(now);
      left = together(1, others, carried, given, body);
      ofOthers = List.copyOf(kept);
      last = Choice.of(p.run, state.name() + "[" + (times - 1) + "]", size);
      for (NDArray x : left) {
        checkArgument(
            !HiddenDims.of(x).contains(others) && !HiddenDims.of(x).contains(before),
            "scan '%s' carries what depends on more than '%s' of the step, such as what other steps"
                + " chose, data of the step, or a value that is given in its place; write the steps"
                + " as p.loop, which carries anything, or carry the state alone",
            name,
            state.name());
      }
      Map<Choice, Choice> names = Map.of(now, last);
      left = left.stream().map(x -> HiddenDims.renamed(x, names)).toList();
    }
    StateChain chain = new StateChain(steps, first, others, before, now, last);
    List<@Nullable NDArray> rest = new ArrayList<>(ofOthers);
    rest.addAll(Collections.nCopies(ofFirst.size() - rest.size(), null));
    List<Integer> places = IntStream.range(0, ofFirst.size()).boxed().toList();
    List<Recurrence.Kept> all = // joined where they are asked for
        Lists.transform(places, i -> joined(ofFirst.get(i), rest.get(i), chain));
    int from = 0;
    for (StackedSite site : sites.values()) {
      for (StackedSite each : site.all()) {
        each.of(chain);
        from = each.end(all, from);
      }
    }
    return carried.of(left);
  }

  private List<NDArray> together(
      int from, Choice steps, Carried<C> carried, List<NDArray> given, ScanBody<C> body) {
    Recurrence.At at = Recurrence.together(p.run, times, from, steps);
    step = from;
    for (StackedSite site : sites.values()) {
      site.all().forEach(each -> each.at(at));
    }
    kept.clear();
    return carried.tensors(step(body, new Step(p.run, name, times, at), carried.of(given)));
  }

  /** What the first step and the others have kept at a place, one after the other. */
  private static Recurrence.Kept joined(NDArray first, @Nullable NDArray others, StateChain chain) {
    boolean isSame =
        first == others
            || (others != null
                && Tensors.constant(first).isPresent()
                && Tensors.constant(first).equals(Tensors.constant(others)));
    if (isSame) {
      return new Recurrence.Kept(first, true);
    }
    NDArray one = HiddenDims.renamed(first, Map.of(chain.first(), chain.now()));
    NDArray row = Tensors.reshape(one, Shapes.concat(new Shape(1), one.getShape()));
    if (others == null) {
      return new Recurrence.Kept(row, false);
    }
    NDArray rest = HiddenDims.show(others, requireNonNull(chain.others()));
    NDArray all = Tensors.concat(List.of(row, rest), -row.getShape().dimension());
    boolean isTruth = first.getDataType() == DataType.BOOLEAN;
    return new Recurrence.Kept(isTruth ? all.neq(0) : all, false);
  }

  /** The number of the step that is running. */
  int step() {
    return step;
  }

  /** Finds the sites, the plates and what the first step is given, of the shapes that stay. */
  private List<NDArray> ahead(Carried<C> carried, C start, ScanBody<C> body) {
    List<NDArray> given = carried.tensors(start);
    while (true) {
      List<NDArray> now = given;
      sites.clear();
      List<NDArray> left =
          Recurrence.ahead(
              p.run,
              times,
              now,
              (at, carry) ->
                  carried.tensors(step(body, new Step(p.run, name, times, at), carried.of(carry))));
      given = carried.widened(now, left, Vectorised.in(outside).particles());
      boolean isStill = true;
      for (int i = 0; i < now.size(); i++) {
        isStill &= now.get(i).getShape().equals(given.get(i).getShape());
      }
      if (isStill) {
        return given;
      }
    }
  }

  private C step(ScanBody<C> body, Step t, C carry) {
    met.clear();
    List<C> next = new ArrayList<>(1);
    p.inside(List.of(q -> this), () -> next.add(body.step(p, t, carry)));
    for (String site : sites.keySet()) {
      checkState(
          met.contains(site),
          "sample site '%s' of scan '%s' is met at the first step, but not at step %s; meet the"
              + " same sites at each, and mask what does not count",
          site,
          name,
          step);
    }
    return next.get(0);
  }

  @Override
  protected void enter(SampleSite site) {
    checkState(
        met.add(site.name()),
        "sample site '%s' occurs twice in one step of scan '%s'; give each its own name, or put"
            + " them under a loop or a Prefix",
        site.name(),
        name);
    StackedSite stacked = sites.get(site.name());
    if (step == AHEAD) {
      for (Plate plate : site.plates()) {
        depth = plate.isParticles() ? depth : Math.max(depth, -plate.dim());
      }
      sites.put(site.name(), new StackedSite(p, name, times, site, site.plates().size()));
      enterPlates(site, outside);
      site.endAhead(p.run);
    } else {
      checkState(
          stacked != null,
          "sample site '%s' of scan '%s' is met at step %s, but not at the first; meet the same"
              + " sites at each, and mask what does not count",
          site.name(),
          name,
          step);
      requireNonNull(stacked).give(site, kept);
    }
    site.hide();
  }

  /** A site of a step that is done ahead goes into the plates and particles around. */
  static void enterPlates(SampleSite site, Nesting.@Nullable Stack outside) {
    for (Nesting.Stack at = outside; at != null; at = at.outer) {
      if (at.frame instanceof Plate plate) {
        site.enter(plate);
      }
    }
  }

  @Override
  protected void leave(SampleSite site) {
    if (step != AHEAD) {
      requireNonNull(sites.get(site.name())).keep(site, kept);
    }
  }

  /** What a handler around has given a parameter is the same at each step. */
  @Override
  protected void enter(ParamSite site) {
    NDArray given = params.get(site.name());
    if (given != null) {
      site.substitute(given);
      site.hide();
    }
  }

  @Override
  protected void leave(ParamSite site) {
    if (site.leaf() == null) {
      params.put(site.name(), site.value());
    }
  }

  @Override
  protected void opened(Plate plate) {
    depth = Math.max(depth, -plate.dim());
  }
}
