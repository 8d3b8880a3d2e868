package org.ppl4j.examples;

import java.io.IOException;

/** A worked example: a model, its data and its inference, run by name. */
public interface Example {

  /** What the launcher calls it, such as {@code eight-schools}. */
  String name();

  /** What it shows, in one line. */
  String description();

  /** Whether it can be told how many rows a step sees. */
  default boolean takesBatch() {
    return false;
  }

  /** Whether it can be given a table of the user's. */
  default boolean takesFile() {
    return false;
  }

  /** Whether it can be given a task of the benchmark of simulators. */
  default boolean takesTask() {
    return false;
  }

  /** Whether it writes pictures or tables to a folder, where it is given one. */
  default boolean writesFiles() {
    return false;
  }

  /**
   * Runs it.
   *
   * @throws IOException if a file cannot be read or written
   */
  ExampleResult run(ExampleOptions options) throws IOException;
}
