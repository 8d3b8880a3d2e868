package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Images;
import org.ppl4j.tensor.Images.Edges;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A convolution of images that go on at their other side. Tensor: {@code kernel (C, C, h, w)}, what
 * the kernel has more than the identity, so that a decay of weights leads away from singular ones.
 */
record PeriodicConvolution(Kernel start) implements TransformModule {

  private static final Family FAMILY = Family.of(PeriodicConvolution.class, 1);

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(FAMILY, start.moreThanIdentity().parameter());
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray more = tensors.get("kernel");
    return new Map(more.add(start.around(Tensors.run(more).eye(start.channels()))), toString());
  }

  @Override
  public String toString() {
    return "periodic convolution(" + start + ")";
  }

  private static final class Map extends ImageMap {

    private final NDArray kernel;
    private final String name;

    Map(NDArray kernel, String name) {
      super(Shapes.dropRight(kernel.getShape(), 4));
      this.kernel = kernel;
      this.name = name;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      Fourier fourier = fourier(x);
      NDArray y = Images.convolution(x, kernel, Edges.PERIODIC);
      return new Mapped(y, logDet(fourier, symbols(fourier)));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      Fourier fourier = fourier(y);
      NDArray symbols = symbols(fourier);
      return new Mapped(solved(fourier, symbols, y), logDet(fourier, symbols).neg());
    }

    private static Fourier fourier(NDArray x) {
      Shape shape = Shapes.takeRight(x.getShape(), 2);
      Run run = Tensors.run(x);
      return new Fourier(run, Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)));
    }

    /** A + i B of each frequency as the real matrix (A, −B; B, A): {@code (*, F, 2C, 2C)}. */
    private NDArray symbols(Fourier fourier) {
      Fourier.Spectrum symbol = fourier.symbol(kernel);
      NDArray a = frequencyFirst(symbol.real());
      NDArray b = frequencyFirst(symbol.imaginary());
      NDArray above = Tensors.concat(List.of(a, b.neg()), -1);
      NDArray below = Tensors.concat(List.of(b, a), -1);
      return Tensors.concat(List.of(above, below), -2);
    }

    private static NDArray frequencyFirst(NDArray x) {
      return rearranged(x, 2, 0, 1);
    }

    /** A real matrix has the absolute determinant of the complex one twice. */
    private static NDArray logDet(Fourier fourier, NDArray symbols) {
      double[] times = fourier.multiplicities();
      NDArray each = Tensors.run(symbols).create(times, new Shape(times.length));
      return Linalg.logDeterminant(symbols).mul(each).sum(new int[] {-1}).mul(0.5);
    }

    /** The image whose frequencies the symbols take to those of y. */
    private NDArray solved(Fourier fourier, NDArray symbols, NDArray y) {
      Fourier.Spectrum spectrum = fourier.of(y);
      Shape shape = spectrum.real().getShape();
      long frequencies = fourier.frequencies();
      long channels = shape.get(shape.dimension() - 3);
      Shape batch = Shapes.dropRight(shape, 3);
      Shape flat = Shapes.concat(batch, new Shape(channels, frequencies));
      NDArray sides =
          Tensors.concat(
              List.of(
                  Tensors.reshape(spectrum.real(), flat),
                  Tensors.reshape(spectrum.imaginary(), flat)),
              -2);
      NDArray x =
          symbols.getShape().dimension() == 3 ? atOnce(symbols, sides) : each(symbols, sides);
      List<NDArray> parts = Tensors.split(x, -2, channels, channels);
      Shape whole =
          Shapes.concat(Shapes.dropRight(parts.get(0).getShape(), 1), Shapes.takeRight(shape, 2));
      return fourier.back(
          new Fourier.Spectrum(
              Tensors.reshape(parts.get(0), whole), Tensors.reshape(parts.get(1), whole)));
    }

    /** One kernel for all images, which are the columns of the right sides. */
    private static NDArray atOnce(NDArray symbols, NDArray sides) {
      Shape shape = sides.getShape();
      long count = Shapes.dropRight(shape, 2).size();
      Shape event = Shapes.takeRight(shape, 2);
      NDArray columns = Tensors.reshape(sides, Shapes.concat(new Shape(count), event));
      NDArray x = Linalg.solve(symbols, columns.transpose()).transpose();
      return Tensors.reshape(x, shape);
    }

    private static NDArray each(NDArray symbols, NDArray sides) {
      NDArray columns = sides.swapAxes(-1, -2).expandDims(-1);
      return Linalg.solve(symbols, columns).squeeze(-1).swapAxes(-1, -2);
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(kernel), name);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
