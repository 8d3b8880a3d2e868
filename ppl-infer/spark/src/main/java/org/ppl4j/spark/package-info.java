/**
 * Inference on a cluster of Apache Spark.
 *
 * <ul>
 *   <li>{@link org.ppl4j.spark.SparkChains} runs the chains of one posterior on executors.
 *   <li>{@link org.ppl4j.spark.SparkFits} fits one model a group of rows.
 *   <li>{@link org.ppl4j.spark.SparkScorer} answers as columns what a density learned.
 *   <li>{@link org.ppl4j.spark.SparkSimulations} simulates for {@link org.ppl4j.infer.sbi.Npe}.
 * </ul>
 *
 * <p>Below it is one mechanism. Work is cut into blocks whose number and size do not depend on the
 * cluster; noise is keyed by what is computed and not by where; what comes of blocks is put
 * together in their order. So any number of partitions and executors gives the bits of one machine,
 * and an executor that is lost, a task that is late or one that runs twice changes none. Both sides
 * must have the same processor type and the same jars, which is checked ({@link org.ppl4j.Parcel}).
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.spark;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
