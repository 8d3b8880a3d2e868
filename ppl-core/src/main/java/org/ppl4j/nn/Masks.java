package org.ppl4j.nn;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Masks of dense layers whose units each see a set of the inputs: a unit is connected to those
 * whose sets its own contains, so that what it computes depends on its set alone.
 */
final class Masks {

  private Masks() {}

  /** Of each input the set of itself. */
  static List<BitSet> ofInputs(int inputs) {
    List<BitSet> sets = new ArrayList<>();
    for (int j = 0; j < inputs; j++) {
      BitSet alone = new BitSet();
      alone.set(j);
      sets.add(alone);
    }
    return sets;
  }

  /**
   * For hidden units: the different sets of an adjacency in turn, without the empty one, from which
   * nothing can be computed.
   */
  static List<BitSet> ofUnits(List<BitSet> adjacency, int width) {
    LinkedHashSet<BitSet> different = new LinkedHashSet<>(adjacency);
    different.removeIf(BitSet::isEmpty);
    List<BitSet> sets = different.isEmpty() ? List.of(new BitSet()) : List.copyOf(different);
    List<BitSet> units = new ArrayList<>();
    for (int u = 0; u < width; u++) {
      units.add(sets.get(u % sets.size()));
    }
    return units;
  }

  /** A layer from units of some sets to groups of {@code each} units of others. */
  static Dense layer(String name, List<BitSet> from, List<BitSet> to, int each) {
    int columns = to.size() * each;
    double[] mask = new double[from.size() * columns];
    for (int i = 0; i < from.size(); i++) {
      for (int j = 0; j < columns; j++) {
        BitSet missing = (BitSet) from.get(i).clone();
        missing.andNot(to.get(j / each));
        mask[i * columns + j] = missing.isEmpty() ? 1 : 0;
      }
    }
    return new Dense(name, from.size(), columns, mask);
  }
}
