/**
 * The first example to read: {@link org.ppl4j.examples.basics.Coin} has a model, a guide and a fit,
 * each written out, and a posterior that is known exactly.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.basics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
