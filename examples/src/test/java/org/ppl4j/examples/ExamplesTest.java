package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.density.RedWine;
import org.ppl4j.examples.guides.IafGuide;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleLaws;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.flows.OdeFlow;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Mlp;
import org.ppl4j.ode.Solver;
import org.ppl4j.studies.energies.Energies;
import org.ppl4j.studies.energies.Energy;
import org.ppl4j.studies.sbi.SbiBenchmark;
import org.ppl4j.studies.sbi.SbiFit;
import org.ppl4j.studies.shapes.DensityZoo;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * Every example keeps the laws of examples and leaves nothing behind. Those that do the same of
 * many things do a third of them; acceptance does all, and all studies, in both float types.
 */
@ExtendWith(LeakCheck.class)
class ExamplesTest {

  static List<Example> examples() {
    return Examples.ALL;
  }

  @TempDir private Path folder;

  /** What of an example runs in a float type. */
  static Example part(Example example, FloatType floatType) {
    if (example instanceof Energies) {
      return new Energies(third(Arrays.asList(Energy.values()), floatType));
    } else if (example instanceof IafGuide) {
      return new IafGuide(
          third(List.of(IafGuide.banana(), IafGuide.centred(), IafGuide.nonCentred()), floatType));
    } else if (example instanceof DensityZoo) {
      List<DensityZoo.Family> all = new ArrayList<>(DensityZoo.FAMILIES);
      DensityZoo.CONTINUOUS.forEach(family -> all.add(inFewSteps(family)));
      return new DensityZoo(third(DensityZoo.SHAPES, floatType), third(all, floatType));
    } else if (example instanceof RedWine) {
      List<Integer> folds = IntStream.range(0, 4).boxed().toList();
      return new RedWine(third(folds, floatType));
    }
    return example;
  }

  /** With a small network and few steps of the solver. */
  private static DensityZoo.Family inFewSteps(DensityZoo.Family continuous) {
    return new DensityZoo.Family(
        continuous.name(),
        continuous.steps(),
        false,
        continuous.objective(),
        dim ->
            OdeFlow.of(dim)
                .conditioner(Mlp.of(8).activation(Activation.TANH))
                .solver(Solver.rungeKutta(2))
                .learning(Solver.rungeKutta(1)));
  }

  /** Every third one, others in the other type. */
  private static <T> List<T> third(List<T> all, FloatType floatType) {
    return IntStream.range(0, all.size())
        .filter(i -> i % 3 == (floatType == FloatType.FLOAT64 ? 0 : 1))
        .mapToObj(all::get)
        .toList();
  }

  /** Of the benchmark of simulators one task by one setting. */
  static ExampleOptions part(ExampleOptions all, Example example) {
    return example instanceof SbiBenchmark
        ? all.with(SbiBenchmark.SIMULATIONS, 200)
            .with(SbiBenchmark.TASK, SbiTasks.ALL.get(0))
            .with(SbiBenchmark.SETTING, SbiFit.Setting.PUBLISHED)
        : all;
  }

  /** Those that a newcomer runs; studies, which learn more, are left to acceptance. */
  static Stream<Example> newcomers() {
    return examples().stream()
        .filter(example -> !example.getClass().getPackageName().contains(".studies."));
  }

  /** By turns in one of the float types; acceptance has both. */
  @ParameterizedTest
  @MethodSource("newcomers")
  void runsWithFewSteps(Example example) throws Exception {
    boolean isSingle = examples().indexOf(example) % 2 == 1;
    FloatType floatType = isSingle ? FloatType.FLOAT32 : FloatType.FLOAT64;
    ExampleOptions options = ExampleLaws.options(4, floatType, folder);
    ExampleLaws.check(part(example, floatType), part(options, example));
  }

  @ParameterizedTest
  @MethodSource("examples")
  @Tag("acceptance")
  @Tag("trust.9")
  void allOfItRunsWithFewStepsInBothFloatTypes(Example example) throws Exception {
    ExampleLaws.check(example, 20, folder);
    new AcceptancePoint("trust.9")
        .none("failures of few steps of " + example.name() + " in both float types");
  }

  @Test
  void namesAreNotTheSame() {
    assertThat(examples().stream().map(Example::name)).doesNotHaveDuplicates();
  }

  @Test
  void batchesOfRadonAreSmaller() throws Exception {
    ExampleOptions options = ExampleLaws.options(20, FloatType.FLOAT64, folder);
    ExampleResult whole = new Radon().run(options);
    ExampleResult batched = new Radon().run(options.with(Radon.BATCH, 16));

    assertThat(whole.figures()).containsEntry("houses a step", 919.0);
    assertThat(batched.figures()).containsEntry("houses a step", 16.0);
    assertThat(batched.parameters()).isNotEqualTo(whole.parameters());
  }
}
