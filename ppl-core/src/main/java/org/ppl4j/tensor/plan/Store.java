package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.engine.EngineMatrix;
import org.ppl4j.tensor.table.Kernel;

/**
 * What a replay computes on: its buffers, and what computes the rows that are computed in Java.
 *
 * @param doubles the buffers
 * @param singles those in single precision
 * @param matrices those that the engine multiplies
 * @param kernels one a row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Store(double[][] doubles, float[][] singles, EngineMatrix[] matrices, Kernel[] kernels) {}
