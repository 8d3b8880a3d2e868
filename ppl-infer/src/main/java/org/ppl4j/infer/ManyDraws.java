package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.Draws.Batch;
import org.ppl4j.infer.Draws.Executed;
import org.ppl4j.infer.internal.Reason;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Whether programs can be executed for many draws at once: a few at once must be what each of them
 * is alone, in the log densities of sites and in what is worked out.
 *
 * @param batch a few draws
 */
record ManyDraws(Batch batch, Neighbours values, Executed programs) {

  /** How programs are written that can. */
  private static final String WAY =
      "to have them at once, count axes from the right, pick by p.pick(values, index), multiply by"
          + " p.matVec(x, w), and let expand and reshape leave the dims on the left as they are";

  /** Beyond these a difference is more than rounding and steps of solvers make. */
  private static final double TOLERANCE = 1e-5;

  private static final double SINGLE_TOLERANCE = 1e-3;

  /**
   * Why they cannot, and what to do; empty if they can.
   *
   * @param draws how many there are; of one nothing is asked
   * @param nesting how many dims plates own
   */
  static Optional<String> whyNot(
      Run run, Neighbours values, int draws, int nesting, Executed programs) {
    int count = Math.min(draws, values.unlikeAnySize());
    if (count == 1) {
      return Optional.empty();
    }
    Batch batch = new Batch(run, 0, count, nesting, null);
    String fault = new ManyDraws(batch, values, programs).fault();
    return fault.isEmpty()
        ? Optional.empty()
        : Optional.of("with %s draws at once %s; %s".formatted(count, fault, WAY));
  }

  /**
   * What goes wrong. Empty if nothing does, or nobody can say: of draws that have no density as
   * values, such as those of stochastic layers, and of programs that are others each time.
   */
  private String fault() {
    List<Trace> first;
    List<Trace> second;
    try {
      first = evaluated(given(batch.one(0)));
      second = evaluated(given(batch.one(1)));
    } catch (RuntimeException e) {
      return "";
    }
    try {
      List<Trace> together = evaluated(given(batch));
      String fault = difference(together, first, 0);
      fault = fault.isEmpty() ? difference(together, second, 1) : fault;
      return fault.isEmpty() || isOther(together) ? "" : fault;
    } catch (RuntimeException e) {
      return failure();
    }
  }

  /** What fails where they are executed as they will be; empty if one of them fails alone too. */
  private String failure() {
    try {
      List<Trace> unused = evaluated(batch);
      return "";
    } catch (RuntimeException e) {
      return failsAlone() ? "" : Reason.of(e);
    }
  }

  private Batch given(Batch some) {
    return some.under(values.given(some));
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

  /** Whether another of the draws fails for itself, as where a matrix has no factor. */
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

  // --- comparing

  /** Whether the programs do something else now. */
  private boolean isOther(List<Trace> before) {
    return !difference(before, evaluated(given(batch)), 0).isEmpty();
  }

  /** What differs between all at once and one alone. */
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
      return overChoices(site.value());
    }
    return site.isMaskedOut() ? null : overChoices(site.masked(site.logProb()));
  }

  /** The largest for all values of sites that are summed out. */
  private static NDArray overChoices(NDArray x) {
    NDArray most = x;
    for (Choice choice : HiddenDims.of(x)) {
      most = HiddenDims.max(most, choice);
    }
    return most;
  }
}
