/**
 * A table with missing values. {@link org.ppl4j.examples.missing.MissingValues} is the example,
 * {@code WineTable} its data, {@code NormalRows} the exact posterior that it is judged by.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.missing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
