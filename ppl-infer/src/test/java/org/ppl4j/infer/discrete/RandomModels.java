package org.ppl4j.infer.discrete;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.math.LongMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Do;
import org.ppl4j.handlers.Lift;
import org.ppl4j.infer.discrete.RandomModel.Choice;
import org.ppl4j.infer.discrete.RandomModel.How;
import org.ppl4j.infer.discrete.RandomModel.InPlate;
import org.ppl4j.infer.discrete.RandomModel.Kind;
import org.ppl4j.infer.discrete.RandomModel.Masking;
import org.ppl4j.infer.discrete.RandomModel.Real;
import org.ppl4j.infer.discrete.RandomModel.Seen;
import org.ppl4j.infer.discrete.RandomModel.Statement;
import org.ppl4j.infer.discrete.RandomModel.Steps;
import org.ppl4j.infer.discrete.RandomModel.Term;
import org.ppl4j.infer.discrete.RandomModel.Values;
import org.ppl4j.infer.discrete.RandomModel.Weight;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.tensor.Tensors;

/**
 * Random models from seeds. What a model is made of (a mixture, nested or crossed plates, chains of
 * a history of 1 to 3 alone, in a plate or around one, a lattice, a mesh of factors) goes round
 * with the seed; the rest is drawn: families, parents, how they are read, masks, numbers between,
 * and what stands around the program.
 *
 * <p>Of crossed plates a choice in the rows of one and a choice in the rows of the other never
 * meet, since their sum is no product over rows of anything.
 */
final class RandomModels {

  private static final int KINDS = 8;

  private final Random random;
  private final String kind;
  private final long most;
  private long assignments = 1;
  private int names;
  private final Map<String, Shape> params = new LinkedHashMap<>();
  private final Map<String, Values> data = new LinkedHashMap<>();

  /**
   * A variable that may be read.
   *
   * @param plates in whose rows it is
   * @param choices that it depends on, with their plates
   */
  private record Variable(
      String name,
      @Nullable Family of,
      ImmutableSet<String> plates,
      ImmutableSet<Touched> choices) {}

  /** A choice, by the plates that it is in. */
  private record Touched(String name, ImmutableSet<String> plates) {}

  /** Where a statement stands. */
  private record Place(Shape batch, ImmutableSet<String> plates, int steps, int history) {}

  private RandomModels(long seed, long most) {
    this.random = new Random(7919 * seed + 17);
    this.most = most;
    this.kind =
        List.of(
                "mixture",
                "nested",
                "crossed",
                "chain",
                "chains",
                "shared chain",
                "lattice",
                "mesh")
            .get((int) (seed % KINDS));
  }

  /** The model of a seed, with at most so many assignments of its choices. */
  static RandomModel of(long seed, long most) {
    return new RandomModels(seed, most).model(seed);
  }

  private RandomModel model(long seed) {
    List<Variable> scope = new ArrayList<>();
    Place top = new Place(new Shape(), ImmutableSet.of(), 0, 0);
    ImmutableList<Statement> statements =
        switch (kind) {
          case "mixture" -> mixture(top, scope);
          case "nested" -> nested(top, scope);
          case "crossed" -> crossed(top, scope);
          case "chain" -> chain(top, scope);
          case "chains" -> chains(top, scope);
          case "shared chain" -> sharedChain(top, scope);
          case "lattice" -> lattice(top, scope);
          default -> mesh(top, scope);
        };
    String lifted =
        params.entrySet().stream()
            .filter(entry -> entry.getKey().endsWith(".base"))
            .filter(entry -> entry.getValue().dimension() == 0 && random.nextInt(4) == 0)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
    ImmutableList.Builder<Handler> handlers = ImmutableList.builder();
    if (lifted != null) {
      handlers.add(new Lift(ImmutableMap.of(lifted, Normal.of(0, 1))));
    }
    Set<String> observed = Sets.newHashSet();
    Set<String> touched = Sets.newHashSet();
    List<RandomModel.Site> free =
        new ArrayList<>(
            model(seed, lifted, statements, ImmutableList.of(), observed, touched).sites());
    free.removeIf(site -> site.masking() != Masking.NONE);
    if (free.size() > 1 && random.nextInt(6) == 0) {
      RandomModel.Site site = free.remove(random.nextInt(free.size()));
      handlers.add(new Condition(site.name(), value(site)));
      observed.add(site.name());
      touched.add(site.name());
    }
    if (free.size() > 1 && random.nextInt(6) == 0) {
      RandomModel.Site site = free.remove(random.nextInt(free.size()));
      handlers.add(new Do(site.name(), value(site)));
      touched.add(site.name());
    }
    if (random.nextInt(3) == 0) {
      handlers.add(Reparam.automatic());
    }
    return model(seed, lifted, statements, handlers.build(), observed, touched);
  }

