/**
 * Guides that are flows. {@link org.ppl4j.examples.guides.IafGuide} compares them with a mean-field
 * guide on posteriors that are bent; {@code GuideKind} has the guides, {@code Projection} the
 * pictures. {@link org.ppl4j.examples.guides.Funnel} shows what chains gain by such a flow.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.guides;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
