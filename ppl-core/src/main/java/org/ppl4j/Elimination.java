package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.Choices;
import org.ppl4j.tensor.Tensors;

/**
 * The sum over all choices of the product of sites' densities, by variable elimination with plates:
 *
 * <pre>{@code
 * log Σ_z ∏_sites p(site | z)
 * }</pre>
 *
 * <p>What a density depends on are the {@linkplain Choices choices} of its tensor. The innermost
 * plates come first: there the choices of the plate are summed out row by row, the cheapest first,
 * and what is left is multiplied over those plates that no choice left in it has. If one has them
 * all, each row of the plate would be coupled with each other, and it is an error.
 *
 * <p>Source: Obermeyer, Bingham, Jankowiak, Chiu, Pradhan, Rush and Goodman, "Tensor variable
 * elimination for plated factor graphs" (2019), algorithm 1.
 */
final class Elimination {

  /**
   * A factor of the product.
   *
   * @param logs {@code (batch)}: its logarithm, in the dims of its plates and of particles
   * @param plates without particles
   * @param of a site that it comes from, for messages
   */
  private record Factor(NDArray logs, ImmutableSet<Plate> plates, String of) {

    ImmutableList<Choice> choices() {
      return Choices.of(logs);
    }

    boolean has(Choice choice) {
      return choices().contains(choice);
    }
  }

  private final Map<Choice, ImmutableSet<Plate>> plates = new LinkedHashMap<>(); // of choices
  private final Map<ImmutableSet<Plate>, List<Factor>> factors = new LinkedHashMap<>();
  private final List<NDArray> sums = new ArrayList<>();

  private Elimination() {}

  /** Of the sites that have all their values at once, and of those that depend on these. */
  static Elimination of(Collection<SampleSite> sites) {
    Elimination elimination = new Elimination();
    for (SampleSite site : sites) {
      if (site.isEnumerated()) {
        Choice choice = java.util.Objects.requireNonNull(site.choice());
        elimination.plates.put(choice, plates(site));
      }
    }
    sites.forEach(elimination::add);
    return elimination;
  }

  /** Those that hold rows of data. */
  private static ImmutableSet<Plate> plates(SampleSite site) {
    return site.plates().stream()
        .filter(plate -> !plate.isParticles())
        .collect(ImmutableSet.toImmutableSet());
  }

  // --- factors

  private void add(SampleSite site) {
    ImmutableSet<Plate> own = plates(site);
    NDArray logs = site.isEnumerated() ? prior(site) : site.masked(site.logProb());
    double scale = site.scale();
    for (Plate plate : own) {
      scale /= plate.scale();
    }
    checkPlates(site, own, Choices.of(logs));
    add(new Factor(scale == 1 ? logs : logs.mul(scale), named(own), site.name()));
  }

  /** Where a site does not count, its values have the same probability, so that their sum is 1. */
  private static NDArray prior(SampleSite site) {
    NDArray logs = site.logProb();
    NDArray uniform =
        Tensors.number(-Math.log(java.util.Objects.requireNonNull(site.choice()).size()));
    NDArray mask = site.mask();
    if (site.isMaskedOut()) {
      return Tensors.where(
          Tensors.run(logs)
              .create(
                  new boolean[] {false},
                  logs.getShape().size() == 1 ? logs.getShape() : new ai.djl.ndarray.types.Shape()),
          logs,
          uniform);
    }
    return mask == null ? logs : Tensors.where(mask, logs, uniform);
  }

  /** The plates by name: a plate that opens again is the same. */
  private ImmutableSet<Plate> named(ImmutableSet<Plate> own) {
    return own.stream()
        .map(plate -> byName.computeIfAbsent(plate.name(), name -> plate))
        .collect(ImmutableSet.toImmutableSet());
  }

  private final Map<String, Plate> byName = new HashMap<>();

  private void add(Factor factor) {
    factors.computeIfAbsent(factor.plates(), key -> new ArrayList<>()).add(factor);
  }

  private void checkPlates(SampleSite site, ImmutableSet<Plate> own, List<Choice> choices) {
    for (Choice choice : choices) {
      ImmutableSet<Plate> of = platesOf(choice);
      for (Plate plate : of) {
        checkArgument(
            named(own).contains(plate),
            "%s '%s' depends on the choice of '%s', which is one for each row of plate '%s', but"
                + " stands outside of it; each row's choice would depend on all others', and there"
                + " are %s^%s of them together: put '%s' into the plate, or have '%s' sampled by"
                + " InferConfig",
            Plates.what(site),
            site.name(),
            choice.name(),
            plate.name(),
            choice.size(),
            plate.batch(),
            site.name(),
            choice.name());
      }
    }
  }

