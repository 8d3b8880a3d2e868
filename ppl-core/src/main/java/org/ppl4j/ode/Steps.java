package org.ppl4j.ode;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * What a caller knows of an equation that a method cannot see.
 *
 * @param longest how long a step may be
 * @param jumps times at which the rate jumps, which rise
 */
record Steps(double longest, ImmutableDoubleArray jumps) {

  /** Any steps. */
  static final Steps ANY = new Steps(Double.POSITIVE_INFINITY, ImmutableDoubleArray.of());

  Steps upTo(double size) {
    checkArgument(size > 0, "largest step is %s, but it must be positive", size);
    return new Steps(size, jumps);
  }

  Steps jumpingAt(double... times) {
    for (double time : times) {
      checkArgument(Double.isFinite(time), "rate jumps at time %s; pass finite times", time);
    }
    double[] rising = Arrays.stream(times).map(time -> time + 0.0).sorted().distinct().toArray();
    return new Steps(longest, ImmutableDoubleArray.copyOf(rising));
  }

  /** The way along times, by all jumps between them. */
  ImmutableList<Stretch> along(double[] times) {
    ImmutableList.Builder<Stretch> stretches = ImmutableList.builder();
    double from = times[0];
    for (int i = 1; i < times.length; i++) {
      for (double jump : between(from, times[i])) {
        stretches.add(new Stretch(from, jump, isJump(from), true, false));
        from = jump;
      }
      stretches.add(new Stretch(from, times[i], isJump(from), isJump(times[i]), true));
      from = times[i];
    }
    return stretches.build();
  }

  private double[] between(double from, double to) {
    DoubleStream jump =
        jumps.stream().filter(t -> t > Math.min(from, to) && t < Math.max(from, to));
    return to > from ? jump.toArray() : jump.map(t -> -t).sorted().map(t -> -t).toArray();
  }

  private boolean isJump(double time) {
    return jumps.stream().anyMatch(jump -> jump == time);
  }

  /** How many steps a stretch takes if all are the longest. */
  double least(Stretch stretch) {
    return Math.ceil(Math.abs(stretch.to() - stretch.from()) / longest);
  }

  @Override
  public String toString() {
    return (longest < Double.POSITIVE_INFINITY ? ", steps up to " + longest : "")
        + (jumps.isEmpty() ? "" : ", jumps at " + jumps);
  }
}
