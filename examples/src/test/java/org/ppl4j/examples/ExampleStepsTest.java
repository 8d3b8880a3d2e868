package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.basics.Coin;
import org.ppl4j.examples.dynamics.LotkaVolterra;
import org.ppl4j.examples.dynamics.Pharmacokinetics;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.ModelComparison;
import org.ppl4j.examples.hierarchical.StanData;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleLaws;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.regression.Regression;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.CountingColumn;
import org.ppl4j.testing.LeakCheck;

/**
 * All that examples do is rows of the table, on results and inputs; and a step after the first of a
 * fit reads nothing on the host before its gradient, so that longer fits have no more such reads.
 * All steps are the engine's here, of which a column sees each row.
 */
@ExtendWith(LeakCheck.class)
class ExampleStepsTest {

  private static final int FEW = 8;
  private static final int MORE = 12;

  /**
   * How many tensors the rows that are computed in Java read in few steps of both float types, and
   * in the draws after them, which are made in blocks.
   */
  private static final ImmutableMap<String, Map<Op, Integer>> ROWS_THAT_READ =
      ImmutableMap.of(
          "coin", Map.of(Op.BETA, 100),
          "images", Map.of(Op.CATEGORICAL, 12),
          "regression", Map.of(Op.LOG_GAMMA, 60));

  @TempDir private Path folder;

  private static Map<Op, Integer> rowsThatRead(String name) {
    return ROWS_THAT_READ.getOrDefault(name, Map.of());
  }

  static List<Example> small() {
    return List.of(new Coin(), new EightSchools(), new Regression());
  }

  @ParameterizedTest
  @MethodSource("small")
  void areRowsAndReadNothing(Example example) {
    assertThat(watch(example).operations()).isPositive();
  }

  /**
   * What was watched.
   *
   * @param operations rows done
   * @param gradients of all steps
   * @param checks tensors read before gradients, in first steps
   */
  private record Watched(long operations, long gradients, long checks) {}

  private Watched watch(Example example) {
    Map<Op, Integer> kernelReads = new HashMap<>();
    long operations = 0;
    long gradients = 0;
    long checks = 0;
    for (FloatType floatType : FloatType.values()) {
      CountingColumn few = watch(example, floatType, FEW);
      CountingColumn more = watch(example, floatType, MORE);
      few.kernelReads().forEach((op, count) -> kernelReads.merge(op, count, Integer::sum));
      long reads = reads(few);
      assertThat(few.faults()).as("%s", example.name()).isEmpty();
      assertThat(more.faults()).as("%s", example.name()).isEmpty();
      assertThat(reads(more)).as("reads of more steps of %s", example.name()).isEqualTo(reads);
      assertThat(more.readsBeforeGradients()).hasSizeGreaterThan(few.readsBeforeGradients().size());
      operations += more.count();
      gradients += more.readsBeforeGradients().size();
      checks += reads;
    }
    Map<Op, Integer> known = rowsThatRead(example.name());
    kernelReads.forEach(
        (op, count) ->
            assertThat(count)
                .as("reads of %s in %s", op, example.name())
                .isLessThanOrEqualTo(known.getOrDefault(op, 0)));
    return new Watched(operations, gradients, checks);
  }

  private CountingColumn watch(Example example, FloatType floatType, int steps) {
    ExampleOptions options =
        ExampleLaws.options(steps, floatType, folder).withRecording(Recording.OFF);
    Example part = ExamplesTest.part(example, floatType);
    return CountingColumn.over(
        () -> {
          try {
            ExampleLaws.check(part, ExamplesTest.part(options, part));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static long reads(CountingColumn column) {
    return column.readsBeforeGradients().stream().mapToLong(Integer::longValue).sum();
  }

  /** Those that fit something: chains on a record take no gradient of the engine. */
  static List<Example> examples() {
    return Examples.ALL.stream()
        .filter(
            example ->
                !(example instanceof StanData
                    || example instanceof ModelComparison
                    || example instanceof LotkaVolterra
                    || example instanceof Pharmacokinetics))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  @Tag("acceptance")
  @Tag("rooms.3")
  @Tag("rooms.4")
  void ofEveryExample(Example example) {
    String name = example.name();
    Watched watched = watch(example);
    new AcceptancePoint("rooms.3")
        .none("ways round the table in " + watched.operations() + " operations of " + name);
    AcceptancePoint point = new AcceptancePoint("rooms.4");
    point.none(
        "reads before " + watched.gradients() + " gradients of " + name + " but in first steps");
    point.shown("tensors that first steps of " + name + " check", watched.checks());
    rowsThatRead(name)
        .forEach((op, count) -> point.none("reads of " + op + " in " + name + " above " + count));
  }
}
