package org.ppl4j.examples;

import com.google.common.collect.ImmutableMap;
import org.ppl4j.infer.Summary;

/**
 * What an example found.
 *
 * @param parameters the marginals of its posterior, under the names of its reference
 * @param reference what they should be; with all their names, or with none
 * @param figures single numbers of interest, such as the loss or the number of steps, by name
 */
public record ExampleResult(
    Summary parameters, Reference reference, ImmutableMap<String, Double> figures) {}