  private RandomModel model(
      long seed,
      @Nullable String lifted,
      ImmutableList<Statement> statements,
      ImmutableList<Handler> handlers,
      Set<String> observed,
      Set<String> touched) {
    return new RandomModel(
        kind + " " + seed,
        ImmutableMap.copyOf(params),
        lifted,
        statements,
        ImmutableMap.copyOf(data),
        handlers,
        ImmutableSet.copyOf(observed),
        ImmutableSet.copyOf(touched));
  }

  private NDArray value(RandomModel.Site site) {
    return Tensors.array(numbers(site.family(), site.places()), site.shape());
  }

  /** Random values of a family. */
  private double[] numbers(Family family, int places) {
    double[] numbers = new double[places * family.values[0].length];
    for (int i = 0; i < places; i++) {
      double[] value = family.values[random.nextInt(family.size())];
      System.arraycopy(value, 0, numbers, i * value.length, value.length);
    }
    return numbers;
  }

  // --- what models are made of

  private ImmutableList<Statement> mixture(Place at, List<Variable> scope) {
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    if (random.nextBoolean()) {
      addChoice(body, at, scope, 0);
    }
    body.add(
        plate(
            "a",
            -1,
            at,
            scope,
            (inside, here) -> {
              ImmutableList.Builder<Statement> rows = ImmutableList.builder();
              addChoice(rows, inside, here, 1);
              if (random.nextBoolean()) {
                addChoice(rows, inside, here, 2);
              }
              if (random.nextBoolean()) {
                addNumber(rows, inside, here);
              }
              addSeen(rows, inside, here);
              addSeen(rows, inside, here);
              return rows.build();
            }));
    return body.build();
  }

  private ImmutableList<Statement> nested(Place at, List<Variable> scope) {
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    addChoice(body, at, scope, 0);
    body.add(
        plate(
            "b",
            -2,
            at,
            scope,
            (rows, here) -> {
              ImmutableList.Builder<Statement> inRows = ImmutableList.builder();
              addChoice(inRows, rows, here, 1);
              if (random.nextBoolean()) {
                addNumber(inRows, rows, here);
              }
              inRows.add(
                  plate(
                      "a",
                      -1,
                      rows,
                      here,
                      (cells, there) -> {
                        ImmutableList.Builder<Statement> inCells = ImmutableList.builder();
                        addChoice(inCells, cells, there, 2);
                        addSeen(inCells, cells, there);
                        return inCells.build();
                      }));
              addSeen(inRows, rows, here);
              return inRows.build();
            }));
    return body.build();
  }

  private ImmutableList<Statement> crossed(Place at, List<Variable> scope) {
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    addChoice(body, at, scope, 0);
    boolean isFirst = random.nextBoolean();
    for (String plate : isFirst ? List.of("a", "b") : List.of("b", "a")) {
      body.add(
          plate(
              plate,
              plate.equals("a") ? -1 : -2,
              at,
              scope,
              (inside, here) -> {
                ImmutableList.Builder<Statement> rows = ImmutableList.builder();
                addChoice(rows, inside, here, 1);
                addSeen(rows, inside, here);
                return rows.build();
              }));
    }
    body.add(
        plate(
            "b",
            -2,
            at,
            scope,
            (rows, here) ->
                ImmutableList.of(
                    plate(
                        "a",
                        -1,
                        rows,
                        here,
                        (cells, there) -> {
                          ImmutableList.Builder<Statement> inCells = ImmutableList.builder();
                          addChoice(inCells, cells, there, 2);
                          addSeen(inCells, cells, there);
                          return inCells.build();
                        }))));
    return body.build();
  }