  private ImmutableSet<Plate> platesOf(Choice choice) {
    ImmutableSet<Plate> of = plates.get(choice);
    checkArgument(
        of != null,
        "choice '%s' is of another execution; do not keep tensors between executions",
        choice.name());
    return named(of);
  }

  // --- the sum

  /** The logarithm of the sum, {@code (particles, 1, …)}: plates' dims are 1 or missing. */
  NDArray logSum() {
    while (!factors.isEmpty()) {
      ImmutableSet<Plate> innermost =
          factors.keySet().stream().max(Comparator.comparingInt(Set::size)).orElseThrow();
      List<Factor> all = factors.remove(innermost);
      for (List<Factor> component : components(all, innermost)) {
        Factor rest = eliminate(component, innermost);
        reduce(rest);
      }
    }
    NDArray total = sums.get(0);
    for (NDArray sum : sums.subList(1, sums.size())) {
      total = total.add(sum);
    }
    return total;
  }

  /** Factors that have a choice of these very plates in common, directly or through others. */
  private List<List<Factor>> components(List<Factor> all, ImmutableSet<Plate> at) {
    Map<Choice, List<Factor>> byChoice = new LinkedHashMap<>();
    for (Factor factor : all) {
      for (Choice choice : factor.choices()) {
        if (platesOf(choice).equals(at)) {
          byChoice.computeIfAbsent(choice, key -> new ArrayList<>()).add(factor);
        }
      }
    }
    Set<Factor> seen = Sets.newIdentityHashSet();
    List<List<Factor>> components = new ArrayList<>();
    for (Factor start : all) {
      if (!seen.add(start)) {
        continue;
      }
      List<Factor> component = new ArrayList<>(List.of(start));
      for (int i = 0; i < component.size(); i++) {
        for (Choice choice : component.get(i).choices()) {
          for (Factor other : byChoice.getOrDefault(choice, List.of())) {
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

  /** Sums out the choices of these very plates; one factor of those of others. */
  private Factor eliminate(List<Factor> component, ImmutableSet<Plate> at) {
    Map<Choice, Set<Factor>> byChoice = new LinkedHashMap<>();
    Set<Factor> left = Sets.newLinkedHashSet(); // by identity: tensors have no equals
    left.addAll(component);
    for (Factor factor : component) {
      for (Choice choice : factor.choices()) {
        if (platesOf(choice).equals(at)) {
          byChoice.computeIfAbsent(choice, key -> new LinkedHashSet<>()).add(factor);
        }
      }
    }
    PriorityQueue<Candidate> queue = new PriorityQueue<>();
    Map<Choice, Double> costs = new IdentityHashMap<>();
    for (Choice choice : byChoice.keySet()) {
      push(queue, costs, choice, byChoice);
    }
    while (!queue.isEmpty()) {
      Candidate candidate = queue.remove();
      Choice choice = candidate.choice();
      if (!byChoice.containsKey(choice) || costs.get(choice) != candidate.cost()) {
        continue;
      }
      Set<Factor> with = byChoice.remove(choice);
      Factor summed = contract(List.copyOf(with), choice, at);
      left.removeAll(with);
      left.add(summed);
      Set<Choice> touched = new LinkedHashSet<>();
      for (Factor factor : with) {
        for (Choice other : factor.choices()) {
          if (byChoice.containsKey(other)) {
            byChoice.get(other).remove(factor);
            touched.add(other);
          }
        }
      }
      for (Choice other : touched) {
        if (summed.has(other)) {
          byChoice.get(other).add(summed);
        }
        push(queue, costs, other, byChoice);
      }
    }
    return product(left, at);
  }

  /** A choice with what it costs to sum it out. */
  private record Candidate(Choice choice, double cost, int order) implements Comparable<Candidate> {

    @Override
    public int compareTo(Candidate other) {
      int byCost = Double.compare(cost, other.cost);
      return byCost != 0 ? byCost : Integer.compare(order, other.order);
    }
  }

  private void push(
      PriorityQueue<Candidate> queue,
      Map<Choice, Double> costs,
      Choice choice,
      Map<Choice, Set<Factor>> byChoice) {
    Set<Choice> together = new HashSet<>();
    byChoice.get(choice).forEach(factor -> together.addAll(factor.choices()));
    double cost = 1;
    for (Choice other : together) {
      cost *= other.size();
    }
    costs.put(choice, cost);
    queue.add(new Candidate(choice, cost, orderOf(choice)));
  }

  private final Map<Choice, Integer> order = new IdentityHashMap<>();

  private int orderOf(Choice choice) {
    if (order.isEmpty()) {
      plates.keySet().forEach(known -> order.put(known, order.size()));
    }
    return order.get(choice);
  }

  /** The sum over a choice of the product of all factors that have it. */
  private Factor contract(List<Factor> with, Choice choice, ImmutableSet<Plate> at) {
    Factor all = product(with, at);
    return new Factor(Choices.logSumExp(all.logs(), choice), at, all.of());
  }

  private static Factor product(Collection<Factor> several, ImmutableSet<Plate> at) {
    NDArray logs = null;
    String of = "";
    for (Factor factor : several) {
      logs = logs == null ? factor.logs() : logs.add(factor.logs());
      of = factor.of();
    }
    return new Factor(java.util.Objects.requireNonNull(logs), at, of);
  }

  // --- plates

  /** The product over the rows of those plates that no choice left has. */
  private void reduce(Factor factor) {
    Set<Plate> kept = new LinkedHashSet<>();
    factor.choices().forEach(choice -> kept.addAll(platesOf(choice)));
    ImmutableSet<Plate> ended = ImmutableSet.copyOf(Sets.difference(factor.plates(), kept));
    if (ended.isEmpty() && !factor.plates().isEmpty()) {
      throw coupled(factor);
    }
    NDArray logs = factor.logs();
    double scale = 1;
    for (Plate plate : ended) {
      logs = summed(logs, plate);
      scale *= plate.scale();
      checkArgument(
          plate.scale() == 1 || factor.choices().isEmpty(),
          "plate '%s' sees %s of %s rows, but '%s' in it depends on the choice of %s outside of it:"
              + " the sum over the choice of a product over some rows only is another posterior's;"
              + " see all rows, p.plate(\"%s\", %s), or have the choice sampled by InferConfig",
          plate.name(),
          plate.batch(),
          plate.size(),
          factor.of(),
          names(factor.choices()),
          plate.name(),
          plate.size());
    }
    NDArray scaled = scale == 1 ? logs : logs.mul(scale);
    if (factor.choices().isEmpty()) {
      sums.add(scaled);
    } else {
      add(new Factor(scaled, ImmutableSet.copyOf(kept), factor.of()));
    }
  }

  /** The sum over a plate's dim, which stays with size 1. */
  private static NDArray summed(NDArray logs, Plate plate) {
    int rank = logs.getShape().dimension();
    boolean isThere = rank >= -plate.dim() && logs.getShape().get(rank + plate.dim()) > 1;
    return isThere
        ? logs.sum(new int[] {plate.dim()}, true)
        : plate.batch() == 1 ? logs : logs.mul(plate.batch());
  }

  private static String names(List<Choice> choices) {
    return choices.stream().map(choice -> "'" + choice.name() + "'").collect(joining(", "));
  }

  private IllegalArgumentException coupled(Factor factor) {
    return new IllegalArgumentException(
        lenientFormat(
            "'%s' in plates %s depends on the choices of %s together, which stand in %s: each row"
                + " of one is coupled with each of the other, and the sum over all of them needs a"
                + " tensor of %s values; open them in one plate, write the smaller plate as a loop"
                + " where it is small, or have one of the sites sampled by InferConfig",
            factor.of(),
            factor.plates().stream().map(Plate::name).toList(),
            names(factor.choices()),
            factor.choices().stream()
                .map(
                    choice ->
                        choice.name() + ": " + platesOf(choice).stream().map(Plate::name).toList())
                .collect(joining(", ")),
            factor.choices().stream()
                .map(
                    choice ->
                        choice.size()
                            + "^"
                            + platesOf(choice).stream()
                                .mapToLong(Plate::batch)
                                .reduce(1, (a, b) -> a * b))
                .collect(joining(" or "))));
  }
}
