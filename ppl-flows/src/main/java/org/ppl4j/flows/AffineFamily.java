package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Transform;

/**
 * y = loc + exp(logScale) · x, two parameters (loc, logScale); additive, y = loc + x, one;
 * standardising, y = (x − loc) / exp(logScale), two.
 *
 * <p>logScale is kept between −5 and 5, so that no network can make a layer overflow. Sources: NICE
 * (Dinh, Krueger and Bengio 2015, additive); RealNVP (Dinh, Sohl-Dickstein and Bengio 2017).
 */
public final class AffineFamily implements ScalarFamily {

  private static final double BOUND = 5;

  private enum Kind {
    AFFINE,
    ADDITIVE,
    STANDARDISING
  }

  private final Kind kind;

  private AffineFamily(Kind kind) {
    this.kind = kind;
  }

  /** Shift and scale. */
  public static AffineFamily of() {
    return new AffineFamily(Kind.AFFINE);
  }

  /** Shift alone: log-determinant 0. */
  public static AffineFamily additive() {
    return new AffineFamily(Kind.ADDITIVE);
  }

  /**
   * Location and scale of what comes in, which is brought to 0 and 1. The maps are those of {@link
   * #of()}; but what is narrow has a location of moderate size here, where there it is as large as
   * the narrow is small, and follows a context only as fast as it grows.
   */
  public static AffineFamily standardising() {
    return new AffineFamily(Kind.STANDARDISING);
  }

  boolean hasScale() {
    return kind != Kind.ADDITIVE;
  }

  @Override
  public int parameters() {
    return hasScale() ? 2 : 1;
  }

  /** Standardising ones stand where flows had others. */
  @Override
  public List<Family> families() {
    Family own = Family.of(getClass(), 1);
    return kind == Kind.STANDARDISING ? List.of(own.form("standardising", 2)) : List.of(own);
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = ScalarMath.columns(parameters);
    NDArray loc = parts.get(0);
    if (kind == Kind.ADDITIVE) {
      return new AffineMap(loc, Tensors.number(0), 0);
    }
    Transform affine = new AffineMap(loc, ScalarMath.clamp(parts.get(1), BOUND), 0);
    return kind == Kind.STANDARDISING ? affine.inverted() : affine;
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
