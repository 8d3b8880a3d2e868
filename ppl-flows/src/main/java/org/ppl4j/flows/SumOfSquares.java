package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Integrals of sums of squared polynomials: y = c + ∫₀ˣ Σ_k (Σ_l a_kl u^l)² du, k = 1 … K, l = 0 …
 * L; polynomials of degree 2 L + 1 that increase.
 *
 * <p>Parameters: c and the a_kl, which are 0 but for a_k0 = 1 / √K and a_k1 = ±1/100 at first: with
 * all equal, the K polynomials would stay equal; hence it starts near the identity. It grows like
 * x^(2 L + 1), so that far inputs need float64. The inverse is searched on a scale of logarithms.
 * Source: Jaini, Selby and Yu, "Sum-of-squares polynomial flow" (2019), equation 8.
 */
public final class SumOfSquares implements ScalarFamily {

  private final int polynomials;
  private final int degree;

  private SumOfSquares(int polynomials, int degree) {
    this.polynomials = polynomials;
    this.degree = degree;
  }

  /**
   * With K polynomials of degree L under the squares.
   *
   * @throws IllegalArgumentException if {@code polynomials} is below 1 or {@code degree} not from 0
   *     to 10
   */
  public static SumOfSquares of(int polynomials, int degree) {
    checkArgument(
        polynomials >= 1 && degree >= 0 && degree <= 10,
        "sum of squares has %s polynomials of degree %s, but needs at least 1 of degree 0 to 10",
        polynomials,
        degree);
    return new SumOfSquares(polynomials, degree);
  }

  @Override
  public int parameters() {
    return 1 + polynomials * (degree + 1);
  }

  @Override
  public boolean hasLinearTails() {
    return false;
  }

  @Override
  public Transform map(NDArray parameters) {
    int width = degree + 1;
    List<NDArray> parts = Tensors.split(parameters, -1, 1, (long) polynomials * width);
    Shape batch = Shapes.dropRight(parameters.getShape(), 1);
    double[] first = new double[polynomials * width];
    for (int k = 0; k < polynomials; k++) {
      first[k * width] = 1 / Math.sqrt(polynomials);
      if (degree > 0) {
        first[k * width + 1] = k % 2 == 0 ? 0.01 : -0.01;
      }
    }
    NDArray a =
        Tensors.reshape(parts.get(1), Shapes.concat(batch, new Shape(polynomials, width)))
            .add(Tensors.run(parameters).create(first, new Shape(polynomials, width)));
    return map(a, parts.get(0).squeeze(-1));
  }

  /** With the coefficients a {@code (*, K, L + 1)} and the shift c {@code (*)}. */
  static Transform map(NDArray coefficients, NDArray shift) {
    return new Map(coefficients, shift);
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }

  @Override
  public String toString() {
    return "sum of squares(" + polynomials + " polynomials, degree " + degree + ")";
  }

  private static final class Map extends ScalarMap {

    private final NDArray coefficients;
    private final NDArray shift;

    Map(NDArray coefficients, NDArray shift) {
      super(shift.getShape());
      this.coefficients = coefficients;
      this.shift = shift;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      Run run = Tensors.run(x);
      Shape shape = coefficients.getShape();
      int width = Math.toIntExact(shape.get(shape.dimension() - 1));
      NDArray powers = powers(x, width);
      NDArray terms = coefficients.mul(powers.expandDims(-2));
      double[] weights = new double[width * width];
      for (int l = 0; l < width; l++) {
        for (int m = 0; m < width; m++) {
          weights[l * width + m] = 1.0 / (l + m + 1);
        }
      }
      NDArray integrals =
          Tensors.matMul(terms, run.create(weights, new Shape(width, width))).mul(terms);
      NDArray value = integrals.sum(new int[] {-1, -2}).mul(x).add(shift);
      NDArray slope = terms.sum(new int[] {-1}).square().sum(new int[] {-1});
      return new Mapped(value, slope.log());
    }

    /** 1, x, …, {@code (*, width)}. */
    private static NDArray powers(NDArray x, int width) {
      if (width == 1) {
        return Tensors.run(x).ones(Shapes.concat(x.getShape(), new Shape(1)));
      }
      Shape wide = Shapes.concat(x.getShape(), new Shape(width - 1L));
      return Knots.padded(x.expandDims(-1).broadcast(wide).cumProd(-1), 1);
    }

    /** The largest v whose sinh the polynomial maps to a number of the float type. */
    private double largest(Run run) {
      Shape shape = coefficients.getShape();
      long degree = 2 * shape.get(shape.dimension() - 1) - 1;
      boolean single = run.floatType() == FloatType.FLOAT32;
      return (Math.log(single ? Float.MAX_VALUE : Double.MAX_VALUE) - 20) / (degree + 1);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray zero = y.sub(shift).mul(0).stopGradient();
      double largest = largest(Tensors.run(y));
      NDArray u =
          MonotoneInverse.of(
              v -> {
                Mapped mapped = doForward(v.sinh());
                return new Mapped(mapped.value(), mapped.logDet().add(v.cosh().log()));
              },
              y,
              zero.sub(largest),
              zero.add(largest));
      NDArray x = u.sinh();
      return new Mapped(x, doForward(x).logDet().neg());
    }

    @Override
    public Invertibility invertibility() {
      return Invertibility.ITERATIVE;
    }

    @Override
    public int iterations() {
      return MonotoneInverse.STEPS;
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(coefficients), operator.apply(shift));
    }

    @Override
    public String toString() {
      return "sum of squares";
    }
  }
}
