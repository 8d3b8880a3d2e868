package org.ppl4j;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the graph of a trace in the language of Graphviz. */
final class Dot {

  /** A plate's cluster: the nodes directly in it and the clusters inside. */
  private static final class Cluster {
    private final List<String> nodes = new ArrayList<>();
    private final Map<String, Cluster> inner = new LinkedHashMap<>();
  }

  private Dot() {}

  static String of(Trace trace, List<SiteGraph.Edge> edges) {
    Cluster root = new Cluster();
    for (ParamSite param : trace.params()) {
      root.nodes.add(quoted(param.name()) + " [shape=plaintext];");
    }
    for (SampleSite site : trace.sites()) {
      cluster(root, site).nodes.add(quoted(site.name()) + " [" + style(site) + "];");
    }
    StringBuilder text = new StringBuilder("digraph program {\n");
    write(text, root, "", "  ");
    for (SiteGraph.Edge edge : edges) {
      text.append("  ")
          .append(quoted(edge.from()))
          .append(" -> ")
          .append(quoted(edge.to()))
          .append(";\n");
    }
    return text.append("}\n").toString();
  }

  private static Cluster cluster(Cluster root, SampleSite site) {
    Cluster at = root;
    List<Plate> plates = site.plates();
    for (int i = plates.size() - 1; i >= 0; i--) {
      Plate plate = plates.get(i);
      String rows =
          plate.batch() == plate.size()
              ? Long.toString(plate.size())
              : plate.batch() + " of " + plate.size();
      at = at.inner.computeIfAbsent(plate.name() + ": " + rows, key -> new Cluster());
    }
    return at;
  }

  private static String style(SampleSite site) {
    return switch (site.kind()) {
      case LATENT, ENUMERATED -> "shape=ellipse";
      case OBSERVED -> "shape=ellipse, style=filled, fillcolor=gray80";
      case FACTOR -> "shape=square, style=filled, fillcolor=gray40, fontcolor=white";
      case DETERMINISTIC -> "shape=ellipse, style=dashed";
    };
  }

  private static void write(StringBuilder text, Cluster cluster, String path, String indent) {
    text.append(cluster.nodes.stream().map(node -> indent + node + "\n").collect(joining()));
    cluster.inner.forEach(
        (label, inner) -> {
          String id = path + "/" + label;
          text.append(indent).append("subgraph ").append(quoted("cluster" + id)).append(" {\n");
          text.append(indent).append("  label=").append(quoted(label)).append(";\n");
          text.append(indent).append("  labeljust=r;\n").append(indent).append("  labelloc=b;\n");
          write(text, inner, id, indent + "  ");
          text.append(indent).append("}\n");
        });
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
