/**
 * Inference on a cluster of Apache Spark.
 *
 * <ul>
 *   <li>{@link org.ppl4j.spark.SparkChains} runs the chains of one posterior on executors.
 *   <li>{@link org.ppl4j.spark.SparkFits} fits one model a group of rows.
 *   <li>{@link org.ppl4j.spark.SparkLogDensity} is the log density of more rows than a machine has
 *       room for, to whatever asks for one: Laplace's approximation, Pathfinder, NUTS, SVI.
 *   <li>{@link org.ppl4j.spark.SparkScorer} answers as columns what a density learned.
 *   <li>{@link org.ppl4j.spark.SparkSimulations} simulates for {@link org.ppl4j.infer.sbi.Npe}.
 * </ul>
 *
 * <p>Below it is one mechanism. Work is cut into blocks whose number and size do not depend on the
 * cluster; noise is keyed by what is computed and not by where; what comes of blocks is put
 * together in their order. So any number of partitions and executors gives the bits of one machine,
 * and an executor that is lost, a task that is late or one that runs twice changes none. Both sides
 * must have the same processor type and the same jars, which is checked ({@link org.ppl4j.Parcel}).
 *
 * <p>When it pays. Figures are of two cores that had other work too, so they are orders of
 * magnitude, not promises:
 *
 * <ul>
 *   <li>The first task of a fresh executor takes seconds more than later ones: 12 s where those
 *       take 1.8 s, for a chain of the example radon. It loads the native library, and its code is
 *       compiled.
 *   <li>A job of eight empty tasks takes 80 ms, and a task opens what it was sent in 20 to 35 ms of
 *       processor time.
 *   <li>10,000 fits of 20 rows and 3 parameters by Laplace's approximation take 172 s on two warm
 *       executors of one core, 34 ms a fit; on paper four seconds on 100 executors.
 *   <li>A column of log-densities of a scorer by names takes 80 µs a row, of which the scorer takes
 *       30.
 *   <li>A gradient of a log density of rows on executors is a job: 30 ms on two threads of one JVM,
 *       and 60 ms for a hundred vectors at once. On executors of their own it takes 43 ms for a
 *       thousand rows of eight columns, 66 ms for 100,000 and 101 ms for a million on one of them,
 *       and 32, 40 and 59 ms on two. The rows themselves take 0.25 ms of processor time for each
 *       block of 10,000, 25 ns a row, as they do on one machine.
 *   <li>Rows of four times an executor's memory are put in order in 40 s, and Laplace's
 *       approximation on them takes 106 s: 27 passes over 1.95 GB that lie on disk.
 * </ul>
 *
 * <p>So a log density of ten million rows of eight columns, 640 MB, is as fast on one thread of one
 * machine, a quarter of a second, as on a cluster of any size; executors are for rows that a
 * machine does not hold, or that are there already. A billion rows, 64 GB, are 25 s of processor
 * time a gradient: on paper half a second on 100 executors, of which half is theirs and the rest
 * the job's and the driver's, which adds the numbers of 100,000 blocks. Laplace's approximation
 * from one start asks for some twenty gradients and second derivatives, a chain of {@link
 * org.ppl4j.infer.mcmc.Nuts} for ten thousands one after the other: an hour and more.
 *
 * <p>And chains of a posterior that one machine draws in a minute stay there: they take no more
 * executors than there are chains, and two executors on two cores are no faster than two threads.
 * Thousands of groups, simulations that are dear, and tables that are on the cluster already are
 * what executors are for. Executors of one core are best, with 1 GB of memory each.
 *
 * <p>Guava and Gson of Spark's distribution may be older than this library's and come first on the
 * class path: if a method of theirs is not found, let the job's own come first ({@code
 * spark.executor.userClassPathFirst}, {@code spark.driver.userClassPathFirst}). A class of a model
 * is to be in a jar that both sides have.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.spark;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
