package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * What holds for every transform, as checks of one row of a table. Each gives how much it has
 * judged, and fails if that is nothing; 0 where it does not apply.
 */
public final class TransformLaws {

  /** Rounding of a determinant of a handful of numbers in float64, relative to its conditioning. */
  private static final double JACOBIAN = 1e-8;

  /** Where the image has lost half of its digits or more. */
  private static final double SATURATED = 20;

  private TransformLaws() {}

  /** A transform that holds tensors lets them be replaced. */
  @CanIgnoreReturnValue
  public static int tensorsAreReplaced(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return tensorsAreReplaced(row.transform().apply(run));
    }
  }

  /** The same of a transform in its run. */
  @CanIgnoreReturnValue
  public static int tensorsAreReplaced(Transform transform) {
    List<NDArray> replaced = new ArrayList<>();
    Transform other =
        transform.withParameters(
            tensor -> {
              replaced.add(tensor);
              return tensor;
            });
    int held = 0;
    for (Class<?> type = transform.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        boolean isTensor =
            NDArray.class.isAssignableFrom(field.getType())
                || field.getType() == NamedTensors.class;
        held += isTensor && !Modifier.isStatic(field.getModifiers()) ? 1 : 0;
      }
    }
    assertThat(replaced)
        .as("tensors of %s, which %s holds", other, held)
        .hasSizeGreaterThanOrEqualTo(Math.min(held, 1));
    return replaced.size();
  }

  /** forward and inverse undo each other as exactly as the rounding of the image lets them. */
  @CanIgnoreReturnValue
  public static int roundTrip(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      NDArray x = row.inputs(run);
      NDArray y = transform.forward(x).value();
      NDArray back = transform.inverse(y).value();

      double[] actual = Tensors.values(back);
      double[] conditions = conditions(transform.inverted(), y);
      for (int i = 0; i < actual.length; i++) {
        double expected = row.inputs()[i];
        double rounding = Math.abs(expected) + conditions[i / width(x)];
        assertThat(Math.abs(actual[i] - expected))
            .as("round trip of %s to %s", expected, actual[i])
            .isLessThanOrEqualTo(2e-15 * (1 + rounding));
      }
      assertClose("image", transform.forward(back).value(), y, 1e-12);
      return Tally.required(actual.length);
    }
  }

  /** For each row the largest Σ_j |∂x_i/∂y_j y_j|: what a relative rounding of y does to x. */
  private static double[] conditions(Transform inverse, NDArray y) {
    double[] images = Tensors.values(y);
    List<double[][]> jacobians = jacobians(inverse, y);
    double[] conditions = new double[jacobians.size()];
    for (int row = 0; row < conditions.length; row++) {
      for (double[] line : jacobians.get(row)) {
        double sum = 0;
        for (int j = 0; j < line.length; j++) {
          sum += Math.abs(line[j] * images[row * width(y) + j]);
        }
        conditions[row] = Math.max(conditions[row], sum);
      }
    }
    return conditions;
  }

  /**
   * The log-determinant is that of the Jacobian, row by row, in both directions: of the coordinates
   * that densities on the codomain are with respect to. The inverse is differentiated in all
   * entries of its argument, which move as the forward map moves them. Backwards, rows whose
   * entries are all but constant say nothing.
   */
  @CanIgnoreReturnValue
  public static int logDetIsThatOfTheJacobian(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      NDArray x = row.inputs(run);
      Mapped forward = transform.forward(x);
      NDArray y = forward.value();
      List<double[][]> jacobians = jacobians(transform, x);
      List<double[][]> back = jacobians(transform.inverted(), y);
      double[] there = Tensors.values(forward.logDet());
      double[] andBack = Tensors.values(transform.inverse(y).logDet());
      int judgedBack = 0;
      for (int i = 0; i < there.length; i++) {
        double volume = logVolume(transform, y, jacobians.get(i));
        check("forward, row " + i, there[i], volume);
        if (Math.abs(andBack[i]) < SATURATED) {
          check("inverse, row " + i, andBack[i], logVolumeBack(back, jacobians, i, volume));
          judgedBack++;
        }
      }
      return Tally.required(there.length) + Tally.required(judgedBack);
    }
  }

  private static void check(String what, double actual, double expected) {
    assertThat(TensorAssertions.isClose(actual, expected, JACOBIAN))
        .as("log-det %s: %s, that of the Jacobian %s", what, actual, expected)
        .isTrue();
  }

  /** log √det(JᵀJ) of the rows of J that are coordinates. */
  private static double logVolume(Transform transform, NDArray y, double[][] jacobian) {
    Shape event = Shapes.takeRight(y.getShape(), transform.codomainEventDims());
    double[][] lines =
        Arrays.stream(transform.codomain().coordinates(event))
            .mapToObj(at -> jacobian[(int) at])
            .toArray(double[][]::new);
    RealMatrix matrix = MatrixUtils.createRealMatrix(lines);
    if (lines.length == lines[0].length) {
      return Math.log(Math.abs(new LUDecomposition(matrix, 0).getDeterminant()));
    }
    RealMatrix r = new QRDecomposition(matrix).getR();
    double sum = 0;
    for (int i = 0; i < lines[0].length; i++) {
      sum += Math.log(Math.abs(r.getEntry(i, i)));
    }
    return sum;
  }

  /** That of the inverse: directly where all entries are free, else along the image. */
  private static double logVolumeBack(
      List<double[][]> back, List<double[][]> there, int row, double volume) {
    RealMatrix inverse = MatrixUtils.createRealMatrix(back.get(row));
    boolean free = inverse.isSquare();
    RealMatrix along =
        free ? inverse : inverse.multiply(MatrixUtils.createRealMatrix(there.get(row)));
    double determinant = new LUDecomposition(along, 0).getDeterminant();
    return Math.log(Math.abs(determinant)) - (free ? 0 : volume);
  }

  /** The derivatives of all entries of the image in all entries of the input, for each row. */
  private static List<double[][]> jacobians(Transform transform, NDArray x) {
    int rows = Math.toIntExact(x.getShape().get(0));
    NDArray leaf = Autograd.variable(x);
    NDArray image = transform.forward(leaf).value();
    double[][][] jacobians = new double[rows][width(image)][];
    NDArray columns = Tensors.reshape(image, new Shape(rows, width(image)));
    for (int j = 0; j < width(image); j++) {
      NDArray column = Tensors.range(columns, -1, j, j + 1).sum().add(leaf.sum().mul(0));
      double[] gradient = Tensors.values(Autograd.grad(column, List.of(leaf), true).get(0));
      int width = width(x);
      for (int i = 0; i < rows; i++) {
        jacobians[i][j] = Arrays.copyOfRange(gradient, i * width, (i + 1) * width);
      }
    }
    return List.of(jacobians);
  }

  private static int width(NDArray x) {
    return Math.toIntExact(x.size() / x.getShape().get(0));
  }

  /** The log-determinants of the two directions cancel. */
  @CanIgnoreReturnValue
  public static int logDetCancelsUnderInverse(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      Mapped forward = transform.forward(row.inputs(run));
      Mapped inverse = transform.inverse(forward.value());
      double[] sum = Tensors.values(forward.logDet().add(inverse.logDet()));
      double[] size = Tensors.values(forward.logDet());
      for (int i = 0; i < sum.length; i++) {
        double slope = Math.exp(Math.min(40, Math.abs(size[i])));
        assertThat(Math.abs(sum[i]))
            .as("log-dets of row %s: sum %s, size %s", i, sum[i], size[i])
            .isLessThan(1e-11 * Math.max(1, Math.abs(size[i])) + 1e-15 * slope);
      }
      return Tally.required(sum.length);
    }
  }

  /** inverted() twice is the same object; it exchanges directions, shapes and constraints. */
  @CanIgnoreReturnValue
  public static int invertedIsAView(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      Transform inverted = transform.inverted();
      NDArray x = row.inputs(run);
      Mapped forward = transform.forward(x);

      assertThat(inverted.inverted()).isSameAs(transform);
      assertThat(transform.inverted()).isSameAs(inverted);
      assertClose("forward", inverted.inverse(x).value(), forward.value(), 0);
      assertClose("log-det", inverted.inverse(x).logDet(), forward.logDet(), 0);
      assertThat(inverted.domain()).hasToString(transform.codomain().toString());
      assertThat(inverted.codomain()).hasToString(transform.domain().toString());
      assertThat(inverted.domainEventDims()).isEqualTo(transform.codomainEventDims());
      assertThat(transform.domain().eventDims()).isEqualTo(transform.domainEventDims());
      assertThat(transform.codomain().eventDims()).isEqualTo(transform.codomainEventDims());
      assertThat(transform.forwardShape(x.getShape())).isEqualTo(forward.value().getShape());
      assertThat(transform.inverseShape(forward.value().getShape())).isEqualTo(x.getShape());
      boolean[] inside = transform.codomain().check(forward.value()).toBooleanArray();
      assertThat(inside).doesNotContain(false);
      return Tally.required(inside.length);
    }
  }

  /** Extra batch dimensions on the left, and a batch of one, change nothing. */
  @CanIgnoreReturnValue
  public static int batches(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      NDArray x = row.inputs(run);
      Mapped plain = transform.forward(x);
      NDArray stacked = x.broadcast(Shapes.concat(new Shape(2, 3), x.getShape()));

      Mapped mapped = transform.forward(stacked);

      assertThat(mapped.logDet().getShape())
          .isEqualTo(Shapes.dropRight(mapped.value().getShape(), transform.codomainEventDims()));
      assertClose("value", mapped.value().get("1, 2"), plain.value(), 1e-14);
      assertClose("log-det", mapped.logDet().get("1, 2"), plain.logDet(), 1e-14);
      assertClose(
          "batch of one",
          transform.forward(x.get("0:1")).logDet().get("0:1"),
          plain.logDet().get("0:1"),
          1e-14);
      return Tally.required(Math.toIntExact(mapped.logDet().size()));
    }
  }

  /** The gradients of value and log-determinant are finite in the tails too. */
  @CanIgnoreReturnValue
  public static int gradientsAreFinite(TransformCase row) {
    int judged = 0;
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        Transform transform = row.transform().apply(run);
        NDArray x = Autograd.variable(row.inputs(run));
        Mapped mapped = transform.forward(x);
        DataType expected = type.dataType();
        assertThat(mapped.value().getDataType()).isEqualTo(expected);
        assertThat(mapped.logDet().getDataType()).isEqualTo(expected);
        Function<NDArray, NDArray> gradient = y -> Autograd.grad(y.sum(), List.of(x), true).get(0);
        for (NDArray y : List.of(mapped.value(), mapped.logDet().add(x.sum().mul(0)))) {
          for (double entry : Tensors.values(gradient.apply(y))) {
            assertThat(entry).isFinite();
            judged++;
          }
        }
      }
    }
    return Tally.required(judged);
  }

  /** The sign of a monotone map of numbers is that of its differences; others have none. */
  @CanIgnoreReturnValue
  public static int signIsThatOfTheSlope(TransformCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = row.transform().apply(run);
      if (transform.domainEventDims() > 0) {
        assertThatThrownBy(transform::sign).isInstanceOf(UnsupportedOperationException.class);
        return 0;
      }
      NDArray x = row.inputs(run);
      NDArray moderate = transform.domain().isReal() ? x.clip(-3, 3) : x.mul(0.5);
      NDArray up = transform.forward(moderate.add(1e-3)).value();
      NDArray down = transform.forward(moderate).value();
      for (Transform made : List.of(transform, transform.inverted())) {
        NDArray sign = run.bind(made.sign()).broadcast(x.getShape());
        assertClose("sign", sign, up.sub(down).sign(), 0);
      }
      return Tally.required(Math.toIntExact(x.size()));
    }
  }
}
