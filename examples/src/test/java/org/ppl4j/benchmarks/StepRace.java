package org.ppl4j.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ppl4j.tensor.FloatType;

/**
 * What steps take by the present classes and by a {@link BaselineCommit}, in both float types, in
 * rounds of all in turn, so that all see the same machine. Each side has a virtual machine a float
 * type, which is started several times: what the compiler makes of the same steps is not the same
 * in each.
 */
final class StepRace {

  private static final int STARTS = 3;
  private static final int ROUNDS = 5;
  private static final double BATCH = 2e4; // microseconds, at least
  private static final double WARM_UP = 7e5; // without becoming faster
  private static final double FASTER = 0.95;

  private enum Side {
    PRESENT,
    BASELINE
  }

  private record Machine(Side side, FloatType type) {}

  private record Entry(Machine machine, String what) {}

  private final Map<Entry, double[]> times = new LinkedHashMap<>();

  /**
   * The race of some cases.
   *
   * @param both names steps that both sides make, as {@link StepTimes} says
   * @param beside those that are made beside by the present classes alone
   */
  StepRace(String baseline, List<String> both, List<String> beside)
      throws IOException, InterruptedException {
    Map<Side, String> classes =
        Map.of(
            Side.BASELINE,
            BaselineCommit.classPath(baseline),
            Side.PRESENT,
            System.getProperty("java.class.path"));
    for (FloatType type : FloatType.values()) {
      Machine present = new Machine(Side.PRESENT, type);
      for (String what : both) {
        enter(present, what);
        enter(new Machine(Side.BASELINE, type), what);
      }
      beside.forEach(what -> enter(present, what));
    }
    for (int start = 0; start < STARTS; start++) {
      Map<Machine, StepJvm> machines = new HashMap<>();
      try {
        for (Entry entry : times.keySet()) {
          if (!machines.containsKey(entry.machine())) {
            machines.put(entry.machine(), new StepJvm(classes.get(entry.machine().side())));
          }
        }
        run(start, machines);
      } finally {
        machines.values().forEach(StepJvm::close);
      }
    }
  }

  private void enter(Machine machine, String what) {
    times.put(new Entry(machine, what), new double[STARTS * ROUNDS]);
  }

  private void run(int start, Map<Machine, StepJvm> machines) {
    List<Entry> entries = List.copyOf(times.keySet());
    Map<Entry, Integer> counts =
        entries.parallelStream()
            .collect(Collectors.toMap(entry -> entry, entry -> count(entry, machines)));
    for (int round = start * ROUNDS; round < (start + 1) * ROUNDS; round++) {
      for (int turn = 0; turn < entries.size(); turn++) {
        boolean isForward = round % 2 == 0;
        Entry entry = entries.get(isForward ? turn : entries.size() - 1 - turn);
        times.get(entry)[round] = mean(entry, machines, counts.get(entry));
      }
    }
  }

  private static double mean(Entry entry, Map<Machine, StepJvm> machines, int count) {
    return machines.get(entry.machine()).mean(entry.what(), entry.machine().type(), count);
  }

  /** How many steps are a batch, once they have not become faster for a while. */
  private static int count(Entry entry, Map<Machine, StepJvm> machines) {
    int count = 1;
    double fastest = Double.POSITIVE_INFINITY;
    for (double steady = 0; steady < WARM_UP; ) {
      double each = mean(entry, machines, count);
      boolean isFaster = each < FASTER * fastest;
      steady = isFaster ? 0 : steady + each * count;
      fastest = isFaster ? each : fastest;
      count = each * count < BATCH ? 2 * count : count;
    }
    return count;
  }

  /** Microseconds of a step by the present classes, in each round. */
  double[] present(String what, FloatType type) {
    return times.get(new Entry(new Machine(Side.PRESENT, type), what));
  }

  /** The same by the baseline. */
  double[] baseline(String what, FloatType type) {
    return times.get(new Entry(new Machine(Side.BASELINE, type), what));
  }

  /** Round by round. */
  static double[] ratios(double[] times, double[] others) {
    double[] ratios = new double[times.length];
    Arrays.setAll(ratios, i -> times[i] / others[i]);
    return ratios;
  }

  static double median(double[] times) {
    return Arrays.stream(times).sorted().skip(times.length / 2).findFirst().orElseThrow();
  }
}
