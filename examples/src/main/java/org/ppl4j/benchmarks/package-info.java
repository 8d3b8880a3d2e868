/**
 * JMH benchmarks: {@link org.ppl4j.benchmarks.StepBenchmark}, a {@link org.ppl4j.benchmarks.Fit}'s
 * step on the {@link org.ppl4j.benchmarks.PeerCases} and their {@link
 * org.ppl4j.benchmarks.PeerModels}; {@link org.ppl4j.benchmarks.HandWrittenBenchmark}, a loop
 * written by hand for comparison; {@link org.ppl4j.benchmarks.LanguageBenchmark}, the cost of one
 * statement and one operation. {@link org.ppl4j.benchmarks.StepTimes} times these steps, the {@link
 * org.ppl4j.benchmarks.ArrayCases} and the {@link org.ppl4j.benchmarks.DensityCases} without JMH,
 * so that two virtual machines can take turns.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.benchmarks;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
