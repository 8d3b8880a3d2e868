package org.ppl4j.infer.reparam;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import org.ppl4j.AddedSites;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Argument;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Tensors;

/**
 * Draws a site of a location-scale family partly or wholly without its location and scale: with
 * centredness c from 0 to 1,
 *
 * <pre>{@code
 * z ~ family(c · loc, scale^c)          site x.decentred
 * x = loc + scale^(1 − c) (z − c · loc)
 * }</pre>
 *
 * c = 1 is the site as it stands (centred), c = 0 draws it at location 0 and scale 1 and moves it
 * (non-centred), which is right where the data say little about the site. A learned centredness is
 * the parameter {@code x.centredness}, of the event's shape, ½ at first.
 *
 * <p>Families: those that say so by {@link Distribution#isLocationScale}, such as Normal, StudentT
 * and Logistic; their event dims, expansions and masks stay.
 *
 * <p>Source: Papaspiliopoulos, Roberts and Sköld, "A general framework for the parametrization of
 * hierarchical models" (2007); Gorinova, Moore and Hoffman, "Automatic reparameterisation of
 * probabilistic programs" (2020), section 3.
 */
public final class LocScale implements Reparameterization {

  private final OptionalDouble centredness;

  private LocScale(OptionalDouble centredness) {
    this.centredness = centredness;
  }

  /** Centredness 0. */
  public static LocScale nonCentred() {
    return of(0);
  }

  /**
   * A fixed centredness.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public static LocScale of(double centredness) {
    checkArgument(
        centredness >= 0 && centredness <= 1,
        "locScale has centredness %s, but it must be from 0 (non-centred) to 1 (as it stands)",
        centredness);
    return new LocScale(OptionalDouble.of(centredness));
  }

  @Override
  public String toString() {
    return centredness.isPresent()
        ? "locScale of centredness " + centredness.getAsDouble()
        : "locScale of a learned centredness";
  }

  /** A centredness that is learned together with the guide. */
  public static LocScale learned() {
    return new LocScale(OptionalDouble.empty());
  }

  /** Whether a site is of such a family, with a location or scale that is not a plain number. */
  public static boolean depends(SampleSite site) {
    Distribution distribution = site.distribution();
    return distribution.isLocationScale()
        && distribution.arguments().stream()
            .filter(argument -> isLoc(argument) || isScale(argument))
            .anyMatch(argument -> Tensors.constant(argument.value()).isEmpty());
  }

  /** The numbers of a site's location and scale, row by row. */
  public static ImmutableList<Double> place(SampleSite site) {
    return site.distribution().arguments().stream()
        .filter(argument -> isLoc(argument) || isScale(argument))
        .flatMap(argument -> Doubles.asList(HiddenDims.numbers(argument.value())).stream())
        .collect(ImmutableList.toImmutableList());
  }

  /** The scale of a site of such a family. */
  public static NDArray scale(SampleSite site) {
    return value(site.distribution(), "scale");
  }

  /** The value of such a site without its location and scale, (x − loc) / scale. */
  public static NDArray decentred(SampleSite site) {
    return site.value().sub(value(site.distribution(), "loc")).div(scale(site));
  }

  /** The name of the site that is drawn instead. */
  public static String name(SampleSite site) {
    return site.name() + ".decentred";
  }

  private static boolean isLoc(Argument argument) {
    return argument.name().equals("loc");
  }

  private static boolean isScale(Argument argument) {
    return argument.name().equals("scale");
  }

  @Override
  public NDArray value(Ppl p, SampleSite site) {
    Distribution distribution = site.distribution();
    checkArgument(
        distribution.isLocationScale(),
        "sample site '%s' is drawn from %s, but locScale needs a family of location and scale,"
            + " such as Normal; reparameterize another site, or this one by TransformReparam or"
            + " Explicit",
        site.name(),
        distribution.name());
    NDArray loc = value(distribution, "loc");
    NDArray scale = value(distribution, "scale");
    AddedSites added = AddedSites.of(p, site);
    String name = name(site);
    if (centredness.isPresent() && centredness.getAsDouble() == 0) {
      NDArray z = added.sample(name, moved(distribution, filled(p, loc, 0), filled(p, scale, 1)));
      return z.mul(scale).add(loc);
    }
    NDArray c = centredness(p, site);
    NDArray centre = loc.mul(c);
    NDArray z = added.sample(name, moved(distribution, centre, scale.pow(c)));
    return z.sub(centre).mul(scale.pow(c.neg().add(1))).add(loc);
  }

  /** A number in the place of a parameter: of its shape, which may be that of an event. */
  private static NDArray filled(Ppl p, NDArray parameter, double value) {
    return p.run().full(value, parameter.getShape());
  }

  private NDArray centredness(Ppl p, SampleSite site) {
    return centredness.isPresent()
        ? p.scalar(centredness.getAsDouble())
        : p.param(
            site.name() + ".centredness",
            () -> p.run().full(0.5, site.distribution().eventShape()),
            Constraint.UNIT_INTERVAL);
  }

  private static NDArray value(Distribution distribution, String name) {
    return distribution.arguments().stream()
        .filter(argument -> argument.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  /** The same family elsewhere: its parameters are mapped in the order of its arguments. */
  private static Distribution moved(Distribution distribution, NDArray loc, NDArray scale) {
    List<Argument> arguments = distribution.arguments();
    Iterator<Argument> next = arguments.iterator();
    return distribution.withParameters(
        tensor -> {
          if (!next.hasNext()) {
            return tensor; // of a wrapper, such as a mask
          }
          Argument argument = next.next();
          return isLoc(argument) ? loc : isScale(argument) ? scale : tensor;
        });
  }
}
