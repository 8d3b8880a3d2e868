package org.ppl4j.infer.discrete;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.DiscreteUniform;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.OneHotCategorical;
import org.ppl4j.distributions.OrderedLogistic;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.PosteriorCase.Data;
import org.ppl4j.transforms.Bijections;

/**
 * The models of the cases as one would write them: rows that are alike stand in plates, steps in
 * loops, and nothing is said of how choices are summed out.
 */
final class DiscreteModels {

  private static final ImmutableSet<String> IN_LOOPS =
      ImmutableSet.of(
          "hmm_normal",
          "hmm_categorical",
          "hmm_poisson",
          "hmm_order2",
          "factorial_hmm",
          "hmm_semi_observed",
          "hmm_structural_zeros",
          "hmm_long",
          "hmm_long_poisson",
          "bernoulli_chain_long",
          "grid_ising",
          "noisy_or");

  private static final ImmutableSet<String> OBSERVED_IN_PART =
      ImmutableSet.of("hmm_semi_observed", "naive_bayes_semi");

  /** Of rows that stand left of others. */
  private static final ImmutableSet<String> COLUMNS =
      ImmutableSet.of("tree.child", "latent_class_2pl.cls", "binomial_thinning.n");

  private DiscreteModels() {}

  /** A program's surroundings: its execution, its data, and its sizes. */
  private record Setting(Ppl p, Data data, DiscreteCase sizes) {

    NDArray input(String name) {
      return data.get(name);
    }

    /** A parameter: a flat latent site under the map of the case. */
    NDArray param(String name) {
      return param(name, sizes.shape(name));
    }

    /** One of each row of a plate. */
    NDArray paramOfRow(String name) {
      return param(name, sizes.shape(name).slice(1));
    }

    private NDArray param(String name, Shape event) {
      NDArray u = p.sample(name, ImproperUniform.of(Constraint.REAL, new Shape(), event));
      return switch (sizes.map(name)) {
        case "identity" -> u;
        case "exp" -> u.exp();
        case "sigmoid" -> Special.sigmoid(u);
        case "softmax" -> u.softmax(-1);
        case "ordered" -> Bijections.to(Constraint.ORDERED_VECTOR).forward(u).value();
        default -> throw new AssertionError("map of " + name);
      };
    }

    /** The probabilities of a first state and of the following ones. */
    NDArray next(int t, NDArray init, NDArray trans, NDArray state) {
      return t == 0 ? init : p.pick(trans, state, 1);
    }

    /** A chain of states, each with an observation {@code y}. */
    void chain(NDArray init, NDArray trans, BiFunction<NDArray, Integer, Distribution> seen) {
      NDArray z = p.scalar(0);
      for (int t : p.loop("t", sizes.length("y"))) {
        z = p.sample("z", Categorical.probs(next(t, init, trans, z)));
        p.observe("y", seen.apply(z, t), input("y").get(t));
      }
    }

    @MustBeClosed
    Plate rows() {
      return p.plate("rows", sizes.length("y"));
    }
  }

  /** The program of a case. */
  static Program<Data> of(DiscreteCase one) {
    Consumer<Setting> model = model(one.kind());
    return (p, data) -> model.accept(new Setting(p, data, one));
  }

  /** Where a value of a reference's site is in the program: a name, and a place in its value. */
  record Place(String site, int at) {}

  static Place place(DiscreteCase one, DiscreteCase.Site site, int... index) {
    StringBuilder name = new StringBuilder(site.name());
    if (OBSERVED_IN_PART.contains(one.kind())) {
      name.append(".missing");
    }
    if (IN_LOOPS.contains(one.kind())) {
      for (int i : index) {
        name.append('[').append(i).append(']');
      }
      return new Place(name.toString(), 0);
    }
    return new Place(name.toString(), site.place(index));
  }

  /** The sites of the program that have the values of a reference's site, row by row. */
  static ImmutableMap<String, NDArray> values(
      NDManager manager, DiscreteCase one, DiscreteCase.Site site, double[] values) {
    int dims = site.shape().dimension();
    if (IN_LOOPS.contains(one.kind())) {
      ImmutableMap.Builder<String, NDArray> steps = ImmutableMap.builder();
      for (int n = 0; n < values.length; n++) {
        steps.put(place(one, site, site.index(n)).site(), manager.create(values[n]));
      }
      return steps.buildOrThrow();
    }
    NDArray all = manager.create(values, site.shape());
    if (one.kind().equals("one_hot")) {
      all = all.oneHot(site.size());
    } else if (COLUMNS.contains(one.kind() + "." + site.name())) {
      all = all.expandDims(-1);
    }
    return ImmutableMap.of(place(one, site, new int[dims]).site(), all);
  }

