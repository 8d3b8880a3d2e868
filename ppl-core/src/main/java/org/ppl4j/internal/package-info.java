/**
 * What packages of the language share and no user needs: {@link org.ppl4j.internal.WrittenNames}
 * are names of sites that somebody wrote down, {@link org.ppl4j.internal.SetAside} is for what is
 * done even if its thread is interrupted. What is in packages named {@code internal} may change
 * with each version.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.internal;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
