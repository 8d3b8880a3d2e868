package org.ppl4j;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * All of some data but the numbers in their tensors: how they are built, shapes and types of
 * tensors, and every other value; of plain arrays the numbers too if a program may read them. A
 * program that was recorded on data can be computed from its record on others of an equal key.
 *
 * @param parts in the order in which they are met
 * @param unseen a class of data that may hold what cannot be seen, so that an equal key says
 *     nothing
 */
public record DataKey(ImmutableList<Object> parts, Optional<String> unseen) {}
