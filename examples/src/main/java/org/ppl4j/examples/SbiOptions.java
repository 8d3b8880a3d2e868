package org.ppl4j.examples;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
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
      description = "Its flow and training: default or published (default: both).")
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
      throw mistake(
          "options '--task', '--setting', '--simulations', '--observation' and '--seeds' are not"
              + " for example '"
              + example.name()
              + "'; use 'run sbi-benchmark'");
    }
    return new SbiChoice(
        named("task", task, SbiTasks.ALL, SbiTask::name),
        named("setting", setting, List.of(SbiFit.Setting.values()), SbiFit.Setting::toString),
        number("simulations", simulations, FEWEST_SIMULATIONS, Integer.MAX_VALUE),
        number("observation", observation, 1, OBSERVATIONS),
        number("seeds", seeds, 1, Integer.MAX_VALUE));
  }

  private <T> Optional<T> named(
      String kind, @Nullable String word, List<T> all, Function<T, String> name) {
    if (word == null) {
      return Optional.empty();
    }
    return Optional.of(
        all.stream()
            .filter(value -> name.apply(value).equals(word))
            .findFirst()
            .orElseThrow(
                () -> mistake(Launcher.unknown(kind, word, all.stream().map(name).toList()))));
  }

  private OptionalInt number(String name, @Nullable Integer value, int least, int most) {
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value < least || value > most) {
      throw mistake(
          "option '--"
              + name
              + "' is "
              + value
              + ", but must be "
              + (most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most));
    }
    return OptionalInt.of(value);
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
