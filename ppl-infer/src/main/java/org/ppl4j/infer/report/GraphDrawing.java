package org.ppl4j.infer.report;

import static java.util.Objects.requireNonNull;

import com.google.common.html.HtmlEscapers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppl4j.SiteGraph;
import org.ppl4j.SiteTable;

/**
 * The graph of a model as SVG: sites as ellipses, observed ones filled, deterministic ones dashed,
 * parameters in rectangles, plates as frames around what they repeat.
 *
 * <p>A frame is laid out like a site, once what is in it is: sites and frames stand in layers, each
 * below all on which it depends, within a layer near to what it depends on.
 */
final class GraphDrawing {

  /** A graph of more sites cannot be read. */
  static final int MOST_SITES = 60;

  // pixels
  private static final double LETTER = 7.4;
  private static final double LEAST_WIDTH = 64;
  private static final double HEIGHT = 42;
  private static final double GAP = 22; // beside each other
  private static final double STEP = 40; // below each other
  private static final double FRAME = 14;
  private static final double LABEL = 18; // of a frame, at its bottom

  /** A site or a frame, with its place in the frame around it. */
  private static final class Box {
    final @Nullable String frame; // its words; null of a site
    final SiteTable.@Nullable Row site; // null of a frame
    final Map<String, Box> inner = new LinkedHashMap<>();
    double width;
    double height;
    double x;
    double y;

    Box(@Nullable String frame, SiteTable.@Nullable Row site) {
      this.frame = frame;
      this.site = site;
    }
  }

  private record Place(double x, double y, double width) {}

  private final SiteGraph graph;
  private final Box root = new Box("", null);
  private final Map<String, List<String>> paths = new HashMap<>(); // keys of boxes down to a site
  private final Map<String, Place> places = new HashMap<>();
  private final StringBuilder svg = new StringBuilder();

  private GraphDrawing(SiteGraph graph) {
    this.graph = graph;
  }

  /** The drawing; empty of a graph of no site, or too many. */
  static Optional<String> of(SiteGraph graph) {
    int sites = graph.sites().rows().size();
    return sites == 0 || sites > MOST_SITES
        ? Optional.empty()
        : Optional.of(new GraphDrawing(graph).drawn());
  }

  private String drawn() {
    graph.sites().rows().forEach(this::put);
    layOut(root, 0);
    frames(root, 0, 0);
    graph.edges().forEach(this::edge);
    graph.sites().rows().forEach(this::site);
    return String.format(
        Locale.ROOT,
        "<svg class=\"graph\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\""
            + " aria-label=\"graph of the model\"><defs><marker id=\"arrow\" viewBox=\"0 0 8 8\""
            + " refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path"
            + " class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>%s</svg>",
        root.width,
        root.height,
        root.width,
        root.height,
        svg);
  }

  private void put(SiteTable.Row row) {
    Box at = root;
    List<String> path = new ArrayList<>();
    for (String plate : row.plates()) {
      String words = plate.replaceFirst(" at -\\d+$", "");
      path.add("plate " + words);
      at = at.inner.computeIfAbsent("plate " + words, key -> new Box(words, null));
    }
    path.add("site " + row.name());
    Box box = new Box(null, row);
    int letters = Math.max(row.name().length(), family(row).length());
    box.width = Math.max(LEAST_WIDTH, LETTER * letters + 26);
    box.height = HEIGHT;
    at.inner.put("site " + row.name(), box);
    paths.put(row.name(), path);
  }

  /** The name of the distribution, without its parameters. */
  private static String family(SiteTable.Row row) {
    int end = row.distribution().indexOf('(');
    return end < 0 ? row.distribution() : row.distribution().substring(0, end);
  }

  // --- layout

  private void layOut(Box box, int depth) {
    if (box.site != null) {
      return;
    }
    box.inner.values().forEach(inner -> layOut(inner, depth + 1));
    Map<String, Set<String>> parents = parents(box, depth);
    Map<String, Integer> layers = layers(box, parents);
    Map<Integer, List<String>> rows = new TreeMap<>();
    layers.forEach((key, layer) -> rows.computeIfAbsent(layer, l -> new ArrayList<>()).add(key));
    double width =
        rows.values().stream().mapToDouble(row -> widthOf(box, row)).max().orElse(LEAST_WIDTH);
    if (box.frame != null) {
      width = Math.max(width, LETTER * box.frame.length());
    }
    double y = FRAME;
    for (List<String> row : rows.values()) {
      row.sort(Comparator.comparingDouble(key -> middleOf(box, parents.get(key))));
      double x = FRAME + (width - widthOf(box, row)) / 2;
      double height = row.stream().mapToDouble(key -> inner(box, key).height).max().orElse(0);
      for (String key : row) {
        Box inner = inner(box, key);
        inner.x = x;
        inner.y = y + (height - inner.height) / 2;
        x += inner.width + GAP;
      }
      y += height + STEP;
    }
    box.width = width + 2 * FRAME;
    box.height = y - STEP + FRAME + (depth == 0 ? 0 : LABEL);
  }

  private static Box inner(Box box, String key) {
    return requireNonNull(box.inner.get(key), key);
  }

