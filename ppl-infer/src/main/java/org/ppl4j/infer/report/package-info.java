/**
 * A fit as one page of HTML: {@link org.ppl4j.infer.report.Report}, with a way in for each kind of
 * fit. A page holds what stands in a report: facts, findings, a summary, figures and sections; a
 * new kind of fit is a method {@code of} that fills these, a new kind of figure a record in {@code
 * Figure} and a function of its name in the script of pages. Every {@link
 * org.ppl4j.infer.report.CurvePicture} can be a figure.
 *
 * <p>Pictures as PNG, without a display. The classes that draw need XChart ({@code
 * org.knowm.xchart:xchart}) on the class path, which ppl-infer does not bring along.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.report.PlanePicture}: densities and points in an {@link
 *       org.ppl4j.infer.report.Area} of the plane; a density is a {@link
 *       org.ppl4j.infer.report.PlaneLogDensity}.
 *   <li>{@link org.ppl4j.infer.report.CurvePicture}: losses and other curves.
 *   <li>{@link org.ppl4j.infer.report.CalibrationPicture}: coverage and ranks of a posterior.
 *   <li>{@link org.ppl4j.infer.report.ChainPicture}: traces, ranks and energies of Markov chains.
 *   <li>{@link org.ppl4j.infer.report.PairsPicture}: draws of numbers against each other, with what
 *       diverged.
 *   <li>{@link org.ppl4j.infer.report.ForestPicture}: means and intervals of many numbers, of fits
 *       side by side.
 *   <li>{@link org.ppl4j.infer.report.PredictiveCheckPicture}: data over those that a model makes.
 *   <li>{@link org.ppl4j.infer.report.ImagePicture}: grey pixels.
 *   <li>{@link org.ppl4j.infer.report.Sheet}: several of them on one {@link
 *       org.ppl4j.infer.report.Picture}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.report;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
