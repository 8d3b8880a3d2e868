package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.ppl4j.infer.Samples;

/**
 * One number of each draw.
 *
 * @param name that it has in a summary, such as {@code theta[2]}
 * @param draws its values, one a draw
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Quantity(String name, double[] draws) {

  private static final Pattern SUBSCRIPT = Pattern.compile("\\[[^\\[\\]]*\\]$");

  /** Where it is. */
  private record Place(String site, int element) {}

  /** All places by name, in the order of the sites. */
  private static ImmutableMap<String, Place> places(Samples samples) {
    ImmutableMap.Builder<String, Place> places = ImmutableMap.builder();
    for (String site : samples.names()) {
      List<String> names = samples.elements(site);
      for (int i = 0; i < names.size(); i++) {
        places.put(names.get(i), new Place(site, i));
      }
    }
    return places.buildOrThrow();
  }

  /** The names of all numbers, in the order of the sites. */
  static ImmutableList<String> names(Samples samples) {
    return places(samples).keySet().asList();
  }

  /**
   * Those of some names that are meant, in the order in which they are wanted; all if none is.
   *
   * @param names of numbers
   * @param wanted each the name of a number, or of a site, all of whose numbers are meant
   * @throws IllegalArgumentException if there is no such number
   */
  static ImmutableList<String> chosen(Collection<String> names, String... wanted) {
    if (wanted.length == 0) {
      return ImmutableList.copyOf(names);
    }
    Set<String> chosen = new LinkedHashSet<>();
    for (String want : wanted) {
      List<String> found =
          names.stream().filter(name -> name.equals(want) || site(name).equals(want)).toList();
      if (found.isEmpty()) {
        throw none(names, want);
      }
      chosen.addAll(found);
    }
    return ImmutableList.copyOf(chosen);
  }

  /** The name without a subscript. */
  private static String site(String name) {
    return SUBSCRIPT.matcher(name).replaceFirst("");
  }

  /**
   * The numbers of these names.
   *
   * @throws IllegalArgumentException if there is no such number
   */
  static ImmutableList<Quantity> of(Samples samples, List<String> names) {
    ImmutableMap<String, Place> places = places(samples);
    Map<String, double[]> values = new HashMap<>(); // of whole sites
    ImmutableList.Builder<Quantity> quantities = ImmutableList.builder();
    for (String name : names) {
      Place place = places.get(name);
      if (place == null) {
        throw none(places.keySet(), name);
      }
      double[] all = values.computeIfAbsent(place.site(), samples::values);
      double[] draws = new double[Math.toIntExact(samples.draws())];
      int size = all.length / draws.length;
      for (int i = 0; i < draws.length; i++) {
        draws[i] = all[i * size + place.element()];
      }
      quantities.add(new Quantity(name, draws));
    }
    return quantities.build();
  }

  private static IllegalArgumentException none(Collection<String> names, String name) {
    return new IllegalArgumentException(
        "samples have no number '%s', only those of %s; ask for one as a summary names it"
            .formatted(name, names.stream().map(Quantity::site).distinct().toList()));
  }

  /** The draws of each of some chains, which are one after the other. */
  double[][] chains(int count) {
    checkArgument(
        count >= 1,
        "samples are not of chains, which a picture of chains needs; pass those of a sampler");
    int length = draws.length / count;
    double[][] chains = new double[count][length];
    for (int c = 0; c < count; c++) {
      System.arraycopy(draws, c * length, chains[c], 0, length);
    }
    return chains;
  }
}
