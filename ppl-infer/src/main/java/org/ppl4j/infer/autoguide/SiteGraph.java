package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.PlateSpec;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.nn.Conditioner;

/** Which latent sites a guide draws given which, and how. */
final class SiteGraph {

  /** Above so many numbers of a row they are independent unless a guide is told otherwise. */
  private static final int MOST = 50;

  private final ImmutableMap<String, Node> nodes;

  private SiteGraph(ImmutableMap<String, Node> nodes) {
    this.nodes = nodes;
  }

  /**
   * What a guide was told of a site's dependence.
   *
   * @param on the sites that it is drawn given
   * @param network from their numbers to the shift of its location; null for a linear one
   */
  record Told(ImmutableList<String> on, @Nullable Conditioner network) {}

  /**
   * A site in the graph.
   *
   * @param parents those that it is drawn given, in the order of the model
   */
  record Node(
      LatentSite site,
      Conditional conditional,
      ImmutableList<LatentSite> parents,
      @Nullable Conditioner network) {

    String name() {
      return site.name();
    }

    /** The numbers of a row. */
    int size() {
      return site.eventSize();
    }

    /** Those of the parents. */
    int inputs() {
      return parents.stream().mapToInt(LatentSite::eventSize).sum();
    }

    boolean isLinear() {
      return network == null && !parents.isEmpty();
    }

    boolean isWhole() {
      return conditional == Conditional.MULTIVARIATE_NORMAL;
    }
  }

  /**
   * The graph of some sites. What is told of none depends on all before it that are in no other
   * plates, unless these are points.
   *
   * @throws IllegalArgumentException if something is told of a site that there is not, or of one
   *     that comes later or is in another plate
   */
  static SiteGraph of(
      LatentSpace space,
      ImmutableMap<String, Conditional> conditionals,
      ImmutableMap<String, Told> told) {
    for (String name : Sets.union(conditionals.keySet(), told.keySet())) {
      checkKnown(name, space);
    }
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (LatentSite site : space.sites()) {
      Conditional usual =
          site.eventSize() > MOST || site.eventSize() == 1
              ? Conditional.NORMAL
              : Conditional.MULTIVARIATE_NORMAL;
      Conditional conditional = conditionals.getOrDefault(site.name(), usual);
      Told of = told.get(site.name());
      ImmutableList<LatentSite> parents =
          of == null ? usualParents(site, conditional, nodes) : parents(site, of, nodes, space);
      nodes.put(
          site.name(), new Node(site, conditional, parents, of == null ? null : of.network()));
    }
    return new SiteGraph(ImmutableMap.copyOf(nodes));
  }

  private static ImmutableList<LatentSite> usualParents(
      LatentSite site, Conditional conditional, Map<String, Node> before) {
    return before.values().stream()
        .filter(node -> conditional != Conditional.DELTA && node.conditional != Conditional.DELTA)
        .map(Node::site)
        .filter(parent -> otherPlates(parent, site).isEmpty())
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<LatentSite> parents(
      LatentSite site, Told told, Map<String, Node> before, LatentSpace space) {
    for (String name : told.on()) {
      checkKnown(name, space);
      Node parent = before.get(name);
      checkArgument(
          parent != null,
          "guide 'AutoStructured' is to draw site '%s' given '%s', which the model does not draw"
              + " before it; let the later one depend on the earlier",
          site.name(),
          name);
      ImmutableSet<String> others = otherPlates(parent.site(), site);
      checkArgument(
          others.isEmpty(),
          "guide 'AutoStructured' is to draw site '%s' given '%s', which has a value for each row"
              + " of plates %s, where '%s' is not; let it depend on sites around it",
          site.name(),
          name,
          others,
          site.name());
    }
    return before.values().stream()
        .map(Node::site)
        .filter(parent -> told.on().contains(parent.name()))
        .collect(ImmutableList.toImmutableList());
  }

  /** The plates of one site in which another is not. */
  private static ImmutableSet<String> otherPlates(LatentSite of, LatentSite site) {
    return Sets.difference(plates(of), plates(site)).immutableCopy();
  }

  private static ImmutableSet<String> plates(LatentSite site) {
    return site.plates().stream().map(PlateSpec::name).collect(ImmutableSet.toImmutableSet());
  }

  private static void checkKnown(String name, LatentSpace space) {
    checkArgument(
        space.names().contains(name),
        "guide 'AutoStructured' was told of site '%s', but draws none of this name; it draws %s",
        name,
        Nearest.to(name, space.names()));
  }

  /** The sites, in the order of the model. */
  ImmutableList<Node> nodes() {
    return nodes.values().asList();
  }

  // --- the numbers of all rows in one vector, in the order of the sites

  /**
   * For each number those that it is drawn given linearly: for each row of a site the parents'
   * numbers, then, where they are drawn as one, those of the row before it.
   */
  int[][] parentsOfNumbers() {
    Map<String, Integer> begins = new LinkedHashMap<>();
    List<int[]> parents = new ArrayList<>();
    for (Node node : nodes.values()) {
      begins.put(node.name(), parents.size());
      int rows = Math.toIntExact(node.site().batch().size());
      for (int row = 0; row < rows; row++) {
        IntStream.Builder around = IntStream.builder();
        for (LatentSite parent : node.isLinear() ? node.parents() : List.<LatentSite>of()) {
          int size = parent.eventSize();
          int from =
              requireNonNull(begins.get(parent.name())) + size * row(node.site(), row, parent);
          IntStream.range(from, from + size).forEach(around::add);
        }
        int[] given = around.build().toArray();
        int begin = parents.size();
        for (int i = 0; i < node.size(); i++) {
          parents.add(
              node.isWhole()
                  ? IntStream.concat(IntStream.of(given), IntStream.range(begin, begin + i))
                      .toArray()
                  : given);
        }
      }
    }
    return parents.toArray(int[][]::new);
  }

  /** The row of a parent that a row of a site is in. */
  private static int row(LatentSite site, int row, LatentSite parent) {
    Shape batch = site.batch();
    Shape of = parent.batch();
    int at = 0;
    int stride = 1;
    int left = row;
    for (int dim = 1; dim <= batch.dimension(); dim++) {
      int size = Math.toIntExact(batch.get(batch.dimension() - dim));
      if (dim <= of.dimension() && of.get(of.dimension() - dim) > 1) {
        at += stride * (left % size);
        stride *= size;
      }
      left /= size;
    }
    return at;
  }
}
