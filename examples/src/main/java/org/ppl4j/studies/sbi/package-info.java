/**
 * A study of learned posteriors of simulators: the published benchmark of simulation-based
 * inference. {@link org.ppl4j.studies.sbi.SbiBenchmark} first; {@link org.ppl4j.studies.sbi.SbiFit}
 * has the flows and trainings, {@link org.ppl4j.studies.sbi.C2st} the classifier that scores them.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.studies.sbi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
