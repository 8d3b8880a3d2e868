package org.ppl4j.examples;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one example, prints what it found, and writes it as JSON where asked. */
@Command(name = "run", description = "Runs an example.")
final class RunCommand implements Callable<Integer> {

  private final ImmutableList<Example> examples;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "The example; 'list' shows all.")
  private String name;

  @Option(names = "--seed", paramLabel = "N", description = "The seed of all noise (default 0).")
  private long seed;

  @Option(names = "--steps", paramLabel = "N", description = "Optimisation steps.")
  private @Nullable Integer steps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Rows that a step sees (default: all), where the example takes it.")
  private @Nullable Integer batch;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "float64",
      description = "float32 or float64 (default).")
  private String dtype;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the result to a file.")
  private @Nullable Path json;

  @Option(names = "--out", paramLabel = "DIR", description = "Where pictures and tables go.")
  private @Nullable Path out;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A CSV file of yours, where the example takes it.")
  private @Nullable Path file;

  @Option(names = "--target", paramLabel = "COLUMN", description = "The column to learn.")
  private @Nullable String target;

  @Mixin private final SbiOptions benchmark = new SbiOptions();

  @Option(names = "--quiet", description = "Shows no progress.")
  private boolean quiet;

  RunCommand(ImmutableList<Example> examples) {
    this.examples = examples;
  }

  @Override
  public Integer call() {
    Example example = example();
    ExampleOptions options =
        new ExampleOptions(
            seed,
            Arguments.number(spec, "--steps", steps, 1, Integer.MAX_VALUE),
            batch(example),
            floatType(),
            directory(example),
            quiet,
            Optional.ofNullable(file),
            Optional.ofNullable(target),
            benchmark.of(example));
    checkJson();
    checkFile(example);
    try {
      Stopwatch watch = Stopwatch.createStarted();
      ExampleResult result = example.run(options);
      double seconds = watch.elapsed().toNanos() * 1e-9;
      print(result, seconds);
      if (json != null) {
        ResultJson.write(json, example.name(), seed, seconds, result);
      }
      return Launcher.SUCCESS;
    } catch (IOException e) {
      throw mistake("file cannot be read or written: " + e.getMessage());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      if (file == null) {
        throw e;
      }
      throw mistake(String.valueOf(e.getMessage()));
    }
  }

  /** A file and its column belong together, and to an example that takes them. */
  private void checkFile(Example example) {
    if ((file != null || target != null) && !example.takesFile()) {
      throw mistake(
          "options '--file' and '--target' are not for example '"
              + name
              + "', which has its own data; use 'run csv'");
    }
    if ((file == null) != (target == null)) {
      throw mistake("options '--file' and '--target' go together; pass both or neither");
    }
  }

  /**
   * Leaves the options of an example alone in the text of {@code --help}, if one is named.
   *
   * @param command the command, whose options are not looked at again
   */
  static void helpOnly(CommandSpec command, ImmutableList<Example> examples, String name) {
    Example example = Arguments.named(command, "example", name, examples, Example::name);
    command.usageMessage().description(example.name() + ": " + example.description() + ".");
    for (OptionSpec option : ImmutableList.copyOf(command.options())) {
      boolean isTaken =
          switch (option.longestName()) {
            case "--batch" -> example.takesBatch();
            case "--file", "--target" -> example.takesFile();
            case "--out" -> example.writesFiles();
            case "--task", "--setting", "--simulations", "--observation", "--seeds" ->
                example.takesTask();
            default -> true;
          };
      if (!isTaken) {
        command.remove(option);
      }
    }
  }

  private Example example() {
    return Arguments.named(spec, "example", name, examples, Example::name);
  }

  private OptionalInt batch(Example example) {
    if (batch != null && !example.takesBatch()) {
      throw mistake(
          "option '--batch' is not for example '"
              + name
              + "', which sees all its data in a step; leave it out");
    }
    return Arguments.number(spec, "--batch", batch, 1, Integer.MAX_VALUE);
  }

  private FloatType floatType() {
    return switch (dtype) {
      case "float32" -> FloatType.FLOAT32;
      case "float64" -> FloatType.FLOAT64;
      default ->
          throw mistake("option '--dtype' is '" + dtype + "', but must be float32 or float64");
    };
  }

  private Optional<Path> directory(Example example) {
    if (out == null) {
      return Optional.empty();
    }
    if (!example.writesFiles()) {
      throw mistake(
          "option '--out' is not for example '"
              + name
              + "', which has no pictures; leave it out, or use '--json'");
    }
    try {
      return Optional.of(Files.createDirectories(out));
    } catch (IOException e) {
      throw mistake("directory '" + out + "' of '--out' cannot be made; choose another");
    }
  }

  /** Refuses a file that cannot be written before the example has run, not after. */
  private void checkJson() {
    if (json == null) {
      return;
    }
    Path parent = json.toAbsolutePath().getParent();
    boolean writable = Files.exists(json) ? Files.isWritable(json) : Files.isWritable(parent);
    if (Files.isDirectory(json) || !writable) {
      throw mistake("file '" + json + "' of '--json' cannot be written; choose another");
    }
  }

  private void print(ExampleResult result, double seconds) {
    PrintWriter console = spec.commandLine().getOut();
    if (!result.parameters().rows().isEmpty()) {
      console.println(ResultTable.of(result));
    }
    result
        .figures()
        .forEach((figure, value) -> console.println(figure + ": " + ResultTable.figure(value)));
    console.println("seed: " + seed);
    console.printf(Locale.ROOT, "seconds: %.1f%n", seconds);
  }

  private ParameterException mistake(String message) {
    return Arguments.mistake(spec, message);
  }
}
