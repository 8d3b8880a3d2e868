package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

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
 * A convolution in which each place sees those before it row by row, and of itself the channels
 * before; or, mirrored, those behind it. Tensors: {@code kernel (C, C, h, w)}, of which the taps
 * before the middle and the strict triangle in it count, and {@code logDiagonal (C)}, kept between
 * −5 and 5, as in affine autoregressive maps, for the inverse multiplies by it from place to place;
 * the signs of the diagonal are those of the start.
 */
final class CausalConvolution implements TransformModule {

  private static final Family FAMILY = Family.of(CausalConvolution.class, 1);

  private static final double BOUND = 5;

  private final Kernel start;
  private final boolean mirrored;
  private final String name;

  CausalConvolution(Kernel start, boolean mirrored, String name) {
    this.start = start;
    this.mirrored = mirrored;
    this.name = name;
    double[][] middle = start.middle();
    for (int c = 0; c < middle.length; c++) {
      checkArgument(
          Math.abs(Math.log(Math.abs(middle[c][c]))) <= BOUND,
          "%s starts at a kernel whose middle has %s for channel %s, but it must be between e^-5"
              + " and e^5 in size, or the inverse is lost",
          name,
          middle[c][c],
          c);
    }
  }

  @Override
  public List<TensorSpec> tensors() {
    double[][] middle = start.middle();
    double[] logs = new double[middle.length];
    for (int c = 0; c < logs.length; c++) {
      logs[c] = Math.log(Math.abs(middle[c][c]));
    }
    Shape shape = new Shape(logs.length);
    return TensorSpec.ofFamily(
        FAMILY,
        start.parameter(),
        TensorSpec.parameter("logDiagonal", shape, (rng, run) -> run.create(logs, shape)));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    NDArray kernel = tensors.get("kernel");
    Run run = Tensors.run(kernel);
    NDArray logDiagonal = ScalarMath.clamp(tensors.get("logDiagonal"), BOUND);
    double[][] middle = start.middle();
    double[] signs = new double[middle.length];
    for (int c = 0; c < signs.length; c++) {
      signs[c] = Math.signum(middle[c][c]);
    }
    NDArray diagonal = logDiagonal.exp().mul(run.create(signs, new Shape(signs.length)));
    NDArray mask = run.create(mask(), new Shape(start.height(), start.width()));
    return new Map(
        Tensors.where(mask.gt(0), kernel, 0),
        Triangular.matrix(Kernel.middle(kernel), diagonal, mirrored),
        logDiagonal.sum(new int[] {-1}));
  }

  /** 1 for the taps before the middle, or behind it. */
  private double[] mask() {
    double[] mask = new double[start.height() * start.width()];
    int middle = mask.length / 2;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (mirrored ? i > middle : i < middle) ? 1 : 0;
    }
    return mask;
  }

  @Override
  public String toString() {
    return (mirrored ? "mirrored " : "") + name + "(" + start + ")";
  }

  /** y = M x at each place, and the convolution of places before it. */
  private final class Map extends ImageMap {

    private final NDArray before;
    private final NDArray middle;
    private final NDArray logDiagonal;

    Map(NDArray before, NDArray middle, NDArray logDiagonal) {
      super(Shapes.broadcast(Shapes.dropRight(before.getShape(), 4), logDiagonal.getShape()));
      this.before = before;
      this.middle = middle;
      this.logDiagonal = logDiagonal;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray y = Images.convolution(x, before.add(start.around(middle)), Edges.ZERO);
      return new Mapped(y, logDiagonal.mul(places(x)));
    }

    /**
     * x = M⁻¹ y − M⁻¹ S x, S what is seen before: right at first where nothing is before, and each
     * time at those places that wait for none that is not right yet, until all are. No place sees
     * another that waits for as long.
     */
    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray solved = Linalg.solveTriangular(middle, rows(before), mirrored);
      NDArray taps = Tensors.reshape(solved, before.getShape());
      NDArray alone = Images.convolution(y, middleInverted(), Edges.ZERO);
      NDArray x = alone;
      for (int i = 1; i < depth(y.getShape()); i++) {
        x = alone.sub(Images.convolution(x, taps, Edges.ZERO));
      }
      return new Mapped(x, logDiagonal.mul(-places(y)));
    }

    /** {@code (*, C, C h w)}: a column an input and tap. */
    private NDArray rows(NDArray kernel) {
      Shape shape = kernel.getShape();
      long channels = start.channels();
      Shape matrix = new Shape(channels, channels * start.height() * start.width());
      return Tensors.reshape(kernel, Shapes.concat(Shapes.dropRight(shape, 4), matrix));
    }

    /** M⁻¹ as a kernel of one place. */
    private NDArray middleInverted() {
      NDArray one = Tensors.run(middle).eye(start.channels());
      return Linalg.solveTriangular(middle, one, mirrored).expandDims(-1).expandDims(-1);
    }

    /** How many places wait for one another at most. */
    private long depth(Shape shape) {
      int rank = shape.dimension();
      long rows = shape.get(rank - 2);
      long columns = shape.get(rank - 1);
      long along = start.width() == 1 ? 0 : columns - 1;
      long down = start.height() == 1 ? 0 : (start.width() / 2 + 1) * (rows - 1);
      return 1 + along + down;
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(before), operator.apply(middle), operator.apply(logDiagonal));
    }

    @Override
    public String toString() {
      return CausalConvolution.this.toString();
    }
  }
}
