package org.ppl4j.examples.launcher;

import com.google.common.collect.ImmutableMap;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.report.ForestPicture;
import org.ppl4j.infer.report.Picture;

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

  /**
   * Means, deviations and quantiles, beside those of the reference if there is one.
   *
   * @param title of the picture
   * @param of what the parameters were found by
   */
  Picture picture(String title, String of) {
    ImmutableMap.Builder<String, Summary> fits = ImmutableMap.builder();
    fits.put(of, parameters);
    if (!reference.parameters().isEmpty()) {
      fits.put("reference", reference.summary());
    }
    return ForestPicture.ofSummaries(
        title + ": mean, standard deviation and 5% to 95%", fits.buildOrThrow());
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
