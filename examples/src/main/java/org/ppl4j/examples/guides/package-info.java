/**
 * Guides that are flows. {@link org.ppl4j.examples.guides.IafGuide} compares them with a mean-field
 * guide on posteriors that are bent; {@code GuideKind} has the guides, {@code Projection} the
 * pictures.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.guides;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
