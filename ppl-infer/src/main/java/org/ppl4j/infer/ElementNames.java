package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The names of the numbers of sites: that of the site with a subscript, {@code a[2]}, or with
 * labels in its place, {@code a[Leeds]}.
 *
 * @param labels by site, for each of its dims; none for one that is counted from 1
 */
record ElementNames(ImmutableMap<String, ImmutableList<ImmutableList<String>>> labels) {

  static final ElementNames NUMBERS = new ElementNames(ImmutableMap.of());

  /**
   * The same with labels for a dim of a site.
   *
   * @param shape of the site
   * @throws IllegalArgumentException if there is no such dim, or it has another length, or two
   *     labels are one
   */
  ElementNames with(String site, Shape shape, int dim, List<String> own) {
    checkArgument(
        dim >= 0 && dim < shape.dimension() && own.size() == shape.get(dim),
        "site '%s' has shape %s, but %s labels for dim %s; pass one for each number",
        site,
        shape,
        own.size(),
        dim);
    checkArgument(
        own.stream().distinct().count() == own.size(),
        "site '%s' has labels %s, two of which are one; give each number its own",
        site,
        own);
    List<ImmutableList<String>> all =
        new ArrayList<>(
            labels.getOrDefault(
                site,
                ImmutableList.copyOf(Collections.nCopies(shape.dimension(), ImmutableList.of()))));
    all.set(dim, ImmutableList.copyOf(own));
    return new ElementNames(
        ImmutableMap.<String, ImmutableList<ImmutableList<String>>>builder()
            .putAll(labels)
            .put(site, ImmutableList.copyOf(all))
            .buildKeepingLast());
  }

  /** The names of all numbers of a site, row by row of its shape. */
  ImmutableList<String> of(String site, Shape shape) {
    List<ImmutableList<String>> own = labels.get(site);
    ImmutableList.Builder<String> names = ImmutableList.builder();
    for (int i = 0; i < shape.size(); i++) {
      names.add(site + (own == null ? Summary.subscript(shape, i) : subscript(shape, i, own)));
    }
    return names.build();
  }

  private static String subscript(Shape shape, int i, List<ImmutableList<String>> own) {
    StringBuilder text = new StringBuilder("]");
    int rest = i;
    for (int dim = own.size() - 1; dim >= 0; dim--) {
      int size = (int) shape.get(dim);
      int place = rest % size;
      List<String> labels = own.get(dim);
      text.insert(0, labels.isEmpty() ? String.valueOf(place + 1) : plain(labels.get(place)));
      text.insert(0, dim > 0 ? "," : "[");
      rest /= size;
    }
    return text.toString();
  }

  /** Without brackets of its own, which end a subscript. */
  private static String plain(String label) {
    return label.replace('[', '(').replace(']', ')');
  }
}
