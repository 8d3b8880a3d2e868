package org.ppl4j.examples;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of what a command was given. */
final class Arguments {

  private Arguments() {}

  /** An error of the caller's, of this text. */
  static ParameterException mistake(CommandSpec command, String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /**
   * The number of an option, if it was given.
   *
   * @throws ParameterException if it is not from {@code least} to {@code most}
   */
  static OptionalInt number(
      CommandSpec command, String option, @Nullable Integer value, int least, int most) {
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value < least || value > most) {
      String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw mistake(command, "option '" + option + "' is " + value + ", but must be " + range);
    }
    return OptionalInt.of(value);
  }

  /**
   * The one of this name.
   *
   * @param kind what they are
   * @throws ParameterException if there is none
   */
  static <T> T named(
      CommandSpec command, String kind, String word, List<T> all, Function<T, String> name) {
    return all.stream()
        .filter(value -> name.apply(value).equals(word))
        .findFirst()
        .orElseThrow(
            () -> mistake(command, Launcher.unknown(kind, word, all.stream().map(name).toList())));
  }
}
