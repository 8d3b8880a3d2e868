package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The discrete Fourier transform of images of H rows and W columns, of real numbers: X(u, v) = Σ
 * x(p, q) exp(−2πi (u p / H + v q / W)), for all u and the v from 0 to W / 2, since those beyond
 * are conjugates. A product with cosines and sines along one axis after the other, for any sizes:
 * the sizes at which a fast transform would gain, hundreds of rows, are far beyond those that a
 * flow inverts a frequency at a time, and products have their gradients and plans.
 */
record Fourier(Run run, int height, int width) {

  /** Numbers of frequencies {@code (*, W/2 + 1, H)}: column frequency, then row frequency. */
  record Spectrum(NDArray real, NDArray imaginary) {}

  private int columns() {
    return width / 2 + 1;
  }

  /** How many frequencies. */
  int frequencies() {
    return columns() * height;
  }

  /** How many of all frequencies each stands for, in their order: itself and its conjugate. */
  double[] multiplicities() {
    double[] each = new double[frequencies()];
    for (int i = 0; i < each.length; i++) {
      each[i] = multiplicity(i / height);
    }
    return each;
  }

  private int multiplicity(int v) {
    return v == 0 || 2 * v == width ? 1 : 2;
  }

  /** Of images {@code (*, H, W)}. */
  Spectrum of(NDArray x) {
    List<NDArray> along = halves(Tensors.matMul(x, table(width, columns(), -1)), columns());
    NDArray real = Tensors.matMul(along.get(0).swapAxes(-1, -2), table(height, height, -1));
    NDArray imaginary = Tensors.matMul(along.get(1).swapAxes(-1, -2), table(height, height, -1));
    return product(real, imaginary);
  }

  /** (a + i b) times cosines and sines of which a and b each have the sums, those of sines last. */
  private Spectrum product(NDArray a, NDArray b) {
    List<NDArray> ofReal = halves(a, height);
    List<NDArray> ofImaginary = halves(b, height);
    return new Spectrum(
        ofReal.get(0).sub(ofImaginary.get(1)), ofReal.get(1).add(ofImaginary.get(0)));
  }

  /** The images of a spectrum. */
  NDArray back(Spectrum spectrum) {
    Spectrum rows =
        product(
            Tensors.matMul(spectrum.real(), table(height, height, 1)),
            Tensors.matMul(spectrum.imaginary(), table(height, height, 1)));
    NDArray cosines = weighted(Math::cos);
    NDArray sines = weighted(Math::sin);
    return Tensors.matMul(rows.real().swapAxes(-1, -2), cosines)
        .sub(Tensors.matMul(rows.imaginary().swapAxes(-1, -2), sines));
  }

  /**
   * The matrices of channels by which a periodic kernel {@code (*, C, C, h, w)} multiplies: {@code
   * (*, C, C, F)}, frequencies in their order.
   */
  Spectrum symbol(NDArray kernel) {
    Shape shape = kernel.getShape();
    int rank = shape.dimension();
    int h = Math.toIntExact(shape.get(rank - 2));
    int w = Math.toIntExact(shape.get(rank - 1));
    int count = frequencies();
    double[] table = new double[h * w * 2 * count];
    for (int tap = 0; tap < h * w; tap++) {
      for (int f = 0; f < count; f++) {
        double down = (double) (f % height * (tap / w - h / 2)) / height;
        double right = (double) (f / height * (tap % w - w / 2)) / width;
        double angle = 2 * Math.PI * (down + right);
        table[tap * 2 * count + f] = Math.cos(angle);
        table[tap * 2 * count + count + f] = Math.sin(angle);
      }
    }
    NDArray taps =
        Tensors.reshape(kernel, Shapes.concat(Shapes.dropRight(shape, 2), new Shape((long) h * w)));
    NDArray both = Tensors.matMul(taps, run.create(table, new Shape((long) h * w, 2L * count)));
    List<NDArray> parts = halves(both, count);
    return new Spectrum(parts.get(0), parts.get(1));
  }

  private static List<NDArray> halves(NDArray x, int size) {
    return Tensors.split(x, -1, size, size);
  }

  /** Cosines, then sines, of ±2π j k / n: {@code (n, 2 m)} for k below m. */
  private NDArray table(int n, int m, int sign) {
    double[] table = new double[n * 2 * m];
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < m; k++) {
        double angle = sign * 2 * Math.PI * (j * k % n) / n;
        table[j * 2 * m + k] = Math.cos(angle);
        table[j * 2 * m + m + k] = Math.sin(angle);
      }
    }
    return run.create(table, new Shape(n, 2L * m));
  }

  /** Cosines or sines from frequencies to columns, each as often as it counts, over H W. */
  private NDArray weighted(DoubleUnaryOperator wave) {
    double[] table = new double[columns() * width];
    for (int v = 0; v < columns(); v++) {
      double weight = (double) multiplicity(v) / (height * width);
      for (int q = 0; q < width; q++) {
        table[v * width + q] = weight * wave.applyAsDouble(2 * Math.PI * (v * q % width) / width);
      }
    }
    return run.create(table, new Shape(columns(), width));
  }
}