  private static Consumer<Setting> model(String kind) {
    return switch (kind) {
      case "mixture_normal" -> DiscreteModels::mixtureOfNormals;
      case "mixture_poisson" -> DiscreteModels::mixtureOfCounts;
      case "hmm_normal", "hmm_long" -> DiscreteModels::hiddenMarkov;
      case "hmm_categorical" -> DiscreteModels::hiddenMarkovOfSymbols;
      case "hmm_poisson", "hmm_long_poisson" -> DiscreteModels::hiddenMarkovOfCounts;
      case "hmm_order2" -> DiscreteModels::secondOrder;
      case "factorial_hmm" -> DiscreteModels::twoChains;
      case "hmm_semi_observed" -> DiscreteModels::hiddenMarkovInPart;
      case "hmm_structural_zeros" -> DiscreteModels::leftToRight;
      case "bernoulli_chain_long" -> DiscreteModels::bits;
      case "tree" -> DiscreteModels::tree;
      case "grid_ising" -> DiscreteModels::grid;
      case "latent_class" -> DiscreteModels::classes;
      case "latent_class_2pl" -> DiscreteModels::answers;
      case "global_switch" -> DiscreteModels::curves;
      case "change_point" -> DiscreteModels::changePoint;
      case "capture_recapture" -> DiscreteModels::captures;
      case "ordered_logistic" -> DiscreteModels::levels;
      case "one_hot" -> DiscreteModels::oneHot;
      case "binomial_thinning" -> DiscreteModels::thinning;
      case "zero_inflated" -> DiscreteModels::zeros;
      case "gated_soft" -> DiscreteModels::softGate;
      case "gated_hard" -> DiscreteModels::hardGate;
      case "mixed_rows" -> DiscreteModels::mixedRows;
      case "naive_bayes_semi" -> DiscreteModels::labels;
      case "noisy_or" -> DiscreteModels::noisyOr;
      case "lookup_regression" -> DiscreteModels::lookup;
      default -> throw new AssertionError("kind " + kind);
    };
  }

  private static void mixtureOfNormals(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    try (Plate rows = is.rows()) {
      NDArray z = p.sample("z", Categorical.probs(w));
      p.observe("y", Normal.of(p.pick(mu, z), p.pick(sigma, z)), rows.take(is.input("y")));
    }
  }

  private static void mixtureOfCounts(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray rate = is.param("rate");
    try (Plate rows = is.rows()) {
      NDArray z = p.sample("z", Categorical.probs(w));
      p.observe("y", Poisson.of(p.pick(rate, z)), rows.take(is.input("y")));
    }
  }

  private static void hiddenMarkov(Setting is) {
    Ppl p = is.p();
    NDArray init = is.param("init");
    NDArray trans = is.param("trans");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    boolean isOfState = is.sizes().shape("sigma").dimension() > 0;
    is.chain(init, trans, (z, t) -> Normal.of(p.pick(mu, z), isOfState ? p.pick(sigma, z) : sigma));
  }

  private static void hiddenMarkovOfSymbols(Setting is) {
    NDArray init = is.param("init");
    NDArray trans = is.param("trans");
    NDArray emit = is.param("emit");
    is.chain(init, trans, (z, t) -> Categorical.probs(is.p().pick(emit, z, 1)));
  }

  private static void hiddenMarkovOfCounts(Setting is) {
    NDArray init = is.param("init");
    NDArray trans = is.param("trans");
    NDArray rate = is.param("rate");
    is.chain(init, trans, (z, t) -> Poisson.of(is.p().pick(rate, z)));
  }

  private static void secondOrder(Setting is) {
    Ppl p = is.p();
    NDArray init = is.param("init");
    NDArray trans1 = is.param("trans1");
    NDArray trans2 = is.param("trans2");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    NDArray before = p.scalar(0);
    NDArray z = p.scalar(0);
    for (int t : p.loop("t", is.sizes().length("y"))) {
      NDArray probs = t < 2 ? is.next(t, init, trans1, z) : p.pick(p.pick(trans2, before, 2), z, 1);
      before = z;
      z = p.sample("z", Categorical.probs(probs));
      p.observe("y", Normal.of(p.pick(mu, z), sigma), is.input("y").get(t));
    }
  }

