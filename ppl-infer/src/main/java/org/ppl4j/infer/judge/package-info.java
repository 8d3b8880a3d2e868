/**
 * From a model and data to a posterior that is right, or that says it is not: {@link
 * org.ppl4j.infer.judge.Inference} chooses the way and gives an {@link
 * org.ppl4j.infer.judge.InferenceRun} with its {@link org.ppl4j.infer.judge.InferenceReport}, whose
 * {@link org.ppl4j.infer.judge.InferencePlan} does the same again. A {@link
 * org.ppl4j.infer.judge.Judgement} holds an approximation against chains, a {@link
 * org.ppl4j.infer.judge.Judged} quantity at a time, each with a {@link
 * org.ppl4j.infer.judge.Verdict}; the {@link org.ppl4j.infer.judge.Judge} of a fitted guide makes
 * it by short chains.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.judge;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
