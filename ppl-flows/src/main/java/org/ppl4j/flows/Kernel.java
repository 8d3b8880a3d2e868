package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Tensors;

/**
 * Where the kernel of a convolution starts: {@code (C, C, h, w)}, outputs, inputs, rows, columns.
 *
 * @param values row by row
 */
record Kernel(int channels, int height, int width, ImmutableDoubleArray values) {

  /** 0, or with the identity in the middle. */
  static Kernel start(int channels, int height, int width, boolean isIdentity) {
    double[] values = new double[channels * channels * height * width];
    for (int c = 0; isIdentity && c < channels; c++) {
      values[(c * (channels + 1) * height + height / 2) * width + width / 2] = 1;
    }
    return new Kernel(channels, height, width, ImmutableDoubleArray.copyOf(values));
  }

  /** Of these numbers. */
  static Kernel of(double[][][][] kernel) {
    int channels = kernel.length;
    checkArgument(
        channels >= 1 && kernel[0].length >= 1 && kernel[0][0].length >= 1,
        "kernel of a convolution has no channel or no row; it must be (C, C, h, w)");
    int height = kernel[0][0].length;
    int width = kernel[0][0][0].length;
    checkArgument(
        height % 2 == 1 && width % 2 == 1,
        "kernel of a convolution has windows of %s rows and %s columns, which have no middle; use"
            + " odd numbers",
        height,
        width);
    ImmutableDoubleArray.Builder values = ImmutableDoubleArray.builder();
    for (double[][][] output : kernel) {
      for (double[][] input : output) {
        for (double[] row : input) {
          checkArgument(
              output.length == channels && input.length == height && row.length == width,
              "kernel of a convolution must be (C, C, h, w), here (%s, %s, %s, %s), but has a part"
                  + " of %s inputs, %s rows and %s columns",
              channels,
              channels,
              height,
              width,
              output.length,
              input.length,
              row.length);
          values.addAll(row);
        }
      }
    }
    return new Kernel(channels, height, width, values.build());
  }

  /** This less the identity. */
  Kernel moreThanIdentity() {
    double[] identity = start(channels, height, width, true).values.toArray();
    double[] more = values.toArray();
    for (int i = 0; i < more.length; i++) {
      more[i] -= identity[i];
    }
    return new Kernel(channels, height, width, ImmutableDoubleArray.copyOf(more));
  }

  boolean sameSize(Kernel other) {
    return channels == other.channels && height == other.height && width == other.width;
  }

  Shape shape() {
    return new Shape(channels, channels, height, width);
  }

  /** A parameter that starts at it. */
  TensorSpec parameter() {
    return TensorSpec.parameter(
        "kernel", shape(), (rng, run) -> run.create(values.toArray(), shape()));
  }

  /** The matrix of channels of the middle: outputs, inputs. */
  double[][] middle() {
    double[][] middle = new double[channels][channels];
    for (int o = 0; o < channels; o++) {
      for (int c = 0; c < channels; c++) {
        int at = ((o * channels + c) * height + height / 2) * width + width / 2;
        middle[o][c] = values.get(at);
      }
    }
    return middle;
  }

  /** The matrix of channels in the middle of a kernel {@code (*, C, C, h, w)}. */
  static NDArray middle(NDArray kernel) {
    int rank = kernel.getShape().dimension();
    long row = kernel.getShape().get(rank - 2) / 2;
    long column = kernel.getShape().get(rank - 1) / 2;
    NDArray rows = Tensors.range(kernel, -2, row, row + 1);
    return Tensors.range(rows, -1, column, column + 1).squeeze(-1).squeeze(-1);
  }

  /** A matrix {@code (*, C, C)} as the middle of a kernel that is 0 elsewhere. */
  NDArray around(NDArray matrix) {
    long rows = height / 2;
    long columns = width / 2;
    return matrix.expandDims(-1).expandDims(-1).pad(new Shape(columns, columns, rows, rows), 0);
  }

  @Override
  public String toString() {
    return channels + ", " + height + "x" + width;
  }
}