  private ImmutableList<Statement> chain(Place at, List<Variable> scope) {
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    if (random.nextInt(3) == 0) {
      addChoice(body, at, scope, 0);
    }
    addSteps(body, at, scope, 6, random.nextInt(3) == 0);
    return body.build();
  }

  private ImmutableList<Statement> chains(Place at, List<Variable> scope) {
    return ImmutableList.of(
        plate(
            "a",
            -1,
            at,
            scope,
            (inside, here) -> {
              ImmutableList.Builder<Statement> rows = ImmutableList.builder();
              addSteps(rows, inside, here, 4, false);
              return rows.build();
            }));
  }

  private ImmutableList<Statement> sharedChain(Place at, List<Variable> scope) {
    int history = 1 + random.nextInt(2);
    int steps = history + 1 + random.nextInt(2);
    Place inside = new Place(at.batch(), at.plates(), steps, history);
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    addState(body, inside, scope, history);
    body.add(
        plate(
            "a",
            -1,
            inside,
            scope,
            (rows, here) -> {
              ImmutableList.Builder<Statement> inRows = ImmutableList.builder();
              addChoice(inRows, rows, here, 1);
              addSeen(inRows, rows, here);
              return inRows.build();
            }));
    return ImmutableList.of(new Steps("t", steps, history, body.build()));
  }

  /** Each with its neighbours before and a row before. */
  private ImmutableList<Statement> lattice(Place at, List<Variable> scope) {
    int columns = 2 + random.nextInt(2);
    Place inside = new Place(at.batch(), at.plates(), 2 * columns, columns);
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    Variable own = addChoice(body, inside, scope, 0);
    for (int lag : new int[] {1, columns}) {
      String name = name("w");
      params.put(name + ".left.base", new Shape());
      params.put(name + ".right.base", new Shape());
      body.add(
          new Weight(
              name,
              ImmutableList.of(term(name + ".left", own, 0, 0, 0)),
              ImmutableList.of(term(name + ".right", own, lag, 0, 0))));
    }
    addSeen(body, inside, scope);
    return ImmutableList.of(new Steps("t", 2 * columns, columns, body.build()));
  }

  private ImmutableList<Statement> mesh(Place at, List<Variable> scope) {
    ImmutableList.Builder<Statement> body = ImmutableList.builder();
    for (int i = 0; i < 4; i++) {
      addChoice(body, at, scope, random.nextInt(3));
    }
    for (int i = 0; i < 2; i++) {
      String name = name("w");
      body.add(
          new Weight(
              name,
              predictor(name + ".left", at, scope, 1, 0),
              predictor(name + ".right", at, scope, 1, 0)));
    }
    if (random.nextBoolean()) {
      addNumber(body, at, scope);
    }
    addSeen(body, at, scope);
    addSeen(body, at, scope);
    return body.build();
  }

  private void addSteps(
      ImmutableList.Builder<Statement> body,
      Place at,
      List<Variable> scope,
      int most,
      boolean two) {
    int history = 1 + random.nextInt(3);
    int steps = Math.max(history + 1, most - random.nextInt(2));
    Place inside = new Place(at.batch(), at.plates(), steps, history);
    List<Variable> here = new ArrayList<>(scope);
    ImmutableList.Builder<Statement> each = ImmutableList.builder();
    addState(each, inside, here, history);
    if (two) {
      addState(each, inside, here, 1);
    }
    if (random.nextInt(4) == 0) {
      addNumber(each, inside, here);
    }
    addSeen(each, inside, here);
    body.add(new Steps("t", steps, history, each.build()));
  }

