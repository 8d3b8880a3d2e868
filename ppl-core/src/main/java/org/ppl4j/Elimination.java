package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.Lists;
import com.google.common.collect.SetMultimap;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The sum, or the largest, over all choices of the product of sites' densities, by variable
 * elimination with plates:
 *
 * <pre>{@code
 * log Σ_z ∏_sites p(site | z)
 * }</pre>
 *
 * <p>What a density depends on are the {@linkplain HiddenDims choices} of its tensor. The innermost
 * plates come first: there the choices of the plate are summed out row by row, the cheapest first,
 * and what is left is multiplied over those plates that no choice left in it has. If one has them
 * all, each row of the plate would be coupled with each other, and it is an error.
 *
 * <p>Source: Obermeyer, Bingham, Jankowiak, Chiu, Pradhan, Rush and Goodman, "Tensor variable
 * elimination for plated factor graphs" (2019), algorithm 1.
 */
final class Elimination {

  /** What becomes of a choice. */
  enum Over {
    SUM,
    MAX
  }

  /**
   * A factor of the product. One is not another, even of the same numbers.
   *
   * @param logs {@code (batch)}: its logarithm, in the dims of its plates and of particles
   * @param plates the names of those that hold rows of data
   * @param of a site that it comes from, for messages
   * @param chained the steps of a scan, whose logarithms are worked out with the first state; null
   *     for any other
   */
  private record Factor(
      NDArray logs, ImmutableSet<String> plates, String of, @Nullable Chained chained) {

    Factor(NDArray logs, ImmutableSet<String> plates, String of) {
      this(logs, plates, of, null);
    }

    Collection<Choice> choices() {
      return chained == null ? HiddenDims.of(logs) : chained.scope();
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** What was done with. */
  sealed interface Step {}

  /**
   * A choice.
   *
   * @param logs of all factors that have it, which depend on it and on choices of later steps
   */
  record OfChoice(Choice choice, NDArray logs) implements Step {}

  /**
   * The states of a scan but the last.
   *
   * @param message of the first, and of choices of later steps
   * @param transitions of the others, as of {@link StateChain#weights}
   * @param rest of the others; null for nothing
   */
  record OfStates(StateChain chain, NDArray message, NDArray transitions, @Nullable NDArray rest)
      implements Step {

    /** What they weigh where other choices are made. */
    StateChain.Weights weights(Map<Choice, NDArray> places, Shape batch) {
      return chain.weights(
          HiddenDims.at(message, places),
          HiddenDims.at(transitions, places),
          rest == null ? null : HiddenDims.at(rest, places),
          batch);
    }

    /** What the last weighs, those before being done with, whatever other choices are. */
    NDArray last(Over over) {
      List<Choice> others = others();
      List<List<Integer>> places =
          others.stream().map(other -> IntStream.range(0, other.size()).boxed().toList()).toList();
      Run run = Tensors.run(message);
      Shape batch = new Shape();
      List<NDArray> each = new ArrayList<>();
      for (List<Integer> some : Lists.cartesianProduct(places)) {
        Map<Choice, NDArray> at = new HashMap<>();
        for (int i = 0; i < some.size(); i++) {
          at.put(others.get(i), run.create(new long[] {some.get(i)}, new Shape()));
        }
        StateChain.Weights weights = weights(at, new Shape());
        batch = weights.batch(); // the same for all
        each.add(new StatePaths(over, weights).last());
      }
      Shape sizes = new Shape(others.stream().mapToLong(Choice::size).toArray());
      Shape all = Shapes.concat(Shapes.concat(sizes, batch), new Shape(chain.size()));
      NDArray together = Tensors.reshape(Tensors.concat(each, 0), all);
      return HiddenDims.hide(HiddenDims.hidden(together, others), -1, chain.last());
    }

    /** What it depends on besides the states. */
    private List<Choice> others() {
      Set<Choice> others = new LinkedHashSet<>(HiddenDims.of(message));
      others.addAll(HiddenDims.of(transitions));
      others.addAll(rest == null ? List.of() : HiddenDims.of(rest));
      others.removeAll(Arrays.asList(chain.first(), chain.others(), chain.before(), chain.now()));
      return List.copyOf(others);
    }
  }

  /** Makes the states that others lead to come after all else. */
  private static final double LATER = 1e100;

  private final Over over;
  private final boolean keepsSteps;
  private final Map<Choice, Integer> order = new HashMap<>();
  private final Map<Choice, ImmutableSet<String>> platesOf = new HashMap<>();
  private final Map<String, Plate> plates = new HashMap<>();
  private final Map<ImmutableSet<String>, List<Factor>> factors = new LinkedHashMap<>();
  private final Map<StateChain, Chained> chains = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final NDArray logTotal; // (particles, 1, …): plates' dims are 1 or missing

  private Elimination(
      Over over, boolean keepsSteps, Collection<SampleSite> of, Map<Choice, NDArray> more) {
    this.over = over;
    this.keepsSteps = keepsSteps;
    for (SampleSite site : of) {
      Choice choice = site.choice();
      StateChain chain = site.chain();
      if (choice != null && chain != null) {
        know(chain.first(), site);
        know(chain.last(), site);
        chains.put(chain, new Chained(chain, site));
      } else if (choice != null) {
        know(choice, site);
      }
    }
    of.forEach(site -> add(site, more));
    chains.values().forEach(this::add);
    this.logTotal = eliminate();
  }

  /** The sum, of the sites that have all their values at once and of those that depend on these. */
  static NDArray logSum(Collection<SampleSite> sites) {
    return logSum(sites, Map.of());
  }

  /**
   * The same.
   *
   * @param more what is added to the log probabilities of a choice, such as a number to take the
   *     slope in
   */
  static NDArray logSum(Collection<SampleSite> sites, Map<Choice, NDArray> more) {
    return new Elimination(Over.SUM, false, sites, more).logTotal;
  }

  /** The same, or the largest, step by step. */
  static Elimination stepwise(Over over, Collection<SampleSite> sites) {
    return new Elimination(over, true, sites, Map.of());
  }

  /** The choices in the order in which they are done with. */
  List<Step> steps() {
    return steps;
  }

  // --- factors

  /** A choice of a site, which is one for all steps of a scan. */
  private void know(Choice choice, SampleSite site) {
    StateChain chain = site.chain();
    ImmutableSet<String> own = plates(site);
    order.putIfAbsent(choice, order.size());
    platesOf.put(choice, chain == null ? own : without(own, chain));
  }

  private static ImmutableSet<String> without(ImmutableSet<String> plates, StateChain chain) {
    return plates.stream()
        .filter(name -> !name.equals(chain.steps().name()))
        .collect(ImmutableSet.toImmutableSet());
  }

  /** What the steps of a scan count behind the first. */
  private static final class Chained {

    final StateChain chain;
    final SampleSite site;
    private @Nullable NDArray transitions; // depend on the state before
    private @Nullable NDArray rest;

    Chained(StateChain chain, SampleSite site) {
      this.chain = chain;
      this.site = site;
    }

    void add(NDArray logs) {
      if (HiddenDims.of(logs).contains(chain.before())) {
        transitions = transitions == null ? logs : transitions.add(logs);
      } else {
        rest = rest == null ? logs : rest.add(logs);
      }
    }

    /** What depends on the state before; nothing if states are drawn alike at each step. */
    NDArray transitions() {
      return transitions != null
          ? transitions
          : HiddenDims.zeros(Tensors.run(requireNonNull(rest)), chain.before());
    }

    @Nullable NDArray rest() {
      return rest;
    }

    /** All that it depends on but the states within. */
    Set<Choice> scope() {
      Set<Choice> scope = new LinkedHashSet<>();
      for (NDArray logs : rest == null ? List.of(transitions()) : List.of(transitions(), rest)) {
        scope.addAll(HiddenDims.of(logs));
      }
      scope.removeAll(Arrays.asList(chain.others(), chain.before(), chain.now()));
      scope.add(chain.first());
      scope.add(chain.last());
      return scope;
    }
  }

  /** The steps behind the first are one factor. */
  private void add(Chained chained) {
    if (chained.chain.others() != null) {
      ImmutableSet<String> own = without(plates(chained.site), chained.chain);
      add(new Factor(Tensors.number(0), own, chained.site.name(), chained));
    }
  }

  private ImmutableSet<String> plates(SampleSite site) {
    ImmutableSet.Builder<String> names = ImmutableSet.builder();
    for (Plate plate : site.plates()) {
      if (!plate.isParticles()) {
        plates.put(plate.name(), plate);
        names.add(plate.name());
      }
    }
    return names.build();
  }

  private Plate plate(String name) {
    return requireNonNull(plates.get(name));
  }

  private ImmutableSet<String> platesOf(Choice choice) {
    ImmutableSet<String> known = platesOf.get(choice);
    checkArgument(
        known != null,
        "choice '%s' is of another execution; keep no tensors from one to the next",
        choice.name());
    return known;
  }

  private void add(SampleSite site, Map<Choice, NDArray> more) {
    ImmutableSet<String> own = plates(site);
    Choice choice = site.choice();
    StateChain chain = site.chain();
    if (chain != null) {
      addSteps(site, chain, own, choice == null ? null : more.get(choice));
      return;
    }
    NDArray logs = choice == null ? site.masked(site.logProb()) : prior(site, choice);
    double scale = site.scale();
    for (String plate : own) {
      scale /= plate(plate).scale();
    }
    if (scale != 1) {
      logs = logs.mul(scale);
    }
    NDArray added = choice == null ? null : more.get(choice);
    if (added != null) {
      logs = logs.add(added);
    }
    for (Choice other : HiddenDims.of(logs)) {
      checkPlates(site, own, other);
    }
    add(new Factor(logs, own, site.name()));
  }

  /** A site of a scan: its first step is a factor as others are. */
  private void addSteps(
      SampleSite site, StateChain chain, ImmutableSet<String> own, @Nullable NDArray more) {
    double scale = site.scale();
    for (String plate : own) {
      scale /= plate(plate).scale();
    }
    StateChain.Logs logs = requireNonNull(site.chainLogs()).times(scale);
    if (more != null) {
      logs = logs.plus(more, chain);
    }
    ImmutableSet<String> rest = without(own, chain);
    for (Choice other : HiddenDims.of(logs.first())) {
      checkPlates(site, rest, other);
    }
    add(new Factor(logs.first(), rest, site.name()));
    NDArray others = logs.others();
    if (others != null) {
      requireNonNull(chains.get(chain)).add(others);
    }
  }

  /** Where a site does not count, its values have one probability, so that they sum to 1. */
  static NDArray prior(SampleSite site, Choice choice) {
    NDArray logs = site.logProb().add(HiddenDims.zeros(Tensors.run(site.value()), choice));
    return orUniform(site, logs, choice.size());
  }

  /** Where a site does not count, its log probability is that of one of so many values. */
  static NDArray orUniform(SampleSite site, NDArray logs, int size) {
    NDArray uniform = Tensors.number(-Math.log(size));
    NDArray mask =
        site.isMaskedOut()
            ? Tensors.run(logs).create(new boolean[] {false}, new Shape())
            : site.counted();
    return mask == null ? logs : Tensors.where(mask, logs, uniform);
  }

  private void add(Factor factor) {
    factors.computeIfAbsent(factor.plates(), key -> new ArrayList<>()).add(factor);
  }

  private void checkPlates(SampleSite site, Set<String> own, Choice choice) {
    for (String name : platesOf(choice)) {
      checkArgument(
          own.contains(name),
          "%s '%s' depends on the choice of '%s', which each row of plate '%s' has for itself, but"
              + " stands outside of the plate, so that the choices of all rows would have to be"
              + " summed over together: %s^%s of them; put '%s' into the plate, or have '%s'"
              + " sampled by InferConfig",
          Plates.what(site),
          site.name(),
          choice.name(),
          name,
          choice.size(),
          plate(name).batch(),
          site.name(),
          choice.name());
    }
  }

  // --- elimination

  private NDArray eliminate() {
    List<NDArray> totals = new ArrayList<>();
    while (!factors.isEmpty()) {
      ImmutableSet<String> innermost =
          factors.keySet().stream().max(Comparator.comparingInt(Set::size)).orElseThrow();
      List<Factor> all = requireNonNull(factors.remove(innermost));
      for (List<Factor> component : components(all, innermost)) {
        Factor rest = reduced(eliminated(component, innermost));
        if (rest.choices().isEmpty()) {
          totals.add(rest.logs());
        } else {
          add(rest);
        }
      }
    }
    return totals.stream().reduce(NDArray::add).orElse(Tensors.number(0));
  }

  /** The factors of each choice that has these very plates. */
  private SetMultimap<Choice, Factor> byChoice(Collection<Factor> all, Set<String> at) {
    SetMultimap<Choice, Factor> byChoice = LinkedHashMultimap.create();
    for (Factor factor : all) {
      for (Choice choice : factor.choices()) {
        if (platesOf(choice).equals(at)) {
          byChoice.put(choice, factor);
        }
      }
    }
    return byChoice;
  }

  /** Factors that have a choice of these very plates in common, directly or through others. */
  private List<List<Factor>> components(List<Factor> all, Set<String> at) {
    SetMultimap<Choice, Factor> byChoice = byChoice(all, at);
    Set<Factor> seen = new HashSet<>();
    List<List<Factor>> components = new ArrayList<>();
    for (Factor start : all) {
      if (!seen.add(start)) {
        continue;
      }
      List<Factor> component = new ArrayList<>(List.of(start));
      for (int i = 0; i < component.size(); i++) {
        for (Choice choice : component.get(i).choices()) {
          for (Factor other : byChoice.removeAll(choice)) {
            if (seen.add(other)) {
              component.add(other);
            }
          }
        }
      }
      components.add(component);
    }
    return components;
  }

  /** A choice with what it costs to do with it now. */
  private record Candidate(Choice choice, double cost, int order) implements Comparable<Candidate> {

    @Override
    public int compareTo(Candidate other) {
      int byCost = Double.compare(cost, other.cost);
      return byCost == 0 ? Integer.compare(order, other.order) : byCost;
    }
  }

  /** Does with the choices of these very plates; one factor of those of others. */
  private Factor eliminated(List<Factor> component, ImmutableSet<String> at) {
    Order planned = new Order(component, at);
    List<Factor> made = new ArrayList<>(component);
    for (int next = 0; next < planned.turns.size(); next++) {
      Turns turns = new Turns(planned, made, next);
      int count = keepsSteps ? 0 : turns.count();
      if (count < Turns.LEAST) {
        Turn turn = planned.turns.get(next);
        made.add(without(turn.with().stream().map(made::get).toList(), turn.choice(), at));
      } else {
        Factor last = turns.chained(at);
        made.addAll(Collections.nCopies(count, last)); // only the last of them is read again
        next += count - 1;
      }
    }
    return product(planned.left.stream().map(made::get).toList(), at);
  }

  /** A choice in its turn: what factors have it, by their numbers. */
  private record Turn(Choice choice, ImmutableList<Integer> with) {}

  /**
   * In which order choices are done with, the cheapest first, as their factors show before any is
   * computed. Factors are numbered: those of the component first, then what each turn leaves.
   */
  private final class Order {

    final List<Turn> turns = new ArrayList<>();
    final List<ImmutableSet<Choice>> scopes = new ArrayList<>();
    final Set<Integer> left = new LinkedHashSet<>();
    private final SetMultimap<Choice, Integer> byChoice = LinkedHashMultimap.create();
    private final List<@Nullable StateChain> chained = new ArrayList<>(); // of factors

    Order(List<Factor> component, ImmutableSet<String> at) {
      for (Factor factor : component) {
        add(ImmutableSet.copyOf(factor.choices()), at);
        chained.add(factor.chained() == null ? null : factor.chained().chain);
      }
      PriorityQueue<Candidate> queue = new PriorityQueue<>();
      Map<Choice, Candidate> latest = new HashMap<>();
      for (Choice choice : byChoice.keySet()) {
        latest.put(choice, candidate(choice));
      }
      queue.addAll(latest.values());
      while (!queue.isEmpty()) {
        Candidate next = queue.remove();
        if (!next.equals(latest.get(next.choice()))) {
          continue; // its factors have changed since
        }
        latest.remove(next.choice());
        for (Choice other : take(next.choice(), at)) {
          Candidate changed = candidate(other);
          latest.put(other, changed);
          queue.add(changed);
        }
      }
    }

    private void add(ImmutableSet<Choice> scope, ImmutableSet<String> at) {
      int number = scopes.size();
      scopes.add(scope);
      left.add(number);
      for (Choice choice : scope) {
        if (platesOf(choice).equals(at)) {
          byChoice.put(choice, number);
        }
      }
    }

    /** Does with a choice; returns those whose factors have changed. */
    private Set<Choice> take(Choice choice, ImmutableSet<String> at) {
      ImmutableList<Integer> with = ImmutableList.copyOf(byChoice.removeAll(choice));
      Set<Choice> rest = new LinkedHashSet<>();
      for (int number : with) {
        rest.addAll(scopes.get(number));
        left.remove(number);
      }
      rest.remove(choice);
      Set<Choice> changed = new LinkedHashSet<>();
      for (Choice other : rest) {
        for (int number : with) {
          if (byChoice.remove(other, number)) {
            changed.add(other);
          }
        }
      }
      turns.add(new Turn(choice, with));
      add(ImmutableSet.copyOf(rest), at);
      return changed;
    }

    private Candidate candidate(Choice choice) {
      Set<Choice> together = new HashSet<>();
      byChoice.get(choice).forEach(number -> together.addAll(scopes.get(number)));
      double cost = 1;
      for (Choice other : together) {
        cost *= other.size();
      }
      for (int number : byChoice.get(choice)) {
        StateChain chain = number < chained.size() ? chained.get(number) : null;
        boolean isLater = chain != null && !chain.first().equals(choice);
        cost *= isLater ? LATER : 1; // a chain begins at its first state
      }
      return new Candidate(choice, cost, requireNonNull(order.get(choice)));
    }

    /** The number of what a turn leaves. */
    int result(int turn) {
      return scopes.size() - turns.size() + turn;
    }
  }

  /**
   * Turns of a chain: each leaves the choice of the next alone, and all have as many values. They
   * are one operation.
   */
  private static final class Turns {

    /** Fewer are done one by one. */
    static final int LEAST = 3;

    private final Order order;
    private final List<Factor> made;
    private final int first;
    private final List<NDArray> vectors = new ArrayList<>();
    private final List<NDArray> matrices = new ArrayList<>();
    private @Nullable Choice last; // that is left

    Turns(Order order, List<Factor> made, int first) {
      this.order = order;
      this.made = made;
      this.first = first;
    }

    /** How many turns it has. */
    int count() {
      int turn = first;
      while (turn < order.turns.size() && next(turn) != null && isAlike(turn)) {
        turn++;
      }
      return turn - first;
    }

    /** The choice that a turn of a chain leaves; null if it is of none. */
    private @Nullable Choice next(int turn) {
      Turn of = order.turns.get(turn);
      Set<Choice> left = order.scopes.get(order.result(turn));
      if (left.size() != 1) {
        return null;
      }
      Choice next = left.iterator().next();
      boolean follows =
          turn == first
              || (of.with().contains(order.result(turn - 1))
                  && order.scopes.get(order.result(turn - 1)).equals(ImmutableSet.of(of.choice())));
      return follows && next.size() == of.choice().size() ? next : null;
    }

    /** Whether the factors of a turn have the shapes of those of the first; they are kept. */
    private boolean isAlike(int turn) {
      Turn of = order.turns.get(turn);
      Choice choice = of.choice();
      Choice next = requireNonNull(next(turn));
      NDArray vector = null;
      NDArray matrix = null;
      for (int number : of.with()) {
        boolean isBefore = turn > first && number == order.result(turn - 1);
        if (!isBefore && made.get(number).chained() != null) {
          return false;
        }
        NDArray logs = isBefore ? null : made.get(number).logs();
        if (logs != null && order.scopes.get(number).size() == 1) {
          vector = vector == null ? logs : vector.add(logs);
        } else if (logs != null) {
          matrix = matrix == null ? logs : matrix.add(logs);
        }
      }
      if (matrix == null) {
        return false;
      }
      NDArray rows =
          vector == null
              ? HiddenDims.shown(HiddenDims.zeros(Tensors.run(matrix), choice), List.of(choice))
              : HiddenDims.shown(vector, List.of(choice));
      NDArray shown = HiddenDims.shown(matrix, List.of(choice, next));
      boolean isAlike =
          vectors.isEmpty()
              || (rows.getShape().equals(vectors.get(0).getShape())
                  && shown.getShape().equals(matrices.get(0).getShape()));
      if (isAlike) {
        vectors.add(rows);
        matrices.add(shown);
        last = next;
      }
      return isAlike;
    }

    /** What the last of the turns leaves. */
    Factor chained(ImmutableSet<String> at) {
      // What comes before the first state is another thing than what is between the others.
      NDArray before = vectors.get(0); // (K, *v)
      NDArray v = Tensors.stack(vectors.subList(1, vectors.size()), 0); // (T - 1, K, *v)
      NDArray m = Tensors.stack(matrices, 0); // (T, K, K, *m)
      Shape ofRows = v.getShape().slice(2);
      Shape ofMatrices = m.getShape().slice(3);
      Shape batch = Shapes.broadcast(ofRows, ofMatrices);
      long steps = m.getShape().get(0);
      long size = v.getShape().get(1);
      NDArray rest = Tensors.reshape(wide(v, 2, batch), new Shape(steps - 1, size, batch.size()));
      NDArray none = Tensors.run(v).zeros(new Shape(1, size, batch.size()));
      NDArray each = Tensors.concat(List.of(none, rest), -3);
      boolean isOne = ofMatrices.size() == 1;
      NDArray all = isOne ? m : wide(m, 3, batch);
      long kinds = isOne ? 1 : batch.size();
      NDArray square = Tensors.reshape(all, new Shape(steps, size, size, kinds));
      NDArray start =
          Tensors.reshape(wide(before, 1, batch), new Shape(size, batch.size())).swapAxes(-1, -2);
      NDArray chain =
          Linalg.logChain(start, each.swapAxes(-1, -2), square.transpose(-4, -1, -3, -2));
      NDArray turned =
          Tensors.reshape(chain.swapAxes(-1, -2), Shapes.concat(new Shape(size), batch));
      String of = made.get(order.turns.get(first).with().get(0)).of();
      return new Factor(HiddenDims.hidden(turned, List.of(requireNonNull(last))), at, of);
    }

    /** With the batch in full, right of so many dims. */
    private static NDArray wide(NDArray x, int left, Shape batch) {
      Shape shape = x.getShape();
      long[] ones = new long[batch.dimension() - (shape.dimension() - left)];
      Arrays.fill(ones, 1);
      Shape padded =
          Shapes.concat(Shapes.concat(shape.slice(0, left), new Shape(ones)), shape.slice(left));
      return Tensors.reshape(x, padded).broadcast(Shapes.concat(shape.slice(0, left), batch));
    }
  }

  private Factor without(List<Factor> with, Choice choice, ImmutableSet<String> at) {
    for (Factor factor : with) {
      Chained chained = factor.chained();
      if (chained != null) {
        List<Factor> others = with.stream().filter(other -> !other.equals(factor)).toList();
        NDArray message = product(others, at).logs();
        return new Factor(withoutStates(chained, message), at, factor.of());
      }
    }
    Factor all = product(with, at);
    steps.add(new OfChoice(choice, all.logs()));
    NDArray logs =
        over == Over.SUM
            ? HiddenDims.logSumExp(all.logs(), choice)
            : HiddenDims.max(all.logs(), choice);
    return new Factor(logs, at, all.of());
  }

  /** What the last state of a scan weighs, all others being done with. */
  private NDArray withoutStates(Chained chained, NDArray message) {
    NDArray transitions = chained.transitions();
    if (!keepsSteps) {
      return chained.chain.summed(message, transitions, chained.rest());
    }
    OfStates states = new OfStates(chained.chain, message, transitions, chained.rest());
    steps.add(states);
    return states.last(over);
  }

  private static Factor product(Collection<Factor> several, ImmutableSet<String> at) {
    NDArray logs = several.stream().map(Factor::logs).reduce(NDArray::add).orElseThrow();
    return new Factor(logs, at, several.iterator().next().of());
  }

  // --- plates

  /** The product over the rows of those plates that no choice left has. */
  private Factor reduced(Factor factor) {
    Set<String> kept = new LinkedHashSet<>();
    factor.choices().forEach(choice -> kept.addAll(platesOf(choice)));
    ImmutableSet<String> ended = ImmutableSet.copyOf(Sets.difference(factor.plates(), kept));
    if (ended.isEmpty() && !factor.choices().isEmpty()) {
      throw coupled(factor);
    }
    NDArray logs = factor.logs();
    double scale = 1;
    for (String name : ended) {
      Plate plate = plate(name);
      checkArgument(
          plate.scale() == 1 || factor.choices().isEmpty(),
          "plate '%s' sees %s of %s rows, but '%s' in it depends on the choice of %s outside of it;"
              + " the sum over that choice of a product over some of the rows is of another"
              + " posterior: see all rows, p.plate(\"%s\", %s), or have the choice sampled by"
              + " InferConfig",
          name,
          plate.batch(),
          plate.size(),
          factor.of(),
          names(factor.choices()),
          name,
          plate.size());
      logs = summed(logs, plate);
      scale *= plate.scale();
    }
    return new Factor(scale == 1 ? logs : logs.mul(scale), ImmutableSet.copyOf(kept), factor.of());
  }

  /** The sum over a plate's dim, which stays with size 1. */
  private static NDArray summed(NDArray logs, Plate plate) {
    Shape shape = logs.getShape();
    int at = shape.dimension() + plate.dim();
    if (at >= 0 && shape.get(at) == plate.batch()) {
      return logs.sum(new int[] {plate.dim()}, true);
    }
    return logs.mul(plate.batch()); // the same in each row
  }

  private static String names(Collection<Choice> choices) {
    return choices.stream().map(choice -> "'" + choice.name() + "'").collect(joining(", "));
  }

  private IllegalArgumentException coupled(Factor factor) {
    return new IllegalArgumentException(
        lenientFormat(
            "'%s' in plates %s depends on the choices of %s together, which stand in other plates"
                + " each: every row of one is coupled with every row of the other, and their sum"
                + " takes %s numbers; write the smaller plate as a p.loop, or have one of the sites"
                + " sampled by InferConfig",
            factor.of(),
            factor.plates(),
            names(factor.choices()),
            factor.choices().stream().map(this::together).collect(joining(" or "))));
  }

  private String together(Choice choice) {
    long rows = 1;
    for (String plate : platesOf(choice)) {
      rows *= plate(plate).batch();
    }
    return choice.size() + "^" + rows;
  }
}
