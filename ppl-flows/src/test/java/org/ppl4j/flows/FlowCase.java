package org.ppl4j.flows;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.Mlp;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/**
 * A row of the table of flows: a family for vectors of any size, and its conditional form.
 *
 * @param name the name of the row
 * @param module from the number of coordinates
 * @param conditional from the number of coordinates, for a context of {@link #CONTEXT} entries;
 *     null for a family without parameters
 * @param family of which every coordinate has a map of its own; null for other flows
 * @param startsAsIdentity whether it is the identity at first
 */
record FlowCase(
    String name,
    IntFunction<TransformModule> module,
    @Nullable IntFunction<ConditionalTransformModule> conditional,
    @Nullable ScalarFamily family,
    boolean startsAsIdentity) {

  /** The entries of a context. */
  static final int CONTEXT = 2;

  /** A family that sees contexts in its own way. */
  static FlowCase of(String name, IntFunction<TransformModule> module) {
    return of(name, module, dim -> module.apply(dim).conditional(CONTEXT));
  }

  /** A family, and another given contexts. */
  static FlowCase of(
      String name,
      IntFunction<TransformModule> module,
      IntFunction<ConditionalTransformModule> conditional) {
    return new FlowCase(name, module, conditional, null, true);
  }

  /** A map of a family for each coordinate. */
  static FlowCase of(String name, ScalarFamily family) {
    return new FlowCase(
        name,
        dim -> Elementwise.of(dim, family),
        dim -> Elementwise.of(dim, family).conditional(CONTEXT, Mlp.of(8)),
        family,
        true);
  }

  /** A family that has no parameters, or none that a context could change. */
  static FlowCase fixed(String name, IntFunction<TransformModule> module) {
    return new FlowCase(name, module, null, null, false);
  }

  /** The same of a family that cannot be the identity. */
  FlowCase startingElsewhere() {
    return new FlowCase(name, module, conditional, family, false);
  }

  @Override
  public String toString() {
    return name;
  }
}
