package org.ppl4j.infer.discrete;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.handlers.Condition;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.PosteriorCase.Data;

/**
 * A random model with its choices summed out by going through all assignments: each is given to the
 * program, and the log joints and gradients are put together here.
 */
final class BruteForce {

  /** The site of the program that holds the choices, as numbers without a derivative. */
  private static final String GIVEN = "given choices";

  private final List<RandomModel.Site> sites;
  private final int[] sizes; // of each place of each site, one after the other
  private final int[] first; // the place where a site begins
  private final double[] logJoints;
  private final double[] gradient;
  private final double logDensity;

  /**
   * At some vectors.
   *
   * @param space the latent numbers, all of them real
   * @param vectors their values
   */
  static List<BruteForce> at(RandomModel model, List<LatentSite> space, List<double[]> vectors) {
    List<RandomModel.Site> sites = model.latents();
    int[] places = new int[sites.stream().mapToInt(RandomModel.Site::places).sum()];
    double[] start = numbers(sites, places);
    RunConfig config = RunConfig.defaults();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config);
        LogDensity<Data> joint =
            LogDensity.of(
                given(model, start.length),
                model.data(manager),
                params,
                config,
                Initializer.value(ImmutableMap.of(GIVEN, start), Initializer.uniform()))) {
      return vectors.stream().map(u -> new BruteForce(sites, joint, space, u)).toList();
    }
  }

  /** The program whose choices are given by a site of so many numbers, row by row. */
  private static Program<Data> given(RandomModel model, int count) {
    Constraint real = Constraint.REAL;
    return (Ppl p, Data data) -> {
      NDArray all =
          p.sample(GIVEN, ImproperUniform.of(real, new Shape(), new Shape(count)))
              .stopGradient()
              .round();
      Map<String, NDArray> free = new HashMap<>();
      Map<String, NDArray> masked = new HashMap<>();
      long from = 0;
      for (RandomModel.Site site : model.latents()) {
        long to = from + site.shape().size();
        NDArray value = Tensors.reshape(Tensors.range(all, 0, from, to), site.shape());
        boolean isFree = site.masking() == RandomModel.Masking.NONE;
        (isFree ? free : masked).put(site.name(), value);
        from = to;
      }
      model.given(masked).with(new Condition(free)).run(p, data);
    };
  }

  private BruteForce(
      List<RandomModel.Site> sites, LogDensity<Data> joint, List<LatentSite> space, double[] u) {
    this.sites = sites;
    this.first = new int[sites.size()];
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      first[i] = all.size();
      for (int place = 0; place < sites.get(i).places(); place++) {
        all.add(sites.get(i).family().size());
      }
    }
    this.sizes = all.stream().mapToInt(Integer::intValue).toArray();
    this.logJoints = new double[Arrays.stream(sizes).reduce(1, Math::multiplyExact)];
    double[][] gradients = new double[logJoints.length][u.length];
    for (int i = 0; i < logJoints.length; i++) {
      double[] vector = vector(joint.space().sites(), space, u, numbers(sites, places(i)));
      double[] slope = new double[vector.length];
      logJoints[i] = joint.evaluate(vector, slope);
      int to = 0;
      Map<String, double[]> slopes = split(joint.space().sites(), slope);
      for (LatentSite site : space) {
        double[] part = requireNonNull(slopes.get(site.name()), site.name());
        System.arraycopy(part, 0, gradients[i], to, part.length);
        to += part.length;
      }
    }
    double highest = Arrays.stream(logJoints).max().orElseThrow();
    double total = Arrays.stream(logJoints).map(x -> Math.exp(x - highest)).sum();
    this.logDensity = highest + Math.log(total);
    this.gradient = new double[u.length];
    for (int i = 0; i < logJoints.length; i++) {
      double weight = Math.exp(logJoints[i] - logDensity);
      for (int d = 0; d < u.length && weight > 0; d++) {
        gradient[d] += weight * gradients[i][d];
      }
    }
  }

  private static double[] vector(
      List<LatentSite> to, List<LatentSite> from, double[] u, double[] choices) {
    Map<String, double[]> parts = split(from, u);
    parts.put(GIVEN, choices);
    return to.stream()
        .flatMapToDouble(site -> Arrays.stream(requireNonNull(parts.get(site.name()))))
        .toArray();
  }

  private static Map<String, double[]> split(List<LatentSite> space, double[] vector) {
    Map<String, double[]> parts = new HashMap<>();
    int from = 0;
    for (LatentSite site : space) {
      int to = from + Math.toIntExact(site.size());
      parts.put(site.name(), Arrays.copyOfRange(vector, from, to));
      from = to;
    }
    return parts;
  }

  /** The values of all sites, one after the other, by their numbers. */
  private static double[] numbers(List<RandomModel.Site> sites, int[] places) {
    List<double[]> numbers = new ArrayList<>();
    int at = 0;
    for (RandomModel.Site site : sites) {
      for (int place = 0; place < site.places(); place++) {
        numbers.add(site.family().values[places[at++]]);
      }
    }
    return Doubles.concat(numbers.toArray(double[][]::new));
  }

  /** The value of each place in an assignment, by its number among those of the family. */
  private int[] places(int assignment) {
    int[] places = new int[sizes.length];
    int rest = assignment;
    for (int i = 0; i < sizes.length; i++) {
      places[i] = rest % sizes[i];
      rest /= sizes[i];
    }
    return places;
  }

  // --- what comes out

  int assignments() {
    return logJoints.length;
  }

  Discrepancy.Truth truth(double[] u) {
    return new Discrepancy.Truth(u, logDensity, gradient.clone());
  }

  List<RandomModel.Site> sites() {
    return sites;
  }

  /** Probabilities (places, K) of a site, row by row. */
  double[] marginals(int site) {
    int size = sites.get(site).family().size();
    double[] marginals = new double[sites.get(site).places() * size];
    for (int i = 0; i < logJoints.length; i++) {
      int[] places = places(i);
      double weight = Math.exp(logJoints[i] - logDensity);
      for (int place = 0; place < sites.get(site).places(); place++) {
        marginals[place * size + places[first[site] + place]] += weight;
      }
    }
    return marginals;
  }

  /** Probabilities (K, K) of two places together. */
  double[] pair(int site, int place, int other, int otherPlace) {
    int size = sites.get(other).family().size();
    double[] pair = new double[sites.get(site).family().size() * size];
    for (int i = 0; i < logJoints.length; i++) {
      int[] places = places(i);
      pair[places[first[site] + place] * size + places[first[other] + otherPlace]] +=
          Math.exp(logJoints[i] - logDensity);
    }
    return pair;
  }

  /** The probability of the assignment in which the sites have these values, row by row. */
  double probability(List<double[]> values) {
    return Math.exp(logJoints[index(values)] - logDensity);
  }

  /** The highest probability of an assignment. */
  double highest() {
    return Math.exp(Arrays.stream(logJoints).max().orElseThrow() - logDensity);
  }

  /** The probabilities of all assignments. */
  double[] probabilities() {
    return Arrays.stream(logJoints).map(logJoint -> Math.exp(logJoint - logDensity)).toArray();
  }

  /** The number of the assignment in which the sites have these values. */
  int index(List<double[]> values) {
    int index = 0;
    for (int i = sizes.length - 1, site = first.length - 1; i >= 0; i--) {
      if (i < first[site]) {
        site--;
      }
      double[][] rows = sites.get(site).family().values;
      int place = i - first[site];
      int width = rows[0].length;
      double[] value = Arrays.copyOfRange(values.get(site), place * width, (place + 1) * width);
      int number = 0;
      while (!Arrays.equals(rows[number], value)) {
        number++;
      }
      index = index * sizes[i] + number;
    }
    return index;
  }
}
