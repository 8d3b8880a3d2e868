/**
 * The table of operations, without any engine: each row is a name, the shape and type of what it
 * gives, how its operands are brought to one type, where its derivative comes from, and what it
 * does to plain numbers. What an engine does for a row stands in a {@link
 * org.ppl4j.tensor.table.Column} of its own; rows that are computed in Java bring a {@link
 * org.ppl4j.tensor.table.Kernel}.
 *
 * <p>Read {@link org.ppl4j.tensor.table.Op} first. Of this package users need {@link
 * org.ppl4j.tensor.table.Shapes} alone; the rest serves {@code org.ppl4j.tensor}.
 */
@NullMarked
package org.ppl4j.tensor.table;

import org.jspecify.annotations.NullMarked;
