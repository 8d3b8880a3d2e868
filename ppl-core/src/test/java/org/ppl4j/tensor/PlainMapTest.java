package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.testing.LeakCheck;

/** Functions of plain numbers that are recorded, as texts and back. */
@ExtendWith(LeakCheck.class)
class PlainMapTest {

  private static PlainMap map(int columns, PlainMap.Function function) {
    double[][] first = {IntStream.range(0, columns).mapToDouble(i -> 0.5 + i).toArray()};
    double[][] second = {IntStream.range(0, columns).mapToDouble(i -> 0.7 + i).toArray()};
    return PlainMap.of(
        "map", RunConfig.defaults(), List.of(new Shape(1, columns)), function, first, second);
  }

  /** (2 x − (1, 2))², and its sum. */
  private static NDArray squares(Run run, List<NDArray> in) {
    NDArray square = in.get(0).mul(2).sub(run.create(new double[] {1, 2}, new Shape(2))).square();
    return Tensors.concat(List.of(square, square.sum(new int[] {1}, true)), 1);
  }

  @Test
  void computesAndComesBackFromItsText() {
    PlainMap map = map(2, PlainMapTest::squares);

    assertThat(map.of(new double[] {3, 4})).containsExactly(25, 36, 61);
    PlainMap again = PlainMap.read(map.text(), map.numbers());
    assertThat(again.of(new double[] {3, 4})).containsExactly(25, 36, 61);
    assertThat(again.text()).isEqualTo(map.text());
    assertThat(again.numbers()).isEqualTo(map.numbers());
  }

  private static NDArray noise(Run run) {
    Rng rng = run.rng(Rng.Purpose.PREDICT, "a/b c|d");
    NDArray normal = rng.normal(run, new Shape(3));
    NDArray more = rng.split("part").split(5).uniform(run, new Shape(2));
    return Tensors.concat(List.of(normal, more, rng.normal(run, new Shape(1))), 0);
  }

