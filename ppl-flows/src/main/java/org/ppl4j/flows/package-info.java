/**
 * Learnable flows, one family a file. A family is an immutable description: {@link
 * org.ppl4j.transforms.TransformModule}, or {@link org.ppl4j.transforms.ConditionalTransformModule}
 * for its conditional form.
 *
 * <ul>
 *   <li>Linear: {@link org.ppl4j.flows.Affine}, {@link org.ppl4j.flows.ConditionalAffine}, {@link
 *       org.ppl4j.flows.Flip}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.flows;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
