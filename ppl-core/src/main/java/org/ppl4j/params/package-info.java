/**
 * The learnable numbers of programs, and their files; nothing here knows what a program is.
 *
 * <ul>
 *   <li>{@link org.ppl4j.params.ParamStore}: parameters by name, created when they are first asked
 *       for, in contiguous chunks that optimizers update at once.
 *   <li>{@link org.ppl4j.params.ParamValue}: a parameter in a run; {@link
 *       org.ppl4j.params.ParamSlot}: where in the chunks it is.
 *   <li>{@link org.ppl4j.params.Buffers}: the tensors of modules that are not learned.
 *   <li>{@link org.ppl4j.params.ParamReading}: a file that was checked against a store.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.params;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
