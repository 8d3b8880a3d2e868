package org.ppl4j.examples.launcher;

import com.google.common.collect.ImmutableList;
import java.io.IOException;

/** A worked example: a model, its data and its inference, run by name. */
public interface Example {

  /** What the launcher calls it, such as {@code eight-schools}. */
  String name();

  /** What it shows, in one line. */
  String description();

  /** Options of its own; two examples that have one of the same name mean the same by it. */
  default ImmutableList<ExampleOption<?>> options() {
    return ImmutableList.of();
  }

  /**
   * Whether it writes pictures or tables of its own to a folder, where it is given one; so unless
   * it says. Of others the {@linkplain ExampleResult#picture picture} of their result is written.
   */
  default boolean writesFiles() {
    return true;
  }

  /** Whether it writes a report, where it is given a file; not so unless it says. */
  default boolean writesReport() {
    return false;
  }

  /**
   * Runs it.
   *
   * @throws IOException if a file cannot be read or written
   * @throws MisuseException if the options ask for what it cannot do
   */
  ExampleResult run(ExampleOptions options) throws IOException;
}