  @Test
  void noiseIsThatOfARunOfTheSeedAndTheCounter() {
    RunConfig config = RunConfig.defaults().withSeed(4);
    PlainMap map = PlainMap.ofData("map", config, 7, List.of(), PlainMapTest::noise);
    PlainMap again = PlainMap.read(map.text(), map.numbers());
    for (long counter : new long[] {7, 1, 300}) {
      double[] expected;
      try (Run run = Run.open(config, counter)) {
        expected = run.withoutGradients(() -> Tensors.values(noise(run)));
      }
      assertThat(map.drawn(4, counter)).containsExactly(expected);
      assertThat(again.drawn(4, counter)).containsExactly(expected);
      assertThat(map.drawn(5, counter)).doesNotContain(expected);
    }
    assertThat(map.isDrawing()).isTrue();
    assertThat(map.inputs()).isZero();
    assertThatThrownBy(map::of).hasMessage("map draws; ask for what is drawn of a seed");
    assertThat(map.text())
        .startsWith(
            """
            float64
            noise NORMAL 0 purpose:PREDICT/name:a%2Fb+c%7Cd
            noise UNIFORM 0 purpose:PREDICT/name:a%2Fb+c%7Cd/name:part/index:5
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "noise UNIFORM 0; noise CAUCHY 0; has the line 'noise CAUCHY 0 purpose",
        "noise UNIFORM 0; noise UNIFORM -1; has the line 'noise UNIFORM -1 purpose",
        "noise UNIFORM 0; noise UNIFORM; has the line 'noise UNIFORM purpose",
        "purpose:PREDICT/name:a%2Fb+c%7Cd/; purpose:PREDICT/purpose:MODEL/; has the line 'noise",
        "purpose:PREDICT/name:a%2Fb+c%7Cd/; name:a/; has the line 'noise",
        "index:5; index:x; has the line 'noise",
        "graph 1; noise NORMAL 0 purpose:PREDICT/name:c LINE graph 1; 3 inputs of noise, but 4"
            + " lines",
      })
  void damagedNoiseIsRefused(String from, String to, String why) {
    PlainMap map = PlainMap.ofData("map", RunConfig.defaults(), 0, List.of(), PlainMapTest::noise);
    String text = map.text().replace(from, to.replace(" LINE ", "\n"));
    assertThat(text).isNotEqualTo(map.text());
    assertThatThrownBy(() -> PlainMap.read(text, map.numbers()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "CATEGORICAL(3); CATEGORICAL(2); width 3 for 2",
        "CATEGORICAL(3); CATEGORICAL; has the line 'draws CATEGORICAL 0",
        "CATEGORICAL(3); POISSON; which no node has",
        "computed 0,1; computed 1,1; kernel 1 of 1",
        "computed 0,1; computed 0,2; which no node has",
        "computed 0,1,2; computed 0,1,3; which no node has",
      })
  void damagedDrawsAreRefused(String from, String to, String why) {
    PlainMap map =
        PlainMap.ofData(
            "map",
            RunConfig.defaults(),
            0,
            List.of(),
            run ->
                run.rng(Rng.Purpose.PREDICT, "z")
                    .categorical(run.ones(new Shape(2, 3)))
                    .toType(DataType.FLOAT64, false));
    assertThat(map.drawn(1, 2)).hasSize(2);
    String text = map.text().replace(from, to);
    assertThat(text).isNotEqualTo(map.text());
    assertThatThrownBy(() -> PlainMap.read(text, map.numbers()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void drawsThatNoFileHoldsAreRefused() {
    assertThatThrownBy(
            () ->
                PlainMap.ofData(
                    "map",
                    RunConfig.defaults(),
                    0,
                    List.of(),
                    run ->
                        run.rng(Rng.Purpose.PREDICT, "q")
                            .quantiles(run, new Shape(2), p -> p - 0.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("draws of 'PREDICT/q' by QUANTILE, which no file holds");
  }

  /** The format: a change of it is another version. */
  @Test
  void theTextIsThatOfVersionOne() {
    PlainMap map = map(1, (run, in) -> in.get(0).mul(2).exp());

    assertThat(map.text())
        .isEqualTo(
            """
            float64
            graph 1
            input 0,0||1,1
            number 0||
            view 0|0|
            op.mul 0|1,2|
            op.exp 0|3|
            view 0,0,0|4|1,1
            op.copy 0|5|1,1
            inputs|0|
            outputs|6|
            """);
    assertThat(map.numbers()).isEqualTo(ImmutableDoubleArray.of(2));
  }

  @Test
  void severalOperandsAreTakenInTheirOrder() {
    PlainMap map =
        PlainMap.of(
            "map",
            RunConfig.defaults(),
            List.of(new Shape(2, 3), new Shape(3, 1), new Shape(1)),
            (run, in) -> in.get(0).matMul(in.get(1)).add(in.get(2)),
            new double[][] {new double[6], new double[3], new double[1]},
            new double[][] {{1, 2, 3, 4, 5, 6}, {1, 1, 1}, {1}});

    assertThat(map.of(new double[] {1, 2, 3, 4, 5, 6}, new double[] {1, 10, 100}, new double[] {7}))
        .containsExactly(328, 661);
    assertThatThrownBy(() -> map.of(new double[6], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("map is of 3 operands, not 2");
    assertThatThrownBy(() -> map.of(new double[6], new double[4], new double[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("operand 1 of a map has 4 numbers, but needs 3");
  }

  /** Rows that are long enough for the engine to be faster, and matrices. */
  @Test
  void isTheEnginesFunctionWithoutTheEngine() {
    int size = 400;
    PlainMap.Function function =
        (run, in) -> {
          NDArray x = in.get(0);
          NDArray gram = x.reshape(20, 20).matMul(x.reshape(20, 20).transpose()).add(run.eye(20));
          NDArray solved = Linalg.solve(gram, x.reshape(20, 20));
          NDArray last = Special.erf(x).add(x.sin()).add(x.abs().pow(1.5)).cumSum(1);
          return Tensors.concat(
              List.of(solved.reshape(1, size), last, Linalg.cholesky(gram).reshape(1, size)), 1);
        };
    PlainMap map = map(size, function);
    double[] x = IntStream.range(0, size).mapToDouble(i -> Math.sin(7 * i)).toArray();
    double[] engine;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray in = run.create(x, new Shape(1, size));
      engine = run.withoutGradients(() -> Tensors.values(function.of(run, List.of(in))));
    }

    assertThat(map.of(x)).containsExactly(engine, within(1e-11));
  }

  @Test
  void bitsAreTheSameBeforeCodeAndAfter() {
    PlainMap map = map(2, (run, in) -> Special.softplus(squares(run, in)).tanh());
    double[] x = {0.3, -1.7};
    double[] first = map.of(x);

    for (int i = 0; i < 2500; i++) {
      assertThat(map.of(x)).containsExactly(first);
    }
  }

  @Test
  void whatOnlyTheEngineHasIsRefusedByName() {
    assertThatThrownBy(() -> map(4, (run, in) -> Linalg.eigen(in.get(0).reshape(2, 2)).values()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "map does what cannot be computed without the engine: a node of kind 'Eigen', which the"
                + " engine alone computes; ask it where the engine is, or learn it another way");
    assertThatThrownBy(
            () -> map(1, (run, in) -> JavaMap.apply((x, y, jacobian) -> y[0] = x[0], 1, in.get(0))))
        .hasMessageContaining("a function of Java (Rows[map=")
        .hasMessageContaining("), which no file holds");
  }

  @Test
  void whatDiffersFromRunToRunIsRefused() {
    double[] counter = {0};
    assertThatThrownBy(() -> map(1, (run, in) -> in.get(0).add(counter[0]++)))
        .hasMessageContaining("operations or numbers that differ when it runs again");
    assertThatThrownBy(
            () ->
                map(
                    1,
                    (run, in) ->
                        run.rng(Rng.Purpose.PREDICT, "z").normal(run, new Shape(1)).add(in.get(0))))
        .hasMessageContaining("draws of its own, which nobody gives it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "graph 1; graph 2; whose first line is 'graph 2', but this release reads 'graph 1'",
        "op.exp; op.launch; operation 'op.launch' is not known",
        "op.exp 0|3; op.exp 0|3,3; (2 operands)",
        "op.exp 0|3; op.exp 0,0|3; (2 whole numbers)",
        "op.exp 0|3; op.exp 0|7; which needs a node that is not before it",
        "op.exp 0|3; op.exp x|3; 'x' in the line",
        "op.exp 0|3|; op.exp 0|3|2; shape [2] of operands [[]]",
        "view 0|0|; view 1|0|; shape [] of operands [[1, 1]]",
        "number 0; number 4; constants 4 to 5 of 1",
        "inputs|0|; inputs|1|; with inputs 'inputs|1|' that are none",
        "outputs|6|; outputs||; has a graph without a result",
        "outputs|6|; ; for its inputs",
        "op.mul 0|1,2|; op.mul 0|1; which is none",
        "input 0,0||1,1; input 0,0||1,99999999; or has more than",
        "float64; float16; has a graph of no float type",
      })
  void damagedTextsAreRefused(String from, String to, String why) {
    PlainMap map = map(1, (run, in) -> in.get(0).mul(2).exp());
    String text = map.text().replace(from, to == null ? "" : to);

    assertThat(text).isNotEqualTo(map.text());
    assertThatThrownBy(() -> PlainMap.read(text, map.numbers()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  /** However it is cut, it is refused or the same. */
  @Test
  void truncatedTextsAreRefused() {
    PlainMap map = map(2, PlainMapTest::squares);
    String text = map.text();
    for (int end = 0; end < text.length() - 1; end++) {
      String cut = text.substring(0, end);
      assertThatThrownBy(() -> PlainMap.read(cut, map.numbers()))
          .as(cut)
          .isInstanceOf(IllegalArgumentException.class);
    }
    ImmutableDoubleArray fewer = map.numbers().subArray(0, map.numbers().length() - 1);
    assertThatThrownBy(() -> PlainMap.read(text, fewer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("constants");
  }
}
