package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Prelu;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.initializer.TruncatedNormalInitializer;
import ai.djl.training.initializer.UniformInitializer;
import ai.djl.training.initializer.XavierInitializer;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.handlers.Seed;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.BlockCase;
import org.ppl4j.testing.BlockCases;
import org.ppl4j.testing.BlockSlopes;
import org.ppl4j.testing.DjlBlock;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.WithSandbox;

/** Blocks of DJL in programs: values, gradients, noise, statistics and first values. */
@ExtendWith(LeakCheck.class)
final class BlocksTest extends WithSandbox {

  /** Of what DJL computes in single precision. */
  private static final double SINGLE = 2e-5;

  static List<BlockCase> cases() {
    return BlockCases.all();
  }

  static List<BlockCase> ofEngine() {
    return BlockCases.ofEngine();
  }

  private static Program<Void> program(Block block, NDArray x) {
    return (p, none) -> p.deterministic("out", p.net("net", block, p.constant(x)));
  }

  /** Reads a program's trace in a run of its own, since values of parameters hold for a run. */
  private <T> T reading(Rng.Purpose purpose, Program<Void> program, Function<Trace, T> read) {
    try (Run run = Run.open(sandbox.run().config(), 0)) {
      return read.apply(Execution.record(run, sandbox.params(), purpose, program, null));
    }
  }

  private double[] predicted(Program<Void> program) {
    return reading(Rng.Purpose.PREDICT, program, trace -> Sandbox.value(trace, "out"));
  }

  private double[] learning(Program<Void> program) {
    return reading(
        Rng.Purpose.MODEL,
        program,
        trace -> {
          trace.updateBuffers(sandbox.params());
          return Sandbox.value(trace, "out");
        });
  }

