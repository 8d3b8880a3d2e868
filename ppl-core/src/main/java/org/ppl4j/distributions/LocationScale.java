package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;

/**
 * A family on the reals with a location and a scale: with X the variable loc + scale · X is of it
 * too. Each has quantiles.
 */
abstract class LocationScale extends Distribution {

  final NDArray loc;
  final NDArray scale;

  /** A family without further arguments. */
  LocationScale(NDArray loc, NDArray scale) {
    this(loc, scale, Argument.real("loc", loc), Argument.positive("scale", scale));
  }

  /** A family with these arguments, in this order. */
  LocationScale(NDArray loc, NDArray scale, Argument... arguments) {
    super(arguments);
    this.loc = loc;
    this.scale = scale;
  }

  /** The parameter {@code loc}. */
  public final NDArray loc() {
    return loc;
  }

  /** The parameter {@code scale}. */
  public final NDArray scale() {
    return scale;
  }

  @Override
  public final boolean isLocationScale() {
    return true;
  }

  @Override
  public final Constraint support() {
    return Constraint.REAL;
  }

  @Override
  public final boolean hasIcdf() {
    return true;
  }
}
