/**
 * What programs read of what is around them, other than their data: the values that they have
 * captured and the fields that their code reads, found by their bytecode.
 *
 * <ul>
 *   <li>{@link org.ppl4j.tensor.internal.around.Surroundings}: whether it is what it was
 *   <li>{@link org.ppl4j.tensor.internal.around.Walk}: finds it, by {@link
 *       org.ppl4j.tensor.internal.around.ClassCode code} and objects; {@link
 *       org.ppl4j.tensor.internal.around.Origin} says whose code is followed
 *   <li>{@link org.ppl4j.tensor.internal.around.Captured}: what a function has captured
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.tensor.internal.around;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
