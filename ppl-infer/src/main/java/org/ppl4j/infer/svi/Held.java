package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.function.Predicate;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Plate;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.Replay;
import org.ppl4j.tensor.Tensors;

/**
 * What an execution is to have no derivative in: some of its draws, what it is given, parameters.
 */
final class Held {

  private Held() {}

  /** The draws of some sites, which are then sources of their names. */
  static Handler draws(Predicate<SampleSite> which) {
    return p ->
        new Handler.Frame() {
          @Override
          protected void enter(SampleSite site) {
            if (site.isLatent() && site.distribution().hasDensity() && which.test(site)) {
              site.holdDraw();
            }
          }
        };
  }

  /** The values that a handler within gives to sites. */
  static Handler values() {
    return p ->
        new Handler.Frame() {
          @Override
          protected void enter(SampleSite site) {
            if (site.isLatent() && site.hasValue()) {
              site.substitute(Tensors.detached(site.value()));
            }
          }
        };
  }

  /** One site at another value. */
  static Handler at(String name, NDArray value) {
    return p ->
        new Handler.Frame() {
          @Override
          protected void enter(SampleSite site) {
            if (site.isLatent() && site.name().equals(name)) {
              site.substitute(value);
            }
          }
        };
  }

  /** All parameters. */
  static Handler params() {
    return p ->
        new Handler.Frame() {
          @Override
          protected void leave(ParamSite site) {
            site.substitute(Tensors.detached(site.value()));
          }
        };
  }

  /** The draws of a guide, for itself; points follow from them. */
  static Handler again(Trace guide) {
    Trace.Builder drawn = Trace.builder();
    for (SampleSite site : guide.latents()) {
      if (site.distribution().hasDensity()) {
        drawn.add(site);
      }
    }
    for (Plate plate : guide.plates()) {
      drawn.add(plate);
    }
    return new Replay(drawn.build());
  }
}
