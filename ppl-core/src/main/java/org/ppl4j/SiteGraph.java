package org.ppl4j;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;

/**
 * The sites of an execution with what depends directly on what.
 *
 * @param sites of the program, in order
 * @param edges between them, those from one site together, in the order of the sites
 */
public record SiteGraph(SiteTable sites, ImmutableList<Edge> edges) {

  /**
   * Site {@code to} depends on the value of site {@code from} where every other value stays.
   *
   * @param from the name of a site or parameter
   * @param to the name of a site
   */
  public record Edge(String from, String to) {

    /** Between these. */
    public Edge {
      requireNonNull(from, "from");
      requireNonNull(to, "to");
    }
  }

  /** Of these. */
  public SiteGraph {
    requireNonNull(sites, "sites");
    requireNonNull(edges, "edges");
  }
}
