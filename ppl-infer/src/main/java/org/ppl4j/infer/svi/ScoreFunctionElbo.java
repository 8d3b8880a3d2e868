package org.ppl4j.infer.svi;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Tensors;

/**
 * {@link Elbo#scoreFunction()}, with what may be set.
 *
 * <p>It is Rao-Blackwellised: a site's score is multiplied only by costs that depend on its draw.
 * On which draws a cost depends is known, since the run watches what is computed of them; a cost in
 * a plate that the site is in too counts in the site's own row only, as rows of a plate are
 * independent. What a program reads of a draw in Java, all that comes after it depends on.
 */
public final class ScoreFunctionElbo implements Elbo {

  static final ScoreFunctionElbo STANDARD =
      new ScoreFunctionElbo(Baseline.movingAverage(), false, true);

  private final Baseline baseline;
  private final boolean scoresAll;
  private final boolean raoBlackwell;

  private ScoreFunctionElbo(Baseline baseline, boolean scoresAll, boolean raoBlackwell) {
    this.baseline = baseline;
    this.scoresAll = scoresAll;
    this.raoBlackwell = raoBlackwell;
  }

  /** With what is taken off the costs; {@link Baseline#movingAverage()} unless set. */
  public ScoreFunctionElbo baseline(Baseline baseline) {
    return new ScoreFunctionElbo(requireNonNull(baseline, "baseline"), scoresAll, raoBlackwell);
  }

  /** With the score of all sites; of those alone that are not reparameterized unless set. */
  public ScoreFunctionElbo everywhere() {
    return new ScoreFunctionElbo(baseline, true, raoBlackwell);
  }

  /** With all costs for each site, to see what the dependence is worth. */
  public ScoreFunctionElbo withoutRaoBlackwell() {
    return new ScoreFunctionElbo(baseline, scoresAll, false);
  }

  @Override
  public Estimate estimate(Pass pass) {
    return ofEach(List.of(pass));
  }

  @Override
  public Estimate ofEach(List<Pass> particles) {
    List<Costs> all = particles.stream().map(this::costs).toList();
    List<NDArray> slopes = new ArrayList<>(all.stream().map(Costs::withoutScored).toList());
    List<NDArray> guesses = new ArrayList<>();
    for (int i = 0; i < all.get(0).scored().size(); i++) {
      int place = i;
      List<Scored> draws = all.stream().map(costs -> scored(costs, place)).toList();
      Baseline.Guess guess = baseline.of(particles.get(0), draws);
      for (int k = 0; k < draws.size(); k++) {
        slopes.add(draws.get(k).slope(guess.values().get(k)));
      }
      guess.loss().ifPresent(guesses::add);
    }
    double share = 1.0 / particles.stream().mapToInt(Pass::particles).sum();
    NDArray loss = Tensors.addAll(all.stream().map(Costs::total).toList()).mul(share);
    guesses.add(Tensors.addAll(slopes).mul(share));
    return new Estimate(loss, Tensors.addAll(guesses));
  }

  private Costs costs(Pass pass) {
    pass.run().watchDescent();
    Trace guide = pass.guide(this::isScored);
    Costs costs = costs(pass, guide, pass.model(guide));
    if (pass.isFirst() && raoBlackwell) {
      OwnRows.check(pass, costs, traces -> costs(pass, traces.get(0), traces.get(1)));
    }
    return costs;
  }

  private Costs costs(Pass pass, Trace guide, Trace model) {
    return Costs.of(pass.run(), guide, model, site -> site.isLatent() && isScored(site));
  }

  private boolean isScored(SampleSite site) {
    return site.distribution().hasDensity()
        && (scoresAll || !site.distribution().isReparameterized());
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return isScored(site) ? Needs.logProb(site) : Optional.empty();
  }

  private Scored scored(Costs costs, int place) {
    SampleSite site = costs.scored().get(place);
    NDArray cost = raoBlackwell ? costs.dependingOn(site) : costs.ofAll(site);
    return new Scored(costs.guide(), site, cost);
  }

  /**
   * A scored site.
   *
   * @param cost of what depends on its draw, for each of its rows
   */
  record Scored(Trace guide, SampleSite site, NDArray cost) {

    /** A number whose gradient is ∂ log q(z) / ∂φ · (cost − baseline). */
    NDArray slope(NDArray guess) {
      return Tensors.total(site.logProb().mul(cost.sub(Tensors.detached(guess))));
    }
  }

  @Override
  public String toString() {
    return "score function"
        + (scoresAll ? " everywhere" : "")
        + (raoBlackwell ? "" : " without rao-blackwell")
        + (this == STANDARD ? "" : " with " + baseline);
  }
}