  private static void twoChains(Setting is) {
    Ppl p = is.p();
    NDArray initA = is.param("init_a");
    NDArray transA = is.param("trans_a");
    NDArray initB = is.param("init_b");
    NDArray transB = is.param("trans_b");
    NDArray muA = is.param("mu_a");
    NDArray muB = is.param("mu_b");
    NDArray sigma = is.param("sigma");
    NDArray a = p.scalar(0);
    NDArray b = p.scalar(0);
    for (int t : p.loop("t", is.sizes().length("y"))) {
      a = p.sample("a", Categorical.probs(is.next(t, initA, transA, a)));
      b = p.sample("b", Categorical.probs(is.next(t, initB, transB, b)));
      NDArray mean = p.pick(muA, a).add(p.pick(muB, b));
      p.observe("y", Normal.of(mean, sigma), is.input("y").get(t));
    }
  }

  /** Some states are known, and not every step has an emission. */
  private static void hiddenMarkovInPart(Setting is) {
    Ppl p = is.p();
    NDArray init = is.param("init");
    NDArray trans = is.param("trans");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    NDArray known = is.input("z_observed").gte(0);
    NDArray seen = is.input("y_present").neq(0);
    NDArray z = p.scalar(0);
    for (int t : p.loop("t", is.sizes().length("y"))) {
      Categorical state = Categorical.probs(is.next(t, init, trans, z));
      z = p.observe("z", state, is.input("z_observed").get(t), known.get(t));
      Normal emission = Normal.of(p.pick(mu, z), p.pick(sigma, z));
      p.observe("y", emission.mask(seen.get(t)), is.input("y").get(t));
    }
  }

  private static void leftToRight(Setting is) {
    Ppl p = is.p();
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    is.chain(is.input("init"), is.input("trans"), (z, t) -> Normal.of(p.pick(mu, z), sigma));
  }

  private static void bits(Setting is) {
    Ppl p = is.p();
    NDArray p0 = is.param("p0");
    NDArray next = is.param("p");
    NDArray e = is.param("e");
    NDArray z = p.scalar(0);
    for (int t : p.loop("t", is.sizes().length("y"))) {
      z = p.sample("z", Bernoulli.probs(t == 0 ? p0 : p.pick(next, z)));
      p.observe("y", Bernoulli.probs(p.pick(e, z)), is.input("y").get(t));
    }
  }

  private static void tree(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray ofRoot = is.param("A");
    NDArray ofChild = is.param("B");
    NDArray rate = is.param("rate");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    NDArray y = is.input("y");
    NDArray root = p.sample("root", Categorical.probs(w));
    try (Plate children = p.plate(PlateSpec.of("children", y.size(0)).dim(-2))) {
      NDArray child = p.sample("child", Categorical.probs(p.pick(ofRoot, root, 1)));
      NDArray x = children.take(is.input("x")).expandDims(-1);
      p.observe("x", Poisson.of(p.pick(rate, child)), x);
      try (Plate below = p.plate(PlateSpec.of("grandchildren", y.size(1)).dim(-1))) {
        NDArray grand = p.sample("grand", Categorical.probs(p.pick(ofChild, child, 1)));
        p.observe("y", Normal.of(p.pick(mu, grand), sigma), children.take(y, 0));
      }
    }
  }

  /** Neighbours pull at each other, so they are no rows of a plate. */
  private static void grid(Setting is) {
    Ppl p = is.p();
    NDArray ofRow = is.param("coupling_h");
    NDArray ofColumn = is.param("coupling_v");
    NDArray field = is.param("field");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    NDArray y = is.input("y");
    int columns = Math.toIntExact(y.size(1));
    NDArray[] above = new NDArray[columns];
    for (int r : p.loop("row", Math.toIntExact(y.size(0)))) {
      NDArray before = p.scalar(0);
      for (int c : p.loop("column", columns)) {
        NDArray spin = p.sample("s", Bernoulli.probs(0.5)).mul(2).sub(1);
        p.factor("field", entry(row(field, r), c).mul(spin));
        if (c > 0) {
          p.factor("left", ofRow.mul(before).mul(spin));
        }
        if (r > 0) {
          p.factor("above", ofColumn.mul(above[c]).mul(spin));
        }
        p.observe("y", Normal.of(mu.mul(spin), sigma), y.get(r).get(c));
        before = spin;
        above[c] = spin;
      }
    }
  }

  /** The answers of a person are one event. */
  private static void classes(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray yes = is.param("p");
    NDArray y = is.input("y");
    try (Plate people = p.plate("people", y.size(0))) {
      NDArray cls = p.sample("cls", Categorical.probs(w));
      NDArray probs = p.pick(yes.swapAxes(-1, -2), cls, 1);
      p.observe("y", Bernoulli.probs(probs).toEvent(1), people.take(y));
    }
  }

