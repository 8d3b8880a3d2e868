package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Recurrence;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What the sites that an execution has summed out are, given the values of all others: exact joint
 * draws, probabilities, and the jointly most likely values. Each particle has its own.
 *
 * <p>Choices are summed out forwards and drawn backwards, each given those that were summed out
 * after it, by the same factors.
 */
public final class TraceChoices {

  /** By so many values of all sites it is checked. */
  private static final int ASSIGNMENTS = 2;

  private final Run run;
  private final Trace trace;
  private final List<SampleSite> of = new ArrayList<>();
  private final Map<Choice, SampleSite> sites = new LinkedHashMap<>();
  private final List<StateChain> chains; // of the sites of scans

  private TraceChoices(Run run, Trace trace) {
    this.run = run;
    this.trace = trace;
    for (SampleSite site : trace.sites()) {
      Choice choice = site.choice();
      if (choice != null) {
        sites.put(choice, site);
      }
    }
    if (!sites.isEmpty()) { // or densities would be worked out for nothing
      trace.sites().stream().filter(Trace::isOfChoices).forEach(of::add);
    }
    chains = sites.values().stream().map(SampleSite::chain).filter(Objects::nonNull).toList();
  }

  /** Those of an execution. */
  public static TraceChoices of(Run run, Trace trace) {
    return new TraceChoices(run, trace);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return sites.isEmpty();
  }

  /**
   * A joint draw of all sites.
   *
   * @param rng noise; a site's part of it depends on the site's name alone
   * @return by site, each {@code (*, batch, event)}
   */
  public ImmutableMap<String, NDArray> draw(Rng rng) {
    return values(places(rng));
  }

  /**
   * The jointly most likely values of all sites, which are not the most likely ones of each.
   *
   * @return by site, each {@code (*, batch, event)}
   */
  public ImmutableMap<String, NDArray> mostLikely() {
    return values(places(null));
  }

  /**
   * The execution where its choices are such ones, with the values that the program would have if
   * it were executed again; densities are still those of all choices.
   *
   * @param values by site, of all that were summed out
   * @return empty if the value of another site depends on a choice
   */
  public Optional<Trace> at(Map<String, NDArray> values) {
    Trace.Builder chosen = Trace.builder();
    trace.plates().forEach(chosen::add);
    trace.params().forEach(chosen::add);
    for (SampleSite site : trace.sites()) {
      NDArray value = values.get(site.name());
      if (value == null && !HiddenDims.of(site.value()).isEmpty()) {
        return Optional.empty();
      }
      chosen.add(value == null ? site : site.at(value));
    }
    return Optional.of(chosen.build());
  }

  /**
   * The probabilities of the values of a site, in the order of its distribution's support.
   *
   * @return {@code (*, batch, K)}
   * @throws IllegalArgumentException if no site of this name was summed out
   */
  public NDArray marginals(String name) {
    return slopes(List.of(choice(name)), Map.of()).get(0);
  }

  /**
   * Those of all sites at once, in the time of one.
   *
   * @return by site, each {@code (*, batch, K)}
   */
  public ImmutableMap<String, NDArray> marginals() {
    List<Choice> choices = List.copyOf(sites.keySet());
    List<NDArray> slopes = slopes(choices, Map.of());
    ImmutableMap.Builder<String, NDArray> marginals = ImmutableMap.builder();
    for (int i = 0; i < choices.size(); i++) {
      marginals.put(requireNonNull(sites.get(choices.get(i))).name(), slopes.get(i));
    }
    return marginals.buildOrThrow();
  }

  /**
   * The same where another site has one of its values in one of its rows.
   *
   * @param row of one particle's rows, counted through all plates
   * @param place of the value in the other's support
   */
  public NDArray marginals(String name, String other, int row, int place) {
    Choice given = choice(other);
    int rows = Math.toIntExact(batch(given).size());
    int each = rows / Math.toIntExact(particles(given));
    double[] only = new double[given.size() * rows];
    for (int i = 0; i < only.length; i++) {
      boolean isOther = i % each == row && i / rows != place;
      only[i] = isOther ? Double.NEGATIVE_INFINITY : 0;
    }
    Shape shape = Shapes.concat(new Shape(given.size()), batch(given));
    NDArray added = HiddenDims.hidden(run.create(only, shape), List.of(given));
    return slopes(List.of(choice(name)), Map.of(given, added)).get(0);
  }

