/**
 * Densities of tables, learned by flows: where someone with a table, and no wish to write a guide,
 * starts.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.density.DensityEstimator} makes a {@link
 *       org.ppl4j.infer.density.Density}: log-densities of rows, draws, a file.
 *   <li>{@link org.ppl4j.infer.density.ConditionalDensityEstimator} makes a {@link
 *       org.ppl4j.infer.density.ConditionalDensity}: the same given contexts. Of one column either
 *       has quantiles and a {@link org.ppl4j.infer.density.PredictionInterval}.
 *   <li>What they answer as functions of plain numbers, also where the engine is not on the class
 *       path: a {@link org.ppl4j.infer.density.Scorer} or a {@link
 *       org.ppl4j.infer.density.ConditionalScorer}, whose intervals are {@link
 *       org.ppl4j.infer.density.PlainInterval}s. {@link org.ppl4j.infer.density.Predictors} puts
 *       them behind DJL's interface.
 *   <li>{@link org.ppl4j.infer.density.Table}: columns with names, from a CSV file in a {@link
 *       org.ppl4j.infer.density.TableFormat}. A {@link org.ppl4j.infer.density.TableColumn} is of a
 *       {@link org.ppl4j.infer.density.ColumnType}, and its levels are a {@link
 *       org.ppl4j.infer.density.Category}. Each column of a table is learned as what it is; of
 *       arrays {@link org.ppl4j.infer.density.Dequantisation} says what becomes of counts and
 *       rounded numbers, {@link org.ppl4j.infer.density.Spike} of one number that many rows have.
 *   <li>{@link org.ppl4j.infer.density.DensityScores}: how good a density is on rows that it has
 *       not seen.
 *   <li>{@link org.ppl4j.infer.density.Training}: minibatches, validation, patience, rate, and an
 *       {@link org.ppl4j.infer.density.Objective}; what it did is a {@link
 *       org.ppl4j.infer.density.DensityReport}. Flow matching has a {@link
 *       org.ppl4j.infer.density.Pairing} of noise and rows.
 *   <li>Objectives that compare draws with rows: by an {@link org.ppl4j.infer.density.Mmd}, whose
 *       {@link org.ppl4j.infer.density.Kernel} says how alike two rows are, or by a {@link
 *       org.ppl4j.infer.density.Critic} that learns to tell them apart, for an {@link
 *       org.ppl4j.infer.density.AdversarialLoss} or another {@link
 *       org.ppl4j.infer.density.CriticLoss}.
 *   <li>What a flow starts from may be a {@link org.ppl4j.infer.density.BaseDistribution} of one's
 *       own, which is learned too.
 *   <li>An objective of one's own is a {@link org.ppl4j.infer.density.Goal}: a program of a {@link
 *       org.ppl4j.infer.density.FlowBatch}, judged at a {@link org.ppl4j.infer.density.FlowLook},
 *       and made large by one of the {@link org.ppl4j.infer.density.Optimizers}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.density;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
