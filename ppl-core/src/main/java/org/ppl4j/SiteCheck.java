package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** What is checked of a site at its first run by reading values: support and density. */
final class SiteCheck {

  private SiteCheck() {}

  static void check(SampleSite site) {
    if (site.isMaskedOut() || site.kind() == SampleSite.Kind.DETERMINISTIC) {
      return;
    }
    if (site.isEnumerated() || site.chain() != null || HiddenDims.anyOf(site.logProb())) {
      checkChoices(site);
      return;
    }
    if (site.draw() != null) {
      checkDraw(site);
      checkKnown(site);
    } else if (site.kind() != SampleSite.Kind.FACTOR) {
      checkSupport(site);
    }
    checkDensity(site);
    if (site.kind() != SampleSite.Kind.FACTOR) {
      checkParameters(site);
    }
  }

  /** A value that one choice makes impossible another may make possible; but one must. */
  private static void checkChoices(SampleSite site) {
    StateChain.Logs steps = site.chainLogs();
    NDArray best = steps == null ? site.masked(site.logProb()) : steps.first();
    for (Choice choice : HiddenDims.of(best)) {
      best = HiddenDims.max(best, choice);
    }
    double[] values = Tensors.values(best);
    int bad = first(values, x -> !Double.isFinite(x));
    if (bad >= 0) {
      throw new IllegalArgumentException(
          lenientFormat(
              "%s '%s' has log density %s%s whatever is chosen for %s; %s",
              Plates.what(site),
              site.name(),
              values[bad],
              place(bad, best.getShape()),
              HiddenDims.of(steps == null ? site.logProb() : steps.first()),
              cause(
                  site, "look for parameters that are not finite or at the edge of their range")));
    }
    if (site.kind() != SampleSite.Kind.FACTOR) {
      checkParameters(site);
    }
  }

  /**
   * A parameter out of its range may still give a finite density, such as a probability above 1.
   */
  private static void checkParameters(SampleSite site) {
    try {
      site.distribution().validate();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          lenientFormat("%s '%s': %s", Plates.what(site), site.name(), e.getMessage()), e);
    }
  }

  /** The density of a draw, computed from its noise, may be finite where the draw is not. */
  private static void checkDraw(SampleSite site) {
    NDArray value = site.value();
    double[] values = Tensors.values(value);
    int bad = first(values, x -> !Double.isFinite(x));
    if (bad >= 0) {
      throw new IllegalArgumentException(
          lenientFormat(
              "%s '%s' drew %s%s from %s; %s",
              Plates.what(site),
              site.name(),
              values[bad],
              place(bad, value.getShape()),
              site.distribution(),
              cause(site, "look for parameters that are not finite")));
    }
  }

  /** What a handler gives in place of a parameter lies where the parameter does. */
  static void checkConstraint(ParamSite site) {
    NDArray value = site.value();
    if (first(Tensors.values(site.constraint().check(value)), x -> x == 0) >= 0) {
      throw new IllegalArgumentException(
          lenientFormat(
              "parameter '%s' is given %s by a handler, which is outside its constraint '%s'; give"
                  + " a value inside",
              site.name(), Arrays.toString(Tensors.values(value)), site.constraint()));
    }
  }

  /** A support that is stated is where the draws lie; it does not bring them there. */
  private static void checkKnown(SampleSite site) {
    NDArray value = site.value();
    Constraint known = site.knownSupport();
    if (known == null) {
      return;
    }
    NDArray inside = counted(site, known.check(value));
    int bad = first(Tensors.values(inside), x -> x == 0);
    if (bad >= 0) {
      String what =
          site.hasStatedSupport()
              ? "the support '%s' that is stated of its draws; draw through a bijection,"
                  + " TransformedDistribution.of(base, Bijections.to(constraint)), or take a"
                  + " distribution with this support"
              : "its own support '%s'; look for bounds in the wrong order";
      throw new IllegalArgumentException(
          lenientFormat(
              "%s '%s' drew %s%s from %s, outside " + what,
              Plates.what(site),
              site.name(),
              member(value, inside.getShape(), known.eventDims(), bad),
              place(bad, inside.getShape()),
              site.distribution(),
              known));
    }
  }

  /** What is wrong with the parameters, if anything is; else what to look for. */
  private static String cause(SampleSite site, String otherwise) {
    try {
      if (site.kind() != SampleSite.Kind.FACTOR) {
        site.distribution().validate();
      }
      return otherwise;
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Half of a normal distribution's draws are no draws of its positive half. */
  static void checkOrigin(SampleSite site) {
    Distribution origin = site.origin();
    Constraint known = site.knownSupport();
    if (origin != null && known != null) {
      Constraint support = site.distribution().support();
      checkArgument(
          known.covers(support),
          "%s '%s' is given draws of %s with support '%s', but its own distribution, %s, has '%s';"
              + " let the guide draw from one with the same support, or through a bijection,"
              + " TransformedDistribution.of(base, Bijections.to(constraint))",
          Plates.what(site),
          site.name(),
          origin,
          known,
          site.distribution(),
          support);
    }
  }

  private static void checkSupport(SampleSite site) {
    checkOrigin(site);
    NDArray value = site.value();
    Constraint support = site.distribution().support();
    NDArray inside = counted(site, support.check(value));
    int bad = first(Tensors.values(inside), x -> x == 0);
    if (bad >= 0) {
      throw new IllegalArgumentException(
          lenientFormat(
              "%s '%s' has value %s%s outside the support '%s' of %s; pass values in the support or"
                  + " take another distribution",
              Plates.what(site),
              site.name(),
              member(value, inside.getShape(), support.eventDims(), bad),
              place(bad, inside.getShape()),
              support,
              site.distribution()));
    }
  }

  private static void checkDensity(SampleSite site) {
    NDArray logProb = site.masked(site.logProb());
    double[] values = Tensors.values(logProb);
    int bad = first(values, x -> !Double.isFinite(x));
    if (bad >= 0) {
      throw new IllegalArgumentException(
          lenientFormat(
              "%s '%s' has log density %s%s%s; %s",
              Plates.what(site),
              site.name(),
              values[bad],
              place(bad, logProb.getShape()),
              site.kind() == SampleSite.Kind.FACTOR ? "" : " under " + site.distribution(),
              cause(
                  site, "look for parameters that are not finite or at the edge of their range")));
    }
  }

  /** A boolean tensor with true where a mask leaves the site out. */
  private static NDArray counted(SampleSite site, NDArray inside) {
    NDArray mask = site.counted();
    return mask == null ? inside : inside.logicalOr(mask.logicalNot());
  }

  /** The place of the first value that is bad, −1 if none is. */
  private static int first(double[] values, DoublePredicate isBad) {
    for (int i = 0; i < values.length; i++) {
      if (isBad.test(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /** The member of the batch at a place, as text. */
  private static String member(NDArray value, Shape batch, int eventDims, int place) {
    Shape event = Shapes.takeRight(value.getShape(), eventDims);
    NDArray whole = value.broadcast(Shapes.concat(batch, event));
    int size = (int) event.size();
    double[] entries = Arrays.copyOfRange(Tensors.values(whole), place * size, (place + 1) * size);
    return eventDims == 0 ? Double.toString(entries[0]) : Arrays.toString(entries);
  }

  /** The place of an entry, e.g. {@code at (2, 0)}; nothing in a tensor of one. */
  private static String place(int flat, Shape shape) {
    if (shape.dimension() == 0) {
      return "";
    }
    long[] at = new long[shape.dimension()];
    long rest = flat;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = rest % shape.get(i);
      rest /= shape.get(i);
    }
    return " at " + new Shape(at);
  }
}
