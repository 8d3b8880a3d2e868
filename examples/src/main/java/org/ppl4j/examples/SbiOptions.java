package org.ppl4j.examples;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code run} that choose a part of the benchmark of simulators. */
final class SbiOptions {

  /** With fewer a flow has nothing to learn from. */
  private static final int FEWEST_SIMULATIONS = 100;

  /** Those whose posteriors are known. */
  private static final int OBSERVATIONS = 2;

  private static final ImmutableList<SbiFit.Setting> SETTINGS =
      ImmutableList.copyOf(SbiFit.Setting.values());

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "The only simulator of sbi-benchmark (default: all).")
  private @Nullable String task;

  @Option(
      names = "--setting",
      paramLabel = "SETTING",
      description = "How it learns: default (in rounds), amortised or published (default: all).")
  private @Nullable String setting;

  @Option(
      names = "--simulations",
      paramLabel = "N",
      description = "How many it learns from (default 1000).")
  private @Nullable Integer simulations;

  @Option(
      names = "--observation",
      paramLabel = "N",
      description = "What was observed, 1 or 2 (default: both); the classifier knows 1 only.")
  private @Nullable Integer observation;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Of how many seeds it shows the mean (default 1).")
  private @Nullable Integer seeds;

  /**
   * What is chosen.
   *
   * @throws ParameterException if a value does not exist, or the example has no such choice
   */
  SbiChoice of(Example example) {
    boolean isEmpty =
        task == null
            && setting == null
            && simulations == null
            && observation == null
            && seeds == null;
    if (!isEmpty && !example.takesTask()) {
      throw Arguments.mistake(
          spec,
          "options '--task', '--setting', '--simulations', '--observation' and '--seeds' are not"
              + " for example '"
              + example.name()
              + "'; use 'run sbi-benchmark'");
    }
    return new SbiChoice(
        Optional.ofNullable(task)
            .map(word -> Arguments.named(spec, "task", word, SbiTasks.ALL, SbiTask::name)),
        Optional.ofNullable(setting)
            .map(
                word -> Arguments.named(spec, "setting", word, SETTINGS, SbiFit.Setting::toString)),
        Arguments.number(spec, "--simulations", simulations, FEWEST_SIMULATIONS, Integer.MAX_VALUE),
        Arguments.number(spec, "--observation", observation, 1, OBSERVATIONS),
        Arguments.number(spec, "--seeds", seeds, 1, Integer.MAX_VALUE));
  }
}
