/**
 * The engine: what PyTorch does for each row of the table, in {@link
 * org.ppl4j.tensor.internal.engine.PyTorch}, and how its memory is filled and read: {@link
 * org.ppl4j.tensor.internal.engine.HostCopy}, {@link org.ppl4j.tensor.internal.engine.HostMemory},
 * {@link org.ppl4j.tensor.internal.engine.Constants}, {@link
 * org.ppl4j.tensor.internal.engine.EngineTensor}, or one operation of a record by it: {@link
 * org.ppl4j.tensor.internal.engine.EngineNode}. Nothing here knows runs or tensors; a tensor is a
 * handle, owned by whoever asked for it.
 *
 * <p>What the engine has for a row stands in the table; what it has not is printed in its script
 * language of what the table says a row is made of, by {@code PrintedScript}. Rows that are more
 * than functions of elements stand in {@code NativeKernels} and the classes named {@code
 * ...Scripts}, by theme. For {@code org.ppl4j.tensor} alone.
 *
 * <p>{@link org.ppl4j.tensor.internal.engine.NativeLibrary} loads the native library, or says which
 * dependency is missing.
 */
@NullMarked
package org.ppl4j.tensor.internal.engine;

import org.jspecify.annotations.NullMarked;
