package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Kl;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** {@link Elbo#meanField()}. */
final class MeanFieldElbo implements Elbo {

  static final MeanFieldElbo INSTANCE = new MeanFieldElbo();

  private MeanFieldElbo() {}

  @Override
  public Estimate estimate(Pass pass) {
    Trace guide = pass.guide();
    Trace model = pass.model(guide);
    Set<String> inOrder = inOrder(guide, model);
    List<NDArray> shares = new ArrayList<>();
    List<SampleSite> ofGuide = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (SampleSite site : guide.sites()) {
      Optional<NDArray> mean =
          inOrder.contains(site.name())
              ? divergence(site, model.site(site.name()))
              : Optional.empty();
      if (mean.isPresent()) {
        shares.add(site.scaledSum(perDraw(pass.run(), site, mean.get())));
        done.add(site.name());
      } else {
        ofGuide.add(site);
      }
    }
    List<SampleSite> ofModel =
        model.sites().stream().filter(site -> !done.contains(site.name())).toList();
    shares.add(Trace.sum(ofGuide));
    shares.add(Trace.sum(ofModel).neg());
    NDArray loss = Tensors.addAll(shares);
    NDArray mean = pass.particles() == 1 ? loss : loss.mul(1.0 / pass.particles());
    return new Estimate(mean, mean);
  }

  /**
   * The latent sites of both programs that may be integrated out where they stand: what the model
   * draws before them, the guide draws before them too, so that neither distribution depends on the
   * site's own draw; and no choice is summed over.
   */
  private static Set<String> inOrder(Trace guide, Trace model) {
    Map<String, Integer> places = new HashMap<>();
    for (SampleSite site : guide.latents()) {
      if (!site.isAuxiliary()) {
        places.put(site.name(), places.size());
      }
    }
    Set<String> inOrder = new HashSet<>();
    int latest = -1;
    for (SampleSite site : model.latents()) {
      Integer place = places.get(site.name());
      if (place != null) {
        if (place > latest && !HiddenDims.anyOf(site.logProb())) {
          inOrder.add(site.name());
        }
        latest = Math.max(latest, place);
      }
    }
    return inOrder;
  }

  /** E_q [log q − log p] of a site that counts alike in both programs. */
  private static Optional<NDArray> divergence(SampleSite ofGuide, SampleSite ofModel) {
    Distribution q = ofGuide.distribution();
    Distribution p = ofModel.distribution();
    boolean alike =
        ofGuide.scale() == ofModel.scale()
            && ofGuide.mask() == ofModel.mask()
            && ofGuide.isMaskedOut() == ofModel.isMaskedOut();
    return alike && q.hasDensity() && Kl.exists(q, p) ? Optional.of(Kl.of(q, p)) : Optional.empty();
  }

  /** A mean for each place that the site has a draw for, particles included. */
  private static NDArray perDraw(Run run, SampleSite site, NDArray mean) {
    int dims = site.distribution().eventShape().dimension();
    Shape batch = Shapes.dropRight(site.value().getShape(), dims);
    return mean.getShape().equals(batch) ? mean : run.bind(mean).broadcast(batch);
  }

  @Override
  public Estimate ofEach(List<Pass> particles) {
    return Estimate.mean(this, particles);
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return Needs.path(site);
  }

  @Override
  public String toString() {
    return "mean-field";
  }
}
