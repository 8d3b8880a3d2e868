/**
 * Groups that share what is learned of each. {@link org.ppl4j.examples.hierarchical.EightSchools}
 * first; {@link org.ppl4j.examples.hierarchical.Radon} has 85 groups, and sees all rows or a batch
 * of them a step. {@link org.ppl4j.examples.hierarchical.StanData} reads such data from a file of
 * Stan's; {@link org.ppl4j.examples.hierarchical.ModelComparison} asks what the groups are good
 * for.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.hierarchical;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
