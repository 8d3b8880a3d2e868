package org.ppl4j.examples.launcher;

import com.google.common.collect.ImmutableMap;
import org.ppl4j.infer.Summary;

/**
 * What an example found.
 *
 * @param parameters the marginals of its posterior, under the names of its reference
 * @param reference what they should be; with all their names, or with none
 * @param figures single numbers of interest, such as the loss or the number of steps, by name
 * @param report what was done and what speaks against it, in words, printed first; empty if there
 *     is nothing to say
 * @param table what is printed instead of a line for each number of {@code parameters}; empty if
 *     these lines are what a reader wants
 */
public record ExampleResult(
    Summary parameters,
    Reference reference,
    ImmutableMap<String, Double> figures,
    String report,
    String table) {

  /** One whose parameters are printed line by line, without a report. */
  public ExampleResult(
      Summary parameters, Reference reference, ImmutableMap<String, Double> figures) {
    this(parameters, reference, figures, "", "");
  }

  /** The same with a report. */
  public ExampleResult withReport(String report) {
    return new ExampleResult(parameters, reference, figures, report, table);
  }

  /** The same with a table of its own. */
  public ExampleResult withTable(String table) {
    return new ExampleResult(parameters, reference, figures, report, table);
  }
}
