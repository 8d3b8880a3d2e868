package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.Draws.Batch;
import org.ppl4j.infer.Draws.Executed;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Tensors;

/**
 * A few draws of programs at once, beside the same draws alone: log densities of sites and what is
 * worked out. What the programs draw themselves, they draw at once, and alone they are given the
 * same.
 */
record FewDraws(Batch batch, Executed programs) {

  /** Beyond these a difference is more than rounding and steps of solvers make. */
  private static final double TOLERANCE = 1e-5;

  private static final double SINGLE_TOLERANCE = 1e-3;

  /**
   * What goes wrong with them at once. Empty if nothing does, or nobody can say: of draws that have
   * no density as values, such as those of stochastic layers, of a draw that fails alone as well,
   * and of programs that are others each time.
   *
   * @param alone what the programs do for one
   */
  String fault(List<Trace> alone) {
    Map<String, NDArray> drawn;
    try {
      drawn = drawn(evaluated(batch), alone);
    } catch (RuntimeException e) {
      return failsAlone() ? "" : firstLine(e);
    }
    try {
      List<Trace> together = evaluated(batch.under(new Given(drawn, batch, -1)));
      String fault = "";
      for (int draw : new int[] {0, batch.count() - 1}) {
        List<Trace> one = evaluated(batch.one(draw).under(new Given(drawn, batch, draw)));
        fault = fault.isEmpty() ? difference(together, one, draw) : fault;
      }
      boolean isSteady =
          fault.isEmpty()
              || difference(together, evaluated(batch.under(new Given(drawn, batch, -1))), -1)
                  .isEmpty();
      return isSteady ? fault : "";
    } catch (RuntimeException e) {
      return "";
    }
  }

  private List<Trace> evaluated(Batch some) {
    List<Trace> traces = programs.record(some);
    for (Trace trace : traces) {
      for (SampleSite site : trace.sites()) {
        NDArray figure = figure(site);
        double[] unused = figure == null ? new double[0] : Tensors.values(figure);
      }
    }
    return traces;
  }

  private boolean failsAlone() {
    try {
      for (int i = 0; i < batch.count(); i++) {
        List<Trace> unused = evaluated(batch.one(i));
      }
      return false;
    } catch (RuntimeException e) {
      return true;
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** The latent values, {@code (draws, shape)} with the shape that each has alone. */
  private Map<String, NDArray> drawn(List<Trace> together, List<Trace> alone) {
    Map<String, NDArray> drawn = new HashMap<>();
    for (int i = 0; i < alone.size(); i++) {
      for (SampleSite site : alone.get(i).latents()) {
        SampleSite other = together.get(i).find(site.name());
        if (other != null && other.isLatent()) {
          Shape shape = site.value().getShape();
          drawn.putIfAbsent(site.name(), batch.rows(other.value(), shape));
        }
      }
    }
    return drawn;
  }

  // --- comparing

  /** What differs between all at once and one alone; of all if the draw is negative. */
  private String difference(List<Trace> together, List<Trace> alone, int draw) {
    for (int i = 0; i < alone.size(); i++) {
      for (SampleSite site : alone.get(i).sites()) {
        NDArray figure = figure(site);
        String found =
            figure == null ? "" : difference(together.get(i).find(site.name()), site, figure, draw);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return "";
  }

  private String difference(
      @Nullable SampleSite together, SampleSite site, NDArray alone, int draw) {
    NDArray figure = together == null || together.kind() != site.kind() ? null : figure(together);
    if (figure == null) {
      return "%s is missing".formatted(site);
    }
    double[] right = Tensors.values(alone);
    double[] some = Tensors.values(figure);
    if (some.length != right.length && some.length != (long) batch.count() * right.length) {
      return "%s has shape %s, but %s alone".formatted(site, figure.getShape(), alone.getShape());
    }
    int from = some.length == right.length ? 0 : draw * right.length;
    int at = apart(Arrays.copyOfRange(some, from, from + right.length), right);
    return at < 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%s has %s %.4g%s for draw %d of these, but %.4g alone",
            site,
            site.kind() == SampleSite.Kind.DETERMINISTIC ? "value" : "log density",
            some[from + at],
            right.length == 1 ? "" : " at " + Summary.subscript(alone.getShape(), at),
            draw + 1,
            right[at]);
  }

  /** Where two differ; negative if they do not. */
  private int apart(double[] x, double[] y) {
    boolean isSingle = batch.run().config().floatType() == FloatType.FLOAT32;
    double size = Arrays.stream(y).filter(Double::isFinite).map(Math::abs).reduce(1, Math::max);
    double tolerance = size * (isSingle ? SINGLE_TOLERANCE : TOLERANCE);
    for (int i = 0; i < y.length; i++) {
      if (Double.compare(x[i], y[i]) != 0 && !(Math.abs(x[i] - y[i]) <= tolerance)) {
        return i;
      }
    }
    return -1;
  }

  /** A value that is worked out, or a log density; null if it does not count. */
  private static @Nullable NDArray figure(SampleSite site) {
    if (site.kind() == SampleSite.Kind.DETERMINISTIC) {
      return site.value();
    }
    return site.isMaskedOut() ? null : site.masked(site.logProb());
  }

  /**
   * Gives values to what would be drawn; what follows from other sites is found from these.
   *
   * @param drawn {@code (draws, shape)} by name
   * @param draw which of them alone; all if it is negative
   */
  private record Given(Map<String, NDArray> drawn, Batch batch, int draw) implements Handler {

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          NDArray values = drawn.get(site.name());
          if (values != null
              && site.isLatent()
              && !site.hasValue()
              && site.distribution().hasDensity()) {
            site.substitute(value(values, site));
          }
        }
      };
    }

    /** Picked in both cases, so that what a draw knows beside its value is in neither. */
    private NDArray value(NDArray values, SampleSite site) {
      Shape shape = values.getShape();
      int axis = -shape.dimension();
      if (draw >= 0) {
        return Tensors.reshape(Tensors.range(values, axis, draw, draw + 1L), shape.slice(1));
      }
      NDArray all = Tensors.select(values, batch.run().arange(batch.count()), axis);
      int plates = shape.dimension() - 1 - site.distribution().eventShape().dimension();
      return Tensors.reshape(all, under(shape, plates));
    }

    /** With a dim of size 1 for each plate that the site is not in, right of the draws. */
    private Shape under(Shape rows, int plates) {
      long[] sizes = new long[1 + batch.nesting() + rows.dimension() - 1 - plates];
      Arrays.fill(sizes, 1);
      sizes[0] = rows.get(0);
      int own = rows.dimension() - 1;
      System.arraycopy(rows.getShape(), 1, sizes, sizes.length - own, own);
      return new Shape(sizes);
    }
  }
}
