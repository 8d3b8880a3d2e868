/** Programs, their execution, and what an execution leaves behind. */
@NullMarked
@CheckReturnValue
package org.ppl4j;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