  /** The questions are rows, with parameters of their own. */
  private static void answers(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray ability = is.param("ability");
    NDArray y = is.input("y");
    NDArray difficulty;
    NDArray discrimination;
    try (Plate items = p.plate(PlateSpec.of("items", y.size(1)).dim(-1))) {
      difficulty = is.paramOfRow("difficulty");
      discrimination = is.paramOfRow("discrimination");
    }
    try (Plate people = p.plate(PlateSpec.of("people", y.size(0)).dim(-2))) {
      NDArray cls = p.sample("cls", Categorical.probs(w));
      try (Plate items = p.plate(PlateSpec.of("items", y.size(1)).dim(-1))) {
        NDArray logit = p.pick(ability, cls).sub(difficulty).mul(discrimination);
        p.observe("y", Bernoulli.logits(logit), items.take(people.take(y, 0), 1));
      }
    }
  }

  private static void curves(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray a = is.param("a");
    NDArray b = is.param("b");
    NDArray q = is.param("q");
    NDArray sigma = is.param("sigma");
    NDArray m = p.sample("m", Categorical.probs(w));
    try (Plate rows = is.rows()) {
      NDArray x = rows.take(is.input("x"));
      NDArray line = entry(a, 1).add(entry(b, 0).mul(x));
      NDArray parabola = entry(a, 2).add(entry(b, 1).mul(x)).add(q.mul(x.square()));
      NDArray bent = Tensors.where(m.eq(1), line, parabola);
      NDArray mean = Tensors.where(m.eq(0), entry(a, 0), bent);
      p.observe("y", Normal.of(mean, p.pick(sigma, m)), rows.take(is.input("y")));
    }
  }

  private static void changePoint(Setting is) {
    Ppl p = is.p();
    NDArray rate = is.param("rate");
    int times = is.sizes().length("y");
    NDArray tau = p.sample("tau", DiscreteUniform.of(0, times - 1));
    try (Plate rows = is.rows()) {
      NDArray isBefore = rows.indices().lt(tau);
      NDArray now = Tensors.where(isBefore, entry(rate, 0), entry(rate, 1));
      p.observe("y", Poisson.of(now), rows.take(is.input("y")));
    }
  }

  private static void captures(Setting is) {
    Ppl p = is.p();
    NDArray psi = is.param("psi");
    NDArray caught = is.param("p");
    try (Plate animals = is.rows()) {
      NDArray z = p.sample("z", Bernoulli.probs(psi));
      NDArray probs = z.expandDims(-1).mul(caught);
      p.observe("y", Bernoulli.probs(probs).toEvent(1), animals.take(is.input("y")));
    }
  }

  private static void levels(Setting is) {
    Ppl p = is.p();
    NDArray beta = is.param("beta");
    NDArray cut = is.param("cut");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    try (Plate rows = is.rows()) {
      NDArray z = p.sample("z", OrderedLogistic.of(beta.mul(rows.take(is.input("x"))), cut));
      p.observe("y", Normal.of(p.pick(mu, z), sigma), rows.take(is.input("y")));
    }
  }

  private static void oneHot(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray mu = is.param("mu");
    NDArray logScale = is.param("log_scale");
    int[] last = {-1};
    try (Plate rows = is.rows()) {
      NDArray z = p.sample("z", OneHotCategorical.probs(w));
      NDArray scale = z.mul(logScale).sum(last).exp();
      p.observe("y", Normal.of(z.mul(mu).sum(last), scale), rows.take(is.input("y")));
    }
  }

  private static void thinning(Setting is) {
    Ppl p = is.p();
    NDArray q = is.param("q");
    NDArray caught = is.param("p");
    NDArray y = is.input("y");
    int most = is.sizes().number("max_count");
    try (Plate sites = p.plate(PlateSpec.of("sites", y.size(0)).dim(-2))) {
      NDArray n = p.sample("n", Binomial.probs(most, q));
      try (Plate visits = p.plate(PlateSpec.of("visits", y.size(1)).dim(-1))) {
        p.observe("y", Binomial.probs(n, caught), visits.take(sites.take(y, 0), 1));
      }
    }
  }

  private static void zeros(Setting is) {
    Ppl p = is.p();
    NDArray share = is.param("pi");
    NDArray a = is.param("a");
    NDArray b = is.param("b");
    try (Plate rows = is.rows()) {
      NDArray z = p.sample("z", Bernoulli.probs(share));
      NDArray y = rows.take(is.input("y"));
      NDArray count = Poisson.of(b.mul(rows.take(is.input("x"))).add(a).exp()).logProb(y);
      NDArray zero = Tensors.where(y.eq(0), number(0), Double.NEGATIVE_INFINITY);
      p.factor("y", Tensors.where(z.eq(1), zero, count));
    }
  }

