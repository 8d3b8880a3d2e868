/**
 * A recorded program as a graph: what it computes, without the run that computed it.
 *
 * <ul>
 *   <li>A {@link org.ppl4j.tensor.internal.graph.Node} has a {@link
 *       org.ppl4j.tensor.internal.graph.Form}, which says what it computes and of which nodes:
 *       functions of elements ({@link org.ppl4j.tensor.internal.graph.Functions}), sums, products,
 *       gathers, steps one after the other ({@link org.ppl4j.tensor.internal.graph.ScanGraph}), and
 *       views of other nodes by offset and strides ({@link org.ppl4j.tensor.internal.graph.Dims}).
 *   <li>{@link org.ppl4j.tensor.internal.graph.Lowering} makes nodes of the rows of the table of
 *       operations, {@code Inliner} those of what rows are made of, and of their slopes; what no
 *       graph holds is {@link org.ppl4j.tensor.internal.graph.NotRecordable}.
 *   <li>A {@link org.ppl4j.tensor.internal.graph.Graph} keeps each node once and simplifies as it
 *       goes; {@link org.ppl4j.tensor.internal.graph.Gradients} adds the nodes of a gradient, which
 *       can be differentiated again; {@link org.ppl4j.tensor.internal.graph.Layout} turns long axes
 *       to where loops are long; {@link org.ppl4j.tensor.internal.graph.GraphDot} shows it, and a
 *       {@link org.ppl4j.tensor.internal.graph.GraphText} takes it into files and back.
 * </ul>
 *
 * <p>Numbers, whole numbers and truth values are all numbers here; true is 1.
 */
@NullMarked
package org.ppl4j.tensor.internal.graph;

import org.jspecify.annotations.NullMarked;