  /**
   * The log likelihood of each observation of a site, of which no other depends on the same
   * choices: the sum over those of its row.
   *
   * @return {@code (*, batch)}
   * @throws IllegalArgumentException if others do, for they have no likelihoods one by one
   */
  public NDArray logLikelihood(SampleSite observed) {
    NDArray total = observed.logProb();
    ImmutableList<Choice> choices = HiddenDims.of(total);
    for (SampleSite site : of) {
      Choice own = site.choice();
      boolean isOfThem = own != null && choices.contains(own);
      boolean depends =
          HiddenDims.of(site.masked(site.logProb())).stream().anyMatch(choices::contains);
      boolean isApart =
          site == observed
              || (isOfThem
                  ? site.plates().equals(observed.plates())
                      && choices.containsAll(HiddenDims.of(site.logProb()))
                  : !depends);
      checkArgument(
          isApart,
          "observations of '%s' have no likelihoods one by one, since each depends on the choice of"
              + " %s, and so does '%s' or another row; ask for the log joint",
          observed.name(),
          choices,
          site.name());
      if (isOfThem) {
        total = total.add(Elimination.prior(site, requireNonNull(own)));
      }
    }
    for (Choice choice : choices) {
      total = HiddenDims.logSumExp(total, choice);
    }
    return total;
  }

  /** K, how many values a site has. */
  public int size(String name) {
    return choice(name).size();
  }

  /**
   * The logarithm of the sum over all choices where the log probabilities of a site's values are
   * moved by numbers. Its slope in these is the probability of each value.
   *
   * @param moved {@code (K, batch)}
   * @return {@code (*, 1, …)}
   * @throws IllegalArgumentException if no site of this name was summed out
   */
  public NDArray logTotal(String name, NDArray moved) {
    Choice choice = choice(name);
    Map<Choice, NDArray> more = Map.of(choice, HiddenDims.hidden(moved, List.of(choice)));
    return Elimination.logSum(of, more);
  }

  /**
   * Whether the rows of a site do not depend on each other given all sites that are not summed out,
   * so that a draw of each row by its {@link #marginals} is a joint draw: no choice that it is
   * connected with stands outside of one of its plates.
   *
   * @throws IllegalArgumentException if no site of this name was summed out
   */
  public boolean isRowByRow(String name) {
    Choice choice = choice(name);
    Set<Choice> connected = new LinkedHashSet<>(Set.of(choice));
    for (int before = 0; before < connected.size(); ) {
      before = connected.size();
      of.stream()
          .map(TraceChoices::together)
          .filter(some -> !Collections.disjoint(some, connected))
          .forEach(connected::addAll);
    }
    return connected.stream()
        .allMatch(
            other -> // the state before one of a scan stands in another step
            sites.containsKey(other) && platesOf(other).containsAll(platesOf(choice)));
  }

  /** All choices that a site's density depends on. */
  private static Set<Choice> together(SampleSite site) {
    Set<Choice> all = new LinkedHashSet<>(HiddenDims.of(site.logProb()));
    Choice own = site.choice();
    if (own != null) {
      all.add(own);
    }
    return all;
  }

  private Set<String> platesOf(Choice choice) {
    return requireNonNull(sites.get(choice)).plates().stream()
        .filter(plate -> !plate.isParticles())
        .map(Plate::name)
        .collect(toSet());
  }

  private Choice choice(String name) {
    for (Map.Entry<Choice, SampleSite> entry : sites.entrySet()) {
      if (entry.getValue().name().equals(name)) {
        return entry.getKey();
      }
    }
    List<String> names = sites.values().stream().map(SampleSite::name).toList();
    checkArgument(
        names.contains(name),
        "no site '%s' was summed out; those that were are %s",
        name,
        Nearest.to(name, names));
    throw new AssertionError();
  }

  private long particles(Choice choice) {
    long particles = 1;
    for (Plate plate : requireNonNull(sites.get(choice)).plates()) {
      particles *= plate.isParticles() ? plate.batch() : 1;
    }
    return particles;
  }

