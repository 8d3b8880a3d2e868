/**
 * Graphs made ready to be computed many times: a {@link org.ppl4j.tensor.plan.Plan} says in which
 * loops the nodes are computed and where their numbers lie, a {@link org.ppl4j.tensor.plan.Replay}
 * computes it on memory of its own, which one thread at a time uses.
 */
@NullMarked
package org.ppl4j.tensor.plan;

import org.jspecify.annotations.NullMarked;
