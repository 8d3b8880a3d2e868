/**
 * The engine: what PyTorch does for each row of the table, in {@link
 * org.ppl4j.tensor.engine.PyTorch}, and how its memory is filled and read: {@link
 * org.ppl4j.tensor.engine.HostCopy}, {@link org.ppl4j.tensor.engine.HostMemory}, {@link
 * org.ppl4j.tensor.engine.Constants}, {@link org.ppl4j.tensor.engine.EngineTensor}, or one
 * operation of a record by it: {@link org.ppl4j.tensor.engine.EngineNode}. Nothing here knows runs
 * or tensors; a tensor is a handle, owned by whoever asked for it.
 *
 * <p>Rows that the engine has by itself stand in {@code NativeKernels}, those written in its script
 * language in the classes named {@code ...Scripts}, by theme. For {@code org.ppl4j.tensor} alone.
 */
@NullMarked
package org.ppl4j.tensor.engine;

import org.jspecify.annotations.NullMarked;
