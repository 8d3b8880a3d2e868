package org.ppl4j.examples.launcher;

import com.google.common.collect.ImmutableList;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the examples, one a line. */
@Command(name = "list", description = "Lists the examples.")
final class ListCommand implements Runnable {

  private final ImmutableList<Example> examples;

  @Spec private CommandSpec spec;

  ListCommand(ImmutableList<Example> examples) {
    this.examples = examples;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    int width = examples.stream().mapToInt(example -> example.name().length()).max().orElse(0);
    for (Example example : examples) {
      out.println(pad(example.name(), width) + "  " + example.description());
    }
  }

  private static String pad(String name, int width) {
    return name + " ".repeat(width - name.length());
  }
}
