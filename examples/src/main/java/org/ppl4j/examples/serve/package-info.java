/**
 * A learned density behind HTTP: {@link org.ppl4j.examples.serve.Serve} is the example, {@link
 * org.ppl4j.examples.serve.ScorerServer} the server, of every {@link
 * org.ppl4j.examples.serve.ServedScorer}, within its {@link org.ppl4j.examples.serve.ServerLimits}.
 * It is meant to be copied: it needs this library, Gson, Guava, SLF4J, and Prometheus's library of
 * metrics.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.serve;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
