package org.ppl4j;

import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableList;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A model, a guide, or any other piece of probabilistic code: ordinary Java over tensors whose
 * random choices, observations and parameters go through {@link Ppl}.
 *
 * <p>A program holds no state of an execution. One program may run on many threads at a time. It
 * can be serialized if what it holds can; so what a lambda has captured is known, and the method
 * that it is, by which a record of the program is held to what was there when it was made.
 *
 * @param <D> the data, as {@link BoundData} takes them; {@code Void} for none
 */
@FunctionalInterface
public interface Program<D extends @Nullable Object> extends Serializable {

  /**
   * Runs the program once. Called by executions and by programs that contain this one; to run a
   * program from outside use {@link Execution}.
   *
   * @param p the execution: handlers, noise, parameters
   * @param data the data as tensors of the execution's run
   */
  void run(Ppl p, D data);

  /** This program under handlers; the first is the innermost, the last the outermost. */
  default Program<D> with(Handler... handlers) {
    checkNotNull(handlers, "handlers");
    ImmutableList<Handler> around = ImmutableList.copyOf(handlers);
    return (p, data) -> p.inside(around, () -> run(p, data));
  }

  /**
   * What reports, errors and the log call it: what it prints if its class says so, else by the
   * class that it is written in.
   */
  default String name() {
    String text = toString();
    int lambda = text.indexOf("$$Lambda");
    if (lambda < 0) {
      return text;
    }
    String host = text.substring(text.lastIndexOf('.', lambda) + 1, lambda);
    return host.equals(Program.class.getSimpleName())
        ? "a program under handlers"
        : "a program of " + host;
  }

  /**
   * The table of this program's sites, from one execution with a fresh parameter store: name,
   * distribution, batch and event shape, plates.
   */
  default SiteTable describe(D data) {
    return Describing.table(this, data);
  }

  /**
   * The graph of this program in the language of Graphviz: sites as nodes, plates as clusters with
   * their sizes, observed sites shaded, parameters and deterministic values in their own shapes.
   *
   * <p>An edge from a to b means that b's distribution (or value, if b is deterministic) changes
   * when a's value does and every other site's value stays. It is found by running the program once
   * a site with that site's value exchanged, so the cost is one execution a site.
   */
  default String toDot(D data) {
    return Describing.dot(this, data);
  }

  /**
   * The table of this program's sites with the edges between them, found as {@link #toDot} finds
   * them: one execution a site.
   */
  default SiteGraph graph(D data) {
    return Describing.graph(this, data);
  }
}
