package org.ppl4j.examples.launcher;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.examples.Main;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs the commands of {@link Main} on a given list of examples and answers with the exit status. A
 * mistake of the caller is one line on the error stream and status 2.
 */
public final class Launcher {

  /** The status of a command that did what it was asked to do. */
  static final int SUCCESS = 0;

  /** The status of an example that threw. */
  static final int FAILURE = 1;

  /** The status of a wrong name, option or file. */
  static final int MISUSE = 2;

  private final CommandLine commands;

  /** A launcher of these examples that writes to these streams. */
  public Launcher(ImmutableList<Example> examples, PrintWriter out, PrintWriter err) {
    commands =
        new CommandLine(new Root())
            .addSubcommand(new ListCommand(examples))
            .addSubcommand(RunCommand.of(examples))
            .setOut(out)
            .setErr(err)
            .setExecutionStrategy(parsed -> run(parsed, examples))
            .setParameterExceptionHandler(Launcher::misuse)
            .setExecutionExceptionHandler(Launcher::failure);
  }

  /** Runs one command and returns the exit status. */
  public int execute(String... args) {
    return commands.execute(args);
  }

  /** As always, but that {@code run NAME --help} is about that example. */
  private static int run(ParseResult parsed, ImmutableList<Example> examples) {
    ParseResult last = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    boolean isNamed = last.isUsageHelpRequested() && last.hasMatchedPositional(0);
    if (isNamed) {
      String name = last.matchedPositionalValue(0, "");
      try {
        RunCommand.describe(last.commandSpec(), examples, name);
      } catch (MisuseException e) {
        throw new ParameterException(last.commandSpec().commandLine(), e.getMessage());
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int misuse(ParameterException mistake, String[] args) {
    mistake.getCommandLine().getErr().println("error: " + explain(mistake));
    return MISUSE;
  }

  private static int failure(Exception failure, CommandLine command, ParseResult arguments) {
    if (Thread.interrupted()) {
      command.getErr().println("stopped before there was a result: " + failure);
      return StopSignal.STATUS;
    }
    failure.printStackTrace(command.getErr());
    return FAILURE;
  }

  private static String explain(ParameterException mistake) {
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      CommandLine command = mistake.getCommandLine();
      if (unmatched.isUnknownOption()) {
        return Words.unknown("option", word, options(command));
      }
      return command.getParent() == null
          ? Words.unknown("command", word, List.copyOf(command.getSubcommands().keySet()))
          : "argument '" + word + "' is one too many; remove it";
    }
    String message = mistake.getMessage();
    return message == null
        ? "wrong command line; see --help"
        : Ascii.toLowerCase(message.charAt(0)) + message.substring(1).replaceAll("\\s+", " ");
  }

  private static List<String> options(CommandLine command) {
    List<String> names = new ArrayList<>();
    command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  /** The command line without a command. */
  @Command(
      name = "ppl-examples",
      description = "Worked examples of PPL4J.",
      mixinStandardHelpOptions = false,
      synopsisSubcommandLabel = "COMMAND")
  static final class Root implements Runnable {
    @Spec CommandSpec spec;

    @CommandLine.Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Shows this text.",
        scope = CommandLine.ScopeType.INHERIT)
    boolean help;

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "command is missing; use 'list' or 'run NAME'");
    }
  }
}
