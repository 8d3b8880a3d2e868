package org.ppl4j.infer.autoguide;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import org.jspecify.annotations.Nullable;
import org.ppl4j.AddedSites;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.Normal;
import org.ppl4j.params.ParamStore;
import org.ppl4j.transforms.Mapped;

/**
 * A model seen through a fitted flow: its latent sites become a deterministic function of one
 * vector whose posterior is nearly standard normal, however bent theirs is.
 *
 * <pre>{@code
 * AutoFlow<Schools> guide = AutoFlow.of(MODEL, dim -> Flows.iaf(dim, 2));  // and fit it
 * Program<Schools> straight = MODEL.with(NeuTra.of(guide, params));
 *
 * z              latent site auto.base (D), with log-density 0
 * x = T(z)       the model's sites, deterministic
 * log p(z) = log p(x, data) + log |det ∂x/∂z|
 * }</pre>
 *
 * <p>The result is a model like any other, for a sampler or for a second guide, which corrects what
 * the flow has left. The two terms of its log-density are factors: {@code x.density} beside each
 * site x, and {@code auto.logDet}. A site of which a step sees some rows only stays as it is, as it
 * does in the guide.
 *
 * <p>The flow is read from the guide's store each time and held fixed: keep the store open and do
 * not fit it further meanwhile. Give the second inference a store of its own, or the guide another
 * prefix. Drawn without an inference, the vector is standard normal and the sites are draws of the
 * guide.
 *
 * <p>Source: Hoffman et al., "NeuTra-lizing bad geometry in Hamiltonian Monte Carlo using neural
 * transport" (2019).
 */
public final class NeuTra implements Handler {

  private final AutoFlow<?> guide;
  private final ParamStore params;
  private final ImmutableSet<String> names;

  private NeuTra(AutoFlow<?> guide, ParamStore params, ImmutableSet<String> names) {
    this.guide = guide;
    this.params = params;
    this.names = names;
  }

  /**
   * Through the flow of a guide of the same model.
   *
   * @param params the store in which it was fitted
   * @throws IllegalStateException if it was not
   * @throws IllegalArgumentException if a site has bounds that are tensors
   */
  public static NeuTra of(AutoFlow<?> guide, ParamStore params) {
    guide.checkStay(params);
    return new NeuTra(guide, params, guide.names(params));
  }

  @Override
  public Frame begin(Ppl p) {
    return new Through(p);
  }

  private final class Through extends Frame {

    private final Ppl p;
    private AutoFlow.@Nullable Image image;

    Through(Ppl p) {
      this.p = p;
    }

    @Override
    protected void enter(SampleSite site) {
      if (site.isLatent() && !site.hasValue() && names.contains(site.name())) {
        Mapped mapped = requireNonNull(image().sites().get(site.name()));
        NDArray density = site.distribution().logProbInSupport(mapped.value());
        AddedSites.of(p, site).factor(site.name() + ".density", density.add(mapped.logDet()));
        site.determine(mapped.value());
      }
    }

    /** Drawn at the first site, outside of its plates. */
    private AutoFlow.Image image() {
      AutoFlow.Image known = image;
      if (known == null) {
        NDArray z =
            p.sample(
                guide.prefix() + ".base",
                Normal.standard(guide.size(params)).toEvent(1).mask(false));
        known = guide.image(p.run(), params, z);
        p.factor(guide.prefix() + ".logDet", known.logDet());
        image = known;
      }
      return known;
    }
  }
}
