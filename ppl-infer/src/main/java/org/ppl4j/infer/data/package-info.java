/**
 * Data of models from files: {@link org.ppl4j.infer.data.StanJson} reads a record of arrays from
 * the JSON that Stan's models take.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.data;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