  private Shape batch(Choice choice) {
    return requireNonNull(sites.get(choice)).distribution().batchShape();
  }

  /** The slope of the log of the sum in the log probability of each value is its probability. */
  private List<NDArray> slopes(List<Choice> choices, Map<Choice, NDArray> given) {
    return run.withGradients(
        () -> {
          List<NDArray> zeros = new ArrayList<>();
          Map<Choice, NDArray> more = new HashMap<>(given);
          for (Choice choice : choices) {
            Shape shape = Shapes.concat(new Shape(choice.size()), batch(choice));
            NDArray own = Autograd.variable(run.zeros(shape));
            zeros.add(own);
            more.merge(choice, HiddenDims.hidden(own, List.of(choice)), NDArray::add);
          }
          NDArray total = Elimination.logSum(of, more);
          return Autograd.grad(Tensors.total(total), zeros).stream()
              .map(TraceChoices::lastAxis)
              .toList();
        });
  }

  /** With the leftmost axis as the rightmost. */
  private static NDArray lastAxis(NDArray x) {
    int rank = x.getShape().dimension();
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i == rank - 1 ? -rank : i + 1 - rank;
    }
    return x.transpose(order);
  }

  // --- checks

  /**
   * Checks that sites of a plate depend on the choices of their own rows only, as a sum row by row
   * takes for granted: the log probabilities of all values at once must be those of some values
   * each.
   *
   * @param again executes the program with the same values of all other sites under a handler
   * @throws IllegalArgumentException if they are not
   */
  public void check(Function<Handler, Trace> again) {
    Trace of = trace;
    for (int i = 0; i < ASSIGNMENTS && !isEmpty(); i++) {
      Map<Choice, NDArray> places = new LinkedHashMap<>();
      for (Choice choice : sites.keySet()) {
        places.put(choice, assigned(choice, i));
      }
      Trace one = run.withoutGradients(() -> again.apply(new Given(values(places))));
      sites.values().forEach(site -> addStates(site, places));
      boolean unused =
          run.withoutGradients(
              () -> {
                of.sites().forEach(site -> compare(site, one, places));
                return true;
              });
    }
  }

  /** Gives values, and lets impossible ones pass. */
  private record Given(Map<String, NDArray> values) implements Handler {

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          site.tellFaults(unused -> {});
          NDArray value = values.get(site.name());
          if (value != null && site.isLatent() && !site.hasValue()) {
            site.substitute(value);
          }
        }
      };
    }
  }

  /** A value for each row, another than its neighbours'. */
  private NDArray assigned(Choice choice, int number) {
    Shape batch = batch(choice);
    long[] places = new long[Math.toIntExact(batch.size())];
    int first = (number + 1) * (1 + choice.name().hashCode() % 7);
    for (int i = 0; i < places.length; i++) {
      places[i] = Math.floorMod(first + i * (number + 1L) + i / choice.size(), choice.size());
    }
    return run.create(places, batch);
  }

  private boolean isCut() {
    return chains.stream().anyMatch(chain -> isCut(chain.steps()));
  }

  private boolean isCut(Plate plate) {
    return run.steps(Math.toIntExact(plate.batch())) < plate.batch();
  }

  private boolean isLast(Choice choice) {
    return chains.stream().anyMatch(chain -> chain.last().equals(choice));
  }

  /** The steps of a scan that are done where they are done one by one. */
  private NDArray done(NDArray x, Plate plate) {
    boolean isOfSteps =
        chains.stream().anyMatch(chain -> chain.steps().name().equals(plate.name()));
    boolean isThere =
        x.getShape().dimension() >= -plate.dim()
            && x.getShape().get(x.getShape().dimension() + plate.dim()) == plate.batch();
    return isOfSteps && isThere
        ? Tensors.range(x, plate.dim(), 0, run.steps(Math.toIntExact(plate.batch())))
        : x;
  }

  /** Where the states of a scan's steps are, before and after each, at first and at last. */
  private void addStates(SampleSite site, Map<Choice, NDArray> places) {
    StateChain chain = site.chain();
    if (chain == null) {
      return;
    }
    NDArray all = requireNonNull(places.get(chain.now()));
    int dim = chain.steps().dim();
    long times = chain.steps().batch();
    NDArray first = Tensors.range(all, dim, 0, 1);
    NDArray last = Tensors.range(all, dim, times - 1, times);
    places.put(
        chain.before(),
        times == 1
            ? first
            : Tensors.concat(List.of(first, Tensors.range(all, dim, 0, times - 1)), dim));
    boolean isLeft = all.getShape().dimension() == -dim;
    Shape shape = isLeft ? first.getShape().slice(1) : first.getShape();
    places.put(chain.first(), Tensors.reshape(first, shape));
    places.put(chain.last(), Tensors.reshape(last, shape));
  }

  private void compare(SampleSite site, Trace one, Map<Choice, NDArray> places) {
    SampleSite other = one.find(site.name());
    if (site.kind() == SampleSite.Kind.DETERMINISTIC || site.isMaskedOut()) {
      return;
    }
    checkArgument(
        other != null,
        "%s '%s' is not met with other values of the sites that are summed out, %s; let a program"
            + " meet the same sites whatever they are",
        Plates.what(site),
        site.name(),
        places.keySet());
    NDArray alone = other.masked(other.logProb());
    StateChain chain = site.chain();
    StateChain.Logs steps = site.chainLogs();
    if (chain != null && steps != null) {
      if (site.choice() != null) { // as it is in the sum
        alone = Elimination.orUniform(other, other.logProb(), chain.size());
      }
      int dim = chain.steps().dim();
      int done = run.steps(Math.toIntExact(chain.steps().batch()));
      compare(site, steps.first(chain), Tensors.range(alone, dim, 0, 1), places);
      if (done > 1) {
        NDArray others = Tensors.range(steps.others(chain), dim, 0, done - 1L);
        NDArray ofOthers = Tensors.range(alone, dim, 1, done);
        compare(site, others, ofOthers, ofDone(chain, done, places));
      }
      return;
    }
    NDArray logs = site.masked(site.logProb());
    if (isCut() && HiddenDims.of(logs).stream().anyMatch(this::isLast)) {
      return; // what some steps only have left is another state
    }
    for (Plate plate : site.plates()) {
      logs = done(logs, plate);
      alone = done(alone, plate);
    }
    compare(site, logs, alone, places);
  }

  /** With the states of the steps behind the first that are done. */
  private static Map<Choice, NDArray> ofDone(
      StateChain chain, int done, Map<Choice, NDArray> places) {
    Map<Choice, NDArray> some = new HashMap<>(places);
    for (Choice state : List.of(chain.before(), chain.now())) {
      NDArray all = requireNonNull(places.get(state));
      some.put(state, Tensors.range(all, chain.steps().dim(), 1, done));
    }
    return some;
  }

  private void compare(SampleSite site, NDArray all, NDArray alone, Map<Choice, NDArray> places) {
    NDArray logs = HiddenDims.at(all, places);
    double[] expected = Tensors.values(alone);
    double[] found = Tensors.values(logs.broadcast(alone.getShape()));
    boolean isSingle = run.floatType() == FloatType.FLOAT32;
    for (int i = 0; i < found.length; i++) {
      double size = Math.max(1, Math.abs(expected[i]));
      boolean isSame =
          Double.compare(found[i], expected[i]) == 0
              || Math.abs(found[i] - expected[i]) <= size * (isSingle ? 1e-3 : 1e-8);
      checkArgument(
          isSame,
          "%s '%s' depends on the choice of %s in other rows than its own, so that rows cannot be"
              + " summed over one by one: its log density is %s, but %s as rows of their own; write"
              + " what rows depend on each other as p.loop, or have the site sampled by"
              + " InferConfig",
          Plates.what(site),
          site.name(),
          HiddenDims.of(all),
          expected[i],
          found[i]);
    }
  }

  /**
   * Which values the sites have.
   *
   * @param rng noise of a joint draw; null for the jointly most likely
   */
  private Map<Choice, NDArray> places(@Nullable Rng rng) {
    return run.withoutGradients(
        () -> {
          Map<Choice, SampleSite> siteOf = new HashMap<>(sites);
          for (SampleSite site : sites.values()) {
            StateChain chain = site.chain();
            if (chain != null) {
              siteOf.put(chain.first(), site);
              siteOf.put(chain.last(), site);
            }
          }
          Map<Choice, NDArray> places = new LinkedHashMap<>();
          for (Elimination.Step step : Lists.reverse(Elimination.stepwise(over(rng), of).steps())) {
            if (step instanceof Elimination.OfChoice one) {
              SampleSite site = requireNonNull(siteOf.get(one.choice()));
              places.put(one.choice(), place(one, site, places, rng));
            } else if (step instanceof Elimination.OfStates states) {
              StateChain chain = states.chain();
              SampleSite site = requireNonNull(sites.get(chain.now()));
              NDArray all = states(states, site, places, rng);
              places.put(chain.now(), all);
              places.put(chain.first(), Tensors.range(all, chain.steps().dim(), 0, 1));
            }
          }
          for (SampleSite site : sites.values()) {
            StateChain chain = site.chain();
            if (chain != null && chain.others() == null) {
              places.put(chain.now(), requireNonNull(places.get(chain.last())));
            }
          }
          return places;
        });
  }

  /** The largest of all where there is no noise. */
  private static Elimination.Over over(@Nullable Rng rng) {
    return rng == null ? Elimination.Over.MAX : Elimination.Over.SUM;
  }

  private static NDArray place(
      Elimination.OfChoice step, SampleSite site, Map<Choice, NDArray> places, @Nullable Rng rng) {
    Choice choice = step.choice();
    NDArray logs = HiddenDims.at(step.logs(), places); // of later steps
    Shape batch = ofOne(site);
    NDArray wide = Tensors.reshape(logs.broadcast(Shapes.broadcast(logs.getShape(), batch)), batch);
    NDArray each = lastAxis(HiddenDims.shown(wide, List.of(choice)));
    NDArray chosen =
        rng == null
            ? each.argMax(-1)
            : Categorical.logits(each).draw(rng.split(choice.name())).value();
    return Tensors.cast(chosen, DataType.INT64);
  }

  /** Where all states of a scan are, of which the last is known. */
  private NDArray states(
      Elimination.OfStates step, SampleSite site, Map<Choice, NDArray> places, @Nullable Rng rng) {
    StateChain chain = step.chain();
    NDArray last = requireNonNull(places.get(chain.last()));
    Shape batch = ofOne(site);
    StatePaths paths = new StatePaths(over(rng), step.weights(places, batch));
    Rng own = rng == null ? null : rng.split(site.name());
    long[] others = paths.before(last.toLongArray(), own);
    Shape each = Shapes.concat(new Shape(chain.count()), batch);
    int dim = chain.steps().dim();
    NDArray before = new Recurrence.Kept(run.create(others, each), false).at(dim, 0);
    return Tensors.concat(List.of(before, last), dim);
  }

  /** The batch shape of a site, or of a step of one of a scan. */
  private static Shape ofOne(SampleSite site) {
    Shape batch = site.distribution().batchShape();
    StateChain chain = site.chain();
    return chain == null
        ? batch
        : Shapes.with(batch, (long) batch.dimension() + chain.steps().dim(), 1);
  }

  private ImmutableMap<String, NDArray> values(Map<Choice, NDArray> places) {
    ImmutableMap.Builder<String, NDArray> values = ImmutableMap.builder();
    for (Map.Entry<Choice, SampleSite> entry : sites.entrySet()) {
      NDArray place = requireNonNull(places.get(entry.getKey()));
      values.put(entry.getValue().name(), value(entry.getValue(), entry.getKey(), place));
    }
    return values.buildOrThrow();
  }

  private static NDArray value(SampleSite site, Choice choice, NDArray place) {
    if (!site.hasOwnRows()) {
      return Tensors.select(site.support(), place, 0);
    }
    Shape event = site.distribution().eventShape();
    long[] ones = new long[event.dimension()];
    Arrays.fill(ones, 1);
    NDArray wide = Tensors.reshape(place, Shapes.concat(place.getShape(), new Shape(ones)));
    return HiddenDims.at(site.value(), choice, wide);
  }
}
