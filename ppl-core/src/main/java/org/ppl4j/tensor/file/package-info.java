/**
 * Files of tensors: {@link org.ppl4j.tensor.file.TensorFile} writes and reads them, so that a write
 * that was cut short, or a file that was changed, is never taken for a whole one. What was recorded
 * goes into them as a {@link org.ppl4j.tensor.file.StoredMap}, and {@link
 * org.ppl4j.tensor.file.FileTexts} say what is wrong with the rest. They name each {@link
 * org.ppl4j.tensor.file.Family} that makes something of their numbers, with its version.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.tensor.file;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
