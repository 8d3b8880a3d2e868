/**
 * Latent choices: {@link org.ppl4j.examples.choices.Penguins}, {@link
 * org.ppl4j.examples.choices.Regimes} and {@link org.ppl4j.examples.choices.CaptureRecapture} draw
 * them as any site. Inference sums them out, and draws them back.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.choices;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
