package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.CountingColumn;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** Layers of images: every law on images that are not square, of odd sizes, of several channels. */
@ExtendWith(LeakCheck.class)
class ImageLawsTest {

  /** Of raw parameters, which all places share. */
  private static final double SCALE = 0.2;

  /** A layer and the images that it is tried on. */
  record Row(String name, TransformModule module, Shape image) {
    @Override
    public String toString() {
      return name + " of " + image;
    }
  }

  static Stream<Row> rows() {
    Shape board = new Shape(3, 2, 3);
    Reshape vector = Reshape.of(board, new Shape(18));
    TransformModule couplings =
        vector
            .then(coupling(Partition.checkerboard(2, 3)))
            .then(coupling(Partition.channels(3).complement()))
            .then(vector.inverted());
    return Stream.of(
        new Row("1x1", Convolution.oneByOne(3), new Shape(3, 2, 2)),
        new Row("masked", Convolution.masked(2), new Shape(2, 2, 3)),
        new Row("masked, wide", Convolution.masked(1).window(3, 5), new Shape(1, 4, 3)),
        new Row("masked, a column", Convolution.masked(2).window(3, 1), new Shape(2, 3, 2)),
        new Row("emerging", Convolution.emerging(2), new Shape(2, 3, 2)),
        new Row("periodic", Convolution.periodic(2), new Shape(2, 3, 2)),
        new Row("periodic, even", Convolution.periodic(1), new Shape(1, 2, 4)),
        new Row("periodic, larger than the image", Convolution.periodic(1), new Shape(1, 1, 2)),
        new Row("exponential", Convolution.exponential(2), new Shape(2, 2, 3)),
        new Row("squeeze", Squeeze.of(2), new Shape(2, 2, 4)),
        new Row("squeeze by 3", Squeeze.of(3), new Shape(1, 3, 6)),
        new Row("masked couplings", couplings, board),
        new Row("glow", Flows.glow(new Shape(1, 4, 4), 2, 1), new Shape(1, 4, 4)),
        new Row("residual", Flows.residual(new Shape(2, 2, 2), 1), new Shape(2, 2, 2)),
        new Row("glow of one level", Flows.glow(new Shape(2, 2, 4), 1, 2), new Shape(2, 2, 4)));
  }

  private static Coupling coupling(Partition partition) {
    return Coupling.of(18, AffineFamily.of())
        .partition(partition)
        .conditioner(org.ppl4j.nn.Convolutional.of(new Shape(2, 3), 3).channels(3))
        .masked();
  }

  private static void check(Run run, Row row, Transform transform) {
    Shape images = Shapes.concat(new Shape(2), row.image());
    Shape own = row.module() instanceof Squeeze ? images : transform.inverseShape(images);
    NDArray x = FlowTensors.rng("inputs").normal(run, own);
    TransformCheck.check(transform, x).orThrow();
    NDArray y = transform.forward(x).value();
    TransformCheck.check(transform.inverted(), y).orThrow();
    assertThat(FlowLaws.drawsAreMappedAsTheyAre(transform, x)).isPositive();
    assertThat(FlowLaws.drawsAreMappedAsTheyAre(transform.inverted(), y)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void keepsTheLaws(Row row) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        List<TensorSpec> specs = row.module().tensors();
        check(
            run,
            row,
            row.module().bind(FlowTensors.random(run, specs, SCALE), FlowTensors.rng("x"), false));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void keepsThemGivenContexts(Row row) {
    if (row.module() instanceof Transform) {
      return; // no parameters
    }
    List<ConditionalTransformModule> forms = new ArrayList<>();
    forms.add(row.module().conditional(2));
    if (!row.module().toString().contains("coupling")) { // whose networks a network would move
      forms.add(row.module().conditional(2, Mlp.of(4)));
    }
    for (ConditionalTransformModule module : forms) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Transform given =
            module
                .bind(FlowTensors.random(run, module.tensors(), SCALE), FlowTensors.rng("x"), false)
                .given(FlowTensors.rng("context").normal(run, new Shape(2, 2)));
        check(run, row, given);
      }
    }
  }