  /** A choice that depends on those of so many steps before. */
  private void addState(
      ImmutableList.Builder<Statement> body, Place at, List<Variable> scope, int history) {
    String name = name("z");
    Family family = family(at);
    ImmutableList.Builder<Term> terms = ImmutableList.builder();
    if (family != Family.EVEN) {
      Variable own = new Variable(name, family, at.plates(), ImmutableSet.of());
      for (int lag = 1; lag <= history; lag++) {
        terms.add(term(name, own, lag, family.length, lag));
      }
      terms.addAll(predictor(name, at, scope, 1, family.length));
    } else {
      base(name, family.length);
    }
    add(body, at, scope, name, family, terms.build());
  }

  private interface Body {
    ImmutableList<Statement> of(Place inside, List<Variable> scope);
  }

  /** What is in its rows is seen by nobody outside, but in its rows again. */
  private InPlate plate(String name, int dim, Place at, List<Variable> scope, Body body) {
    int size = kind.equals("mixture") ? 2 + random.nextInt(2) : 2;
    InPlate shape = new InPlate(name, size, dim, ImmutableList.of());
    Place inside =
        new Place(
            RandomModel.within(at.batch(), shape),
            Sets.union(at.plates(), Set.of(name)).immutableCopy(),
            at.steps(),
            at.history());
    return new InPlate(name, size, dim, body.of(inside, scope));
  }

  // --- statements

  private Variable addChoice(
      ImmutableList.Builder<Statement> body, Place at, List<Variable> scope, int parents) {
    String name = name("z");
    Family family = family(at);
    ImmutableList<Term> terms = ImmutableList.of();
    if (family == Family.EVEN) {
      base(name, family.length);
    } else {
      terms = predictor(name, at, scope, parents, family.length);
    }
    return add(body, at, scope, name, family, terms);
  }

  private Variable add(
      ImmutableList.Builder<Statement> body,
      Place at,
      List<Variable> scope,
      String name,
      Family family,
      ImmutableList<Term> terms) {
    params.put(name + ".shape", new Shape());
    Masking masking =
        random.nextInt(5) == 0 ? one(Masking.LEFT_OUT, Masking.OBSERVED) : Masking.NONE;
    if (masking != Masking.NONE) {
      int places = Math.toIntExact(at.batch().size());
      eachStep(at, name + ".mask", at.batch(), true, () -> random.nextInt(2));
      for (int t = at.steps() == 0 ? -1 : 0; t < at.steps(); t++) {
        RandomModel.Site site = new RandomModel.Site(name, family, at.batch(), masking);
        data.put(RandomModel.at(name, t), new Values(numbers(family, places), site.shape(), false));
      }
    }
    body.add(new Choice(name, family, terms, masking));
    ImmutableSet<Touched> choices =
        ImmutableSet.<Touched>builder()
            .addAll(touched(terms, scope))
            .add(new Touched(name, at.plates()))
            .build();
    Variable made = new Variable(name, family, at.plates(), choices);
    scope.add(made);
    return made;
  }

  private void addNumber(ImmutableList.Builder<Statement> body, Place at, List<Variable> scope) {
    String name = name("x");
    ImmutableList<Term> terms = predictor(name, at, scope, 2, 0);
    body.add(new Real(name, terms));
    scope.add(new Variable(name, null, at.plates(), touched(terms, scope)));
  }

  private void addSeen(ImmutableList.Builder<Statement> body, Place at, List<Variable> scope) {
    String name = name("y");
    Kind seen = one(Kind.values());
    ImmutableList<Term> terms = predictor(name, at, scope, 2, seen == Kind.CATEGORY ? 3 : 0);
    if (seen == Kind.NORMAL) {
      params.put(name + ".shape", new Shape());
    }
    boolean isMasked = random.nextInt(4) == 0;
    if (isMasked) {
      eachStep(at, name + ".mask", at.batch(), true, () -> random.nextInt(2));
    }
    eachStep(
        at,
        name,
        at.batch(),
        false,
        () ->
            switch (seen) {
              case NORMAL -> random.nextGaussian();
              case COUNT -> random.nextInt(5);
              case COIN -> random.nextInt(2);
              case CATEGORY -> random.nextInt(3);
            });
    body.add(new Seen(name, seen, terms, isMasked));
  }

