/**
 * JMH benchmarks: steps of inference on the peers' cases, a hand-written loop for comparison, and
 * the cost of one statement and one operation.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.benchmarks;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
