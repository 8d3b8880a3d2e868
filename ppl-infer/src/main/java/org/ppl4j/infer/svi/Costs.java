package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ppl4j.Plate;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * What the sites of one pass cost, Σ_j c_j being its loss: log q of the guide's, −log p of the
 * model's, with what is known of which draw a cost depends on.
 *
 * @param guide its trace
 * @param scored the sites of the guide whose draws have no derivative
 * @param ofScored what these cost themselves
 * @param others what all others cost
 */
record Costs(Trace guide, List<SampleSite> scored, List<Cost> ofScored, List<Cost> others) {

  /**
   * The cost of a site, or of all that are summed out of the model.
   *
   * @param of what it is of, for messages
   * @param plates of the dims of its value
   * @param value scaled, {@code (*, batch)}
   * @param sources the names of the scored sites that it descends from
   */
  record Cost(String of, List<Plate> plates, NDArray value, Set<String> sources) {

    static Cost of(Run run, SampleSite site, double sign) {
      NDArray logProb = run.bind(site.masked(site.logProb()));
      String of = (sign > 0 ? "guide's " : "model's ") + site;
      return of(of, site.plates(), logProb, sign * site.scale());
    }

    static Cost of(String of, List<Plate> plates, NDArray logProb, double factor) {
      return new Cost(of, plates, logProb.mul(factor), Tensors.sources(logProb));
    }

    /**
     * Summed over all but the dims of plates that another site is in too, whose rows depend on
     * their own rows only.
     */
    NDArray inPlatesOf(SampleSite other, Predicate<Plate> which) {
      int[] summed =
          IntStream.rangeClosed(1, value.getShape().dimension())
              .map(place -> -place)
              .filter(axis -> !isShared(other, axis, which))
              .toArray();
      return summed.length == 0 ? value : value.sum(summed, true);
    }

    /** Whether each of its rows of a plate is a row of another site. */
    boolean isShared(SampleSite other, Plate plate) {
      return isShared(other, plate.dim(), each -> each.name().equals(plate.name()));
    }

    private boolean isShared(SampleSite other, int axis, Predicate<Plate> which) {
      return plates.stream()
          .filter(which)
          .filter(plate -> plate.dim() == axis && !plate.spec().isOfSteps())
          .anyMatch(plate -> other.plates().stream().anyMatch(each -> isSame(plate, each)));
    }

    private static boolean isSame(Plate a, Plate b) {
      return a.name().equals(b.name()) && a.dim() == b.dim() && !b.spec().isOfSteps();
    }
  }

  /** Of a pass whose run watches descent. */
  static Costs of(Run run, Trace guide, Trace model, Predicate<SampleSite> isScored) {
    List<SampleSite> scored = new ArrayList<>();
    List<Cost> ofScored = new ArrayList<>();
    List<Cost> others = new ArrayList<>();
    for (SampleSite site : guide.counted()) {
      (isScored.test(site) ? ofScored : others).add(Cost.of(run, site, 1));
    }
    for (SampleSite site : guide.latents()) {
      if (isScored.test(site)) {
        scored.add(site);
      }
    }
    model.counted().forEach(site -> others.add(Cost.of(run, site, -1)));
    model
        .logSummedOut()
        .ifPresent(log -> others.add(Cost.of("what is summed out", particles(scored), log, -1)));
    return new Costs(guide, scored, ofScored, others);
  }

  /** The plate of particles, if there are several. */
  private static List<Plate> particles(List<SampleSite> sites) {
    return sites.stream()
        .flatMap(site -> site.plates().stream())
        .filter(Plate::isParticles)
        .limit(1)
        .toList();
  }

  /** Σ_j c_j, a number; particles are summed over. */
  NDArray total() {
    return total(all().toList());
  }

  /** The same without log q of the scored sites. */
  NDArray withoutScored() {
    return total(others);
  }

  private static NDArray total(List<Cost> costs) {
    return Tensors.addAll(costs.stream().map(cost -> Tensors.total(cost.value())).toList());
  }

  /** Σ c_j over those that depend on a scored site, for each of its rows; without derivative. */
  NDArray dependingOn(SampleSite site) {
    return sum(
        all()
            .filter(cost -> cost.sources().contains(site.name()))
            .map(cost -> cost.inPlatesOf(site, plate -> true)));
  }

  /** Σ_j c_j for each particle, as {@link #dependingOn}. */
  NDArray ofAll(SampleSite site) {
    return sum(all().map(cost -> cost.inPlatesOf(site, Plate::isParticles)));
  }

  Stream<Cost> all() {
    return Stream.concat(ofScored.stream(), others.stream());
  }

  private static NDArray sum(Stream<NDArray> costs) {
    return Tensors.detached(costs.reduce(Tensors.number(0), NDArray::add));
  }
}
