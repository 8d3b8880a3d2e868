package org.ppl4j.examples.launcher;

import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
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
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "float64",
      description = "float32 or float64 (default).")
  private String dtype;

  @Option(
      names = "--engine",
      description = "Runs all by the engine, nothing from a record; shows what recording gains.")
  private boolean byEngine;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the result to a file.")
  private @Nullable Path json;

  @Option(names = "--out", paramLabel = "DIR", description = "Where pictures and tables go.")
  private @Nullable Path out;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes a page of HTML: what ran, whether to trust it, tables, pictures.")
  private @Nullable Path report;

  @Option(names = "--quiet", description = "Shows no progress.")
  private boolean quiet;

  private RunCommand(ImmutableList<Example> examples) {
    this.examples = examples;
  }

  /** The command, with the options of all examples. */
  static CommandLine of(ImmutableList<Example> examples) {
    CommandLine command = new CommandLine(new RunCommand(examples));
    examples.forEach(example -> addOptions(command.getCommandSpec(), example));
    return command;
  }

  private static void addOptions(CommandSpec command, Example example) {
    for (ExampleOption<?> option : example.options()) {
      String name = "--" + option.name();
      if (command.findOption(name) == null) {
        command.addOption(
            OptionSpec.builder(name)
                .paramLabel(option.label())
                .description(option.description())
                .type(String.class)
                .build());
      }
    }
  }

  @Override
  public Integer call() {
    try {
      return run(example(examples, name));
    } catch (MisuseException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  /** Runs it, and returns the status. */
  private int run(Example example) {
    OptionalInt someSteps = OptionalInt.empty();
    if (steps != null) {
      someSteps = OptionalInt.of(ExampleOption.checked("steps", steps, 1, Integer.MAX_VALUE));
    }
    ExampleOptions options =
        new ExampleOptions(
            seed,
            someSteps,
            floatType(),
            byEngine ? Recording.OFF : RunConfig.defaults().recording(),
            directory(),
            page(example),
            quiet,
            ownOptions(example));
    checkWritable("--json", json);
    try {
      Stopwatch watch = Stopwatch.createStarted();
      ExampleResult result = example.run(options);
      boolean wasStopped = Thread.interrupted();
      if (!example.writesFiles()) {
        options.save(
            folder ->
                result
                    .picture(example.name(), "found")
                    .save(folder.resolve(example.name() + ".png")));
      }
      double seconds = watch.elapsed().toNanos() * 1e-9;
      print(result, seconds);
      if (json != null) {
        ResultJson.write(json, example.name(), seed, seconds, result);
      }
      return wasStopped ? StopSignal.STATUS : Launcher.SUCCESS;
    } catch (IOException e) {
      InterruptionException.check(example.name(), e);
      throw new MisuseException("file cannot be read or written: " + e.getMessage());
    }
  }

  /** The texts of the example's own options, each of which is a value of it. */
  private ImmutableMap<String, String> ownOptions(Example example) {
    ParseResult parsed = spec.commandLine().getParseResult();
    for (Example other : examples) {
      for (String option : Sets.difference(names(other), names(example))) {
        if (parsed.hasMatchedOption(option)) {
          throw new MisuseException(
              "option '%s' is not for example '%s'; use 'run %s'"
                  .formatted(option, example.name(), other.name()));
        }
      }
    }
    ImmutableMap.Builder<String, String> own = ImmutableMap.builder();
    for (ExampleOption<?> option : example.options()) {
      String text = parsed.matchedOptionValue("--" + option.name(), "");
      if (!text.isEmpty()) {
        own.put(option.name(), option.checked(text));
      }
    }
    return own.buildOrThrow();
  }

  private static Set<String> names(Example example) {
    return example.options().stream().map(option -> "--" + option.name()).collect(toImmutableSet());
  }

  /**
   * Makes the text of {@code --help} that of one example, without the options of others.
   *
   * @param command the command, whose options are not looked at again
   * @throws MisuseException if there is no example of this name
   */
  static void describe(CommandSpec command, ImmutableList<Example> examples, String name) {
    Example example = example(examples, name);
    command.usageMessage().description(example.name() + ": " + example.description() + ".");
    Set<String> others = new HashSet<>(example.writesReport() ? Set.of() : Set.of("--report"));
    examples.forEach(other -> others.addAll(names(other)));
    for (String option : Sets.difference(others, names(example))) {
      command.remove(command.findOption(option));
    }
  }

  private static Example example(ImmutableList<Example> examples, String name) {
    return Words.named("example", name, examples, Example::name);
  }

  private FloatType floatType() {
    return switch (dtype) {
      case "float32" -> FloatType.FLOAT32;
      case "float64" -> FloatType.FLOAT64;
      default ->
          throw new MisuseException(
              "option '--dtype' is '" + dtype + "', but must be float32 or float64");
    };
  }

  private Optional<Path> directory() {
    if (out == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.createDirectories(out));
    } catch (IOException e) {
      throw new MisuseException(
          "directory '" + out + "' of '--out' cannot be made; choose another");
    }
  }

  private Optional<Path> page(Example example) {
    if (report == null) {
      return Optional.empty();
    }
    if (!example.writesReport()) {
      throw new MisuseException(
          "option '--report' is not for example '%s', which has none; leave it out, or use '--json'"
              .formatted(example.name()));
    }
    checkWritable("--report", report);
    return Optional.of(report);
  }

  /** Refuses a file that cannot be written before the example has run, not after. */
  private static void checkWritable(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    Path parent = file.toAbsolutePath().getParent();
    boolean writable = Files.exists(file) ? Files.isWritable(file) : Files.isWritable(parent);
    if (Files.isDirectory(file) || !writable) {
      throw new MisuseException(
          "file '" + file + "' of '" + option + "' cannot be written; choose another");
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
}
