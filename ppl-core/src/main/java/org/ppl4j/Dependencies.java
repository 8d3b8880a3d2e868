package org.ppl4j;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;

/**
 * Which sites depend directly on which, found by experiment: the program runs with all values held,
 * but for one that it sees exchanged; what then has another log probability (another value, for
 * deterministic sites) depends on that one.
 */
final class Dependencies {

  private static final int REDRAWS = 20; // to find another value of a discrete site
  private static final double ROUNDING = 1e-12; // relative, of a few operations in float64

  private final Run run;
  private final Describing.Repeated program;
  private final Trace base;

  Dependencies(Run run, Describing.Repeated program, Trace base) {
    this.run = run;
    this.program = program;
    this.base = base;
  }

  List<SiteGraph.Edge> edges() {
    List<SiteGraph.Edge> edges = new ArrayList<>();
    Map<String, double[]> held = marks(program.record(p -> new Held(null, null)));
    for (ParamSite param : base.params()) {
      addEdges(edges, param.name(), held, other(param));
    }
    for (SampleSite site : base.sites()) {
      NDArray other = site.kind() == SampleSite.Kind.FACTOR ? null : other(site);
      if (other != null) {
        addEdges(edges, site.name(), held, other);
      }
    }
    return edges;
  }

  private void addEdges(
      List<SiteGraph.Edge> edges, String from, Map<String, double[]> held, NDArray exchanged) {
    Map<String, double[]> now = marks(program.record(p -> new Held(from, exchanged)));
    held.forEach(
        (name, mark) -> {
          if (!name.equals(from) && differs(mark, now.get(name))) {
            edges.add(new SiteGraph.Edge(from, name));
          }
        });
  }

  /** Whether two marks differ by more than rounding, which depends on how operations are fused. */
  private static boolean differs(double[] mark, double @Nullable [] other) {
    if (other == null || mark.length != other.length) {
      return true;
    }
    for (int i = 0; i < mark.length; i++) {
      double apart = Math.abs(mark[i] - other[i]);
      boolean same =
          apart <= ROUNDING * Math.max(Math.abs(mark[i]), 1)
              || Double.compare(mark[i], other[i]) == 0;
      if (!same) {
        return true;
      }
    }
    return false;
  }

  /** What tells whether a site has changed. */
  private static Map<String, double[]> marks(Trace trace) {
    Map<String, double[]> marks = new LinkedHashMap<>();
    for (SampleSite site : trace.sites()) {
      marks.put(
          site.name(),
          Tensors.values(
              site.kind() == SampleSite.Kind.DETERMINISTIC ? site.value() : site.logProb()));
    }
    return marks;
  }

  // --- other values

  private NDArray other(ParamSite param) {
    NDArray leaf = param.leaf() == null ? param.value() : param.leaf();
    return Bijections.to(param.constraint()).forward(leaf.add(0.37)).value();
  }

  private @Nullable NDArray other(SampleSite site) {
    NDArray value = site.value();
    double[] known = Tensors.values(value);
    if (site.kind() != SampleSite.Kind.DETERMINISTIC) {
      Distribution distribution = site.distribution();
      Rng rng = run.rng(Rng.Purpose.PREDICT, site.name());
      for (int i = 0; i < REDRAWS; i++) {
        NDArray drawn = distribution.draw(rng.split(i)).value();
        if (!Arrays.equals(known, Tensors.values(drawn))) {
          return drawn;
        }
      }
    }
    // within (0, 1) if it was, positive if it was
    return value.getDataType().isFloating() ? value.mul(0.9).add(0.05) : null;
  }

  /** Holds every value of the base trace, but lets the program see one exchanged. */
  private final class Held extends Handler.Frame {

    private final @Nullable String name;
    private final @Nullable NDArray exchanged;

    Held(@Nullable String name, @Nullable NDArray exchanged) {
      this.name = name;
      this.exchanged = exchanged;
    }

    @Override
    protected void enter(SampleSite site) {
      SampleSite known = base.find(site.name());
      if (known == null || site.kind() == SampleSite.Kind.FACTOR) {
        return;
      }
      if (site.isLatent()) {
        site.substitute(known.value());
      }
      site.returns(site.name().equals(name) && exchanged != null ? exchanged : known.value());
    }

    @Override
    protected void enter(ParamSite site) {
      if (site.name().equals(name) && exchanged != null) {
        site.substitute(exchanged);
      }
    }
  }
}
