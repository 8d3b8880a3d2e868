/**
 * Graphs made ready to be computed many times: a {@link org.ppl4j.tensor.internal.plan.Plan} says
 * in which loops the nodes are computed and where their numbers lie, a {@link
 * org.ppl4j.tensor.internal.plan.PlanReplay} computes it on memory that one thread at a time uses,
 * its own or a {@link org.ppl4j.tensor.internal.plan.Workspace} that others have in turn.
 */
@NullMarked
package org.ppl4j.tensor.internal.plan;

import org.jspecify.annotations.NullMarked;
