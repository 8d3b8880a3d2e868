package org.ppl4j.tensor.internal.around;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import java.lang.invoke.MethodHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
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

  /** Numbers that stay what they are, unlike a counter. */
  private static final ImmutableSet<Class<?>> FIXED =
      ImmutableSet.of(
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class);

  /** So many are looked at in one. */
  private static final int TOGETHER = 16;

  private final Set<String> unjudged = new LinkedHashSet<>();
  private final boolean readsArrays;
  private ImmutableList<Guard> guards;
  private volatile MethodHandle[] together;

  private Surroundings(List<Guard> guards, Iterable<String> unjudged, boolean readsArrays) {
    this.guards = ImmutableList.copyOf(guards);
    this.together = together(guards);
    Iterables.addAll(this.unjudged, unjudged);
    this.readsArrays = readsArrays;
  }

  private static MethodHandle[] together(List<Guard> guards) {
    return Lists.partition(guards, TOGETHER).stream().map(Guard::all).toArray(MethodHandle[]::new);
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

  /** Whether a number stays what it is, unlike a counter. */
  public static boolean isFixed(Number number) {
    return FIXED.contains(number.getClass());
  }

  /** Whether they are what they were. */
  public boolean isSame() {
    for (MethodHandle each : together) {
      if (!Guard.holds(each)) {
        return false;
      }
    }
    return true;
  }

  /** The first that is another now, if one is. */
  public synchronized Optional<String> change() {
    return guards.stream().filter(guard -> !guard.holds()).map(Guard::what).findFirst();
  }

  /** The programs were run, and nothing else: what is another now they have changed themselves. */
  public synchronized void settle() {
    if (!isSame()) {
      ImmutableList.Builder<Guard> kept = ImmutableList.builder();
      for (Guard guard : guards) {
        if (guard.holds()) {
          kept.add(guard);
        } else {
          unjudged.add(guard.what() + ", which they change themselves");
        }
      }
      guards = kept.build();
      together = together(guards);
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