  @ParameterizedTest
  @MethodSource("ofEngine")
  void valuesAreThoseOfDjl(BlockCase of) {
    Program<Void> program = program(of.block().get(), of.data(sandbox.manager()));
    try (DjlBlock djl = new DjlBlock(of)) {
      sandbox.record(program);
      djl.parameters().forEach((path, values) -> sandbox.params().set("net." + path, values));

      assertThat(learning(program)).containsExactly(djl.output(true), within(SINGLE));
      djl.statistics()
          .forEach(
              (path, values) ->
                  assertThat(sandbox.params().statistics().get("net." + path).values())
                      .as(path)
                      .containsExactly(values, within(SINGLE)));
      assertThat(predicted(program)).containsExactly(djl.output(false), within(SINGLE));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreDifferences(BlockCase of) {
    assertThat(BlockSlopes.apart(of)).isLessThan(BlockSlopes.TOLERANCE);
  }

  /** DJL hands its engine biases in an order that this does not know. */
  @Test
  void bothWaysAreOneWayEach() {
    double[] x = new SplittableRandom(2).doubles(2 * 5 * 3, -1, 1).toArray();
    Block both = BlockCases.lstm(1, true, true);
    Block one = BlockCases.lstm(1, true, false);
    Program<Void> program =
        (p, none) -> {
          NDArray input = p.run().create(x, new Shape(2, 5, 3));
          NDArray forwards = p.net("l", one, input);
          NDArray backwards = p.net("r", one, input.flip(1)).flip(1);
          p.deterministic("each", Tensors.concat(List.of(forwards, backwards), -1));
          p.deterministic("out", p.net("both", both, input));
        };
    sandbox.record(program);
    for (String kind : List.of("i2h_WEIGHT", "h2h_WEIGHT", "i2h_BIAS", "h2h_BIAS")) {
      for (String way : List.of("l", "r")) {
        double[] numbers = sandbox.params().value("both." + way + "_0_" + kind);
        double[] others = new SplittableRandom(numbers.length).doubles(numbers.length).toArray();
        double[] values = kind.endsWith("BIAS") ? others : numbers;
        sandbox.params().set("both." + way + "_0_" + kind, values);
        sandbox.params().set(way + ".l_0_" + kind, values);
      }
    }
    List<double[]> outs =
        reading(
            Rng.Purpose.MODEL,
            program,
            trace -> List.of(Sandbox.value(trace, "out"), Sandbox.value(trace, "each")));
    assertThat(outs.get(0)).containsExactly(outs.get(1), within(1e-13));
  }

  // --- noise

  private Program<Void> dropping(double rate, String... names) {
    return (p, none) -> {
      NDArray x = p.run().ones(new Shape(200, 50));
      for (String name : names) {
        p.deterministic(name + p.calls("count"), p.net(name, BlockCases.dropout(rate), x));
      }
    };
  }

  @Test
  void dropoutKeepsTheMean() {
    double[] out = Sandbox.value(sandbox.record(dropping(0.3, "net")), "net0");

    double kept = DoubleStream.of(out).filter(x -> x != 0).count() / 1e4;
    assertThat(DoubleStream.of(out).filter(x -> x != 0))
        .allMatch(x -> Math.abs(x - 1 / 0.7) < 1e-6);
    assertThat(kept).isCloseTo(0.7, within(4 * Math.sqrt(0.21 / 1e4)));
    assertThat(
            predicted(
                (p, none) ->
                    p.deterministic(
                        "out", p.net("net", BlockCases.dropout(0.3), p.run().ones(new Shape(3))))))
        .containsOnly(1);
  }

  @Test
  void eachCallNameAndStepHasNoiseOfItsOwn() {
    Trace trace = sandbox.record(dropping(0.5, "a", "a", "b"));
    double[] first = Sandbox.value(trace, "a0");
    assertThat(Sandbox.value(trace, "a1")).isNotEqualTo(first);
    assertThat(Sandbox.value(trace, "b2")).isNotEqualTo(first);
    assertThat(Sandbox.value(sandbox.record(dropping(0.5, "a")), "a0")).isEqualTo(first);
    try (Sandbox next = Sandbox.open(sandbox.run().config(), 1)) {
      assertThat(Sandbox.value(next.record(dropping(0.5, "a")), "a0")).isNotEqualTo(first);
    }
  }

  @Test
  void prefixesAndSeedsHaveNoiseOfTheirOwn() {
    Program<Void> once = dropping(0.5, "a");
    double[] plain = Sandbox.value(sandbox.record(once), "a0");
    double[] named = Sandbox.value(sandbox.record(once.with(new Prefix("p"))), "p.a0");
    double[] seeded = Sandbox.value(sandbox.record(once.with(new Seed(5))), "a0");
    double[] again = Sandbox.value(sandbox.record(once.with(new Seed(5))), "a0");

    assertThat(named).isNotEqualTo(plain).isNotEqualTo(seeded);
    assertThat(seeded).isNotEqualTo(plain).isEqualTo(again);
  }

  @Test
  void stepsOfScansHaveNoiseOfTheirOwn() {
    Trace trace =
        sandbox.record(
            (p, none) -> {
              NDArray sum =
                  p.scan(
                      "t",
                      2,
                      p.run().zeros(new Shape(50)),
                      (q, t, carry) ->
                          carry
                              .mul(3)
                              .add(
                                  q.net(
                                      "net",
                                      BlockCases.dropout(0.5),
                                      q.run().ones(new Shape(50)))));
              p.deterministic("sum", sum);
            });
    assertThat(Doubles.asList(Sandbox.value(trace, "sum"))).contains(0.0, 2.0, 6.0, 8.0);
  }

  @Test
  void noiseOutsideOfBlocksIsRefused() {
    assertThatThrownBy(
            () -> ai.djl.nn.norm.Dropout.dropout(sandbox.run().ones(new Shape(2)), 0.5f, true))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "NDArrayEx method 'dropout' is refused on a tensor of a run: only a block knows whether"
                + " it learns, has noise and keeps statistics; put it into one and run that by"
                + " p.net(name, block, x)");
  }

  /** Noise that a block draws itself is that of the run. */
  @Test
  void blocksMayDrawNoise() {
    Block noisy =
        new LambdaBlock(
            list -> {
              NDArray x = list.head();
              return new NDList(
                  x.add(x.getManager().randomNormal(0, 2, x.getShape(), DataType.FLOAT32)));
            });
    double[] out =
        Sandbox.value(sandbox.record(program(noisy, sandbox.data(new double[10_000]))), "out");
    assertThat(DoubleStream.of(out).average().orElseThrow()).isCloseTo(0, within(0.08));
    assertThat(DoubleStream.of(out).map(x -> x * x).average().orElseThrow())
        .isCloseTo(4, within(0.25));
  }

  @Test
  void anOperationThatRunsDoNotHaveIsNamed() {
    Block sorting =
        new LambdaBlock(list -> new NDList(list.head().getNDArrayInternal().toTensor()));
    assertThatThrownBy(() -> sandbox.record(program(sorting, sandbox.data(1, 2))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "net 'net' asks for what a run does not do: NDArrayEx method 'toTensor' is refused on a"
                + " tensor of a run: it is not in the table of operations; use one that is, or"
                + " compute it in the data");
  }

  @Test
  void badSizesAreNamed() {
    Block much = BlockCases.dropout(1.5);
    Program<Void> dropping = (p, none) -> p.deterministic("x", p.net("much", much, p.scalar(1)));
    assertThatThrownBy(() -> sandbox.record(dropping))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dropout has rate 1.5; pass one from 0 to 1");
    Block series = BlockCases.lstm(1, true, false);
    sandbox.record(program(series, sandbox.data(1, 2, 3, 4).reshape(1, 2, 2)));
    assertThatThrownBy(() -> sandbox.record(program(series, sandbox.data(1, 2).reshape(1, 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "recurrent block has an input of shape (1, 2), but takes sequences of vectors, a batch"
                + " of them: three dims; reshape");
  }

  // --- statistics

  @Test
  void aSingleRowIsNormalizedByTheRunningStatistics() {
    Block block = BatchNorm.builder().build();
    Trace trace = sandbox.record(program(block, sandbox.data(3, -4).reshape(1, 2)));
    assertThat(Sandbox.value(trace, "out")).containsExactly(new double[] {3, -4}, within(1e-4));
    assertThat(trace.updates()).isEmpty();
  }

  /** What is not learned is a buffer. */
  @Test
  void scalesThatAreFixedAreNoParameters() {
    Block block = BatchNorm.builder().optScale(false).build();
    sandbox.record(program(block, sandbox.data(3, -4, 1, 2).reshape(2, 2)));
    assertThat(sandbox.params().names()).containsExactly("net.beta");
    assertThat(sandbox.params().buffers().has("net.gamma")).isTrue();
  }

  // --- first values

  static Stream<Arguments> initialisers() {
    return Stream.of(
        Arguments.of(Initializer.ZEROS, 0, 0, 0),
        Arguments.of(Initializer.ONES, 1, 0, 1),
        Arguments.of(new ConstantInitializer(0.5f), 0.5, 0, 0.5),
        Arguments.of(new NormalInitializer(0.5f), 0, 0.5, 2.5),
        Arguments.of(new UniformInitializer(0.6f), 0, 0.6 / Math.sqrt(3), 0.6),
        Arguments.of(new TruncatedNormalInitializer(0.5f), 0, 0.5 * 0.8796256610342398, 1),
        Arguments.of(new XavierInitializer(), 0, Math.sqrt(2.0 / 150), Math.sqrt(6.0 / 150)),
        Arguments.of(
            new XavierInitializer(
                XavierInitializer.RandomType.GAUSSIAN, XavierInitializer.FactorType.IN, 2),
            0,
            Math.sqrt(2.0 / 200),
            1));
  }

  /** The moments of 20,000 weights, and how far they go. */
  @ParameterizedTest
  @MethodSource("initialisers")
  void firstValuesAreThoseOfInitialisers(
      Initializer initializer, double mean, double deviation, double most) {
    Block block = BlockCases.linear(100);
    block.setInitializer(initializer, parameter -> parameter.getName().equals("weight"));
    sandbox.record(program(block, sandbox.manager().ones(new Shape(1, 200))));
    double[] weights = sandbox.params().value("net.weight");
    double average = DoubleStream.of(weights).average().orElseThrow();
    double spread =
        Math.sqrt(
            DoubleStream.of(weights)
                .map(x -> (x - average) * (x - average))
                .average()
                .orElseThrow());

    assertThat(average).isCloseTo(mean, within(5 * deviation / Math.sqrt(2e4) + 1e-12));
    assertThat(spread).isCloseTo(deviation, within(0.03 * deviation + 1e-12));
    double reached = DoubleStream.of(weights).map(Math::abs).max().orElseThrow();
    assertThat(reached).isLessThanOrEqualTo(most + 1e-7).isGreaterThanOrEqualTo(0.5 * deviation);
    assertThat(Arrays.stream(sandbox.params().value("net.bias"))).containsOnly(0.0);
  }

  @Test
  void anInitialiserThatAsksForMoreIsNamed() {
    Block block = BlockCases.linear(1);
    Initializer permuting =
        (manager, shape, type) ->
            manager.randomPermutation(shape.size()).toType(DataType.FLOAT32, false).reshape(shape);
    block.setInitializer(permuting, parameter -> parameter.getName().equals("weight"));
    assertThatThrownBy(() -> sandbox.record(program(block, sandbox.data(1, 2).reshape(1, 2))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("parameter 'net.weight' has initialiser ")
        .hasMessageContaining("which asks for more than randomNormal and randomUniform: NDManager");
  }

  /** DJL has it, but not its engine. */
  @Test
  void prelu() {
    Prelu prelu = new Prelu();
    prelu.setInitializer(new ConstantInitializer(0.5f), parameter -> true);
    SequentialBlock block = new SequentialBlock().add(prelu);
    Trace trace = sandbox.record(program(block, sandbox.data(3, -4)));
    assertThat(Sandbox.value(trace, "out")).containsExactly(3, -2);
  }
}
