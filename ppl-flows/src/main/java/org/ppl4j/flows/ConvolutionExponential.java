package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Images;
import org.ppl4j.tensor.Images.Edges;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * exp(K), K a convolution, by its series. The rest behind the last term is below 5³¹ / 31! = 6e-13
 * of the image, since the weights of an output of K are 5 in sum at most, and terms of 26 times its
 * size lose a digit and a half. Tensor: {@code kernel (C, C, h, w)}.
 */
record ConvolutionExponential(Kernel start) implements TransformModule {

  private static final Family FAMILY = Family.of(ConvolutionExponential.class, 1);

  private static final int TERMS = 30;
  private static final double BOUND = 5;

  ConvolutionExponential {
    int size = start.values().length() / start.channels();
    for (int o = 0; o < start.channels(); o++) {
      double sum = start.values().subArray(o * size, (o + 1) * size).stream().map(Math::abs).sum();
      checkArgument(
          sum <= BOUND,
          "convolution exponential starts at a kernel whose weights of output %s are %s in sum, but"
              + " they may be %s",
          o,
          sum,
          BOUND);
    }
  }

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(FAMILY, start.parameter());
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray kernel = tensors.get("kernel");
    NDArray sums = kernel.abs().sum(new int[] {-3, -2, -1}).max(new int[] {-1}, true);
    NDArray scale = Tensors.number(BOUND).div(sums.maximum(BOUND));
    NDArray bounded = kernel.mul(scale.expandDims(-1).expandDims(-1).expandDims(-1));
    return new Map(bounded, toString());
  }

  @Override
  public String toString() {
    return "convolution exponential(" + start + ")";
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
      return map(x, 1);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return map(y, -1);
    }

    private Mapped map(NDArray x, int sign) {
      NDArray signed = sign > 0 ? kernel : kernel.neg();
      NDArray term = x;
      NDArray value = x;
      for (int n = 1; n <= TERMS; n++) {
        term = Images.convolution(term, signed, Edges.ZERO).div(n);
        value = value.add(term);
      }
      NDArray trace = Linalg.diagonal(Kernel.middle(kernel)).sum(new int[] {-1});
      return new Mapped(value, trace.mul(sign * places(x)));
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