  private static void softGate(Setting is) {
    Ppl p = is.p();
    NDArray pg = is.param("pg");
    NDArray ph0 = is.param("ph0");
    NDArray ph1 = is.param("ph1");
    NDArray mu = is.param("mu");
    NDArray delta = is.param("delta");
    NDArray sigma = is.param("sigma");
    try (Plate rows = is.rows()) {
      NDArray g = p.sample("g", Bernoulli.probs(pg));
      NDArray probs = Tensors.where(g.eq(1).expandDims(-1), ph1, ph0);
      NDArray h = p.sample("h", Categorical.probs(probs));
      NDArray mean = p.pick(mu, h).add(delta.mul(g));
      p.observe("y", Normal.of(mean, sigma), rows.take(is.input("y")));
    }
  }

  private static void hardGate(Setting is) {
    Ppl p = is.p();
    NDArray pg = is.param("pg");
    NDArray ph = is.param("ph");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    try (Plate rows = is.rows()) {
      NDArray g = p.sample("g", Bernoulli.probs(pg));
      NDArray first = p.scalar(0).oneHot(Math.toIntExact(is.sizes().shape("ph").get(0)));
      NDArray probs = Tensors.where(g.eq(1).expandDims(-1), ph, first);
      NDArray h = p.sample("h", Categorical.probs(probs));
      p.observe("y", Normal.of(p.pick(mu, h), sigma), rows.take(is.input("y")));
    }
  }

  private static void mixedRows(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray phi = is.param("phi");
    NDArray mu = is.param("mu");
    NDArray sigma = is.param("sigma");
    try (Plate rows = is.rows()) {
      NDArray z = p.sample("z", Categorical.probs(w));
      p.observe("x", Categorical.probs(p.pick(phi, z, 1)), rows.take(is.input("x")));
      p.observe("y", Normal.of(p.pick(mu, z), p.pick(sigma, z)), rows.take(is.input("y")));
    }
  }

  /** Some labels are known. */
  private static void labels(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray yes = is.param("p");
    NDArray x = is.input("x");
    try (Plate rows = p.plate("rows", x.size(0))) {
      NDArray known = rows.take(is.input("label_observed"));
      NDArray label = p.observe("label", Categorical.probs(w), known, known.gte(0));
      p.observe("x", Bernoulli.probs(p.pick(yes, label, 1)).toEvent(1), rows.take(x));
    }
  }

  /** Any of the causes may bring on each of the findings. */
  private static void noisyOr(Setting is) {
    Ppl p = is.p();
    NDArray prior = is.param("prior");
    NDArray q = is.param("q");
    NDArray leak = is.param("leak");
    NDArray logNone = Special.log1p(leak.neg());
    int causes = Math.toIntExact(is.sizes().shape("prior").get(0));
    for (int j : p.loop("cause", causes)) {
      NDArray b = p.sample("b", Bernoulli.probs(entry(prior, j)));
      logNone = logNone.add(b.expandDims(-1).mul(Special.log1p(entry(q, j).neg())));
    }
    NDArray probs = number(1).sub(logNone.exp());
    p.observe("x", Bernoulli.probs(probs).toEvent(1), is.input("x"));
  }

  private static void lookup(Setting is) {
    Ppl p = is.p();
    NDArray w = is.param("w");
    NDArray alpha = is.param("alpha");
    NDArray beta = is.param("beta");
    NDArray sigma = is.param("sigma");
    try (Plate rows = is.rows()) {
      NDArray z = p.sample("z", Categorical.probs(w));
      NDArray group = rows.take(is.input("group")).expandDims(-1);
      NDArray slope = p.pick(p.pick(beta, z, 1), group).squeeze(-1);
      NDArray mean = p.pick(alpha, z).add(slope.mul(rows.take(is.input("x"))));
      p.observe("y", Normal.of(mean, sigma), rows.take(is.input("y")));
    }
  }

  /** {@code x[..., i]}. */
  private static NDArray entry(NDArray x, int i) {
    return Tensors.range(x, -1, i, i + 1).squeeze(-1);
  }

  /** {@code x[..., i, :]}. */
  private static NDArray row(NDArray x, int i) {
    return Tensors.range(x, -2, i, i + 1).squeeze(-2);
  }
}