  private static double widthOf(Box box, List<String> row) {
    return row.stream().mapToDouble(key -> inner(box, key).width).sum() + GAP * (row.size() - 1);
  }

  /** Where what it depends on stands; a place in the middle for what depends on nothing. */
  private static double middleOf(Box box, @Nullable Set<String> parents) {
    return parents == null
        ? 0
        : parents.stream()
            .map(key -> inner(box, key))
            .mapToDouble(parent -> parent.x + parent.width / 2)
            .average()
            .orElse(0);
  }

  /** What each of those in a box depends on among them. */
  private Map<String, Set<String>> parents(Box box, int depth) {
    Map<String, Set<String>> parents = new LinkedHashMap<>();
    for (SiteGraph.Edge edge : graph.edges()) {
      List<String> from = paths.get(edge.from());
      List<String> to = paths.get(edge.to());
      if (from != null && to != null && from.size() > depth && to.size() > depth) {
        String a = from.get(depth);
        String b = to.get(depth);
        boolean isHere = from.subList(0, depth).equals(to.subList(0, depth));
        if (isHere
            && !a.equals(b)
            && box.inner.containsKey(a)
            && box.inner.containsKey(b)
            && isAt(box, from, depth)) {
          parents.computeIfAbsent(b, key -> new LinkedHashSet<>()).add(a);
        }
      }
    }
    return parents;
  }

  /** Whether a path leads through a box at a depth. */
  private boolean isAt(Box box, List<String> path, int depth) {
    Box at = root;
    for (int i = 0; i < depth; i++) {
      at = inner(at, path.get(i));
    }
    return at == box;
  }

  /**
   * The layer of each, below those it depends on; what depends on none is right above the first
   * that depends on it. Frames may depend on each other in a circle; then one of them is above.
   */
  private static Map<String, Integer> layers(Box box, Map<String, Set<String>> parents) {
    Map<String, Integer> layers = new LinkedHashMap<>();
    box.inner.keySet().forEach(key -> layers.put(key, 0));
    for (int round = 0; round < box.inner.size(); round++) {
      parents.forEach(
          (key, of) ->
              of.forEach(
                  parent ->
                      layers.merge(
                          key,
                          Math.min(box.inner.size(), requireNonNull(layers.get(parent)) + 1),
                          Math::max)));
    }
    box.inner.keySet().stream()
        .filter(key -> !parents.containsKey(key))
        .forEach(
            key ->
                parents.entrySet().stream()
                    .filter(other -> other.getValue().contains(key))
                    .mapToInt(other -> requireNonNull(layers.get(other.getKey())) - 1)
                    .min()
                    .ifPresent(layer -> layers.put(key, Math.max(0, layer))));
    List<Integer> used = layers.values().stream().distinct().sorted().collect(Collectors.toList());
    layers.replaceAll((key, layer) -> used.indexOf(layer));
    return layers;
  }

  // --- drawing

  private void frames(Box box, double x, double y) {
    for (Box inner : box.inner.values()) {
      double left = x + inner.x;
      double top = y + inner.y;
      if (inner.site != null) {
        places.put(
            inner.site.name(),
            new Place(left + inner.width / 2, top + inner.height / 2, inner.width));
      } else {
        add(
            "<rect class=\"plate\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\""
                + " rx=\"6\"/>",
            left, top, inner.width, inner.height);
        text(
            left + inner.width / 2,
            top + inner.height - 7,
            "small",
            requireNonNull(inner.frame, "frame"));
        frames(inner, left, top);
      }
    }
  }

  private void edge(SiteGraph.Edge edge) {
    Place from = places.get(edge.from());
    Place to = places.get(edge.to());
    if (from != null && to != null) {
      double[] start = border(from, to);
      double[] end = border(to, from);
      add(
          "<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"M%.1f %.1fL%.1f %.1f\"/>",
          start[0], start[1], end[0], end[1]);
    }
  }

  /** Where the line to another leaves the ellipse of a site. */
  private static double[] border(Place of, Place to) {
    double dx = (to.x() - of.x()) / (of.width() / 2);
    double dy = (to.y() - of.y()) / (HEIGHT / 2);
    double length = Math.max(1e-9, Math.hypot(dx, dy));
    return new double[] {of.x() + dx / length * of.width() / 2, of.y() + dy / length * HEIGHT / 2};
  }

  private void site(SiteTable.Row row) {
    Place at = requireNonNull(places.get(row.name()));
    String kind = row.kind();
    if (kind.equals("param") || kind.equals("factor")) {
      add(
          "<rect class=\"site %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
          kind, at.x() - at.width() / 2, at.y() - HEIGHT / 2, at.width(), HEIGHT);
    } else {
      add(
          "<ellipse class=\"site %s\" cx=\"%.1f\" cy=\"%.1f\" rx=\"%.1f\" ry=\"%.1f\"/>",
          kind, at.x(), at.y(), at.width() / 2, HEIGHT / 2);
    }
    text(at.x(), at.y() - 1, "", row.name());
    text(at.x(), at.y() + 12, "small", kind.equals("param") ? "learned" : family(row));
  }

  private void text(double x, double y, String style, String words) {
    add("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", style, x, y);
    svg.append(HtmlEscapers.htmlEscaper().escape(words)).append("</text>");
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