  /** Some array for each step. */
  private void eachStep(Place at, String name, Shape shape, boolean isMask, DoubleSupplier each) {
    for (int t = at.steps() == 0 ? -1 : 0; t < at.steps(); t++) {
      double[] numbers = new double[Math.toIntExact(shape.size())];
      Arrays.setAll(numbers, i -> each.getAsDouble());
      data.put(RandomModel.at(name, t), new Values(numbers, shape, isMask));
    }
  }

  /** A family of which there are not too many assignments. */
  private Family family(Place at) {
    long places = at.batch().size() * Math.max(1, at.steps());
    for (int i = 0; i < 20; i++) {
      Family family = one(Family.values());
      long more = LongMath.pow(family.size(), Math.toIntExact(places));
      if (assignments * more <= most) {
        assignments *= more;
        return family;
      }
    }
    assignments *= 1L << places;
    return Family.COIN;
  }

  /** Terms of some variables that may be read here; the last one first, so that it matters. */
  private ImmutableList<Term> predictor(
      String name, Place at, List<Variable> scope, int parents, int length) {
    base(name, length);
    List<Variable> seen =
        new ArrayList<>(scope.stream().filter(v -> at.plates().containsAll(v.plates())).toList());
    ImmutableList.Builder<Term> terms = ImmutableList.builder();
    Set<Touched> met = Sets.newHashSet();
    for (int i = 0; i < parents && !seen.isEmpty(); i++) {
      Variable parent = seen.remove(i == 0 ? seen.size() - 1 : random.nextInt(seen.size()));
      if (isProductOfRows(at, Sets.union(met, parent.choices()))) {
        met.addAll(parent.choices());
        terms.add(term(name, parent, 0, length, 10 + i));
      }
    }
    return terms.build();
  }

  /** Whether of crossed plates only those of one have choices that meet here. */
  private static boolean isProductOfRows(Place at, Set<Touched> met) {
    Set<ImmutableSet<String>> plates = Sets.newHashSet();
    met.forEach(touched -> plates.add(touched.plates()));
    plates.remove(ImmutableSet.<String>of());
    plates.remove(at.plates());
    return plates.size() <= 1;
  }

  private static ImmutableSet<Touched> touched(List<Term> terms, List<Variable> scope) {
    ImmutableSet.Builder<Touched> choices = ImmutableSet.builder();
    for (Term term : terms) {
      scope.stream()
          .filter(v -> v.name().equals(term.variable()))
          .forEach(v -> choices.addAll(v.choices()));
    }
    return choices.build();
  }

  private void base(String name, int length) {
    params.put(name + ".base", length == 0 ? new Shape() : new Shape(length));
  }

  private Term term(String name, Variable parent, int lag, int length, int number) {
    String coefficient = name + "." + number;
    Family of = parent.of();
    How how = of == null ? How.SCALED : one(How.values());
    int size = of == null ? 1 : of.isVector() ? of.values[0].length : of.size();
    Shape shape;
    if (length > 0) {
      shape = of == null ? new Shape(length) : new Shape(size, length);
    } else if (of != null && of.isVector() || how == How.PICKED) {
      shape = new Shape(size);
    } else {
      shape = how == How.CHOSEN ? new Shape(2) : new Shape();
    }
    params.put(coefficient, shape);
    return new Term(parent.name(), lag, of, how, coefficient);
  }

  @SafeVarargs
  private <T> T one(T... of) {
    return of[random.nextInt(of.length)];
  }

  private String name(String letter) {
    return letter + names++;
  }
}