  /** Images of a batch are mapped as each is alone by its own context. */
  @ParameterizedTest
  @MethodSource("rows")
  void contextsActImageByImage(Row row) {
    if (row.module() instanceof Transform) {
      return; // no parameters
    }
    for (ConditionalTransformModule module :
        List.of(row.module().conditional(2), row.module().conditional(2, Mlp.of(4)))) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors tensors = FlowTensors.random(run, module.tensors(), SCALE);
        NDArray contexts = FlowTensors.rng("context").normal(run, new Shape(2, 2));
        ConditionalTransform bound = module.bind(tensors, FlowTensors.rng("x"), false);
        NDArray y = FlowTensors.rng("inputs").normal(run, Shapes.concat(new Shape(2), row.image()));
        Mapped both = bound.given(contexts).inverse(y);
        for (int i = 0; i < 2; i++) {
          NDArray context = Tensors.range(contexts, -2, i, i + 1L).squeeze(0);
          NDArray image = Tensors.range(y, -4, i, i + 1L).squeeze(0);
          Mapped alone = bound.given(context).inverse(image);
          NDArray value = both.value().get(i);
          assertClose("value", value, alone.value(), 1e-11);
          assertClose("log-det", both.logDet().get(i), alone.logDet(), 1e-11);
        }
      }
    }
  }

  /** Of four coordinates the second and the fourth pass: two features of each. */
  @Test
  void maskedNetworksSeeWhatPassesInItsPlace() {
    BitSet passed = new BitSet();
    passed.set(1);
    passed.set(3);
    Masking masking = Masking.of(passed, 4, 2);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray features = run.create(new double[] {5, 6, 7, 8}, new Shape(4));
      assertThat(Tensors.values(masking.inPlace(features))).containsExactly(0, 5, 0, 6, 0, 7, 0, 8);
      NDArray rows = run.create(new double[] {1, 2, 3, 4}, new Shape(4, 1));
      assertThat(Tensors.values(masking.ofChanged(rows))).containsExactly(1, 3);
    }
  }

  /** A kernel whose frequency (1, 1) of a 2 x 2 image is 1 − 1 + ε. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-14, 1e-3})
  void aFrequencyThatIsNearlyLostMagnifies(double rest) {
    double[][][][] kernel = {{{{0, 0, 0}, {0, 1, 1 - rest}, {0, 0, 0}}}};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = starting(run, Convolution.periodic(1).starting(kernel));
      NDArray y = FlowTensors.rng("inputs").normal(run, new Shape(1, 2, 4));
      if (rest == 0) {
        assertThat(Tensors.values(transform.forward(y).logDet())[0]).isLessThan(-30);
      } else {
        isTheImageUnderANearbyKernel(transform, y, 2);
      }
    }
  }

  /** Each place is the one before times −40, and y more: against decimals of 60 digits. */
  @Test
  void aRecursionThatGrowsIsAsExactAsItsLastDigit() {
    double before = 2;
    double middle = 0.05;
    int width = 20;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform =
          starting(
              run, Convolution.masked(1).starting(new double[][][][] {{{{before, middle, 0}}}}));
      NDArray y = FlowTensors.rng("inputs").normal(run, new Shape(1, 1, width));
      double[] right = Tensors.values(y);
      double[] found = Tensors.values(transform.inverse(y).value());

      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < width; i++) {
        exact =
            new BigDecimal(right[i])
                .subtract(exact.multiply(new BigDecimal(before)))
                .divide(new BigDecimal(middle), new MathContext(60));
        // the diagonal is kept as its logarithm, which rounds it once a place
        assertThat(found[i])
            .as("place %s", i)
            .isCloseTo(
                exact.doubleValue(), within(1e-14 * (i + 1) * Math.abs(exact.doubleValue())));
      }
      isTheImageUnderANearbyKernel(transform, y, before + middle);
    }
  }

  private static Transform starting(Run run, TransformModule module) {
    return module.bind(FlowTensors.initial(run, module.tensors()), FlowTensors.rng("x"), false);
  }

  /** Roundings of a kernel whose weights of an output are so much in sum. */
  private static void isTheImageUnderANearbyKernel(Transform transform, NDArray y, double sum) {
    NDArray x = transform.inverse(y).value();
    double largest = Arrays.stream(Tensors.values(x)).map(Math::abs).max().orElseThrow();
    assertThat(off(transform.forward(x).value(), y)).isLessThan(64 * Math.ulp(1.0) * sum * largest);
  }

  private static double off(NDArray a, NDArray b) {
    return Arrays.stream(Tensors.values(a.sub(b))).map(Math::abs).max().orElseThrow();
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertThatThrownBy(() -> Convolution.masked(0))
        .hasMessage("masked convolution needs at least 1 channel, but channels is 0");
    assertThatThrownBy(() -> Convolution.periodic(2).window(2, 3))
        .hasMessage(
            "periodic convolution has windows of 2 rows and 3 columns, which have no middle; use"
                + " odd numbers");
    assertThatThrownBy(() -> Convolution.masked(1).starting(new double[][][][] {{{{1e-6}}}}))
        .hasMessage(
            "masked convolution starts at a kernel whose middle has 1.0E-6 for channel 0, but it"
                + " must be between e^-5 and e^5 in size, or the inverse is lost");
    assertThatThrownBy(
            () ->
                Convolution.oneByOne(2)
                    .starting(new double[][][][] {{{{1}}, {{2}}}, {{{2}}, {{4}}}}))
        .hasMessage(
            "1x1 convolution(2) starts at a matrix whose pivot 1 is 0.0, but one must be between"
                + " e^-10 and e^10 in size; start at a matrix that is further from a singular one");
    assertThatThrownBy(() -> Convolution.emerging(1).starting(new double[][][][] {{{{1}}}}))
        .hasMessage("emerging convolution is given 1 kernels to start at, but has 2");
    assertThatThrownBy(() -> Convolution.masked(2).starting(new double[][][][] {{{{1}}}}))
        .hasMessage("masked convolution of 2 channels cannot start at a kernel of 1, 1x1");
    assertThatThrownBy(() -> Convolution.exponential(1).starting(new double[][][][] {{{{9}}}}))
        .hasMessage(
            "convolution exponential starts at a kernel whose weights of output 0 are 9.0 in sum,"
                + " but they may be 5.0");
    assertThatThrownBy(() -> Flows.glow(new Shape(1, 6, 4), 2, 1))
        .hasMessage(
            "squeeze by 2 takes images whose rows and columns it divides, but got shape (2, 3, 2);"
                + " use fewer levels, or pad the images");
    assertThatThrownBy(() -> Reshape.of(new Shape(3), new Shape(2, 2)))
        .hasMessage("reshape from (3), which has 3 numbers, to (2, 2), which has 4");
    assertThatThrownBy(() -> Partition.checkerboard(2, 2).passed(6))
        .hasMessage(
            "checkerboard of 2 rows and 2 columns parts images, but 6 coordinates are none");
    assertThatThrownBy(() -> Partition.channels(4).passed(6))
        .hasMessage("partition by 4 channels parts images, but 6 coordinates are none");
  }

  /** As many convolutions one after the other as the javadoc says. */
  @Test
  void theDepthOfAnInverseIsAsSaid() {
    for (Shape image : List.of(new Shape(1, 3, 4), new Shape(1, 1, 5), new Shape(1, 4, 1))) {
      CountingColumn column =
          CountingColumn.over(
              () -> {
                try (Run run = Run.open(RunConfig.defaults(), 0)) {
                  TransformModule module = Convolution.masked(1);
                  Transform transform =
                      module.bind(
                          FlowTensors.random(run, module.tensors(), 0.3),
                          FlowTensors.rng("x"),
                          false);
                  NDArray y = FlowTensors.rng("inputs").normal(run, image);
                  assertThat(transform.inverse(y).value().getShape()).isEqualTo(image);
                }
              });
      long depth = 2 * (image.get(1) - 1) + image.get(2);
      assertThat(column.operations()).as("of %s", image).containsEntry(Op.CONVOLUTION, (int) depth);
    }
  }
}
