package org.ppl4j.tensor.around;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What programs read of what is around them, other than their data, as it was when this was made:
 * numbers and objects that they have captured, fields of their own classes that their code reads,
 * and what these hold. What it may be another time cannot be judged of all code; what cannot is
 * named.
 *
 * <p>Any number of threads may ask at once.
 */
public final class Surroundings {

  private final Set<String> unjudged = new LinkedHashSet<>();
  private final boolean readsArrays;
  private volatile Guard[] guards;

  private Surroundings(Iterable<Guard> guards, Iterable<String> unjudged, boolean readsArrays) {
    this.guards = Iterables.toArray(guards, Guard.class);
    Iterables.addAll(this.unjudged, unjudged);
    this.readsArrays = readsArrays;
  }

  /** Those of programs and of what else is run with them, such as handlers, as they are now. */
  public static Surroundings of(Iterable<?> programs) {
    try {
      Walk walk = Walk.of(programs);
      return new Surroundings(walk.guards(), walk.unjudged(), walk.readsArrays());
    } catch (RuntimeException | LinkageError e) { // a class that does not fit the others, for one
      return new Surroundings(List.of(), List.of("all of them, since there is " + e), true);
    }
  }

  /** Whether they are what they were. */
  public boolean isSame() {
    for (Guard guard : guards) {
      if (!guard.isSame().getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  /** The first that is another now, if one is. */
  public Optional<String> change() {
    return Arrays.stream(guards)
        .filter(guard -> !guard.isSame().getAsBoolean())
        .map(Guard::what)
        .findFirst();
  }

  /** The programs were run, and nothing else: what is another now they have changed themselves. */
  public synchronized void settle() {
    if (!isSame()) {
      List<Guard> kept = new ArrayList<>();
      for (Guard guard : guards) {
        if (guard.isSame().getAsBoolean()) {
          kept.add(guard);
        } else {
          unjudged.add(guard.what() + ", which they change themselves");
        }
      }
      guards = kept.toArray(Guard[]::new);
    }
  }

  /** What programs read, or may read, of which nobody can say whether it changes. */
  public synchronized ImmutableSet<String> unjudged() {
    return ImmutableSet.copyOf(unjudged);
  }

  /** Whether they may read the elements of arrays of numbers that they are given. */
  public boolean readsArrays() {
    return readsArrays;
  }
}
